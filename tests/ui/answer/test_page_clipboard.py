"""A page on the clipboard: as LaTeX, Markdown and MathML."""

import pytest

from digitvision.recognition.prediction import PAGE, Reading
from digitvision.ui.answer.clipboard import MATHML_TYPES
from digitvision.ui.answer.clipboard_formats import PAGE_COPY_FORMS, PageCopyForm, page_form_tip, page_form_title
from digitvision.ui.answer.page_clipboard import page_mime
from tests.recognition.page_export.pages import SEVEN, page, page_of, row_of

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_page_is_copied_without_remarks() -> None:
    reading = page_of(row_of("a = 1", sure=False, confidence=0.6), row_of("3 + 4 =", 1))

    texts = {form: page_mime(reading, [None, SEVEN], form) for form in PAGE_COPY_FORMS}

    assert texts["align"] is not None
    assert texts["align"].text() == ("\\begin{align*}\n  a &= 1 \\\\\n  3 + 4 &= \\boldsymbol{7}\n\\end{align*}")
    assert texts["markdown"] is not None
    assert texts["markdown"].text().startswith("$$\n\\begin{aligned}\na &= 1 \\\\\n")
    assert "<!--" not in texts["markdown"].text()
    assert texts["mathml"] is not None
    assert all(bytes(texts["mathml"].data(kind).data()).startswith(b"<math ") for kind in MATHML_TYPES)


@pytest.mark.parametrize("form", PAGE_COPY_FORMS)
def test_a_row_is_copied_by_itself(form: PageCopyForm) -> None:
    mime = page_mime(page("a = 1", "b = 2"), (), form, row=1)

    assert mime is not None
    assert "2" in mime.text()
    assert "1" not in mime.text().replace("1998", "")


@pytest.mark.parametrize("form", PAGE_COPY_FORMS)
def test_nothing_is_copied_of_nothing(form: PageCopyForm) -> None:
    assert page_mime(Reading(PAGE), (), form) is None
    assert page_form_title(form) != page_form_tip(form)
