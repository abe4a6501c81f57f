"""Kinds of symbols' labels: letters, operators, relations, functions; and their text in Unicode."""

from typing import Final, Literal

SignKind = Literal[
    "digit", "letter", "function", "operator", "relation", "open", "close", "bar", "big", "comma", "other"
]

TEXTS: Final[dict[str, str]] = {
    r"\alpha": "α",
    r"\beta": "β",
    r"\gamma": "γ",
    r"\delta": "δ",
    r"\epsilon": "ε",
    r"\lambda": "λ",
    r"\mu": "μ",
    r"\pi": "π",
    r"\rho": "ρ",
    r"\sigma": "σ",
    r"\tau": "τ",
    r"\theta": "θ",
    r"\phi": "φ",
    r"\psi": "ψ",
    r"\omega": "ω",
    r"\Delta": "Δ",
    r"\Gamma": "Γ",
    r"\Omega": "Ω",
    "-": "−",
    r"\pm": "±",
    r"\times": "×",
    r"\cdot": "·",
    r"\div": "÷",
    r"\lt": "<",
    r"\gt": ">",
    r"\leq": "≤",
    r"\geq": "≥",
    r"\neq": "≠",
    r"\approx": "≈",
    r"\in": "∈",
    r"\rightarrow": "→",
    r"\forall": "∀",
    r"\exists": "∃",
    r"\infty": "∞",
    r"\ldots": "…",
    r"\circ": "°",
    r"\prime": "\N{PRIME}",
    r"\sum": "∑",
    r"\int": "∫",
    r"\sqrt": "√",
    r"\{": "{",
    r"\}": "}",
    r"\#": "#",
    r"\$": "$",
    r"\%": "%",
    r"\&": "&",
    r"\_": "_",
    r"\backslash": "\\",
    r"\wedge": "∧",
    r"\sim": "~",
}
"""Unicode of labels that are commands; the minus is the mathematical one."""

DIGITS: Final = frozenset("0123456789")
FUNCTIONS: Final = frozenset({r"\sin", r"\cos", r"\tan", r"\log", r"\ln", r"\exp", r"\arcsin", r"\arccos", r"\arctan"})
BIG: Final = frozenset({r"\sum", r"\int", r"\lim"})
"""Operators with limits that stand before their operand."""

_GREEK: Final = frozenset(label for label, text in TEXTS.items() if text.isalpha() and label != r"\in")
_OPERATORS: Final = frozenset({"+", "-", r"\pm", r"\times", r"\cdot", r"\div", "/", "*"})
_RELATIONS: Final = frozenset(
    {"=", "<", ">", r"\lt", r"\gt", r"\leq", r"\geq", r"\neq", r"\approx", r"\in", r"\rightarrow"}
)


def kind_of(label: str) -> SignKind:
    """Return the kind of a label, without regard to its neighbours."""
    if label in DIGITS:
        return "digit"
    if label in FUNCTIONS:
        return "function"
    if label in BIG:
        return "big"
    if label in _GREEK or (len(label) == 1 and label.isalpha()):
        return "letter"
    if label in _OPERATORS:
        return "operator"
    if label in _RELATIONS:
        return "relation"
    if label in ("(", "[", r"\{"):
        return "open"
    if label in (")", "]", r"\}"):
        return "close"
    return "bar" if label == "|" else "comma" if label == "," else "other"


def text_of_label(label: str) -> str:
    """Return a label in Unicode, a name without its backslash; never empty, and printable."""
    text = TEXTS.get(label) or label.removeprefix("\\")
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace()) or "\N{REPLACEMENT CHARACTER}"
