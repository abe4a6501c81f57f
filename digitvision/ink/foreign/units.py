"""Units and resolutions of InkML's channels: how long a step of a channel is on paper.

Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, sections 3.1 (channels) and 4.2 (ink
sources) and the appendix on units.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Final

MILLIMETRES: Final = {
    "km": 1e6,
    "m": 1e3,
    "dm": 100.0,
    "cm": 10.0,
    "mm": 1.0,
    "um": 1e-3,
    "µm": 1e-3,
    "μm": 1e-3,
    "micron": 1e-3,
    "nm": 1e-6,
    "in": 25.4,
    "inch": 25.4,
    "ft": 304.8,
    "pt": 25.4 / 72,
    "pc": 25.4 / 6,
    "px": 25.4 / 96,
    "twip": 25.4 / 1440,
    "himetric": 0.01,
    "emu": 25.4 / 914_400,
}
"""Length of each unit in millimetres."""

_LONG_NAMES: Final = {
    "kilometer": "km",
    "meter": "m",
    "decimeter": "dm",
    "centimeter": "cm",
    "millimeter": "mm",
    "micrometer": "um",
    "nanometer": "nm",
    "inche": "in",
    "foot": "ft",
    "feet": "ft",
    "point": "pt",
    "pica": "pc",
    "pixel": "px",
}
"""Units whose names are written out, in the singular and as in America."""

MILLISECONDS: Final = {"s": 1000.0, "sec": 1000.0, "ms": 1.0, "us": 0.001, "µs": 0.001, "μs": 0.001, "ns": 0.000_001}
"""Length of each unit of time."""

_DOTS: Final = {"i": "in", "in": "in", "cm": "cm", "mm": "mm"}
_DOTS_PER: Final = re.compile(r"[dpl]p(i|in|cm|mm)")
_LAST_WORD: Final = re.compile(r"([a-zµμ]+)\s*(?:\^?[-−]1|⁻¹)?$")
_LEAST, _MOST = 1e-9, 1e9

_ISO_SERIES: Final = {"a": (841, 1189), "b": (1000, 1414)}
_ISO_SIZE: Final = re.compile(r"(?:iso[- ]?(?:216[- ]?)?)?([ab])(\d|10)")
_OTHER_SIZES: Final = {"letter": (215.9, 279.4), "legal": (215.9, 355.6), "tabloid": (279.4, 431.8)}


@dataclass(frozen=True, slots=True)
class Resolution:
    """Steps of a channel in a unit, such as 1000 in "1/cm"."""

    value: float
    units: str = ""


@dataclass(slots=True)
class Digitiser:
    """What an ink source says of its channels.

    Attributes:
        resolutions: The resolution of each channel, by its name.
        area: Width and height of the active area in mm; None where it is unknown.
        interval: Milliseconds between two samples, where the device samples evenly; else 0.
    """

    resolutions: dict[str, Resolution] = field(default_factory=dict)
    area: tuple[float, float] | None = None
    interval: float = 0.0

    def add(self, attributes: dict[str, str]) -> None:
        """Take in a property of a channel; what is no usable resolution is left out."""
        value = number(attributes.get("value"))
        if attributes.get("name", "").lower() == "resolution" and value is not None and value > 0:
            self.resolutions[attributes.get("channel", "").upper()] = Resolution(value, attributes.get("units", ""))

    def set_area(self, attributes: dict[str, str]) -> None:
        """Take in the active area, where it gives its width and height, or the size of a usual sheet of paper."""
        unit = length_of(attributes.get("units", "mm"))
        width, height = number(attributes.get("width")), number(attributes.get("height"))
        if unit and width and height and width > 0 and height > 0:
            self.area = (width * unit, height * unit)
        else:
            self.area = _sheet(attributes.get("size", "")) or self.area

    def set_rate(self, attributes: dict[str, str]) -> None:
        """Take in the sampling rate in samples a second, where it is even."""
        rate = number(attributes.get("value"))
        if rate is not None and 1e-3 <= rate <= _MOST and attributes.get("uniform", "true").lower() in ("true", "1"):
            self.interval = 1000.0 / rate

    def step(self, channel: str, units: str) -> float | None:
        """Return the length of a step of a channel in mm by its resolution; None where it has none.

        Args:
            channel: The channel's name.
            units: The channel's units, which hold where the resolution has none.
        """
        resolution = self.resolutions.get(channel)
        unit = None if resolution is None else length_of(_unit_of(resolution.units or units))
        return None if resolution is None or unit is None else in_range(unit / resolution.value)

    def tick(self, channel: str, units: str) -> float | None:
        """Return the length of a step of a channel of time in ms by its resolution; None where it has none."""
        resolution = self.resolutions.get(channel)
        unit = None if resolution is None else MILLISECONDS.get(_unit_of(resolution.units or units))
        return None if resolution is None or unit is None else in_range(unit / resolution.value)


def number(text: str | None) -> float | None:
    """Return a number, or None where the text is no finite one."""
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def in_range(scale: float) -> float | None:
    """Return a scale, or None where it is beyond all devices."""
    return scale if _LEAST <= scale <= _MOST else None


def length_of(units: str) -> float | None:
    """Return the length of a unit in mm, by its short name or written out; None for what is no length."""
    name = units.strip().lower()
    if name in MILLIMETRES:
        return MILLIMETRES[name]
    name = name.removesuffix("s").replace("metre", "meter")
    return MILLIMETRES.get(_LONG_NAMES.get(name, name))


def _unit_of(units: str) -> str:
    """Return the unit in a resolution's units: "cm" in "1/cm", "dots per cm", "dpcm" and "cm"."""
    text = units.strip().lower()[:40]
    dots = _DOTS_PER.fullmatch(text)
    if dots:
        return _DOTS[dots[1]]
    found = _LAST_WORD.search(text)
    return found[1] if found else ""


def _sheet(size: str) -> tuple[float, float] | None:
    """Return width and height in mm of an upright sheet such as "A4"; None for an unknown size."""
    name = size.strip().lower()
    iso = _ISO_SIZE.fullmatch(name)
    if iso is None:
        return _OTHER_SIZES.get(name)
    width, height = _ISO_SERIES[iso[1]]
    for _ in range(int(iso[2])):
        width, height = height // 2, width
    return float(width), float(height)
