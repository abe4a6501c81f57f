"""The guide as it is shipped: pages, links, and finding words in them."""

import re
from pathlib import Path

import pytest

from digitvision.resources import resource_path
from digitvision.ui.help.guide import MOST_HITS, PAGE_NAMES, Page, find, guide_pages

PAGES = guide_pages()


def test_every_shipped_page_is_listed_and_every_listed_one_is_shipped() -> None:
    assert {path.stem for path in resource_path("guide").glob("*.md")} == set(PAGE_NAMES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_begins_with_its_title_and_is_short_plain_markdown(page: Page) -> None:
    assert page.markdown.startswith(f"# {page.title}\n")
    assert len(page.markdown.splitlines()) < 170
    without_code = re.sub(r"```.*?```|`[^`]*`", "", page.markdown, flags=re.DOTALL)
    assert not re.search(r"</?[a-z]+[ >/]", without_code), "HTML is shown as it stands, or not at all"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_links_to_pages_of_the_guide_or_to_the_web(page: Page) -> None:
    for address in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", page.markdown):
        assert address.startswith("https://") or (resource_path("guide") / address).is_file(), address


def test_the_readme_is_short_and_links_to_every_page() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")

    assert len(readme.splitlines()) <= 140
    for name in PAGE_NAMES:
        assert f"(resources/guide/{name}.md)" in readme


def test_words_are_found_in_either_case_and_over_the_end_of_a_line() -> None:
    hits = find("The  pen", [("a", "THE\npen writes"), ("b", "nothing"), ("c", "then the pen, and the pen")])

    assert [(hit.page, hit.start, hit.end) for hit in hits] == [("a", 0, 7), ("c", 5, 12), ("c", 18, 25)]


@pytest.mark.parametrize("words", ["", " ", "a", "a "])
def test_too_few_letters_find_nothing(words: str) -> None:
    assert find(words, [("a", "a a a")]) == []


def test_signs_of_patterns_are_looked_for_as_they_stand() -> None:
    assert [hit.start for hit in find("--from", [("a", "use --from here")])] == [4]
    assert find(".*", [("a", "nothing of it")]) == []


def test_an_excerpt_holds_what_was_found_and_whole_words_of_its_line_around_it() -> None:
    line = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    (hit,) = find("eight", [("a", f"a line before\n{line}\na line after")])

    assert "eight" in hit.excerpt
    assert hit.excerpt.startswith("… ")
    assert hit.excerpt.endswith(" …")
    assert set(hit.excerpt.replace("…", "").split()) <= set(line.split())


def test_there_are_never_more_places_than_a_list_can_show() -> None:
    assert len(find("ab", [("a", "ab " * 1000)])) == MOST_HITS
