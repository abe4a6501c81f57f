"""The kinds of reading that the window offers, with the reader of each: a new kind is a new entry here."""

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
from digitvision.recognition.prediction import PAGE, Reading
from digitvision.recognition.reader import read_character, read_character_picture
from digitvision.recognition.recognizer import Recognizer

CANDIDATES: Final = 6
"""Number of candidates for the whole drawing that a reader is asked for."""

Ink: TypeAlias = Drawing | NDArray[np.float32]
"""A drawing, or a picture's ink, float32 [H, W] from 0 to 1."""

Reader: TypeAlias = Callable[[Ink, Corrections, str], Reading]
"""Reads ink with the user's corrections, within the alphabet of this name; pictures only where its kind reads them."""

PLAIN_READING: Final = CHARACTER
"""The kind that needs no model but the chosen one: it is used until another is ready, and where no other can be had."""

DEFAULT_READING: Final = PAGE
"""The kind that new drawings are read as until the user chooses another: it reads what the others read."""

SLICE_S: Final = 0.03
"""Time in seconds that a page is read for at a stretch: no stroke waits longer before it is read itself."""

FEW_STROKES: Final = 4
"""Most strokes of a single glyph: with more of them, a page is never answered as a character."""


@dataclass(frozen=True, slots=True)
class ReadingKind:
    """One way to read the canvas.

    Attributes:
        name: Its name on the command line and in the settings.
        key: The key that chooses it.
        alphabets: Whether it answers within an alphabet that the user chooses.
        pictures: Whether it reads pictures too, not only strokes.
        words: Whether letters in it are words, which are shown as text and not typeset as a product of variables.
        several_glyphs: Whether it reads several glyphs as one whole: then each has a box and can be corrected, strokes
            can be selected, and the whole is copied as a formula.
        rows: Whether it reads several rows, each by itself and as what it looks like. Its reader answers after
            `SLICE_S`, and goes on where it is asked again; a picture it reads at once.
        while_writing: Whether it reads while the pen is down; else it reads stroke by stroke.
        model_of: Finds the model that it needs by its name, or the program's own by an empty one; raises a `ModelFault`
            where there is none. None where the user's chosen model reads.
        load: Loads that model and returns its reader; called in the recognition thread. None where the user's chosen
            model reads.
    """

    name: str
    key: str
    alphabets: bool = True
    pictures: bool = False
    words: bool = False
    several_glyphs: bool = True
    rows: bool = False
    while_writing: bool = False
    model_of: Callable[[ModelStore, str], Model] | None = None
    load: Callable[[ModelStore, str], Reader] | None = None

    def problem(self, store: ModelStore, model: str = "") -> str:
        """Return a sentence on why it cannot be offered; empty when it can."""
        if self.model_of is None:
            return ""
        try:
            self.model_of(store, model)
        except ModelFault as error:
            return str(error)
        return ""


def character_reader(recognizer: Recognizer) -> Reader:
    """Return a reader of single characters, which answers within the recognizer's alphabet."""

    def read(ink: Ink, corrections: Corrections, _alphabet: str) -> Reading:
        if isinstance(ink, Drawing):
            return read_character(recognizer, ink, corrections=corrections)
        return read_character_picture(recognizer, ink, corrections=corrections)

    return read


def _equation_model(store: ModelStore, name: str) -> Model:
    # Imported here, so that the window need not wait for it.
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
    # A line needs both models; the one for glyphs is named as the model that answers.
    _equation_model(store, "")
    return store.for_alphabet("all", name or None)


def _load_line(store: ModelStore, name: str) -> Reader:
    from digitvision.recognition.line.recognizer import LineRecognizer
    from digitvision.recognition.text.own_words import OwnWords, own_words_path

    recognizer = LineRecognizer(store, name or None, OwnWords(own_words_path()))

    def read(ink: Ink, corrections: Corrections, alphabet: str) -> Reading:
        # Lines are read within the program's alphabets only, not within one that a model defines.
        own = alphabet if alphabet in ALPHABETS else None
        if isinstance(ink, Drawing):
            return recognizer.read(ink, top=CANDIDATES, corrections=corrections, alphabet=own)
        return recognizer.read_picture(ink, top=CANDIDATES, corrections=corrections, alphabet=own)

    return read


def _page_model(store: ModelStore, name: str) -> Model:
    # A page needs the models of equations and of lines; that of equations, or the one that was asked for, is named as
    # the model that answers.
    _line_model(store, "")
    if name and store.find(name).card.reading != EQUATION:
        return _line_model(store, name)
    return _equation_model(store, name)


def _load_page(store: ModelStore, name: str) -> Reader:
    from digitvision.recognition.page.page_recognizer import PageRecognizer
    from digitvision.recognition.text.own_words import OwnWords, own_words_path

    recognizer = PageRecognizer(store, name or None, OwnWords(own_words_path()))

    def read(ink: Ink, corrections: Corrections, _alphabet: str) -> Reading:
        if not isinstance(ink, Drawing):
            return recognizer.read_picture(ink, top=CANDIDATES, corrections=corrections)
        return recognizer.read(ink, top=CANDIDATES, corrections=corrections, within_s=SLICE_S)

    return read


READINGS: Final = {
    kind.name: kind
    for kind in (
        ReadingKind(CHARACTER, "F6", pictures=True, several_glyphs=False, while_writing=True),
        ReadingKind("line", "F7", pictures=True, words=True, model_of=_line_model, load=_load_line),
        ReadingKind(EQUATION, "F8", alphabets=False, model_of=_equation_model, load=_load_equation),
        ReadingKind(PAGE, "F9", alphabets=False, pictures=True, rows=True, model_of=_page_model, load=_load_page),
    )
}


def reading_title(name: str) -> str:
    """Return the name of a kind of reading on screen."""
    translate = QCoreApplication.translate
    titles = {
        "character": translate("Readings", "Character"),
        "line": translate("Readings", "Line"),
        "equation": translate("Readings", "Equation"),
        "page": translate("Readings", "Page"),
    }
    return titles[name]


def reading_tip(name: str) -> str:
    """Return a sentence that says how a kind of reading reads the canvas."""
    translate = QCoreApplication.translate
    tips = {
        "character": translate("Readings", "Read the canvas as one character"),
        "line": translate("Readings", "Read the canvas as a number or a word"),
        "equation": translate("Readings", "Read the canvas as an equation"),
        "page": translate("Readings", "Read the canvas row by row: equations, numbers and words"),
    }
    return tips[name]
