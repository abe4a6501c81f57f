"""The guide's pages as they are shipped, and where words stand in them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from digitvision.resources import resource_path

PAGE_NAMES: Final = (
    "first-steps",
    "characters",
    "lines",
    "equations",
    "pages",
    "calculating",
    "ink",
    "paper",
    "files",
    "inkml",
    "training",
    "models",
    "how-well-it-reads",
    "command-line",
    "python",
    "privacy",
    "licences",
)
"""In the order in which they are listed; each is a file `guide/NAME.md` among the shipped ones."""

SHORTCUTS_PAGE: Final = "shortcuts"
"""The page that the window makes of its own actions."""

FEWEST_LETTERS: Final = 2
"""That are looked for: a single letter stands everywhere."""

MOST_HITS: Final = 200
_EXCERPT_BEFORE: Final = 24
_EXCERPT_AFTER: Final = 56
_BLANK: Final = re.compile(r"[\s\ufffc]+")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the guide.

    Attributes:
        name: By which links name it, without `.md`.
        title: Its heading.
        markdown: Its text.
    """

    name: str
    title: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where the words that were looked for stand.

    Attributes:
        page: The page's name.
        start, end: From which to which character of the page's plain text.
        excerpt: Some words around it, on one line.
    """

    page: str
    start: int
    end: int
    excerpt: str


def guide_pages() -> list[Page]:
    """All shipped pages, in their order.

    Raises:
        OSError: A page cannot be read, so the installation is damaged.
    """
    return [page_of(name, resource_path("guide", f"{name}.md").read_text(encoding="utf-8")) for name in PAGE_NAMES]


def page_of(name: str, markdown: str) -> Page:
    """A page whose title is its first heading."""
    first = markdown.lstrip().splitlines()[0]
    return Page(name, first.removeprefix("#").strip(), markdown)


def find(words: str, texts: Iterable[tuple[str, str]]) -> list[Hit]:
    """Look for words, one after another as they are given, in capital or small letters.

    Args:
        words: What is looked for; too few letters find nothing.
        texts: Each page's name and plain text.

    Returns:
        The places, page by page, and no more than `MOST_HITS`.
    """
    looked_for = words.split()
    if sum(len(word) for word in looked_for) < FEWEST_LETTERS:
        return []
    pattern = re.compile(r"\s+".join(re.escape(word) for word in looked_for), re.IGNORECASE)
    hits = (hit for name, text in texts for hit in _hits(pattern, name, text))
    return [hit for _, hit in zip(range(MOST_HITS), hits, strict=False)]


def _hits(pattern: re.Pattern[str], name: str, text: str) -> Iterator[Hit]:
    for match in pattern.finditer(text):
        # What stands in the same line of text, which is a paragraph, a heading or a cell of a table.
        begin = text.rfind("\n", 0, match.start()) + 1
        close = text.find("\n", match.end())
        before = text[begin : match.start()]
        after = text[match.start() : close if close >= 0 else len(text)]
        # Whole words only, but never less than what was found.
        if len(before) > _EXCERPT_BEFORE:
            before = "… " + before[-_EXCERPT_BEFORE:].partition(" ")[2]
        if len(after) > match.end() - match.start() + _EXCERPT_AFTER:
            after = after[: match.end() - match.start() + _EXCERPT_AFTER]
            after = after[: max(after.rfind(" "), match.end() - match.start())] + " …"
        yield Hit(name, match.start(), match.end(), _BLANK.sub(" ", before + after).strip())
