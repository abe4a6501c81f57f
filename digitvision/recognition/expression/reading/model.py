"""Load a model that reads expressions from its folder."""

import logging

from digitvision.recognition.expression.reading.glyph_scores import shipped_glyph_scorer
from digitvision.recognition.expression.reading.networks import ExpressionNetworks
from digitvision.recognition.expression.reading.ngrams import NgramModel
from digitvision.recognition.expression.reading.priors import SymbolPriors
from digitvision.recognition.expression.reading.reader import ExpressionReader
from digitvision.recognition.expression.reading.stroke_features import FEATURES_VERSION
from digitvision.recognition.models.model_card import EQUATION, ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.prediction import LINE
from digitvision.recognition.signs.percent_finder import PercentFinder

DEFAULT_EXPRESSION_MODEL = "equations"
PRIORS_FILE = "language.npz"
NGRAMS_FILE = "phrases.npz"

_log = logging.getLogger(__name__)


def strokes_file(member: int) -> str:
    """File name of a member's network for strokes; members count from 1."""
    return f"strokes-{member}.tflite"


def symbols_file(member: int) -> str:
    """File name of a member's network for symbols; members count from 1."""
    return f"symbols-{member}.tflite"


def load_expression_reader(model: Model, *, with_glyph_scores: bool = False) -> ExpressionReader:
    """Build a reader with this model's networks.

    Args:
        model: The model.
        with_glyph_scores: Whether the shipped network for single glyphs scores each symbol's class too, provided that
            it has all of the model's classes, and finds percent signs.

    Raises:
        ModelFault: The model does not read expressions, is missing or damaged, or was trained with other features.
    """
    card = model.card
    check_reads_equations(model)
    if card.preprocessing != FEATURES_VERSION:
        raise ModelFault(
            f"The model “{model.name}” was trained with features {card.preprocessing} of expressions, but this program "
            f"prepares them by version {FEATURES_VERSION}; train it again."
        )
    members = sum(name.startswith("strokes-") for name in card.sha256)
    networks = [
        ExpressionNetworks(model.content(strokes_file(member)), model.content(symbols_file(member)), name=model.name)
        for member in range(1, members + 1)
    ]
    if not networks:
        raise ModelFault(f"The model “{model.name}” is damaged: it has no networks.")
    try:
        symbol_priors = SymbolPriors.from_bytes(model.content(PRIORS_FILE), len(card.labels))
        ngrams = NgramModel.from_bytes(model.content(NGRAMS_FILE)) if NGRAMS_FILE in card.sha256 else None
    except ValueError as error:
        raise ModelFault(f"The model “{model.name}” is damaged: {error}.") from error
    labels = [label.latex for label in card.labels]
    glyph_scores = None
    if with_glyph_scores:
        try:
            glyph_scores = shipped_glyph_scorer(labels)
        except ModelFault as fault:
            _log.warning("Equations are read without a second opinion. %s", fault)
    percents = None if glyph_scores is None else PercentFinder(glyph_scores.recognizer)
    return ExpressionReader(networks, labels, symbol_priors, glyph_scores, ngrams, percents)


def check_reads_equations(model: Model) -> None:
    """Refuse a model that does not read equations.

    Raises:
        ModelFault: The model reads something else.
    """
    if model.card.reading != EQUATION:
        what = "lines of writing" if model.card.reading == LINE else "single glyphs"
        raise ModelFault(f"The model “{model.name}” reads {what}, not equations.")


def default_expression_model(store: ModelStore, name_or_path: str | None = None) -> Model:
    """Return the model that reads expressions: the named one, or the program's.

    Raises:
        ModelFault: There is no such model, or it reads something else.
    """
    model = store.find(name_or_path or DEFAULT_EXPRESSION_MODEL)
    check_reads_equations(model)
    return model
