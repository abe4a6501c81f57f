"""Fixtures of all tests: no screen, a user folder of its own, and a check that nothing is left running."""

import gc
import itertools
import os
import shutil

# All stand before the first import of Qt and TensorFlow. setdefault, so that a person can watch the tests on a screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
if "PYTEST_XDIST_WORKER" in os.environ:
    # Tests run side by side: each TensorFlow, also that of a child process, keeps to one processor.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6.QtCore  # noqa: F401 - bound before pyqtgraph looks for a binding
import pytest
from hypothesis import HealthCheck, settings

from tests.leaks import LeakWatch

if TYPE_CHECKING:
    from digitvision.ui.window.application import Application

MOST_WINDOWS = 4
"""Number of a file's tests with windows that are not slow."""

SHARED_VARIABLE = "DIGITVISION_SHARED"
BUNDLE_VARIABLE = "DIGITVISION_BUNDLE"

# A busy machine fails no test, and a change lands or not by what is in it, not by which examples were drawn.
settings.register_profile(
    "digitvision",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.register_profile("quick", settings.get_profile("digitvision"), max_examples=20)
settings.load_profile("digitvision")


def pytest_configure(config: pytest.Config) -> None:
    """Try fewer examples of each property where the slow tests are left out: that run is for while one writes."""
    if config.option.markexpr == "not slow":
        settings.load_profile("quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests as slow by their fixtures.

    Those with a fixture that is called `child` start a child process. A window takes a tenth of a second: while one
    writes, the first few tests of a file that make one are tried, of several cases the first; the others are slow.
    """
    tried: defaultdict[Path, set[str]] = defaultdict(set)
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "child" in fixtures:
            item.add_marker(pytest.mark.slow)
        if "make_window" in fixtures and item.get_closest_marker("slow") is None:
            test, of_file = item.nodeid.partition("[")[0], tried[item.path]
            if test in of_file or len(of_file) == MOST_WINDOWS:
                item.add_marker(pytest.mark.slow)
            else:
                of_file.add(test)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Import all test modules without looking for garbage, which takes a tenth as long: next to nothing becomes any."""
    gc.disable()
    try:
        return (yield)
    finally:
        _freeze_what_stays()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After the last test of a module, when its fixtures are gone, set aside what the module has imported and built."""
    result = yield
    if nextitem is None or nextitem.path != item.path:
        _freeze_what_stays()
    return result


def _freeze_what_stays() -> None:
    """Keep the garbage collector from going again and again through objects that live to the end.

    Every window that a test closes takes a full collection. After one import of TensorFlow that would be half a second
    each, and several seconds after a few trainings.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _keras_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let Keras write its settings file, which it does when it is imported, outside of the developer's home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _unhurried_disk() -> Iterator[None]:
    """Let no test wait until what it writes would outlast a power failure; children wait as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New folders, one for each test; pytest's own would look through all earlier ones for a free number."""
    root = tmp_path_factory.mktemp("homes")
    return (root / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _own_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Names a user folder of the test's own, which is not there until someone writes into it.

    Most tests write nothing: making and removing thousands of empty folders would only keep the disk busy.
    """
    folder = next(_homes)
    monkeypatch.setenv("DIGITVISION_HOME", str(folder))
    return folder


@pytest.fixture
def home(_own_home: Path) -> Path:
    """The test's own user folder, made for it."""
    _own_home.mkdir()
    return _own_home


@pytest.fixture
def only_classic(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program ship a single model, which reads digits."""
    from digitvision.resources import resource_path

    bundled = tmp_path_factory.mktemp("bundled")
    shutil.copytree(resource_path("models", "classic"), bundled / "models" / "classic")
    modelstore = "digitvision.recognition.models.model_store"
    monkeypatch.setattr(f"{modelstore}.resource_path", lambda *parts: bundled.joinpath(*parts))
    monkeypatch.setattr(f"{modelstore}.DEFAULT_MODEL", "classic")
    monkeypatch.setattr(f"{modelstore}.DEFAULT_MODELS", {"digits": "classic"})


@pytest.fixture
def little_junk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A measurement shows a model 60 pieces of junk of a kind instead of a thousand, which take two seconds to draw."""
    for most in ("MOST_OF_A_KIND", "MOST_DOTS"):
        monkeypatch.setattr(f"digitvision.training.augmentation.junk_to_measure.{most}", 60)


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    watch = LeakWatch()
    with watch.recording():
        yield
    left = watch.left()
    if left:
        pytest.fail("The test left something running: " + "; ".join(left), pytrace=False)


@pytest.fixture(scope="session")
def qapp_cls() -> "type[Application]":
    """Use the program's own application class, whose object is the one of all tests: it delivers some of the events."""
    from digitvision.ui.window.application import Application

    return Application


@pytest.fixture
def shared() -> Path:
    """The folder of research data that the project may not ship; tests that need it are skipped without it."""
    return _folder_from(SHARED_VARIABLE)


@pytest.fixture
def bundle() -> Path:
    """The folder of the built bundle."""
    return _folder_from(BUNDLE_VARIABLE)


def _folder_from(variable: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set")
    folder = Path(value).resolve()
    if not folder.is_dir():
        pytest.fail(f"{variable} names “{folder}”, which is no folder")
    return folder
