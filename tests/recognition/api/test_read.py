"""Reading from Python: what can be given, what a reading says, and what is refused."""

import itertools
import pickle
import shutil
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import digitvision
from digitvision.cli import main
from digitvision.ink.stroke import Drawing
from digitvision.resources import resource_path
from tests.ink.drawings import sample_path
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import moved, row, scribble
from tests.recognition.line.test_recognizer import shipped
from tests.recognition.one_class_models import ODD, digits_card, save_model
from tests.recognition.text.printed import printed
from tests.training.samples import mnist_part

SEVEN = [(10, 10), (60, 10), (30, 90)]


class GivenAsArray:
    """Something of another library that gives itself as an array, but cannot be walked through as one."""

    def __init__(self, array: NDArray[Any]) -> None:
        self.array = array

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        return np.asarray(self.array, dtype)

    def __iter__(self) -> Iterator[str]:
        return iter(("x", "y"))


@pytest.fixture
def digit() -> tuple[NDArray[np.uint8], str]:
    """A digit of MNIST, light on dark, and which it is."""
    images, labels = mnist_part(1)
    return images[0], str(labels[0])


def test_a_file_is_read_by_its_name_or_path() -> None:
    assert digitvision.read(str(sample_path(4))).text == "4"
    assert digitvision.read(sample_path(4), top=2).candidates[0].latex == "4"
    assert len(digitvision.read(sample_path(4), top=2).candidates) == 2


@pytest.mark.parametrize(
    "strokes",
    [
        SEVEN,
        [SEVEN],
        (SEVEN,),
        [np.array(SEVEN)],
        np.array([SEVEN, SEVEN[:1]], dtype=object)[:1],
        [[(x, y, 20 * x) for x, y in SEVEN]],
        [np.array([(x, y, 20 * x, 0.7) for x, y in SEVEN], np.float32)],
        Drawing((digitvision.Stroke.of(SEVEN),)),
        digitvision.Stroke.of(SEVEN),
        np.array([SEVEN], np.float32),
        [GivenAsArray(np.array(SEVEN))],
        [digitvision.Stroke.of(SEVEN)],
        iter([SEVEN]),
        [np.array(SEVEN) * 1e-4],
        [np.array(SEVEN) * 1e5],
    ],
    ids=(
        "samples",
        "strokes",
        "a tuple",
        "arrays",
        "an array of strokes",
        "with times",
        "with pressure",
        "a drawing",
        "a stroke of the program",
        "strokes in one array",
        "a table",
        "strokes of the program",
        "an iterator",
        "tiny",
        "huge",
    ),
)
def test_strokes_are_read_in_every_form(strokes: Any) -> None:
    reading = digitvision.read(strokes)

    assert (reading.text, reading.reading, reading.strokes) == ("7", "character", (0,))
    assert reading.glyphs[0].strokes == (0,)


@pytest.mark.parametrize(
    "form",
    [
        lambda ink: ink,
        lambda ink: 255 - ink,
        lambda ink: ink / 255,
        lambda ink: 1 - ink / 255,
        lambda ink: ink / 127.5 - 1,
        lambda ink: ink.astype(np.int64),
        lambda ink: ink > 100,
        lambda ink: (ink > 100).astype(np.int32),
        lambda ink: ink.astype(np.float16),
        lambda ink: ink[:, :, None],
        lambda ink: ink[None],
        lambda ink: np.stack([ink] * 3),
        lambda ink: np.ma.masked_array(ink, ink > 200),
        GivenAsArray,
        Image.fromarray,
        lambda ink: Image.fromarray(255 - ink).convert("RGBA"),
        lambda ink: Image.fromarray(ink / np.float32(255)),
        lambda ink: np.stack([ink] * 3, axis=2),
        lambda ink: np.stack([ink / 255] * 3, axis=2),
    ],
)
def test_pictures_are_read_whatever_their_numbers_mean(
    digit: tuple[NDArray[np.uint8], str], form: Callable[[NDArray[Any]], NDArray[Any]]
) -> None:
    reading = digitvision.read(form(digit[0]))

    assert (reading.text, reading.sure, reading.strokes) == (digit[1], True, ())


def test_nothing_is_no_failure() -> None:
    sources: list[Any] = [[], Drawing(), np.zeros((20, 20))]
    for nothing in sources:
        reading = digitvision.read(nothing)
        assert (reading.text, reading.confidence, reading.sure, reading.candidates) == ("", 0.0, False, ())
        assert (reading.value, reading.mathml, reading.rows, reading.box) == (None, None, (), None)
        assert reading._repr_latex_() is None
        assert repr(reading) == "<Reading: nothing to read>"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (3, "int is nothing to read"),
        (None, "NoneType is nothing to read"),
        (b"ink", "bytes is nothing to read"),
        ({"x": 1}, "dict is nothing to read"),
        ([SEVEN, []], "Stroke 2 has no samples."),
        ([SEVEN, [(1, 2), (3,)]], "Stroke 2 is no list of"),
        ([["a", "b"]], "Stroke 1 is no list of"),
        ([[(0, float("nan"))]], "Stroke 1 has a number that is not finite"),
        ([[(1e12, 0)]], "a coordinate beyond 1e9"),
        (np.zeros((30, 2)), "put a stroke's array into a list"),
        (np.zeros((5, 28, 28)), "read one at a time"),
        (np.array(SEVEN), "put a stroke's array into a list"),
        ("", "An empty name is nothing to read"),
        (BytesIO(b"ink"), "An open file is nothing to read"),
        (memoryview(b"ink"), "memoryview is nothing to read"),
        (np.full((9, 9), np.nan), "none that are numbers"),
        (np.where(np.eye(9) > 0, np.inf, 0), "infinite"),
        (itertools.repeat(SEVEN), "more than 50,000 strokes"),
        (Image.new("L", (0, 5)), "has no pixels"),
        (Image.new("1", (9000, 9000)), "more than DigitVision reads"),
        (np.zeros((0, 9)), "has no pixels"),
        (np.zeros((9, 9), complex), "complex128 is no picture"),
    ],
)
def test_what_is_no_drawing_is_refused_in_a_sentence(source: Any, sentence: str) -> None:
    with pytest.raises(digitvision.RequestFault) as refused:
        digitvision.read(source)

    assert sentence in str(refused.value)
    assert isinstance(refused.value, digitvision.Fault)
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        ({"reading": "novel"}, digitvision.RequestFault, "There is no reading “novel”"),
        ({"words": True}, digitvision.RequestFault, "“line” only"),
        ({"top": 0}, digitvision.RequestFault, "1 or more, not 0"),
        ({"model": "nobody"}, digitvision.ModelFault, "There is no model “nobody”"),
        ({"alphabet": "runes"}, digitvision.ModelFault, "runes"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(options: dict[str, Any], kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        digitvision.read(SEVEN, **options)


def test_files_that_cannot_be_read_say_so_by_their_kind(tmp_path: Path) -> None:
    (tmp_path / "torn.inkml").write_text("<ink><trace>1 2", encoding="utf-8")
    (tmp_path / "torn.png").write_bytes(b"no picture")

    for name, kind in (
        ("none.png", digitvision.FileFault),
        ("torn.inkml", digitvision.InkFault),
        ("torn.png", digitvision.PictureFault),
    ):
        with pytest.raises(kind) as refused:
            digitvision.read(tmp_path / name)
        assert isinstance(refused.value, ValueError)


@pytest.mark.slow
def test_a_page_has_rows_that_are_readings() -> None:
    shipped()
    below = moved(row("7÷0="), scale=1, dx=0, dy=260)
    first = row("23+8=")
    reading = digitvision.read(Drawing((*first.strokes, *below.strokes)), reading="page")

    assert (reading.text, reading.value) == ("23+8=\n7÷0=", None)
    assert [(one.text, one.value, one.note) for one in reading.rows] == [
        ("23+8=", "31", ""),
        ("7÷0=", None, "This divides by zero."),
    ]
    assert sorted(index for one in reading.rows for index in one.strokes) == list(reading.strokes)
    latex = reading._repr_latex_()
    assert latex is not None
    assert latex.startswith("$$\n\\begin{aligned}\n23 + 8 &= \\boldsymbol{31} \\\\\n")
    shown = reading.rows[0]._repr_svg_()
    assert shown is not None
    assert len(_paths(shown)) < len(_paths(reading._repr_svg_() or ""))


def test_a_reading_shows_its_ink_on_white_paper() -> None:
    shown = digitvision.read([SEVEN])._repr_svg_()

    assert shown is not None
    assert 'fill="#ffffff"' in shown
    assert len(_paths(shown)) == 1


@pytest.mark.slow
def test_a_pictures_reading_shows_the_picture_while_it_is_there(tmp_path: Path) -> None:
    shipped()
    path = tmp_path / "sum.png"
    picture(row("23")).save(path)
    by_name, by_array = digitvision.read(path, reading="line"), digitvision.read(np.asarray(picture(row("23"))))

    for reading in (by_name, by_array):
        assert "data:image/png;base64," in (reading._repr_svg_() or "")
    path.unlink()
    assert by_name._repr_svg_() is None
    assert by_array._repr_svg_() is not None


@pytest.mark.slow
def test_a_reading_in_a_sentence() -> None:
    shipped()
    assert str(digitvision.read(row("12÷4="), reading="line")) == "12÷4="
    assert repr(digitvision.read(row("12÷4="), reading="line")).startswith("<Reading '12÷4=' → 3, line, ")
    refused = digitvision.read(scribble(150, 1, points=3), reading="line")
    assert repr(refused) == f"<Reading: {refused.error}>"
    assert refused.error == "These are 150 strokes, and at most 120 can be read as a line without words."
    assert refused._repr_latex_() is None


@pytest.mark.slow
def test_a_reading_goes_to_another_process_whole() -> None:
    shipped()
    reading = digitvision.read(row("12÷4="), reading="equation")
    copy = pickle.loads(pickle.dumps(reading))

    assert (copy.text, copy.value, copy.mathml, copy.candidates) == ("12÷4=", "3", reading.mathml, reading.candidates)
    assert copy._repr_svg_() == reading._repr_svg_()


@pytest.mark.slow
def test_a_model_of_equations_reads_equations_unless_told_otherwise() -> None:
    shipped()
    with digitvision.load("equations") as reader:
        assert reader.read(row("12÷4=")).reading == "equation"
    with pytest.raises(digitvision.ModelFault, match="reads equations"):
        digitvision.load("equations", reading="character")


def test_models_are_those_that_are_shipped_and_the_users_own() -> None:
    save_model("mine", ODD, digits_card())

    assert {"digits", "classic", "glyphs", "equations", "mine"} <= {model.name for model in digitvision.models()}


def test_a_model_that_has_changed_is_loaded_anew(home: Path) -> None:
    save_model("mine", ODD, digits_card())
    assert digitvision.read(sample_path(3), model="mine", alphabet="lower").text == "3"

    shutil.rmtree(home / "models" / "mine")

    with pytest.raises(digitvision.ModelFault, match="There is no model “mine”"):
        digitvision.read(sample_path(3), model="mine", alphabet="lower")


def test_what_is_loaded_is_kept_for_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    digitvision.read(SEVEN)
    monkeypatch.setattr("digitvision.recognition.api.loading.load", lambda *_, **__: pytest.fail("loaded again"))

    assert digitvision.read(SEVEN).text == "7"


@pytest.mark.slow
def test_each_thread_has_its_own() -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(digitvision.read(SEVEN).text)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert texts == ["7"] * 4


def test_the_command_line_reads_by_the_same_door(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read(_: digitvision.Reader, source: object, *, top: int, page: int) -> digitvision.Reading:
        raise digitvision.Fault(f"{source} came by with {top} on page {page}.")

    monkeypatch.setattr(digitvision.Reader, "read", read)

    assert main(["recognize", "a.inkml", "--top", "3"]) == 1
    assert capsys.readouterr().err == "a.inkml: a.inkml came by with 3 on page 1.\n"


@pytest.mark.slow
def test_closing_ends_the_process_that_works_out_values() -> None:
    shipped()
    # The test's own watch fails it where the process goes on.
    with digitvision.load(reading="equation") as reader:
        reading = reader.read(resource_path("samples", "equations", "integral.inkml"))
        assert reading.value == "1/3 ≈ 0.3333"
    reader.close()


def _paths(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg.encode()).iter("{http://www.w3.org/2000/svg}path"))


@pytest.mark.slow
def test_each_page_of_a_file_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "pages.tiff"
    images, labels = mnist_part(3)
    first, *others = (Image.fromarray(255 - image) for image in images)
    first.save(path, save_all=True, append_images=others)

    readings = [digitvision.read(path, page=page) for page in (1, 2, 3)]

    assert [reading.text for reading in readings] == [str(label) for label in labels]
    assert [(reading.remark, reading.pages) for reading in readings] == [(f"page {page} of 3", 3) for page in (1, 2, 3)]
    assert all("<svg" in (reading._repr_svg_() or "") for reading in readings)
    with pytest.raises(digitvision.PictureFault, match=r"“pages\.tiff” has no page 4\."):
        digitvision.read(path, page=4)
    with pytest.raises(digitvision.RequestFault, match="only a file has pages"):
        digitvision.read(SEVEN, page=2)


def test_strokes_that_are_no_ink_are_told(tmp_path: Path) -> None:
    path = tmp_path / "marked.ink"
    marker = "".join(
        f'<brushProperty name="{name}" value="{value}"/>' for name, value in (("color", "#ff0"), ("width", "9"))
    )
    path.write_text(
        f'<ink><definitions><brush xml:id="p"><brushProperty name="width" value="1"/></brush>'
        f'<brush xml:id="h">{marker}</brush></definitions><trace brushRef="#p">10 10, 60 10, 30 90</trace>'
        '<trace brushRef="#h">0 50, 90 50</trace></ink>',
        encoding="utf-8",
    )

    reading = digitvision.read(path)

    assert reading.text == "7"
    assert reading.remark == "1 stroke is a highlighter’s or unseen, and not read"
    assert digitvision.read(path.rename(tmp_path / "no ending")).text == "7"


def test_a_model_of_whole_lines_reads_lines_and_languages_are_checked() -> None:
    strokes = [stroke.xy for stroke in printed("hello").strokes]

    assert digitvision.read(strokes, model="lines").text == "hello"
    assert digitvision.read(strokes, reading="line", language="none").text.isalpha()
    with pytest.raises(digitvision.RequestFault, match="no language “xx”: take one of en, de, fr, none"):
        digitvision.read(strokes, reading="line", language="xx")
