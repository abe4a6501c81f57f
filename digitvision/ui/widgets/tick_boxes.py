"""Tick boxes in lists, whose empty boxes are seen on dark ground as well."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from digitvision.ui.theme import box_edge


class _TickDelegate(QStyledItemDelegate):
    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        # The style makes edges from this colour; the ground of the row is painted by the list.
        option.palette.setColor(QPalette.ColorRole.Window, box_edge(option.palette))


def show_tick_boxes(view: QAbstractItemView) -> None:
    """Have the empty boxes of a list stand out from its ground."""
    view.setItemDelegate(_TickDelegate(view))
