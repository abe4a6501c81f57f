"""The architectures that can be trained, in words, and what each costs before it is trained."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network's size for any number of classes.

    Attributes:
        parameters: Without those of the last layer; one for each feature, and one more, come with each class.
        multiply_adds: Of one glyph, without the last layer's.
        features: What the last layer looks at.
    """

    name: str
    title: str
    source: str
    parameters: int
    multiply_adds: int
    features: int

    def parameters_for(self, classes: int) -> int:
        return self.parameters + (self.features + 1) * classes

    def multiply_adds_for(self, classes: int) -> int:
        return self.multiply_adds + self.features * classes


def architectures() -> tuple[Architecture, ...]:
    """All of them, the plainest first; translated when asked for."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("architectures", text)

    return tuple(
        Architecture(name, tr(title), source, parameters, multiply_adds, features)
        for name, title, source, parameters, multiply_adds, features in _FACTS
    )


_FACTS: Final = (
    ("cnn", "CNN with two convolutions", "LeCun et al. 1998", 223_744, 2_629_760, 128),
    ("small", "Small network, trains in a minute", "Springenberg et al. 2015", 13_404, 314_064, 48),
    ("residual", "Residual network (ResNet-14)", "He et al. 2016", 392_952, 45_327_744, 96),
    ("mobile", "Inverted residuals (MobileNetV2)", "Sandler et al. 2018", 67_600, 7_226_912, 160),
)
