"""Layouts within layouts."""

import shiboken6
from PySide6.QtWidgets import QBoxLayout, QLayout


def add_layout(outer: QBoxLayout, inner: QLayout, stretch: int = 0) -> None:
    """Add a layout, which may be filled already, to another one.

    PySide makes a Python object for each item of a filled layout then, and keeps it after Qt has deleted the item,
    which it does when the item's widget goes or moves elsewhere. What next lies at that place in memory is taken for
    the item: pyqtgraph cannot paint an array of points then, and the undo stack crashed. So these objects are given up.

    Args:
        outer: What is added to.
        inner: The layout.
        stretch: How much of the room that is left it gets, in relation to the others; 0 for none.
    """
    outer.addLayout(inner, stretch)
    forget_items(inner)


def forget_items(layout: QLayout) -> None:
    """Give up the Python objects of a layout's items, and of those within it; see `add_layout`."""
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if isinstance(item, QLayout):
            forget_items(item)
        elif item is not None:
            shiboken6.invalidate(item)
