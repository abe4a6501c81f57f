"""Texts for lines that are put together: words in every case, numbers, dates, amounts, codes, signs."""

from collections.abc import Sequence

import numpy as np

_UNITS = ("kg", "g", "m", "cm", "mm", "km", "l", "ml", "h", "min", "s", "%", "EUR", "$", "pcs", "x")
_NOUNS = ("Room", "No.", "Total:", "Sum", "Page", "p.", "Date:", "Tel.", "Box", "Type", "Line", "Nr.", "Item", "Flat")
_ENDS = (".", ",", ".", ",", "!", "?", ":", ";", "...")


def made_text(words: Sequence[str], rng: np.random.Generator) -> str:
    """Return a text of one to four words, or a short one with numbers or capitals.

    Args:
        words: Words in small letters to choose from.
        rng: Decides.
    """
    kind = rng.random()
    if kind < 0.55:
        return _words(words, rng)
    if kind < 0.72:
        return number(rng)
    if kind < 0.84:
        return _amount(words, rng)
    if kind < 0.93:
        return _code(words, rng)
    return _name(words, rng)


def number(rng: np.random.Generator) -> str:
    """Return a number, date or time of the forms that people write."""
    kind = rng.random()
    digits = "".join(str(digit) for digit in rng.integers(0, 10, int(rng.integers(1, 7))))
    if kind < 0.4:
        return digits
    if kind < 0.6:
        return f"{digits}{'.' if rng.random() < 0.6 else ','}{int(rng.integers(0, 100)):02d}"
    day, month, year = int(rng.integers(1, 32)), int(rng.integers(1, 13)), int(rng.integers(1900, 2040))
    if kind < 0.7:
        between = str(rng.choice(list("./-")))
        return f"{day:02d}{between}{month:02d}{between}{year}"
    if kind < 0.8:
        return f"{int(rng.integers(0, 24))}:{int(rng.integers(0, 60)):02d}"
    if kind < 0.87:
        return f"{int(rng.integers(1, 100))}%"
    if kind < 0.94:
        return f"{int(rng.integers(1, 1000))} {rng.choice(list('+-/*='))} {int(rng.integers(1, 100))}"
    return f"{'+' if rng.random() < 0.5 else ''}{int(rng.integers(10, 1000))} {int(rng.integers(100, 10**6))}"


def _words(words: Sequence[str], rng: np.random.Generator) -> str:
    chosen = [words[int(index)] for index in rng.integers(0, len(words), int(rng.integers(1, 5)))]
    case = rng.random()
    if case < 0.25:
        chosen = [word.capitalize() for word in chosen]
    elif case < 0.4:
        chosen = [word.upper() for word in chosen]
    elif case < 0.6:
        chosen[0] = chosen[0].capitalize()
    for index in range(len(chosen)):
        sign = rng.random()
        if sign < 0.12:
            chosen[index] += str(rng.choice(_ENDS[:-1]))
        elif sign < 0.17:
            chosen[index] = f'"{chosen[index]}"'
        elif sign < 0.2:
            chosen[index] = f"({chosen[index]})"
        elif sign < 0.23:
            chosen[index] += "'s"
        elif sign < 0.26:
            chosen[index] += f"-{words[int(rng.integers(len(words)))]}"
    return " ".join(chosen)


def _amount(words: Sequence[str], rng: np.random.Generator) -> str:
    before = str(rng.choice(_NOUNS)) if rng.random() < 0.5 else words[int(rng.integers(len(words)))]
    unit = str(rng.choice(_UNITS))
    amount = f"{number(rng)} {unit}" if rng.random() < 0.7 else f"{int(rng.integers(1, 500))}{unit}"
    return f"{before} {amount}" if rng.random() < 0.6 else amount


def _code(words: Sequence[str], rng: np.random.Generator) -> str:
    letters = "".join(chr(65 + int(index)) for index in rng.integers(0, 26, int(rng.integers(1, 4))))
    digits = str(int(rng.integers(0, 10 ** int(rng.integers(1, 5)))))
    form = rng.random()
    code = (
        f"{letters}{digits}" if form < 0.4 else f"{letters}-{digits}" if form < 0.6 else f"{digits}{letters.lower()[0]}"
    )
    if rng.random() < 0.4:
        return f"{rng.choice(_NOUNS)} {code}"
    return code if rng.random() < 0.6 else f"{words[int(rng.integers(len(words)))]} {code}"


def _name(words: Sequence[str], rng: np.random.Generator) -> str:
    first = chr(65 + int(rng.integers(26)))
    last = words[int(rng.integers(len(words)))].capitalize()
    title = str(rng.choice(("Mr. ", "Mrs. ", "Dr. ", "", "", "")))
    return f"{title}{first}. {last}" if rng.random() < 0.6 else f"{last}, {first}."
