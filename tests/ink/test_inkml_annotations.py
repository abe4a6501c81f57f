"""Annotations of strokes in a drawing's file, which stays valid for other programs."""

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.inkml import inkml_bytes, parse_inkml
from digitvision.ink.inkml_annotations import LONGEST_NOTE, InkAnnotation
from digitvision.ink.stroke import Drawing
from tests.ink.drawings import line

SPACE = "{http://www.w3.org/2003/InkML}"
DRAWING = Drawing(tuple(line((10 * index, 0), (10 * index, 50)) for index in range(6)))

_words = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and text == text.strip())


@st.composite
def _annotations(draw: st.DrawFn) -> tuple[InkAnnotation, ...]:
    count = draw(st.integers(0, 5))
    made = []
    for _ in range(count):
        parent = draw(st.none() | st.integers(0, count - 1))
        relation = draw(_words) if parent is not None else draw(st.just("") | _words)
        strokes = draw(st.frozensets(st.integers(0, 5), min_size=1))
        made.append(InkAnnotation(strokes, draw(st.booleans()), draw(st.just("") | _words), relation, parent))
    return tuple(made)


def read(content: str) -> tuple[InkAnnotation, ...]:
    return parse_inkml(content.encode(), where="a.inkml").annotations


def in_file(views: str, *, version: str = '<annotation type="digitvision">1</annotation>') -> str:
    """Return a file with three traces, named a, b and c, and these views inside the marked one."""
    traces = "".join(f'<trace xml:id="{name}">{index} 1 0 1</trace>' for index, name in enumerate("abc"))
    mark = '<annotation type="digitvision">corrections</annotation>'
    return f"<ink>{version}{traces}<traceView>{mark}{views}</traceView></ink>"


def view(*traces: str, name: str = "", **notes: str) -> str:
    """Return an annotation as it stands in a file."""
    annotations_text = "".join(f'<annotation type="{kind}">{text}</annotation>' for kind, text in notes.items())
    views = "".join(f'<traceView traceDataRef="#{trace}"/>' for trace in traces)
    return f'<traceView xml:id="{name}">{annotations_text}{views}</traceView>'


@pytest.mark.slow
@given(_annotations())
def test_annotations_survive_writing_and_reading(annotations: tuple[InkAnnotation, ...]) -> None:
    document = parse_inkml(inkml_bytes(DRAWING, annotations), where="a.inkml")

    assert document.native
    assert document.annotations == annotations
    assert document.drawing == DRAWING


def test_a_drawing_without_annotations_has_the_plain_file() -> None:
    assert inkml_bytes(DRAWING, ()) == inkml_bytes(DRAWING)
    assert b"traceView" not in inkml_bytes(DRAWING)
    assert b"xml:id=" not in inkml_bytes(DRAWING).partition(b"</context>")[2]


def test_the_file_has_valid_views_of_its_traces() -> None:
    root = ElementTree.fromstring(
        inkml_bytes(
            DRAWING,
            (InkAnnotation(frozenset({1, 2}), truth="<"), InkAnnotation(frozenset({3}), relation="Sup", parent=0)),
        )
    )
    name = "{http://www.w3.org/XML/1998/namespace}id"
    names = [element.get(name) for element in root.iter() if element.get(name)]
    views = root.findall(f".//{SPACE}traceView")
    references = [element.get("traceDataRef") for element in views if element.get("traceDataRef")]

    assert len(names) == len(set(names))
    assert [root[-1].tag, len(root.findall(f"{SPACE}traceView"))] == [f"{SPACE}traceView", 1]
    assert references == ["#s1", "#s2", "#s3"]
    assert {reference.removeprefix("#") for reference in references if reference} <= set(names)
    assert {element.tag for one in views for element in one} == {f"{SPACE}traceView", f"{SPACE}annotation"}
    assert [note.text for note in root.iter(f"{SPACE}annotation") if note.get("type") == "truth"] == ["<"]


@pytest.mark.parametrize("text", ["a\nb", "\x00", " x", "x" * (LONGEST_NOTE + 1), "\ud800", "\ufffe"])
def test_text_that_xml_cannot_hold_is_left_out_and_the_strokes_stay(text: str) -> None:
    document = parse_inkml(inkml_bytes(DRAWING, (InkAnnotation(frozenset({0}), truth=text),)), where="a.inkml")

    assert document.drawing == DRAWING
    assert document.annotations == (InkAnnotation(frozenset({0})),)


def test_other_programs_truth_is_ignored() -> None:
    groups = '<traceGroup><annotation type="truth">x</annotation><traceView traceDataRef="a"/></traceGroup>'
    foreign = in_file(view("a", truth="x"), version="") + ""

    assert read(foreign) == ()
    assert read(in_file("").replace("</ink>", f"{groups}</ink>")) == ()
    assert read(in_file(view("a", truth="x")).replace("corrections", "segmentation")) == ()


@pytest.mark.parametrize(
    ("views", "annotations"),
    [
        (view("a", "gone", truth="x"), ()),
        (view(truth="x"), ()),
        (view("a", "b", "gone", grouping="apart"), (InkAnnotation(frozenset({0, 1}), apart=True),)),
        (view("a", "a", truth=" x "), (InkAnnotation(frozenset({0}), truth="x"),)),
        (view("a", relation="Sup", parent="#gone"), (InkAnnotation(frozenset({0})),)),
        (view("a", truth="y" * (LONGEST_NOTE + 1)), (InkAnnotation(frozenset({0})),)),
        (view("a", foreign="note"), (InkAnnotation(frozenset({0})),)),
        ("<traceView><traceView><traceView/></traceView></traceView>", ()),
        ('<annotationXML type="truth"><math/></annotationXML><traceView traceDataRef="#a"/>', ()),
    ],
)
def test_damaged_or_foreign_annotations_are_left_out(views: str, annotations: tuple[InkAnnotation, ...]) -> None:
    document = parse_inkml(in_file(views).encode(), where="a.inkml")

    assert document.annotations == annotations
    assert len(document.drawing.strokes) == 3


def test_annotations_of_continued_traces_refer_to_the_joined_stroke() -> None:
    content = (
        '<ink><annotation type="digitvision">1</annotation>'
        '<trace xml:id="up" type="penUp">0 0</trace><trace xml:id="none"> </trace>'
        '<trace xml:id="first" continuation="begin">1 1, 2 2</trace><trace xml:id="other">5 5</trace>'
        '<trace xml:id="rest" continuation="end" priorRef="#first">3 3</trace>'
        '<traceView><annotation type="digitvision">corrections</annotation>'
        + view("rest", "other", truth="x")
        + view("up", truth="y")
        + "</traceView></ink>"
    )

    assert read(content) == (InkAnnotation(frozenset({0, 1}), truth="x"),)


def test_annotations_elsewhere_change_neither_strokes_nor_version() -> None:
    content = (
        '<ink><annotation type="digitvision">1<annotation/></annotation><trace>1 2<annotation/>, 3 4</trace></ink>'
    )
    document = parse_inkml(content.encode(), where="a.inkml")

    assert document.native
    assert document.drawing.strokes[0].xy.tolist() == [[1, 2], [3, 4]]
