"""The ending of a file's name that somebody has chosen without one."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from digitvision.ui.widgets.dialog_width import fit_title


def with_suffix(parent: QWidget, path: Path, suffixes: tuple[str, ...], *, usual: str = "") -> Path | None:
    """Return a chosen path with an ending that says its format.

    Args:
        parent: The window of a question.
        path: The path that was chosen in a file dialog.
        suffixes: The endings that may stand there already, such as ".png".
        usual: The ending that a name without any of these gets; the first of them if it is empty.

    Returns:
        The path; None where there is such a file already and the user does not want to replace it.
    """
    if path.suffix.lower() in suffixes:
        return path
    path = path.with_name(path.name + (usual or suffixes[0]))
    if not path.exists():
        return path
    # The file dialog has asked about the name without the ending only.
    translate = QCoreApplication.translate
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(translate("FileNames", "Replace file"))
    box.setText(translate("FileNames", "Replace “{name}”?").format(name=path.name))
    box.setInformativeText(translate("FileNames", "There is a file of this name already."))
    buttons = QMessageBox.StandardButton
    box.setStandardButtons(buttons.Yes | buttons.Cancel)
    box.setDefaultButton(buttons.Cancel)
    fit_title(box)
    return path if box.exec() == buttons.Yes else None
