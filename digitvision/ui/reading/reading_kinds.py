"""The readings that the window offers, and what reads in each: another one is another entry here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from digitvision.ink.stroke import Drawing
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.models.model_card import CHARACTER, EQUATION, ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.prediction import Reading

CANDIDATES: Final = 6
"""How many readings of a whole drawing are asked for."""

Ink: TypeAlias = Drawing | NDArray[np.float32]
"""A drawing, or a picture's ink, float32 [H, W] from 0 to 1."""

Reader: TypeAlias = Callable[[Ink, Corrections, str], Reading]
"""Reads ink with what was said of it, within the alphabet of a name; pictures where its kind says so."""


@dataclass(frozen=True, slots=True)
class ReadingKind:
    """One way to read.

    Attributes:
        name: As the command line writes it.
        key: That chooses it.
        alphabets: Whether it answers within an alphabet that is chosen.
        pictures: Whether it reads pictures too, not only strokes.
        words: Whether letters in it are words, which are shown as text and not typeset as a product of variables.
        model_of: The model that it needs, by name, or the program's own for an empty one; raises a `ModelFault`
            without one.
        load: Loads that model, in the recognition thread. None for single glyphs, whose models are chosen.
    """

    name: str
    key: str
    alphabets: bool = True
    pictures: bool = False
    words: bool = False
    model_of: Callable[[ModelStore, str], Model] | None = None
    load: Callable[[ModelStore, str], Reader] | None = None

    def problem(self, store: ModelStore, model: str = "") -> str:
        """Why it cannot be offered; empty when it can."""
        if self.model_of is None:
            return ""
        try:
            self.model_of(store, model)
        except ModelFault as error:
            return str(error)
        return ""


def _equation_model(store: ModelStore, name: str) -> Model:
    # What reads expressions is imported when it is wanted: the window need not wait for it.
    from digitvision.recognition.expression.reading.model import default_expression_model

    model = default_expression_model(store, name or None)
    if model.card.reading != EQUATION:
        raise ModelFault(f"The model “{model.name}” reads single glyphs, not equations.")
    return model


def _load_equation(store: ModelStore, name: str) -> Reader:
    from digitvision.recognition.expression.reading.recognizer import EquationRecognizer

    recognizer = EquationRecognizer(_equation_model(store, name))

    def read(ink: Ink, corrections: Corrections, _alphabet: str) -> Reading:
        if not isinstance(ink, Drawing):
            return Reading(EQUATION)
        return recognizer.read(ink, top=CANDIDATES, corrections=corrections)

    return read


def _line_model(store: ModelStore, name: str) -> Model:
    # Both networks are needed; the answer bears the name of the one for glyphs.
    _equation_model(store, "")
    return store.for_alphabet("all", name or None)


def _load_line(store: ModelStore, name: str) -> Reader:
    from digitvision.recognition.line.recognizer import LineRecognizer

    recognizer = LineRecognizer(store, name or None)

    def read(ink: Ink, corrections: Corrections, alphabet: str) -> Reading:
        # An alphabet that a model has made up says nothing about lines.
        known = alphabet if alphabet in ALPHABETS else None
        if isinstance(ink, Drawing):
            return recognizer.read(ink, top=CANDIDATES, corrections=corrections, alphabet=known)
        return recognizer.read_picture(ink, top=CANDIDATES, corrections=corrections, alphabet=known)

    return read


READINGS: Final = {
    kind.name: kind
    for kind in (
        ReadingKind(CHARACTER, "F6", pictures=True),
        ReadingKind("line", "F7", pictures=True, words=True, model_of=_line_model, load=_load_line),
        ReadingKind(EQUATION, "F8", alphabets=False, model_of=_equation_model, load=_load_equation),
    )
}


def reading_title(name: str) -> str:
    """A reading's name on screen."""
    translate = QCoreApplication.translate
    titles = {
        "character": translate("Readings", "Character"),
        "line": translate("Readings", "Line"),
        "equation": translate("Readings", "Equation"),
    }
    return titles[name]


def reading_tip(name: str) -> str:
    """What a reading takes the canvas for."""
    translate = QCoreApplication.translate
    tips = {
        "character": translate("Readings", "Read the canvas as one character"),
        "line": translate("Readings", "Read the canvas as a number or a word"),
        "equation": translate("Readings", "Read the canvas as an equation"),
    }
    return tips[name]
