"""The guide in its window: opened where one is, searched, walked through and closed, by keys and clicks."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QTextBlock, QTextDocument, QTextFragment
from PySide6.QtWidgets import QLabel, QListWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.help.guide import guide_pages, page_of
from digitvision.ui.help.guide_browser import REFIT_MS, GuideBrowser, plain_texts
from digitvision.ui.help.help_window import HelpWindow
from digitvision.ui.theme import Theme, is_dark
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import choose, menu_actions, plain
from tests.ui.windows import PATIENCE_MS


@pytest.fixture
def guide(qtbot: QtBot, theme: Theme) -> Iterator[HelpWindow]:
    """The Help window by itself, on its first page, in the light scheme."""
    window = HelpWindow(guide_pages())
    window.show_page("first-steps")
    window.show()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)
    yield window
    window.close()
    window.deleteLater()


def _type(qtbot: QtBot, guide: HelpWindow, words: str) -> None:
    guide.search.setFocus()
    guide.search.selectAll()
    qtbot.keyClicks(guide.search, words)
    qtbot.waitUntil(lambda: guide.found_text != "", timeout=PATIENCE_MS)


def _rows(listed: QListWidget) -> list[str]:
    return [listed.item(row).text() for row in range(listed.count())]


@pytest.mark.parametrize(
    ("reading", "page"), [("Character", "characters"), ("Line", "lines"), ("Equation", "equations")]
)
def test_f1_opens_the_page_about_the_reading(window: MainWindow, qtbot: QtBot, reading: str, page: str) -> None:
    choose(window, reading)
    qtbot.keyClick(window, Qt.Key.Key_F1)

    assert window.help.window is not None
    assert window.help.window.isVisible()
    assert window.help.window.browser.page == page


@pytest.mark.parametrize(("tab", "page"), [("Train", "training"), ("Model", "models")])
def test_f1_opens_the_page_about_the_tab(window: MainWindow, qtbot: QtBot, tab: str, page: str) -> None:
    choose(window, tab)
    qtbot.keyClick(window, Qt.Key.Key_F1)

    assert window.help.window is not None
    assert window.help.window.browser.page == page


def test_the_guide_is_made_when_it_is_wanted_and_goes_with_the_window(window: MainWindow) -> None:
    assert window.help.window is None
    choose(window, "Guide")
    guide = window.help.window
    assert guide is not None

    window.document.start()
    window.close()

    assert not guide.isVisible()


@pytest.mark.slow
def test_the_overview_has_every_action_with_its_keys_also_those_that_rest(window: MainWindow, qtbot: QtBot) -> None:
    # On this tab the keys of the drawing are left to the form.
    choose(window, "Train")
    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    guide = window.help.window
    assert guide is not None

    shown = guide.browser.toPlainText().splitlines()

    for action in menu_actions(window):
        if action.parent() is window:
            assert any(plain(action.text()).removesuffix(" …") in line for line in shown), action.text()
            assert action.statusTip() in shown
    for keys in ("Ctrl+Z", "Del", "F8", "B", "]", "Alt+1", "F1", "Ctrl+F1"):
        assert any(keys in line.split(", ") for line in shown), keys


def test_the_shortcuts_name_undo_whatever_it_would_undo_now(window: MainWindow, qtbot: QtBot) -> None:
    window.document.add_stroke(sample_drawing(4).strokes[0])
    window.document.undo_stack.undo()
    window.document.add_stroke(sample_drawing(1).strokes[0])
    assert [action.text() for action in menu_actions(window) if "stroke" in action.text()]

    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    guide = window.help.window
    assert guide is not None
    shown = guide.browser.toPlainText().splitlines()

    assert {"Undo", "Redo"} <= set(shown)
    assert not any(line in ("Undo stroke", "Redo stroke") for line in shown)


def test_escape_closes_it(guide: HelpWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(guide, Qt.Key.Key_Escape)

    assert not guide.isVisible()


def test_a_page_in_the_list_is_opened_and_one_finds_the_way_back(guide: HelpWindow, qtbot: QtBot) -> None:
    def click(title: str) -> None:
        (item,) = guide.list.findItems(title, Qt.MatchFlag.MatchExactly)
        qtbot.mouseClick(guide.list.viewport(), Qt.MouseButton.LeftButton, pos=guide.list.visualItemRect(item).center())

    click("Lines")
    click("Privacy")
    assert guide.browser.page == "privacy"

    qtbot.keyClick(guide, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert guide.browser.page == "lines"
    assert guide.list.currentItem().text() == "Lines"

    qtbot.keyClick(guide, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert guide.browser.page == "privacy"


@pytest.mark.slow
def test_words_are_looked_for_on_all_pages_and_marked_where_they_stand(guide: HelpWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(guide, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert guide.search.hasFocus()
    _type(qtbot, guide, "pinned")

    assert {row.splitlines()[0] for row in _rows(guide.list)} == {"Lines", "Equations"}
    assert all("pinned" in row for row in _rows(guide.list))
    assert guide.found_text.endswith("pages: 2")

    qtbot.keyClick(guide.search, Qt.Key.Key_Return)
    assert guide.browser.page == "lines"
    assert guide.browser.marked == ["pinned"]
    qtbot.keyClick(guide.search, Qt.Key.Key_Return)
    assert guide.browser.page == "equations"
    assert guide.browser.marked == ["pinned"]


def test_what_is_found_is_brought_into_sight(guide: HelpWindow, qtbot: QtBot) -> None:
    _type(qtbot, guide, "ORAND-CAR-A")
    qtbot.keyClick(guide.search, Qt.Key.Key_Return)

    browser = guide.browser
    assert browser.page == "how-well-it-reads"
    assert browser.viewport().rect().contains(browser.cursorRect())


@pytest.mark.slow
def test_what_stands_nowhere_is_said_so_and_an_empty_search_lists_the_pages(guide: HelpWindow, qtbot: QtBot) -> None:
    _type(qtbot, guide, "quagga")
    assert guide.found_text == "“quagga” stands on no page."
    assert _rows(guide.list) == []

    guide.search.selectAll()
    qtbot.keyClick(guide.search, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: guide.list.count() > 0, timeout=PATIENCE_MS)
    assert _rows(guide.list)[0] == "First steps"
    assert guide.found_text == ""


def _click_on(qtbot: QtBot, browser: GuideBrowser, address: str) -> None:
    """Click on the first letter of a link."""
    (fragment,) = [one for one in _fragments(browser) if one.charFormat().anchorHref() == address]
    cursor = browser.textCursor()
    cursor.setPosition(fragment.position() + 1)
    browser.setTextCursor(cursor)
    place = browser.cursorRect(cursor).center() + QPoint(2, 0)
    qtbot.mouseClick(browser.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _fragments(browser: GuideBrowser) -> Iterator[QTextFragment]:
    for block in _blocks(browser):
        # PySide's stubs do not know that a block can be walked through.
        for entry in cast(Iterable[Any], block):
            yield entry.fragment()


def _blocks(browser: GuideBrowser) -> Iterator[QTextBlock]:
    block = browser.document().begin()
    while block.isValid():
        yield block
        block = block.next()


def test_a_link_to_a_page_opens_it_and_one_to_the_web_goes_to_the_browser_on_a_click(
    guide: HelpWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    guide.show_page("files")
    assert opened == []

    _click_on(qtbot, guide.browser, "https://www.w3.org/TR/InkML/")
    assert opened == ["https://www.w3.org/TR/InkML/"]
    assert guide.browser.page == "files"

    guide.show_page("first-steps")
    _click_on(qtbot, guide.browser, "lines.md")
    assert guide.browser.page == "lines"
    assert len(opened) == 1


def test_nothing_but_pages_and_pictures_of_the_guide_is_read(guide: HelpWindow) -> None:
    kind = QTextDocument.ResourceType.ImageResource.value

    for address in ("https://example.org/a.png", "file:///etc/passwd", "guide:/../../samples/1.inkml"):
        found = guide.browser.loadResource(kind, QUrl(address))
        assert found is None or found.isNull()


def _picture(browser: GuideBrowser) -> QImage:
    """The first picture of the page, as it is painted."""
    form = next(one.charFormat() for one in _fragments(browser) if one.charFormat().isImageFormat())
    address = browser.source().resolved(QUrl(form.toImageFormat().name()))
    return QImage(browser.document().resource(QTextDocument.ResourceType.ImageResource.value, address))


@pytest.mark.slow
def test_pictures_are_as_wide_as_the_page_lets_them_be(guide: HelpWindow, qtbot: QtBot) -> None:
    browser = guide.browser
    for width in (760, 1010):
        guide.resize(width, 640)
        qtbot.waitUntil(
            lambda: abs(_picture(browser).deviceIndependentSize().width() - (browser.viewport().width() - 48)) < 2,
            timeout=PATIENCE_MS,
        )
        assert browser.horizontalScrollBar().maximum() == 0
    # Never larger than the window that they show.
    guide.resize(1900, 900)
    qtbot.waitUntil(lambda: _picture(browser).deviceIndependentSize().width() == 1040, timeout=PATIENCE_MS)


def test_pictures_have_a_pixel_for_each_of_the_screen_s(
    guide: HelpWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guide.browser, "devicePixelRatioF", lambda: 2.0)
    guide.browser.reload()

    picture = _picture(guide.browser)
    assert picture.devicePixelRatio() == 2.0
    assert picture.width() == 2 * picture.deviceIndependentSize().width()


def test_page_and_pictures_follow_the_scheme(guide: HelpWindow, theme: Theme, qtbot: QtBot) -> None:
    def mean() -> float:
        return float(_picture(guide.browser).scaled(1, 1).pixelColor(0, 0).lightness())

    assert mean() > 180
    guide.browser.verticalScrollBar().setValue(100)
    theme.set_appearance("dark")
    qtbot.waitUntil(lambda: mean() < 80, timeout=PATIENCE_MS)
    assert guide.browser.verticalScrollBar().value() == 100

    ground = guide.browser.viewport().grab().toImage().pixelColor(2, 2).lightness()
    assert ground < 80


@pytest.mark.slow
def test_the_way_back_leads_to_pictures_of_this_scheme_and_to_no_marks_of_another_page(
    guide: HelpWindow, theme: Theme, qtbot: QtBot
) -> None:
    guide.show_page("lines")
    guide.resize(800, 600)
    qtbot.wait(2 * REFIT_MS)
    _type(qtbot, guide, "Forget corrections")
    qtbot.keyClick(guide.search, Qt.Key.Key_Return)
    theme.set_appearance("dark")
    qtbot.waitUntil(lambda: is_dark(guide.browser.palette()), timeout=PATIENCE_MS)
    assert guide.browser.page == "equations"
    guide.browser.backward()

    assert guide.browser.page == "lines"
    assert guide.browser.marked == []
    assert _picture(guide.browser).scaled(1, 1).pixelColor(0, 0).lightness() < 80


def test_all_that_can_be_used_has_a_name(guide: HelpWindow) -> None:
    for widget in (guide.browser, guide.search, guide.list, *guide.findChildren(QToolButton)):
        if widget.objectName().startswith("qt_") or widget.parent() is guide.search:
            continue
        assert isinstance(widget, QWidget)
        assert widget.accessibleName() or isinstance(widget, QLabel), widget


@pytest.mark.slow
def test_no_page_is_wider_than_the_window(guide: HelpWindow) -> None:
    for page in guide_pages():
        guide.browser.show_page(page.name)
        assert guide.browser.horizontalScrollBar().maximum() == 0, page.name


@pytest.mark.slow
def test_a_place_in_the_plain_text_is_a_place_on_the_page(guide: HelpWindow) -> None:
    texts = plain_texts(guide_pages())
    for page in guide_pages():
        guide.browser.show_page(page.name)
        assert guide.browser.toPlainText() == texts[page.name]


def test_a_page_of_the_same_name_takes_the_place_of_the_one_before(guide: HelpWindow) -> None:
    guide.set_page(page_of("shortcuts", "# Keys\n\none"))
    guide.set_page(page_of("shortcuts", "# Keys\n\ntwo"))
    guide.show_page("shortcuts")

    assert _rows(guide.list).count("Keys") == 1
    assert "two" in guide.browser.toPlainText()


def test_a_table_is_as_wide_as_the_page_and_a_line_of_code_stands_out(guide: HelpWindow) -> None:
    guide.show_page("training")
    image = guide.browser.viewport().grab().toImage()
    row = np.array([image.pixelColor(x, 10).lightness() for x in range(0, image.width(), 10)])

    assert row.min() > 200
    backgrounds = {
        block.blockFormat().background().color().name()
        for block in _blocks(guide.browser)
        if block.text().startswith("digitvision ")
    }
    assert backgrounds == {guide.palette().alternateBase().color().name()}
