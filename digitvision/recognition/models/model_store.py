"""The models on disk: the bundled ones, which are read-only, and the user's own."""

import functools
import hashlib
import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from digitvision.files import FileFault, read_limited, reason, user_folder
from digitvision.ink.raster import PREPROCESSING_VERSION
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.recognition.models.model_card import CHARACTER, ModelCard, ModelFault
from digitvision.resources import resource_path

DEFAULT_MODEL = "digits"
"""What answers where nothing else is asked for, and what the window falls back on."""

DEFAULT_MODELS: Mapping[str, str] = {
    "digits": DEFAULT_MODEL,
    **dict.fromkeys(("upper", "lower", "letters", "math", "all"), "glyphs"),
}
"""The model that answers within each alphabet unless another one is asked for."""

CARD_FILE = "card.json"
DEFAULTS_FILE = "defaults.json"
"""Which of their models the user wants to answer within which alphabet; beside the models."""

LITERT_FILE = "model.tflite"
KERAS_FILE = "model.keras"

CARD_LIMIT = 4 * 2**20
DEFAULTS_LIMIT = 64 * 2**10
MODEL_LIMIT = 512 * 2**20

_NAME = re.compile(r"[^\W_][\w .+-]{0,63}")
_RESERVED_ON_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Model:
    """A named network on disk with its card."""

    folder: Path
    card: ModelCard
    bundled: bool

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def keras_path(self) -> Path:
        return self.folder / KERAS_FILE

    def litert(self) -> bytes:
        """The model's LiteRT form, checked against the card.

        Raises:
            ModelFault: It is missing, damaged, made for another preprocessing, or reads no single glyphs.
        """
        self._check_reads_glyphs()
        if self.card.preprocessing != PREPROCESSING_VERSION:
            raise ModelFault(
                f"The model “{self.name}” was trained with preprocessing {self.card.preprocessing}, but this program "
                f"prepares ink by preprocessing {PREPROCESSING_VERSION}; train it again."
            )
        return self.content(LITERT_FILE)

    def keras_form(self) -> bytes:
        """The model's Keras form, checked against the card.

        Raises:
            ModelFault: It is missing or damaged, or the model reads no single glyphs.
        """
        self._check_reads_glyphs()
        return self.content(KERAS_FILE)

    def _check_reads_glyphs(self) -> None:
        if self.card.reading != CHARACTER:
            raise ModelFault(f"The model “{self.name}” reads equations, not single glyphs.")

    def check_files(self) -> None:
        """Read all that answers with it.

        Raises:
            ModelFault: Something is missing or damaged, or made for another preprocessing.
        """
        if self.card.reading == CHARACTER:
            self.litert()
            return
        for file in self.card.sha256:
            self.content(file)

    def content(self, file: str) -> bytes:
        """One of the model's files, checked against the card.

        Raises:
            ModelFault: It is missing or damaged.
        """
        try:
            data = read_limited(self.folder / file, MODEL_LIMIT)
        except FileFault as error:
            raise ModelFault(f"The model “{self.name}” cannot be loaded: {error}") from error
        if hashlib.sha256(data).hexdigest() != self.card.sha256.get(file):
            raise ModelFault(f"The model “{self.name}” is damaged: its file does not match its card.")
        return data


def check_name(name: str) -> str:
    """A model's name, normalised; it becomes a folder's name, so it may not climb out of the store.

    Raises:
        ModelFault: The name will not do.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not _NAME.fullmatch(name) or name.endswith(".") or _RESERVED_ON_WINDOWS.fullmatch(name):
        raise ModelFault(
            f"“{name}” will not do as a model's name: take up to 64 letters, digits, spaces, or any of _ . + -, "
            "beginning with a letter or digit."
        )
    return name


class ModelStore:
    """Finds, saves and removes models.

    A user's model hides a bundled one of the same name.
    """

    def __init__(self, bundled: Path | None = None, user: Path | None = None) -> None:
        self._bundled = bundled if bundled is not None else resource_path("models")
        self._user = user if user is not None else user_folder() / "models"

    @property
    def user(self) -> Path:
        """The folder of the user's own models; it may not be there yet."""
        return self._user

    def defaults(self) -> dict[str, str]:
        """By alphabet the name of the model that the user chose to answer; a damaged file is none."""
        try:
            raw = json.loads(read_limited(self._user / DEFAULTS_FILE, DEFAULTS_LIMIT))
        except (FileFault, ValueError, RecursionError):
            return {}
        items = raw.items() if isinstance(raw, dict) else ()
        return {key: value for key, value in items if key in ALPHABETS and isinstance(value, str)}

    def models(self, reading: str | None = CHARACTER) -> tuple[list[Model], list[str]]:
        """All models of a reading, or of any, by name, the default first; and a sentence for each damaged one."""
        found: dict[str, Model] = {}
        problems = []
        for root, bundled in ((self._bundled, True), (self._user, False)):
            for folder in self._folders(root):
                try:
                    model = self._read(folder, bundled=bundled)
                except ModelFault as error:
                    problems.append(str(error))
                else:
                    found[model.name] = model
        order = sorted(found, key=lambda name: (name != DEFAULT_MODEL, name.casefold()))
        fitting = [found[name] for name in order if reading in (None, found[name].card.reading)]
        return fitting, problems

    def answering(self) -> dict[str, str]:
        """By alphabet the name of the model that answers where none is asked for."""
        return {name: self.for_alphabet(name).name for name in self.alphabets()}

    def find(self, name_or_path: str) -> Model:
        """The model of this name, or the one in this folder.

        Raises:
            ModelFault: There is none, or its card cannot be read.
        """
        path = Path(name_or_path)
        if path.is_dir() and (path / CARD_FILE).exists():
            return self._read(path, bundled=False)
        name = check_name(name_or_path)
        for root, bundled in ((self._user, False), (self._bundled, True)):
            self._recover(root / name)
            if (root / name).is_dir():
                return self._read(root / name, bundled=bundled)
        raise ModelFault(f"There is no model “{name}”; “digitvision models list” shows those that there are.")

    def alphabets(self) -> tuple[str, ...]:
        """Those of `ALPHABETS` that some model answers within, in their order."""
        answered = {name for model in self._usable() for name in model.card.alphabet_names}
        return tuple(name for name in ALPHABETS if name in answered)

    def for_alphabet(self, alphabet: str | None = None, name_or_path: str | None = None) -> Model:
        """The model that is to answer.

        Args:
            alphabet: To answer within; the one that the model is made for, when None.
            name_or_path: Of the model; when None, the one that the user chose for the alphabet, else the program's
                default for it, else any other that answers within it.

        Raises:
            ModelFault: There is no such model, or it does not answer within this alphabet.
        """
        if name_or_path:
            model = self.find(name_or_path)
            model.card.alphabet_card(alphabet)
            return model
        if alphabet is None:
            return self.find(DEFAULT_MODEL)
        defaults = (self.defaults().get(alphabet), DEFAULT_MODELS.get(alphabet))
        answering = [model for model in self._usable() if alphabet in model.card.alphabet_names]
        if not answering:
            known = self.alphabets()
            others = f"; there are models for {', '.join(known)}" if known else ""
            raise ModelFault(f"No installed model answers within {alphabet}{others}.")
        return min(answering, key=lambda model: [model.name != name for name in defaults])

    def bundled_default(self, alphabet: str | None = None) -> Model:
        """The default model as the program ships it, whatever the user's models are.

        Raises:
            ModelFault: Even this one is missing or damaged, or the program ships none for this alphabet.
        """
        name = DEFAULT_MODEL if alphabet is None else DEFAULT_MODELS.get(alphabet)
        if name is None:
            raise ModelFault(f"No model for {alphabet} came with the program.")
        return self._read(self._bundled / name, bundled=True)

    def save(self, card: ModelCard, files: Mapping[str, bytes]) -> Model:
        """Save a model whole or not at all; one of the same name is replaced, and stays if anything fails.

        Args:
            card: Its `sha256` is filled in here.
            files: The bytes of its files, of one that reads glyphs `model.keras` and `model.tflite`.

        Raises:
            ModelFault: The name will not do, or the store cannot be written.
        """
        name = check_name(card.name)
        digests = {file: hashlib.sha256(data).hexdigest() for file, data in files.items()}
        card = replace(card, name=name, sha256=digests)
        target = self._user / name
        temporary = None
        try:
            self._user.mkdir(parents=True, exist_ok=True)
            temporary = Path(tempfile.mkdtemp(prefix=".saving-", dir=self._user))
            for file, data in {**files, CARD_FILE: card.to_json()}.items():
                with open(temporary / file, "wb") as out:
                    out.write(data)
                    out.flush()
                    os.fsync(out.fileno())
            os.chmod(temporary, 0o755)
            self._recover(target)
            previous = _previous(target)
            if previous.exists():
                shutil.rmtree(previous)
            if target.exists():
                os.replace(target, previous)
            os.replace(temporary, target)
            temporary = None
            shutil.rmtree(previous, ignore_errors=True)
        except OSError as error:
            self._recover(target)
            raise ModelFault(f"The model “{name}” cannot be saved in “{self._user}”: {reason(error)}.") from error
        finally:
            if temporary is not None:
                shutil.rmtree(temporary, ignore_errors=True)
        return Model(target, card, bundled=False)

    def remove(self, name: str) -> None:
        """Remove a user's model.

        Raises:
            ModelFault: There is no such model, it is a bundled one, or it cannot be removed.
        """
        name = check_name(name)
        target = self._user / name
        self._recover(target)
        if not target.is_dir():
            if (self._bundled / name).is_dir():
                raise ModelFault(f"The model “{name}” came with the program and stays.")
            raise ModelFault(f"There is no model “{name}”.")
        try:
            # Renamed first: a removal that stops half-way leaves no half a model behind under its name.
            going = Path(tempfile.mkdtemp(prefix=".removing-", dir=self._user))
            os.replace(target, going / name)
            shutil.rmtree(going)
        except OSError as error:
            raise ModelFault(f"The model “{name}” cannot be removed: {reason(error)}.") from error

    def _usable(self) -> list[Model]:
        return [model for model in self.models()[0] if model.card.preprocessing == PREPROCESSING_VERSION]

    def _folders(self, root: Path) -> list[Path]:
        try:
            entries = sorted(root.iterdir())
        except OSError:
            return []
        for entry in entries:
            if entry.name.startswith(".previous-"):
                self._recover(root / entry.name.removeprefix(".previous-"))
        return [entry for entry in sorted(root.iterdir()) if entry.is_dir() and not entry.name.startswith(".")]

    def _recover(self, target: Path) -> None:
        """Bring back a model whose replacement was cut off between its two renames."""
        previous = _previous(target)
        if previous.is_dir() and not target.exists():
            try:
                os.replace(previous, target)
            except OSError:
                # Another process may just have done it, or the folder cannot be written; reading goes on as it is.
                return

    def _read(self, folder: Path, *, bundled: bool) -> Model:
        where = f"“{folder.name}”"
        try:
            data = read_limited(folder / CARD_FILE, CARD_LIMIT)
        except FileFault as error:
            raise ModelFault(f"The model {where} cannot be read: {error}") from error
        card = _card(data, where)
        # The folder is what the user sees and may have renamed.
        return Model(folder, replace(card, name=folder.name), bundled)


@functools.lru_cache(maxsize=128)
def _card(data: bytes, where: str) -> ModelCard:
    """The card of these bytes; a window asks for the same ones again and again.

    Raises:
        ModelFault: See `ModelCard.from_json`.
    """
    return ModelCard.from_json(data, where=where)


def _previous(target: Path) -> Path:
    return target.with_name(f".previous-{target.name}")
