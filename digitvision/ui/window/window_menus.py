"""Lists of the window's menus, and the dialog about the program."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from digitvision import __version__
from digitvision.recognition.models.model_store import Model


def fill_recent_menu(menu: QMenu, files: Sequence[str], open_file: Callable[[Path], object]) -> None:
    """Fill a menu with the recent files; `open_file` is called with the path of the one that is chosen."""
    menu.clear()
    for name in files:
        action = menu.addAction(Path(name).name.replace("&", "&&"))
        action.setToolTip(name)
        action.setStatusTip(name)
        action.triggered.connect(lambda _checked=False, name=name: open_file(Path(name)))
    if menu.isEmpty():
        menu.addAction(_tr("No recent files")).setEnabled(False)


def fill_model_menu(menu: QMenu, models: Sequence[Model], current: Model | None, use: Callable[[str], object]) -> None:
    """Fill a menu with the models, the current one checked; `use` is called with the name of the one that is chosen."""
    menu.clear()
    for model in models:
        action = menu.addAction(model.name.replace("&", "&&"))
        tip = _tr("Use the model “{name}”").format(name=model.name)
        action.setToolTip(tip)
        action.setStatusTip(tip)
        action.setCheckable(True)
        action.setChecked(current is not None and model.name == current.name)
        action.triggered.connect(lambda _checked=False, name=model.name: use(name))


def show_about(window: QWidget) -> None:
    """Show a dialog with the version and the licences."""
    QMessageBox.about(
        window,
        _tr("About DigitVision"),
        _tr(
            "<h3>DigitVision {version}</h3><p>Reads handwriting as it is written. Nothing leaves this computer.</p>"
            "<p>MIT licence. Of the shipped models “classic” learned from MNIST by Y. LeCun, C. Cortes and "
            "C. Burges (CC BY-SA 3.0); “digits” and “glyphs” learned from CROHME as well, whose licence "
            "(CC BY-NC-SA 3.0) is for non-commercial use. Each model’s card names all its data.</p>"
        ).format(version=__version__),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("window_menus", text)
