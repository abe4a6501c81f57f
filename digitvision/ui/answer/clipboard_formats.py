"""The formats in which a formula can be copied, and their names on screen."""

from typing import Final, Literal, get_args

from PySide6.QtCore import QCoreApplication

CopyForm = Literal["text", "latex", "display", "mathml", "typst", "sympy", "svg", "png"]
COPY_FORMS: Final[tuple[CopyForm, ...]] = get_args(CopyForm)
PICTURE_FORMS: Final[frozenset[CopyForm]] = frozenset({"svg", "png"})
"""Those that need the formula typeset."""

PageCopyForm = Literal["align", "markdown", "mathml"]
PAGE_COPY_FORMS: Final[tuple[PageCopyForm, ...]] = get_args(PageCopyForm)
"""The formats of whole pages and of their rows, as `page_export.text_forms` names them."""


def form_title(form: CopyForm) -> str:
    """Return a format's name on screen."""
    translate = QCoreApplication.translate
    return {
        "text": translate("CopyAs", "&Text"),
        "latex": translate("CopyAs", "&LaTeX"),
        "display": translate("CopyAs", "LaTeX, &display"),
        "mathml": translate("CopyAs", "&MathML"),
        "typst": translate("CopyAs", "T&ypst"),
        "sympy": translate("CopyAs", "Sym&Py code"),
        "svg": translate("CopyAs", "&SVG"),
        "png": translate("CopyAs", "P&NG"),
    }[form]


def form_tip(form: CopyForm) -> str:
    """Return a sentence on what a format is for."""
    translate = QCoreApplication.translate
    return {
        "text": translate("CopyAs", "Copy the formula as a person would type it"),
        "latex": translate("CopyAs", "Copy the formula as LaTeX for use within a line of text"),
        "display": translate("CopyAs", "Copy the formula as LaTeX on a line of its own"),
        "mathml": translate("CopyAs", "Copy the formula for Word and for web pages"),
        "typst": translate("CopyAs", "Copy the formula for Typst"),
        "sympy": translate("CopyAs", "Copy the formula as Python for SymPy"),
        "svg": translate("CopyAs", "Copy the typeset formula as a vector picture"),
        "png": translate("CopyAs", "Copy the typeset formula as a picture of pixels"),
    }[form]


def page_form_title(form: PageCopyForm) -> str:
    """Return a format's name on screen."""
    translate = QCoreApplication.translate
    return {
        "align": translate("CopyAs", "P&age as LaTeX"),
        "markdown": translate("CopyAs", "Page as Mar&kdown"),
        "mathml": translate("CopyAs", "Page as Mat&hML"),
    }[form]


def page_form_tip(form: PageCopyForm) -> str:
    """Return a sentence on what a format is for."""
    translate = QCoreApplication.translate
    return {
        "align": translate("CopyAs", "Copy all rows as LaTeX, aligned at their relation signs"),
        "markdown": translate("CopyAs", "Copy all rows as Markdown, with words as text"),
        "mathml": translate("CopyAs", "Copy all rows for Word and for web pages"),
    }[form]


def row_form_title(form: PageCopyForm) -> str:
    """Return the name on screen of a format of one row."""
    translate = QCoreApplication.translate
    return {
        "align": translate("CopyAs", "&Row with its value as LaTeX"),
        "markdown": translate("CopyAs", "Row with its value as Markdow&n"),
        "mathml": translate("CopyAs", "Row with its value as MathM&L"),
    }[form]


def row_form_tip(form: PageCopyForm) -> str:
    """Return a sentence on what a format of one row is for."""
    translate = QCoreApplication.translate
    return {
        "align": translate("CopyAs", "Copy the chosen row and what it comes to as LaTeX"),
        "markdown": translate("CopyAs", "Copy the chosen row and what it comes to as Markdown"),
        "mathml": translate("CopyAs", "Copy the chosen row and what it comes to for Word and for web pages"),
    }[form]
