"""A model's layers as a flow from top to bottom: branches in lanes, with each layer's shape, parameters and cost."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from digitvision.recognition.inspection.layer_graph import FlowRow
from digitvision.recognition.models.model_card import Layer
from digitvision.ui.inside.inside_client import Anatomy
from digitvision.ui.inside.layer_names import layer_titles
from digitvision.ui.theme import accent, muted

_LANE_PX: Final = 10
_NODE_PX: Final = 3.5
_LINE_PX: Final = 1.5
_BAR_ALPHA: Final = 70
_SHARE: Final = Qt.ItemDataRole.UserRole
"""Role of a number's share in the largest number of its column, 0 to 1."""

_NAME: Final = Qt.ItemDataRole.UserRole + 1
"""Role of the name that a layer has in the network's file."""

_TITLE, _SHAPE, _PARAMETERS, _COST, _DETAIL, _FILED = range(6)

_Index = QModelIndex | QPersistentModelIndex


class _Flow(QStyledItemDelegate):
    """Paints the lanes before a layer's name: filled dots are layers that compute with weights."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[FlowRow, ...] = ()
        self._weighing: frozenset[str] = frozenset()
        self._lanes = 0

    def set_rows(self, rows: tuple[FlowRow, ...], weighing: frozenset[str]) -> None:
        self._rows, self._weighing = rows, weighing
        self._lanes = 1 + max((max(row.lane, *row.through, 0) for row in rows), default=0)

    @property
    def _width(self) -> int:
        return _LANE_PX * (self._lanes + 1)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        plain = super().sizeHint(option, index)
        return QSize(plain.width() + self._width, plain.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        self.initStyleOption(option, index)
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        group = (
            QPalette.ColorGroup.Active if option.state & QStyle.StateFlag.State_Active else QPalette.ColorGroup.Inactive
        )
        text = option.palette.color(group, QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        box = QRectF(option.rect)
        painter.save()
        painter.setClipRect(box)
        painter.setPen(text)
        painter.drawText(
            box.adjusted(self._width, 0, -2, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine,
            option.text,
        )
        row = self._rows[index.row()]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(text if chosen else muted(option.palette), _LINE_PX))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._draw_lanes(painter, box, row)
        node = QPointF(_x(box, row.lane), box.center().y())
        colour = text if chosen else accent(option.palette)
        ground = option.palette.color(QPalette.ColorRole.Highlight if chosen else QPalette.ColorRole.Base)
        painter.setPen(QPen(colour, _LINE_PX))
        painter.setBrush(colour if row.name in self._weighing else ground)
        painter.drawEllipse(node, _NODE_PX, _NODE_PX)
        painter.restore()

    def _draw_lanes(self, painter: QPainter, box: QRectF, row: FlowRow) -> None:
        top, middle, bottom = box.top(), box.center().y(), box.bottom() + 1
        own = _x(box, row.lane)
        for lane in row.through:
            painter.drawLine(QPointF(_x(box, lane), top), QPointF(_x(box, lane), bottom))
        for lane in row.joins:
            x = _x(box, lane)
            way = QPainterPath(QPointF(x, top))
            # A lane that goes on branches off at once; one that ends here bends late.
            way.quadTo(QPointF(own, top) if lane in row.through else QPointF(x, middle), QPointF(own, middle))
            painter.drawPath(way)
        if row.goes_on:
            painter.drawLine(QPointF(own, middle), QPointF(own, bottom))


class _Bar(QStyledItemDelegate):
    """Paints a bar behind a number."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        share = index.data(_SHARE)
        if share:
            colour = QColor(accent(option.palette))
            colour.setAlpha(_BAR_ALPHA)
            box = QRectF(option.rect).adjusted(2, 3, -2, -3)
            long = box.width() * share
            painter.fillRect(QRectF(box.right() - long, box.top(), long, box.height()), colour)
        super().paint(painter, option, index)


class LayerDiagram(QTreeWidget):
    """A row for each layer; `chosen` has the name of the layer that the user chose."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = _Flow(self)
        bar = _Bar(self)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setItemDelegateForColumn(_TITLE, self._flow)
        self.setItemDelegateForColumn(_PARAMETERS, bar)
        self.setItemDelegateForColumn(_COST, bar)
        self.setAccessibleName(self.tr("Layers to look at"))
        self.setHeaderLabels(
            [
                self.tr("Layer"),
                self.tr("Output"),
                self.tr("Parameters"),
                self.tr("Multiply-adds"),
                self.tr("Detail"),
                self.tr("In the file"),
            ]
        )
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.currentItemChanged.connect(self._emit_chosen)

    def show_layers(self, layers: dict[str, Layer], anatomy: Anatomy) -> None:
        """Show these layers, by name; the chosen one stays chosen, else the first convolution that has maps is."""
        current = self.currentItem()
        name = current.data(_TITLE, _NAME) if current is not None else ""
        titles = layer_titles(layers, [row.name for row in anatomy.rows])
        self.blockSignals(True)
        self.clear()
        self._flow.set_rows(anatomy.rows, frozenset(one for one, cost in anatomy.costs.items() if cost))
        most = max((layer.parameters for layer in layers.values()), default=0)
        dearest = max(anatomy.costs.values(), default=0)
        for row in anatomy.rows:
            layer, cost = layers[row.name], anatomy.costs[row.name]
            shape = " × ".join(map(str, layer.output_shape))
            item = QTreeWidgetItem(
                [
                    titles[row.name],
                    shape,
                    _number(layer.parameters),
                    _number(cost),
                    layer.detail,
                    f"{layer.name} · {layer.kind}",
                ]
            )
            item.setData(_TITLE, _NAME, row.name)
            for column, value, largest in ((_PARAMETERS, layer.parameters, most), (_COST, cost, dearest)):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setData(column, _SHARE, value / largest if largest else 0.0)
            self.addTopLevelItem(item)
        self.blockSignals(False)
        names = [row.name for row in anatomy.rows]
        with_maps = [one for one in names if anatomy.shown_in.get(one)]
        spatial = [one for one in with_maps if "Conv" in layers[one].kind]
        wanted = name if name in names else next(iter([*spatial, *with_maps, *names]), "")
        chosen = self.topLevelItem(names.index(wanted)) if wanted else None
        if chosen is not None:
            self.setCurrentItem(chosen)

    @Slot()
    def _emit_chosen(self) -> None:
        item = self.currentItem()
        if item is not None:
            self.chosen.emit(item.data(_TITLE, _NAME))


def _x(box: QRectF, lane: int) -> float:
    return box.left() + _LANE_PX * (lane + 1)


def _number(value: int) -> str:
    return f"{value:,}" if value else ""
