"""What a file of another program holds beside the ink comes through opening and saving."""

import xml.etree.ElementTree as ElementTree

from digitvision.ink.foreign.kept import MOST_CHARACTERS
from digitvision.ink.inkml import inkml_bytes
from tests.ink.foreign.files import NAMESPACE, ink, read

SPACE = f"{{{NAMESPACE}}}"
CONTENT = ink(
    '<annotation type="writer">Ada &amp; B &lt; C</annotation>',
    '<annotationXML type="truth"><m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mi>x</m:mi></m:math></annotationXML>',
    '<definitions><brush xml:id="s0"><brushProperty name="color" value="#f00"/></brush>'
    '<context xml:id="canvas" brushRef="#s0"/><trace xml:id="t">5 5</trace></definitions>',
    '<trace contextRef="#canvas">1 2, 3 4</trace>',
)


def saved(content: str) -> bytes:
    document = read(content)
    return inkml_bytes(document.drawing, settings=document.settings)


def test_annotations_contexts_and_brushes_are_written_again() -> None:
    root = ElementTree.fromstring(saved(CONTENT))

    assert [note.text for note in root.iter(f"{SPACE}annotation") if note.get("type") == "writer"] == ["Ada & B < C"]
    assert [one.text for one in root.iter("{http://www.w3.org/1998/Math/MathML}mi")] == ["x"]
    brushes = [[one.get("value") for one in brush] for brush in root.iter(f"{SPACE}brush")]
    # The program that made the file finds its own, and the stroke's is in the canvas's unit.
    assert brushes == [["#f00"], ["#ff0000"]]
    assert len(list(root.iter(f"{SPACE}trace"))) == 1


def test_names_stay_unique_and_references_lead_to_the_same_elements() -> None:
    root = ElementTree.fromstring(saved(CONTENT))
    names = [name for one in root.iter() if (name := one.get("{http://www.w3.org/XML/1998/namespace}id"))]

    assert len(names) == len(set(names))
    brush = next(root.iter(f"{SPACE}brush")).get("{http://www.w3.org/XML/1998/namespace}id")
    assert brush == "kept-s0"
    assert f"#{brush}" in [one.get("brushRef") for one in root.iter(f"{SPACE}context")]


def test_saving_again_and_again_changes_nothing() -> None:
    once = saved(CONTENT)
    document = read(once)

    assert document.native
    assert [stroke.xy.tolist() for stroke in document.drawing.strokes] == [[[1, 2], [3, 4]]]
    assert inkml_bytes(document.drawing, settings=document.settings) == once


def test_nothing_is_kept_of_this_programs_own_elements() -> None:
    assert read(inkml_bytes(read(ink("<trace>1 2</trace>")).drawing)).settings.foreign.kept == ""


def test_what_is_too_large_is_given_up_and_told() -> None:
    document = read(ink(f"<annotation>{'x' * (MOST_CHARACTERS + 1)}</annotation><trace>1 2</trace>"))

    assert document.settings.foreign.kept == ""
    assert any("larger" in text for text in document.lost)


def test_a_foreign_mark_of_this_program_is_no_version() -> None:
    document = read(ink('<annotation type="digitvision-reading">line</annotation><trace>1 2</trace>'))

    assert not document.native
    assert document.settings.foreign.kept == ""


def test_what_stands_around_the_ink_is_told() -> None:
    alone = ink("<trace>0 0, 1 1</trace>")

    assert read(alone).lost == ()
    assert "what stands around the ink" in read(f"<html><p>Hello</p>{alone}</html>").lost
    assert "what stands around the ink" in read(f"Content-Type: application/inkml+xml\n\n{alone}").lost


def test_names_and_attributes_that_are_lost_are_told() -> None:
    named = '<trace xml:id="t" contextRef="#c" duration="5">0 0, 1 1</trace>'
    note = '<annotationXML><a href="#t"/></annotationXML>'

    assert read(ink(named)).lost == ()
    assert read(ink(note, named)).lost == ("names of traces",)
    told = "attributes of the ink as a whole, or of traces"
    assert read(ink(named.replace("duration", "colour"))).lost == (told,)
    assert read(ink(named).replace("<ink", '<ink documentID="urn:x"')).lost == (told,)
