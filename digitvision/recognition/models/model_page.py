"""A model card as a page in Markdown, for people who look at the model where its code is hosted."""

from collections.abc import Iterable, Sequence
from typing import Final

from digitvision.recognition.models.data_names import (
    alphabet_words,
    figure_data_name,
    grouped_data,
    is_restricted,
)
from digitvision.recognition.models.headline_figures import figure_name, figure_value, headlines
from digitvision.recognition.models.model_card import CHARACTER, EQUATION, HALF, Figure, ModelCard
from digitvision.recognition.models.training_settings import libraries_in_words, settings_in_words
from digitvision.recognition.prediction import LINE

PAGE_FILE: Final = "README.md"
"""The page's name in a model's folder, so that code hosts show it with the folder."""

_NETWORKS: Final = {
    "cnn": "Two convolutions with pooling, one dense layer and a softmax: the network that every course begins with.",
    "small": "Three light convolutions and a softmax.",
    "residual": "A residual network for small pictures, with three stages of convolutions and shortcuts.",
    "mobile": "Inverted residuals in the manner of MobileNetV2.",
    "views": "Convolutions over the picture of the glyph, along the pen's path and over what lies around the glyph; "
    "what they find is joined in one layer, on which the softmax stands.",
    "raster": "Convolutions over the picture of the glyph, and a softmax.",
    "lines": "Two convolutions along the pen's path, each of which halves its length, and layers of long short-term "
    "memory in both directions; they answer with a character, or with none, at every fourth point of the path.",
    "expressions": "Two networks: the first says which strokes belong together, the second says what each symbol is "
    "and which symbol hangs on which.",
}
_READS: Final = {
    CHARACTER: "one character at a time",
    LINE: "whole lines of words, stroke by stroke",
    EQUATION: "whole expressions, stroke by stroke",
}
_VIEWS: Final = {
    "raster": "the picture of the glyph",
    "trajectory": "the pen's path",
    "surroundings": "what lies around the glyph, where it is part of a line or an expression",
}
_ORIGIN: Final = """\
This page is written from `card.json` by `digitvision models page {name}`; `digitvision models show {name}` lists every
layer."""

_MOST_LAYERS: Final = 20
"""Largest number of layers that are listed one by one; of larger networks only the kinds of layers are."""


def page_of(card: ModelCard) -> str:
    """Return the whole page of a model, ending in a line break.

    It is made from the card alone, so that the same card gives the same page. Empty values of the card are left out.
    """
    parts = [
        [f"# {card.name}", card.description],
        ["## What it reads, and for whom", *_readers(card)],
        ["## The first figures", *_first_figures(card)],
        ["## The network", *_network(card)],
        ["## The data", *_data(card)],
        ["## What was measured", *_measured(card)],
        ["## How it was trained", *_training(card)],
        [_ORIGIN.format(name=card.name)],
    ]
    paragraphs = [text for head, *rest in parts if rest or not head.startswith("#") for text in (head, *rest) if text]
    return "\n\n".join(paragraphs) + "\n"


def _readers(card: ModelCard) -> list[str]:
    what = _READS[card.reading]
    lines = [f"It reads {what}, and answers within"]
    lines.append(
        "\n".join(
            f"- **{alphabet_words(name)}** ({len(indices)}): {_classes(card, indices)}"
            for name in card.alphabet_names
            for indices in (card.alphabet_card(name).class_indices,)
        )
    )
    if card.reading == CHARACTER:
        lines.append(f"It looks at {_listed([_VIEWS[view] for view in card.views])}.")
    if card.rejects:
        lines.append("It has learned what junk looks like (scribbles, wrong groupings), and is seldom sure of it.")
    limited = dict.fromkeys(group.name for group in grouped_data(card.data) if is_restricted(group.licence))
    if limited:
        lines.append(
            f"For whom: for study and research. The data of {_listed(list(limited))} has licences with limits, which "
            "may hold for what is made from it, so that whoever uses this model commercially should ask the data's "
            "authors first."
        )
    elif card.data:
        lines.append("For whom: everybody; none of its data excludes commercial use.")
    return lines


def _first_figures(card: ModelCard) -> list[str]:
    rows = [(line.name, line.value, figure_data_name(line.figure.data)) for line in headlines(card)]
    return [_table(("figure", "value", "measured on"), rows)] if rows else []


def _network(card: ModelCard) -> list[str]:
    branches = card.settings.get("pictured_by") or ()
    number = "one branch more" if len(branches) == 1 else f"{len(branches)} branches more"
    pictured = f" For pictures it has {number}, which learned from pictures only." if branches else ""
    kept = " Its LiteRT form keeps the weights in half precision." if card.precision == HALF else ""
    network = _NETWORKS.get(card.architecture, "")
    text = f"{network}{pictured} {card.parameters:,} parameters in {len(card.layers)} layers.{kept}".strip()
    if len(card.layers) <= _MOST_LAYERS:
        rows = [
            (layer.name, layer.kind, " × ".join(map(str, layer.output_shape)), f"{layer.parameters:,}")
            for layer in card.layers
        ]
        return [text, _table(("layer", "kind", "output", "parameters"), rows)] if rows else [text]
    kinds: dict[str, list[int]] = {}
    for layer in card.layers:
        kinds.setdefault(layer.kind, []).append(layer.parameters)
    counted = [(kind, str(len(each)), f"{sum(each):,}") for kind, each in kinds.items() if sum(each)]
    return [text, _table(("layers with weights", "number", "parameters"), counted)]


def _data(card: ModelCard) -> list[str]:
    rows = [
        (group.name + (f" ({', '.join(group.parts)})" if group.parts else ""), group.amount, group.licence)
        for group in grouped_data(card.data)
    ]
    return [_table(("data", "learned from", "licence"), rows)] if rows else []


def _measured(card: ModelCard) -> list[str]:
    """Return a table for each set of figures that were measured together, so that no table has empty cells."""
    by_data: dict[tuple[str, str], list[Figure]] = {}
    for figure in card.figures:
        by_data.setdefault((figure.command, figure.data), []).append(figure)
    tables: dict[tuple[str, tuple[str, ...]], list[list[Figure]]] = {}
    for (command, _), figures in by_data.items():
        tables.setdefault((command, tuple(figure_name(figure) for figure in figures)), []).append(figures)
    lines = []
    for (command, names), rows in tables.items():
        if len({figure.samples for figures in rows for figure in figures}) > 1 and len(names) > 1:
            lines.append("A number in brackets is that of the samples behind one figure, where it is another.")
        table = _table(("measured on", "samples", *names), [_figure_row(figures) for figures in rows])
        lines.append(f"{table}\n\nPrinted by `{command}`.")
    return lines


def _figure_row(figures: Sequence[Figure]) -> tuple[str, ...]:
    first = figures[0]
    values = [
        figure_value(figure) + (f" ({figure.samples:,})" if figure.samples != first.samples else "")
        for figure in figures
    ]
    return (figure_data_name(first.data), f"{first.samples:,}", *values)


def _training(card: ModelCard) -> list[str]:
    settings = settings_in_words(card.settings)
    lines = [_table(("setting", "value"), settings)] if settings else []
    made = _made(card)
    return [*lines, made] if made else lines


def _made(card: ModelCard) -> str:
    date = card.created.partition("T")[0]
    versions = _listed(libraries_in_words(card.versions))
    if not date:
        return f"Made with {versions}." if versions else ""
    return f"Made on {date}" + (f" with {versions}." if versions else ".")


def _classes(card: ModelCard, indices: Iterable[int]) -> str:
    texts = [card.labels[index].text for index in indices]
    return " ".join(f"`{text}`" if text != "`" else "`` ` ``" for text in texts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in lines)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" and {words[-1]}" if words else ""
