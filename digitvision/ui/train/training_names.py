"""Names for new models: which are free, and what there is to ask where one is taken."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from digitvision.faults import Fault
from digitvision.recognition.models.model_store import ModelStore, check_name
from digitvision.ui.train.stopped_trainings import stopped_training, stopped_trainings


@dataclass(frozen=True, slots=True)
class NameAnswer:
    """What there is to say of a name.

    Attributes:
        name: The name as a model may have it.
        sentence: Why no training may take it, or what to decide before one does; empty where it is free.
        label: The answer by which a training takes it all the same; empty where none may.
    """

    name: str
    sentence: str = ""
    label: str = ""


class TrainingNames(QObject):
    """Looks names up among the models of the library and the stopped trainings."""

    def __init__(self, store: ModelStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store

    def check(self, text: str) -> NameAnswer:
        """Say whether a new training may take this name."""
        try:
            name = check_name(text)
        except Fault as fault:
            return NameAnswer(text, str(fault))
        if self._store.has(name, bundled=True):
            sentence = self.tr("“{name}” is the name of a model that came with the program; choose another name.")
            return NameAnswer(name, sentence.format(name=name))
        earlier = self._store.earlier_name(name)
        if self._store.has(name, bundled=False):
            sentence = self.tr(
                "There is a model “{name}” already. Choose another name, or replace it: the old one is kept as "
                "“{earlier}”."
            )
            return NameAnswer(name, sentence.format(name=name, earlier=earlier), self.tr("Replace"))
        stopped = stopped_training(name)
        if stopped is None:
            return NameAnswer(name)
        sentence = self.tr(
            "The training “{name}” stopped after epoch {epoch} of {epochs} and can go on. Choose another name, or "
            "start anew: the old one is kept as “{earlier}”."
        )
        sentence = sentence.format(name=name, epoch=stopped.epoch, epochs=stopped.epochs, earlier=earlier)
        return NameAnswer(name, sentence, self.tr("Start anew"))

    def is_stopped(self, name: str) -> bool:
        """Whether there is a stopped training of this name."""
        return bool(name) and stopped_training(name) is not None

    def is_taken(self, name: str) -> bool:
        """Whether a model of the user's own or a stopped training has this name."""
        return bool(name) and (self._store.has(name, bundled=False) or self.is_stopped(name))

    def free_name(self) -> str:
        """Return a name that nothing has yet."""
        taken = {model.name for model in self._store.models(reading=None)[0]}
        taken |= {training.name for training in stopped_trainings()}
        names = (self.tr("my model {number}").format(number=number) for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)
