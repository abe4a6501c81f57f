"""The Model tab: a model's card, how well it reads, a look inside, a comparison, and whether the model is in use."""

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.ui.document.document import Document
from digitvision.ui.evaluation.evaluation_page import EvaluationPage
from digitvision.ui.inside.inside_page import InsidePage
from digitvision.ui.models.compare_page import ComparePage
from digitvision.ui.models.model_card_page import ModelCardPage
from digitvision.ui.models.model_library import ModelLibraryMenu
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.page_bar import PageBar

ENTRY_MARGIN_PX: Final = 24
"""What an entry of the list needs beside its text."""


class ModelTab(QWidget):
    """Shows a model on several pages, and lets it answer when asked to; `shut_down` ends what it runs."""

    model_wanted = Signal(str)
    """The user wants the model of this name to answer."""

    def __init__(self, store: ModelStore, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._models: list[Model] = []
        self._shown: Model | None = None
        self._answering = self._alphabet = ""
        self.library = ModelLibraryMenu(store, self)
        self._choice = ChoiceBox()
        self._choice.setAccessibleName(self.tr("Model to look at"))
        self._choice.setToolTip(self.tr("Choose a model to look at; “Use it” lets it answer"))
        # Its entries may be longer: beside it stand the pages, also in a narrow window.
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._choice.setMinimumWidth(164)
        self._choice.activated.connect(self._choose)
        self._use = QPushButton(self.tr("Use it"))
        self._use.setToolTip(self.tr("Let this model read what is drawn from now on"))
        self._use.clicked.connect(self._want_shown)
        self._state = QLabel()
        self._state.setAccessibleName(self.tr("Whether this model is in use"))
        self.card_page = ModelCardPage()
        self.evaluation_page = EvaluationPage()
        self.inside_page = InsidePage(document)
        self.compare_page = ComparePage(document)
        self._pages = QStackedWidget()
        self._bar = PageBar(self.tr("Pages of the model"))
        for page, title in (
            (self.card_page, self.tr("Model card")),
            (self.evaluation_page, self.tr("How well it reads")),
            (self.inside_page, self.tr("Inside")),
            (self.compare_page, self.tr("Compare")),
        ):
            self._pages.addWidget(page)
            self._bar.addTab(title)
        self._bar.currentChanged.connect(self._pages.setCurrentIndex)
        top = QHBoxLayout()
        top.setSpacing(8)
        label = QLabel(self.tr("M&odel"))
        label.setBuddy(self._choice)
        top.addWidget(label)
        top.addWidget(self._choice)
        top.addWidget(self._use)
        top.addWidget(self._state)
        top.addWidget(self.library.button)
        top.addSpacing(8)
        top.addWidget(self._bar)
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        add_layout(layout, top)
        layout.addWidget(self.library.editor)
        layout.addWidget(self.library.notice)
        for widget in self.library.exchange.widgets:
            layout.addWidget(widget)
        layout.addWidget(self._pages, 1)

    def show_models(self, models: list[Model], current: str, alphabet: str) -> None:
        """Offer these models, and those that read equations.

        Args:
            models: The models that read single characters.
            current: Name of the one that answers.
            alphabet: The alphabet that it answers within.
        """
        self.compare_page.show_models(models, alphabet)
        self._models = [*models, *self._store.models(EQUATION)[0]]
        self._answering, self._alphabet = current, alphabet
        self._choice.clear()
        for model in self._models:
            # Short words: the box is narrow in a small window.
            suffix = self.tr("built in") if model.bundled else self.tr("your own")
            if model.name == current:
                suffix = self.tr("in use")
            self._choice.addItem(f"{model.name} · {suffix}", model.name)
            self._choice.setItemData(self._choice.count() - 1, self._tip(model), Qt.ItemDataRole.ToolTipRole)
        entries = self._choice.view()
        entries.setMinimumWidth(entries.sizeHintForColumn(0) + ENTRY_MARGIN_PX)
        self.look_at("" if self._shown is None else self._shown.name)

    def _tip(self, model: Model) -> str:
        if model.card.reading == EQUATION:
            return self.tr("Reads equations")
        return self.tr("Came with the program") if model.bundled else self.tr("One of your own")

    def show_model(self, model: Model, alphabet: str) -> None:
        """Show this model, which answers, on all pages."""
        self._answering, self._alphabet = model.name, alphabet
        self._show(model)

    def look_at(self, name: str) -> None:
        """Show the model of this name, whichever answers; the one that answers where there is none of that name."""
        by_name = {model.name: model for model in self._models}
        model = by_name.get(name) or by_name.get(self._answering)
        if model is not None:
            self._show(model)

    def _show(self, model: Model) -> None:
        reads_equations = model.card.reading == EQUATION
        if model != self._shown:
            self._shown = model
            self.card_page.show_model(model)
            if not reads_equations:
                self.library.show_model(model)
                self.evaluation_page.show_model(model)
        if not reads_equations:
            names = model.card.alphabet_names
            self.inside_page.show_model(model, self._alphabet if self._alphabet in names else names[0])
        self._choice.setCurrentIndex(self._choice.findData(model.name))
        # The reading of equations loads its model by itself; it cannot answer for single characters.
        in_use = model.name == self._answering
        self._use.setVisible(not in_use and not reads_equations)
        self._state.setVisible(in_use or reads_equations)
        self._state.setToolTip(
            self.tr("This model reads equations")
            if reads_equations
            else self.tr("This model reads single characters; lines and equations have models of their own")
        )
        self._state.setText(self.tr("For equations") if reads_equations else self.tr("✓ For characters"))
        if reads_equations and self._pages.currentWidget() in (self.evaluation_page, self.inside_page):
            self.show_page(self.card_page)
        for page in (self.evaluation_page, self.inside_page):
            self._bar.setTabEnabled(self._pages.indexOf(page), not reads_equations)
        self.library.button.setEnabled(not reads_equations)

    def show_evaluation(self) -> None:
        """Turn to the page on how well the model reads."""
        self.show_page(self.evaluation_page)

    def show_page(self, page: QWidget) -> None:
        """Turn to one of the pages: `card_page`, `evaluation_page`, `inside_page` or `compare_page`."""
        self._bar.setCurrentIndex(self._pages.indexOf(page))

    def shut_down(self) -> None:
        """Leave nothing running."""
        self.evaluation_page.shut_down()
        self.inside_page.shut_down()
        self.compare_page.shut_down()
        self.library.shut_down()

    @Slot(int)
    def _choose(self, index: int) -> None:
        self._show(self._models[index])

    @Slot()
    def _want_shown(self) -> None:
        if self._shown is not None:
            self.model_wanted.emit(self._shown.name)
