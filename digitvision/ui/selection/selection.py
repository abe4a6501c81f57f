"""Which strokes are selected."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from digitvision.ink.editing.transform import bounds_of
from digitvision.ink.stroke import Bounds, Drawing, Stroke


class Selection(QObject):
    """Indices of strokes of a drawing; they follow the strokes when the drawing changes."""

    changed = Signal()
    """Other strokes are selected, or the selected ones have changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawing = Drawing()
        self._indices: tuple[int, ...] = ()
        self._found: tuple[tuple[Stroke, ...], tuple[int, ...], tuple[Stroke, ...], Bounds | None] | None = None
        """What was found last: of which strokes and indices, the selected strokes, and the rectangle around them."""

    def __bool__(self) -> bool:
        return bool(self._indices)

    @property
    def indices(self) -> tuple[int, ...]:
        """Indices of the selected strokes, ascending."""
        return self._indices

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The selected strokes."""
        return self._find()[0]

    @property
    def bounds(self) -> Bounds | None:
        """The rectangle around the samples of the selected strokes; None where nothing is selected."""
        return self._find()[1]

    @property
    def drawing(self) -> Drawing:
        """The drawing whose strokes they are."""
        return self._drawing

    def choose(self, indices: Iterable[int]) -> None:
        """Select these strokes instead of others."""
        chosen = tuple(sorted(set(indices)))
        if chosen != self._indices:
            self._indices = chosen
            self.changed.emit()

    def clear(self) -> None:
        """Select nothing."""
        self.choose(())

    def _find(self) -> tuple[tuple[Stroke, ...], Bounds | None]:
        """Return the selected strokes and the rectangle around them, which are asked for at each paint."""
        every = self._drawing.strokes
        if self._found is None or self._found[0] is not every or self._found[1] is not self._indices:
            strokes = tuple(every[index] for index in self._indices)
            self._found = (every, self._indices, strokes, bounds_of(strokes))
        return self._found[2], self._found[3]

    def follow(self, drawing: Drawing) -> None:
        """Keep the strokes selected in another drawing, as far as they are in it.

        Where it has as many strokes as the drawing before, a stroke that was put in the place of a selected one is that
        stroke moved or changed, and stays selected.
        """
        old, self._drawing = self._drawing.strokes, drawing
        new = drawing.strokes
        if not self._indices or old is new:
            return
        if len(old) == len(new):
            if any(old[index] is not new[index] for index in self._indices):
                self.changed.emit()
            return
        places = {id(stroke): index for index, stroke in enumerate(new)}
        found = [places.get(id(old[index])) for index in self._indices]
        self._indices = tuple(index for index in found if index is not None)
        self.changed.emit()
