"""Looking into the model that answers, off the window's thread; the newest drawing wins."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from digitvision.ink.raster import Raster, rasterize, rasterize_picture
from digitvision.ink.stroke import Drawing
from digitvision.ink.trajectory import trajectory
from digitvision.recognition.inside import Inside, LayerMaps, occlusion_map
from digitvision.recognition.modelstore import Model
from digitvision.recognition.recognizer import Recognizer
from digitvision.ui.document import Picture
from digitvision.ui.jobs import Jobs


@dataclass(frozen=True, slots=True, eq=False)
class InsideView:
    """What was seen inside.

    Attributes:
        layers: In the order of the model's card.
        raster: float32 [28, 28], what the network looked at.
        answer: The best answer's text, and its confidence from 0 to 1.
        occlusion: float32 [28, 28], see `occlusion_map`.
    """

    layers: tuple[LayerMaps, ...]
    raster: Raster
    answer: str
    confidence: float
    occlusion: NDArray[np.float32]


class _Looker:
    """Lives in the jobs' thread; what it has loaded is of the model that it was asked about last."""

    def __init__(self) -> None:
        self._inside: Inside | None = None
        self._recognizer: Recognizer | None = None

    def look(self, model: Model, alphabet: str, content: Drawing | Picture) -> InsideView:
        if self._inside is None or self._inside.model is not model:
            self._inside = Inside(model)
            self._recognizer = None
        if self._recognizer is None or self._recognizer.alphabet.name != alphabet:
            self._recognizer = Recognizer(model, alphabet)
        if isinstance(content, Picture):
            raster, path = rasterize_picture(content.ink), None
        else:
            raster, path = rasterize(content.strokes), trajectory(content.strokes)
        probabilities = self._recognizer.answers(raster[None], None if path is None else path[None]).probabilities[0]
        place = int(np.argmax(probabilities))
        return InsideView(
            layers=self._inside.look(raster, path),
            raster=raster,
            answer=self._recognizer.labels[place].text,
            confidence=float(probabilities[place]),
            occlusion=occlusion_map(self._recognizer, place, raster, path),
        )


class InsideClient(QObject):
    """Asks for looks, one at a time."""

    shown = Signal(object)
    """An `InsideView`."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = Jobs(self)
        self._looker = _Looker()
        self._busy = False
        self._waiting: tuple[Model, str, Drawing | Picture] | None = None

    @property
    def idle(self) -> bool:
        return not self._busy

    def request(self, model: Model, alphabet: str, content: Drawing | Picture) -> None:
        """Look at this; it takes the place of whatever was waiting."""
        self._waiting = (model, alphabet, content)
        self._send()

    def forget(self) -> None:
        """What was asked for last is no longer wanted."""
        self._waiting = None

    def shut_down(self) -> None:
        """End the thread."""
        self.forget()
        self._jobs.shut_down()

    def _send(self) -> None:
        if self._busy or self._waiting is None:
            return
        self._busy = True
        (model, alphabet, content), self._waiting = self._waiting, None
        self._jobs.run(lambda: self._looker.look(model, alphabet, content), then=self._take, sorry=self._complain)

    def _take(self, view: InsideView) -> None:
        self._busy = False
        self.shown.emit(view)
        self._send()

    def _complain(self, sentence: str) -> None:
        self._busy = False
        self.failed.emit(sentence)
        self._send()
