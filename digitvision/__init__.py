"""DigitVision reads handwriting as it is written.

What is public stands in `__all__`, and the guide's page “From Python” explains it. Everything but the version is
imported when it is first used: neither Qt nor TensorFlow comes along.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Candidate",
    "Drawing",
    "Fault",
    "FileFault",
    "GlyphReading",
    "InkFault",
    "Model",
    "ModelFault",
    "PictureFault",
    "Reader",
    "Reading",
    "RequestFault",
    "Sample",
    "Stroke",
    "__version__",
    "load",
    "models",
    "read",
]

_MODULES = {
    "Candidate": "recognition.prediction",
    "Drawing": "ink.stroke",
    "Fault": "faults",
    "FileFault": "files",
    "GlyphReading": "recognition.prediction",
    "InkFault": "ink.inkml",
    "Model": "recognition.models.model_store",
    "ModelFault": "recognition.models.model_card",
    "PictureFault": "ink.picture",
    "Reader": "recognition.api.loading",
    "Reading": "recognition.api.readings",
    "RequestFault": "recognition.api.sources",
    "Sample": "ink.stroke",
    "Stroke": "ink.stroke",
    "load": "recognition.api.loading",
    "models": "recognition.api.loading",
    "read": "recognition.api.loading",
}

if TYPE_CHECKING:
    from digitvision.faults import Fault
    from digitvision.files import FileFault
    from digitvision.ink.inkml import InkFault
    from digitvision.ink.picture import PictureFault
    from digitvision.ink.stroke import Drawing, Sample, Stroke
    from digitvision.recognition.api.loading import Reader, load, models, read
    from digitvision.recognition.api.readings import Reading
    from digitvision.recognition.api.sources import RequestFault
    from digitvision.recognition.models.model_card import ModelFault
    from digitvision.recognition.models.model_store import Model
    from digitvision.recognition.prediction import Candidate, GlyphReading


def __getattr__(name: str) -> Any:
    """Import a public name's module when the name is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
