"""The architectures that can be trained: their titles, and what each costs before it is trained."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network's size for any number of classes.

    Attributes:
        name: The name that the command line takes.
        title: The name on screen.
        source: The publication that the network follows.
        parameters: Number of parameters without those of the last layer, which has one for each feature and one more
            for each class.
        multiply_adds: Number of multiply-adds for one glyph, without those of the last layer.
        features: Number of values that enter the last layer.
    """

    name: str
    title: str
    source: str
    parameters: int
    multiply_adds: int
    features: int

    def parameters_for(self, classes: int) -> int:
        """Number of parameters of the whole network for so many classes."""
        return self.parameters + (self.features + 1) * classes

    def multiply_adds_for(self, classes: int) -> int:
        """Number of multiply-adds of the whole network for one glyph and so many classes."""
        return self.multiply_adds + self.features * classes


def architectures() -> tuple[Architecture, ...]:
    """All architectures, the plainest first, with titles in the language of the window."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("architectures", text)

    return tuple(
        Architecture(name, tr(title), source, parameters, multiply_adds, features)
        for name, title, source, parameters, multiply_adds, features in _FACTS
    )


_FACTS: Final = (
    ("cnn", "CNN with two convolutions", "LeCun et al. 1998", 223_744, 2_629_760, 128),
    ("small", "Small: trains in a minute", "Springenberg et al. 2015", 13_404, 314_064, 48),
    ("residual", "Residual (ResNet-14)", "He et al. 2016", 392_952, 45_327_744, 96),
    ("mobile", "Mobile (MobileNetV2)", "Sandler et al. 2018", 67_600, 7_226_912, 160),
)
