"""The Model tab: which model answers, its card, how well it reads, a look inside, and a comparison."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.ui.document.document import Document
from digitvision.ui.evaluation.evaluation_page import EvaluationPage
from digitvision.ui.inside.inside_page import InsidePage
from digitvision.ui.models.compare_page import ComparePage
from digitvision.ui.models.model_card_page import ModelCardPage
from digitvision.ui.models.model_library import ModelLibraryMenu
from digitvision.ui.widgets.page_bar import PageBar


class ModelTab(QWidget):
    """Shows a model on several pages, and lets another be chosen; `shut_down` ends what it runs."""

    model_wanted = Signal(str)
    """The user wants the model of this name to answer."""

    def __init__(self, store: ModelStore, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._models: list[Model] = []
        self._only_card = ""
        """Name of a model whose card is shown though another one answers; empty for the one that answers."""
        self.library = ModelLibraryMenu(store, self)
        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Model that answers"))
        self._choice.setToolTip(self.tr("Choose the model that answers"))
        self._choice.setMinimumWidth(200)
        self._choice.activated.connect(self._choose)
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
        top.addWidget(self.library.button)
        top.addSpacing(16)
        top.addWidget(self._bar)
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.library.editor)
        layout.addWidget(self.library.notice)
        for widget in self.library.exchange.widgets:
            layout.addWidget(widget)
        layout.addWidget(self._pages, 1)

    def show_models(self, models: list[Model], current: str, alphabet: str) -> None:
        """Offer these models, and the cards of those that read equations.

        Args:
            models: The models that read single characters.
            current: Name of the one that answers.
            alphabet: The alphabet that it answers within.
        """
        self.compare_page.show_models(models, alphabet)
        self._models = [*models, *self._store.models(EQUATION)[0]]
        self._choice.clear()
        for model in self._models:
            suffix = self.tr("came with the program") if model.bundled else self.tr("your own")
            if model.card.reading == EQUATION:
                suffix = self.tr("reads equations")
            self._choice.addItem(f"{model.name}  ·  {suffix}", model.name)
        self._choice.setCurrentIndex(self._choice.findData(self._only_card or current))

    def show_model(self, model: Model, alphabet: str) -> None:
        """Show this model, which answers, on all pages."""
        self._set_only_card("")
        self.inside_page.show_model(model, alphabet)
        self.library.show_model(model)
        self.card_page.show_model(model)
        self.evaluation_page.show_model(model)

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
        model = self._models[index]
        if model.card.reading == EQUATION:
            # The reading of equations loads it by itself; it cannot answer for single characters.
            self._set_only_card(model.name)
            self.card_page.show_model(model)
            self.show_page(self.card_page)
        else:
            self.model_wanted.emit(model.name)

    def _set_only_card(self, name: str) -> None:
        """Offer only the pages that make sense for a model that does not read single characters; empty for all."""
        self._only_card = name
        for page in (self.evaluation_page, self.inside_page):
            self._bar.setTabEnabled(self._pages.indexOf(page), not name)
        self.library.button.setEnabled(not name)
