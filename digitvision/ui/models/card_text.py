"""A model card in words for people: what the model reads, for whom, how it was trained, and what was measured."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from digitvision.recognition.models.data_names import (
    alphabet_words,
    data_name,
    figure_data_name,
    grouped_data,
    is_restricted,
)
from digitvision.recognition.models.headline_figures import Headline
from digitvision.recognition.models.model_card import EQUATION, ModelCard
from digitvision.recognition.models.model_store import Model
from digitvision.ui.widgets.alphabet_choice import alphabet_title
from digitvision.ui.widgets.date_text import date_text

_MEGABYTE: Final = 1024**2
_ALL: Final = "all"
_HELD_OUT_WRITERS: Final = "held-out writers"


def describe_origin(model: Model) -> str:
    """Describe where a model comes from, when it was made and how large it is, as far as that is known."""
    card = model.card
    parts = [_tr("Came with the program") if model.bundled else _tr("Your own model")]
    date = date_text(card.created)
    if date:
        parts.append(_tr("made on {date}").format(date=date))
    if card.parameters:
        parts.append(_tr("{count:,} parameters").format(count=card.parameters))
    size = _size(model)
    if size:
        parts.append(_tr("{size:.1f} MB").format(size=size) if size >= 0.1 else _tr("less than 0.1 MB"))
    return "  ·  ".join(parts)


def describe_reading(card: ModelCard) -> str:
    """Describe in a sentence or two what a model reads."""
    if card.reading == EQUATION:
        return _tr(
            "Whole formulas, stroke by stroke as a pen writes them: which strokes make a symbol, what each symbol is, "
            "and which stands above, below or beside which. It knows {count} symbols."
        ).format(count=len(card.labels))
    names = [alphabet_words(name) for name in card.alphabet_names]
    what = _tr("digits, letters and mathematical signs") if _ALL in card.alphabet_names else join_words(names)
    sentences = [_tr("One character at a time: {alphabets}.").format(alphabets=what)]
    views = {
        "raster": _tr("the picture of the character"),
        "trajectory": _tr("the path of the pen"),
        "surroundings": _tr("what stands around it in a line or a formula"),
    }
    sentences.append(_tr("It looks at {views}.").format(views=join_words([views[view] for view in card.views])))
    if card.rejects:
        sentences.append(_tr("Of scribbles and foreign signs it says that it is not sure what they are."))
    return " ".join(sentences)


def describe_audience(card: ModelCard) -> str:
    """Describe for whom a model is, by the licences of its data; empty where the card names no data."""
    groups = grouped_data(card.data)
    limited = list(dict.fromkeys(group.name for group in groups if is_restricted(group.licence)))
    unclear = list(dict.fromkeys(group.name for group in groups if _is_unclear(group.licence)))
    if limited:
        return _tr(
            "For study and research. The data of {names} may not be used for everything, and that may hold for this "
            "model, too: ask its authors before you earn money with it."
        ).format(names=join_words(limited))
    if unclear:
        return _tr("For you, and for whom you give it to. No licence is known for {names}.").format(
            names=join_words(unclear)
        )
    return _tr("For everybody: none of its data forbids a use.") if groups else ""


def list_alphabets(card: ModelCard) -> list[tuple[str, str]]:
    """List the alphabets that a model answers within: a title with the number of signs, and the signs."""
    lines = []
    for name in card.alphabet_names:
        indices = card.alphabet_card(name).class_indices
        title = _tr("{alphabet} ({count})").format(alphabet=alphabet_title(name), count=len(indices))
        lines.append((title, " ".join(card.labels[index].text for index in indices)))
    return lines


def list_data(card: ModelCard) -> list[tuple[str, str]]:
    """List the data that a model learned from: the collection's name, and its amount and licence."""
    lines = []
    for group in grouped_data(card.data):
        parts = f" ({', '.join(group.parts)})" if group.parts else ""
        licence = group.licence
        if not licence:
            licence = _tr("no licence known")
        limits = _tr(" — with limits on its use") if is_restricted(licence) else ""
        lines.append((group.name + parts, f"{group.amount}\n{licence}{limits}"))
    return lines


def explain_figure(headline: Headline, card: ModelCard) -> str:
    """Explain one of the first figures to people who do not know its name, in a text that continues after the value."""
    figure = headline.figure
    sentences = {
        "accuracy": _tr("of the characters are read right, out of {signs} possible signs."),
        "expected calibration error": _tr("is how far its stated confidence is off, on average."),
        "coverage of sure answers": _tr("of its answers it calls sure."),
        "accuracy of sure answers": _tr("of the answers that it calls sure are right."),
        "strangers doubted": _tr("of scribbles and foreign signs are not taken for sure."),
        "wrong answers (count)": _tr("of {samples:,} characters were misread."),
        "expression rate": _tr("of the formulas are read without any mistake."),
        "expression rate, up to one edit": _tr("of the formulas have one mistake at most."),
        "symbols found (F1)": _tr("is how well strokes are grouped into symbols (F1)."),
        "classes of found symbols": _tr("of the symbols that it finds are taken for the right one."),
        "parents and relations": _tr("of the symbols that it finds stand where they belong."),
    }
    sentence = sentences.get(figure.name, headline.name)
    if figure.name == "accuracy" and figure.data.endswith("as pictures"):
        sentence = _tr("are read right in pictures, as scans and photos show them: without the pen's path.")
    return sentence.format(samples=figure.samples, signs=len(card.alphabet_card().class_indices))


def describe_measurement(headlines: Sequence[Headline]) -> str:
    """Describe in a sentence on which data the first figures were measured."""
    figure = headlines[0].figure
    if figure.data.startswith(_HELD_OUT_WRITERS):
        return _tr("Measured on {samples:,} samples of people whose writing it did not learn from.").format(
            samples=figure.samples
        )
    return _tr("Measured on {samples:,} samples that it did not learn from: {data}.").format(
        samples=figure.samples, data=figure_data_name(figure.data)
    )


def list_settings(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the settings of a training in words, as title and value; empty and internal ones are left out."""
    lines = []
    for key, (title, write) in _settings().items():
        value = settings.get(key)
        if value not in (None, "", 0, False, [], {}, ()):
            lines.append((title, write(value)))
    return lines


def describe_libraries(versions: Mapping[str, str]) -> str:
    """Describe the libraries that made a model, by the names that people know."""
    names = {
        "digitvision": "DigitVision",
        "python": "Python",
        "tensorflow": "TensorFlow",
        "tensorflow-cpu": "TensorFlow",
        "keras": "Keras",
        "ai-edge-litert": "LiteRT",
        "numpy": "NumPy",
    }
    return ", ".join(f"{names.get(name, name)} {version}" for name, version in versions.items() if version)


def join_words(words: Sequence[str]) -> str:
    """Join words to a text, as in "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return _tr("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def _is_unclear(licence: str) -> bool:
    return not licence or licence.lower().startswith(("not stated", "unknown"))


def _settings() -> dict[str, tuple[str, Callable[[Any], str]]]:
    """The settings that people may want to know, by their keys on the card: a title, and a writer of values."""
    schedules = {
        "constant": _tr("constant"),
        "cosine": _tr("falling along a cosine"),
        "one-cycle": _tr("one cycle: rising, then falling"),
    }
    return {
        "recipe": (_tr("Recipe"), str),
        "base": (_tr("Began with the model"), str),
        "begins_with": (_tr("Began with the weights of"), str),
        "freeze": (_tr("Went on learning"), _write_frozen),
        "two_stages": (_tr("In two stages"), lambda _: _tr("first the last layer, then all of it")),
        "data": (_tr("Data"), lambda names: join_words([data_name(str(name)) for name in _list(names)])),
        "validation": (_tr("Held out"), lambda names: "; ".join(map(str, _list(names)))),
        "held_out": (_tr("Held out"), lambda share: _tr("{percent:g} % of the writers").format(percent=share * 100)),
        "strangers": (_tr("Junk among the samples"), _write_number),
        "beside": (_tr("Learned with it"), _write_alphabets),
        "members": (_tr("Pairs of networks that answer together"), _write_number),
        "epochs": (_tr("Epochs"), _write_number),
        "kept_epoch": (_tr("Kept epoch"), _write_number),
        "restart_after": (_tr("Learning rate begun anew after epoch"), lambda epochs: join_words(_texts(epochs))),
        "batch_size": (_tr("Batch size"), _write_number),
        "learning_rate": (_tr("Learning rate"), _write_number),
        "schedule": (_tr("Schedule"), lambda name: schedules.get(str(name), str(name))),
        "patience": (_tr("Stop early after"), lambda count: _tr("{count} epochs without gain").format(count=count)),
        "weight_decay": (_tr("Weight decay"), _write_number),
        "label_smoothing": (_tr("Label smoothing"), _write_number),
        "dropout": (_tr("Dropout"), _write_number),
        "augment": (_tr("Augmentation"), lambda _: _tr("slant, size and position varied")),
        "seed": (_tr("Random seed"), _write_number),
    }


def _write_frozen(count: Any) -> str:
    return _tr("its last layer only") if count == -1 else _tr("all but its first {count} layers").format(count=count)


def _write_alphabets(names: Any) -> str:
    return join_words([alphabet_words(str(name)) for name in _list(names)])


def _write_number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _texts(values: Any) -> list[str]:
    return [str(value) for value in _list(values)]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _size(model: Model) -> float:
    """Megabytes of the files that are loaded to answer; 0 where they are missing, which loading will report."""
    total = 0
    for name in model.card.sha256:
        # The Keras form is for going on with the training: it is not loaded to answer.
        if not name.endswith(".keras"):
            try:
                total += (model.folder / name).stat().st_size
            except OSError:
                return 0.0
    return total / _MEGABYTE


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelCard", text)
