"""The models on disk: the bundled ones, which are read-only, and the user's own."""

import functools
import hashlib
import itertools
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
from digitvision.recognition.prediction import LINE
from digitvision.resources import resource_path

DEFAULT_MODEL = "digits"
"""The model that answers unless another is requested, and that the window falls back on."""

DEFAULT_MODELS: Mapping[str, str] = {
    "digits": DEFAULT_MODEL,
    **dict.fromkeys(("upper", "lower", "letters", "math", "all"), "glyphs"),
}
"""The model for each alphabet unless another one is requested."""

CARD_FILE = "card.json"
DEFAULTS_FILE = "defaults.json"
"""File beside the user's models with the default that the user chose for each alphabet."""

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
        """Return the content of the model's LiteRT file, verified against the card.

        Raises:
            ModelFault: The file is missing or damaged, or the model has another preprocessing or reads no glyphs.
        """
        self._check_reads_glyphs()
        if self.card.preprocessing != PREPROCESSING_VERSION:
            raise ModelFault(
                f"The model “{self.name}” was trained with preprocessing {self.card.preprocessing}, but this program "
                f"prepares ink by preprocessing {PREPROCESSING_VERSION}; train it again."
            )
        return self.content(LITERT_FILE)

    def keras_form(self) -> bytes:
        """Return the content of the model's Keras file, verified against the card.

        Raises:
            ModelFault: The file is missing or damaged, or the model reads no single glyphs.
        """
        self._check_reads_glyphs()
        return self.content(KERAS_FILE)

    def _check_reads_glyphs(self) -> None:
        if self.card.reading != CHARACTER:
            what = "lines of writing" if self.card.reading == LINE else "equations"
            raise ModelFault(f"The model “{self.name}” reads {what}, not single glyphs.")

    def check_files(self) -> None:
        """Verify all files that reading with the model needs.

        Raises:
            ModelFault: A file is missing or damaged, or the model was made for another preprocessing.
        """
        if self.card.reading == CHARACTER:
            self.litert()
            return
        for file in self.card.sha256:
            self.content(file)

    def content(self, file: str) -> bytes:
        """Return the content of one of the model's files, verified against the card.

        Raises:
            ModelFault: The file is missing or damaged.
        """
        try:
            data = read_limited(self.folder / file, MODEL_LIMIT)
        except FileFault as error:
            raise ModelFault(f"The model “{self.name}” cannot be loaded: {error}") from error
        if hashlib.sha256(data).hexdigest() != self.card.sha256.get(file):
            raise ModelFault(f"The model “{self.name}” is damaged: its file does not match its card.")
        return data


def check_name(name: str) -> str:
    """Normalise a model's name, which becomes a folder's name and so may not lead out of the store.

    Raises:
        ModelFault: The name is invalid.
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
        """The folder of the user's own models; it may not exist yet."""
        return self._user

    def defaults(self) -> dict[str, str]:
        """Return the name of the default that the user chose for each alphabet; a damaged file counts as empty."""
        try:
            raw = json.loads(read_limited(self._user / DEFAULTS_FILE, DEFAULTS_LIMIT))
        except (FileFault, ValueError, RecursionError):
            return {}
        items = raw.items() if isinstance(raw, dict) else ()
        return {key: value for key, value in items if key in ALPHABETS and isinstance(value, str)}

    def state(self, name_or_path: str | None = None) -> tuple[object, ...]:
        """Return a value that is another one once models of the user's, or the model in this folder, have changed."""
        cards = [self._user / DEFAULTS_FILE, *(folder / CARD_FILE for folder in self._folders(self._user))]
        if name_or_path:
            cards.append(Path(name_or_path) / CARD_FILE)
        found: list[object] = [self._user]
        for path in cards:
            try:
                found.append((path, path.stat().st_mtime_ns))
            except OSError:
                # It is not there, as the folder of a model that is named by its name.
                continue
        return tuple(found)

    def models(self, reading: str | None = CHARACTER) -> tuple[list[Model], list[str]]:
        """Return all models of a kind, or of any, by name, the default first; and a message for each damaged one."""
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
        """Return the name of the model that answers for each alphabet unless another is requested."""
        return {name: self.for_alphabet(name).name for name in self.alphabets()}

    def find(self, name_or_path: str) -> Model:
        """Return the model of this name, or the one in this folder.

        Raises:
            ModelFault: There is no such model, or its card cannot be read.
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
        """Return those of `ALPHABETS` that some model reads within, in their order."""
        answered = {name for model in self._usable() for name in model.card.alphabet_names}
        return tuple(name for name in ALPHABETS if name in answered)

    def for_alphabet(self, alphabet: str | None = None, name_or_path: str | None = None) -> Model:
        """Choose the model that is to answer.

        Args:
            alphabet: The alphabet to read within; None for the one that the model is made for.
            name_or_path: Name or folder of the model. If None, it is the one that the user chose for the alphabet, else
                the program's default for it, else any other that reads within it.

        Raises:
            ModelFault: There is no such model, or it does not read within this alphabet.
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
            available = self.alphabets()
            others = f"; there are models for {', '.join(available)}" if available else ""
            raise ModelFault(f"No installed model answers within {alphabet}{others}.")
        return min(answering, key=lambda model: [model.name != name for name in defaults])

    def bundled_default(self, alphabet: str | None = None) -> Model:
        """Return the default model as the program ships it, whatever the user's models are.

        Raises:
            ModelFault: This model is missing or damaged, or the program ships none for this alphabet.
        """
        name = DEFAULT_MODEL if alphabet is None else DEFAULT_MODELS.get(alphabet)
        if name is None:
            raise ModelFault(f"No model for {alphabet} came with the program.")
        return self._read(self._bundled / name, bundled=True)

    def has(self, name: str, *, bundled: bool) -> bool:
        """Whether there is a model of this name, damaged or not, among the bundled ones or among the user's own.

        Raises:
            ModelFault: The name is invalid.
        """
        folder = (self._bundled if bundled else self._user) / check_name(name)
        self._recover(folder)
        return folder.is_dir()

    def earlier_name(self, name: str) -> str:
        """Return a free name for a model that gives way to a new one of its name, as in "mine earlier"."""
        taken = {folder.name.casefold() for root in (self._bundled, self._user) for folder in self._folders(root)}
        names = (f"{name[:50].rstrip()} earlier{f' {number}' if number > 1 else ''}" for number in itertools.count(1))
        return next(one for one in names if one.casefold() not in taken)

    def save(self, card: ModelCard, files: Mapping[str, bytes], *, keep_as: str = "") -> Model:
        """Save a model completely or not at all; one of the same name is replaced, and stays if anything fails.

        Args:
            card: The card; its `sha256` is filled in here.
            files: Contents by file name; for a model that reads glyphs `model.keras` and `model.tflite`.
            keep_as: The free name that a model of the same name gets, so that it is kept; empty to replace it.

        Raises:
            ModelFault: The name is invalid, or the store cannot be written.
        """
        name = check_name(card.name)
        digests = {file: hashlib.sha256(data).hexdigest() for file, data in files.items()}
        card = replace(card, name=name, sha256=digests)
        target = self._user / name
        kept = self._user / check_name(keep_as) if keep_as else None
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
                os.replace(target, kept or previous)
            os.replace(temporary, target)
            temporary = None
            shutil.rmtree(previous, ignore_errors=True)
        except OSError as error:
            self._recover(target, kept)
            raise ModelFault(f"The model “{name}” cannot be saved in “{self._user}”: {reason(error)}.") from error
        finally:
            if temporary is not None:
                shutil.rmtree(temporary, ignore_errors=True)
        return Model(target, card, bundled=False)

    def remove(self, name: str) -> None:
        """Remove a user's model.

        Raises:
            ModelFault: There is no such model, it is bundled, or it cannot be removed.
        """
        name = check_name(name)
        target = self._user / name
        self._recover(target)
        if not target.is_dir():
            if (self._bundled / name).is_dir():
                raise ModelFault(f"The model “{name}” came with the program and stays.")
            raise ModelFault(f"There is no model “{name}”.")
        try:
            # It is renamed first, so that an interrupted removal leaves no incomplete model under its name.
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

    def _recover(self, target: Path, previous: Path | None = None) -> None:
        """Restore a model whose replacement was interrupted between its two renames."""
        previous = previous or _previous(target)
        if previous.is_dir() and not target.exists():
            try:
                os.replace(previous, target)
            except OSError:
                # Another process may have restored it, or the folder cannot be written; reading goes on without it.
                return

    def _read(self, folder: Path, *, bundled: bool) -> Model:
        where = f"“{folder.name}”"
        try:
            data = read_limited(folder / CARD_FILE, CARD_LIMIT)
        except FileFault as error:
            raise ModelFault(f"The model {where} cannot be read: {error}") from error
        card = _card(data, where)
        # The folder's name is what the user sees and may have changed.
        return Model(folder, replace(card, name=folder.name), bundled)


@functools.lru_cache(maxsize=128)
def _card(data: bytes, where: str) -> ModelCard:
    """Parse a card; results are cached, as a window needs the same cards again and again.

    Raises:
        ModelFault: See `ModelCard.from_json`.
    """
    return ModelCard.from_json(data, where=where)


def _previous(target: Path) -> Path:
    return target.with_name(f".previous-{target.name}")
