"""A user's changes to models: rename, describe, copy, remove and restore them, and choose the defaults."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from digitvision.files import reason, write_atomically
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import CARD_FILE, DEFAULTS_FILE, Model, ModelStore, check_name

LONGEST_DESCRIPTION: Final = 2000
"""Most characters of a description."""

_ASIDE: Final = ".aside-"


@dataclass(frozen=True, slots=True)
class Aside:
    """A model that was removed but can be restored."""

    name: str
    folder: Path


class ModelLibrary:
    """Changes a store's models; the bundled ones can only be copied."""

    def __init__(self, store: ModelStore) -> None:
        self._store = store

    def rename(self, name: str, new_name: str) -> Model:
        """Give a model another name.

        Raises:
            ModelFault: The model is bundled or missing, the new name is invalid or taken, or the disk is not writable.
        """
        model, new_name = self._own(name), check_name(new_name)
        if new_name == model.name:
            return model
        # A change of capitals alone may be the same folder on some disks; only other models' names are checked.
        self._check_free(new_name, besides=model.name)
        try:
            os.replace(model.folder, model.folder.with_name(new_name))
        except OSError as error:
            raise ModelFault(f"The model “{model.name}” cannot be renamed: {reason(error)}.") from error
        chosen = self._store.defaults()
        self._write_defaults({key: new_name if value == model.name else value for key, value in chosen.items()})
        return self._store.find(new_name)

    def describe(self, name: str, description: str) -> Model:
        """Write a description on a model's card.

        Raises:
            ModelFault: The model is bundled or missing, the text is too long, or the disk cannot be written.
        """
        model = self._own(name)
        description = description.strip()
        if len(description) > LONGEST_DESCRIPTION:
            raise ModelFault(f"The description has {len(description)} characters; {LONGEST_DESCRIPTION} are the most.")
        write_atomically(model.folder / CARD_FILE, replace(model.card, description=description).to_json())
        return self._store.find(model.name)

    def duplicate(self, name: str, new_name: str | None = None) -> Model:
        """Copy a model, bundled or not; without a new name the copy gets one after the model's.

        Raises:
            ModelFault: There is no such model, the new name is invalid or taken, or the disk cannot be written.
        """
        model = self._store.find(name)
        if new_name is None:
            taken = {other.name.casefold() for other in self._store.models(reading=None)[0]}
            new_name = next(
                text
                for number in range(1, len(taken) + 2)
                if (text := f"{model.name[:50]} copy{f' {number}' if number > 1 else ''}").casefold() not in taken
            )
        new_name = check_name(new_name)
        self._check_free(new_name)
        temporary = None
        try:
            self._store.user.mkdir(parents=True, exist_ok=True)
            temporary = Path(tempfile.mkdtemp(prefix=".copying-", dir=self._store.user))
            shutil.copytree(model.folder, temporary / new_name)
            os.replace(temporary / new_name, self._store.user / new_name)
        except OSError as error:
            raise ModelFault(f"The model “{model.name}” cannot be copied: {reason(error)}.") from error
        finally:
            if temporary is not None:
                shutil.rmtree(temporary, ignore_errors=True)
        return self._store.find(new_name)

    def set_aside(self, name: str) -> Aside:
        """Remove a model so that it can be restored until `empty`.

        Raises:
            ModelFault: The model is bundled or missing, or the disk cannot be written.
        """
        model = self._own(name)
        try:
            folder = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=self._store.user))
            os.replace(model.folder, folder / model.name)
        except OSError as error:
            raise ModelFault(f"The model “{model.name}” cannot be removed: {reason(error)}.") from error
        return Aside(model.name, folder)

    def bring_back(self, aside: Aside) -> Model:
        """Undo `set_aside`.

        Raises:
            ModelFault: Another model has the name by now, or the disk cannot be written.
        """
        self._check_free(aside.name)
        try:
            os.replace(aside.folder / aside.name, self._store.user / aside.name)
            shutil.rmtree(aside.folder, ignore_errors=True)
        except OSError as error:
            raise ModelFault(f"The model “{aside.name}” cannot be brought back: {reason(error)}.") from error
        return self._store.find(aside.name)

    def empty(self) -> None:
        """Delete the models that were set aside."""
        for folder in self._store.user.glob(f"{_ASIDE}*"):
            shutil.rmtree(folder, ignore_errors=True)

    def set_default(self, alphabet: str, name: str | None) -> None:
        """Choose the default model for an alphabet; None for the one that the program ships.

        Raises:
            ModelFault: There is no such model, it does not read this alphabet, or the disk cannot be written.
        """
        chosen = self._store.defaults()
        if name is None:
            chosen.pop(alphabet, None)
        else:
            model = self._store.find(name)
            model.card.alphabet_card(alphabet)
            chosen[alphabet] = model.name
        self._write_defaults(chosen)

    def _own(self, name: str) -> Model:
        model = self._store.find(name)
        if model.bundled:
            raise ModelFault(f"The model “{model.name}” came with the program and stays as it is; copy it first.")
        if model.folder.parent != self._store.user:
            raise ModelFault(f"The model “{model.name}” is not in the library.")
        return model

    def _check_free(self, name: str, *, besides: str = "") -> None:
        # Case is ignored: on Windows and macOS two such names would be one folder.
        for model in self._store.models()[0]:
            if model.name.casefold() == name.casefold() and model.name != besides:
                raise ModelFault(f"There is a model “{model.name}” already; take another name.")

    def _write_defaults(self, chosen: Mapping[str, str]) -> None:
        path = self._store.user / DEFAULTS_FILE
        if chosen == self._store.defaults():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(dict(chosen), indent=1, ensure_ascii=False).encode())
