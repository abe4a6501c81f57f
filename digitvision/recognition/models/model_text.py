"""Models as text, for the command line."""

from collections.abc import Mapping, Sequence
from typing import Final

from digitvision.recognition.models.data_names import DataGroup, alphabet_words, figure_data_name, grouped_data
from digitvision.recognition.models.headline_figures import figure_name, figure_value
from digitvision.recognition.models.model_card import Figure, ModelCard
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.models.training_settings import libraries_in_words, settings_in_words

_KILOBYTE: Final = 1024
_MEGABYTE: Final = 1024**2


def table(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Format rows as lines with aligned columns; the first row is the head, `right` are right-aligned columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def list_text(models: Sequence[Model], defaults: Mapping[str, str]) -> str:
    """Format all models, one a line.

    Args:
        models: The models.
        defaults: Name of the model that is the default for each alphabet, by the alphabet.
    """
    rows = [("model", "alphabet", "accuracy", "on disk", "")]
    rows += [
        (model.name, model.card.alphabet, _accuracy(model.card), _size(model), _origin(model, defaults))
        for model in models
    ]
    return "\n".join(table(rows, right=frozenset({3})))


def card_text(model: Model, defaults: Mapping[str, str]) -> str:
    """Format all content of a model's card; `defaults` as in `list_text`."""
    card = model.card
    properties = [
        ("network", f"{card.architecture}, {card.parameters:,} parameters"),
        *(_alphabet(card, name) for name in card.alphabet_names),
        *(("trained with", _data(group)) for group in grouped_data(card.data)),
        *settings_in_words(card.settings),
        ("made on", card.created.partition("T")[0]),
        ("made with", ", ".join(libraries_in_words(card.versions))),
        ("folder", str(model.folder)),
    ]
    width = max(len(name) for name, _ in properties)
    head = f"{model.name}  ({_origin(model, defaults)})"
    layers = [("layer", "kind", "output", "parameters", "")]
    layers += [
        (layer.name, layer.kind, " × ".join(map(str, layer.output_shape)), f"{layer.parameters:,}", layer.detail)
        for layer in card.layers
    ]
    parts = [
        "\n".join(line for line in (head, card.description) if line),
        "\n".join(f"{name:{width}}  {value}" for name, value in properties if value),
        "\n".join(table(layers, right=frozenset({3}))),
        "\n".join(_figure(figure) for figure in card.figures),
    ]
    return "\n\n".join(part for part in parts if part)


def _alphabet(card: ModelCard, name: str) -> tuple[str, str]:
    item = card.alphabet_card(name)
    limits = f"sure from a confidence of {item.sure_above:.3f}"
    if card.rejects:
        limits += f" and an in-vocabulary score of {item.in_vocabulary_above:.3f}"
    classes = " ".join(card.labels[index].text for index in item.class_indices)
    return f"answers within {alphabet_words(name)}", f"{classes}; {limits} (temperature {item.temperature:.3f})"


def _data(group: DataGroup) -> str:
    parts = f" ({', '.join(group.parts)})" if group.parts else ""
    return ", ".join(word for word in (f"{group.name}{parts}", group.amount, group.licence) if word)


def _figure(figure: Figure) -> str:
    measured = f"{figure_data_name(figure.data)}, {figure.samples:,} samples; {figure.command}"
    return f"{figure_name(figure)}: {figure_value(figure)}  ({measured})"


def _accuracy(card: ModelCard) -> str:
    for figure in card.figures:
        if figure.name == "accuracy":
            return f"{figure.value * 100:.2f} % on {figure.data}"
        if figure.name == "expression rate":
            return f"{figure.value * 100:.2f} % of {figure.data}"
        if figure.name == "characters wrong":
            return f"{(1 - figure.value) * 100:.2f} % of characters, {figure_data_name(figure.data)}"
    return "not measured"


def _origin(model: Model, defaults: Mapping[str, str]) -> str:
    origin = "bundled" if model.bundled else "own"
    alphabets = [alphabet for alphabet, name in defaults.items() if name == model.name]
    return f"{origin}, default for {', '.join(alphabets)}" if alphabets else origin


def _size(model: Model) -> str:
    total = 0
    for name in model.card.sha256:
        try:
            total += (model.folder / name).stat().st_size
        except OSError:
            # The model is listed all the same; loading it will report the error.
            continue
    return f"{total / _MEGABYTE:.1f} MB" if total >= _MEGABYTE else f"{total / _KILOBYTE:.0f} kB"
