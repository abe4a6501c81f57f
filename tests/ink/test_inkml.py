import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digitvision.files import FileFault, write_atomically
from digitvision.ink.drawing_settings import DrawingSettings
from digitvision.ink.inkml import (
    DECIMALS,
    FORM_VERSION,
    MAX_COORDINATE,
    MAX_FILE_BYTES,
    InkFault,
    inkml_bytes,
    parse_inkml,
    read_inkml,
)
from digitvision.ink.stroke import NO_PRESSURE, Drawing, Stroke
from tests.ink.drawings import DIGITS, drawings, line, sample_drawing, sample_path

NAMESPACE = "http://www.w3.org/2003/InkML"


def tables(content: str) -> list[list[list[float]]]:
    """Return the samples of each stroke: x, y, time, pressure."""
    return [stroke.points.tolist() for stroke in parse_inkml(content.encode(), where="a.inkml").drawing.strokes]


def positions(content: str) -> list[list[list[float]]]:
    """Return the positions of each stroke's samples."""
    return [stroke.xy.tolist() for stroke in parse_inkml(content.encode(), where="a.inkml").drawing.strokes]


def refusal(data: bytes) -> str:
    """Return the message with which a file is refused."""
    with pytest.raises(InkFault) as caught:
        parse_inkml(data, where="wörk.inkml")
    sentence = str(caught.value)
    assert "“wörk.inkml”" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.slow
@given(drawings)
def test_a_written_drawing_reads_the_same(drawing: Drawing) -> None:
    document = parse_inkml(inkml_bytes(drawing), where="a.inkml")

    assert document.native
    assert len(document.drawing.strokes) == len(drawing.strokes)
    for read, written in zip(document.drawing.strokes, drawing.strokes, strict=True):
        np.testing.assert_allclose(read.points, written.points, rtol=0, atol=0.51 * 10**-DECIMALS)


@pytest.mark.slow
@given(drawings)
def test_reading_and_writing_again_gives_the_same_bytes(drawing: Drawing) -> None:
    data = inkml_bytes(drawing)

    assert inkml_bytes(parse_inkml(data, where="a.inkml").drawing) == data


@pytest.mark.parametrize("digit", DIGITS)
def test_the_shipped_samples_are_in_the_native_format(digit: int) -> None:
    document = read_inkml(sample_path(digit))
    bounds = document.drawing.bounds

    assert document.native
    assert bounds is not None
    assert 0 <= bounds.left < bounds.right <= 1000
    assert 0 <= bounds.top < bounds.bottom <= 1000
    assert len(document.drawing.strokes) == (2 if digit in (4, 5) else 1)
    for stroke in document.drawing.strokes:
        assert (np.diff(stroke.points[:, 2]) > 0).all()
    assert document.settings == DrawingSettings(reading="character")
    assert inkml_bytes(document.drawing, settings=document.settings) == sample_path(digit).read_bytes()


def test_the_native_format_is_valid_inkml() -> None:
    root = ElementTree.fromstring(inkml_bytes(sample_drawing(4)))
    channels = root.findall(f"{{{NAMESPACE}}}context/{{{NAMESPACE}}}traceFormat/{{{NAMESPACE}}}channel")
    traces = root.findall(f"{{{NAMESPACE}}}trace")

    assert root.tag == f"{{{NAMESPACE}}}ink"
    assert [channel.get("name") for channel in channels] == ["X", "Y", "T", "F"]
    assert len(traces) == 2
    first = (traces[0].text or "").split(",")[0].split()
    np.testing.assert_allclose(np.array(first, float), sample_drawing(4).strokes[0].points[0])


def test_a_drawing_is_written_to_and_read_from_a_file_of_any_name(tmp_path: Path) -> None:
    path = tmp_path / "Ünïcode 数字 ✎" / ("ж" * 120 + ".inkml")
    write_atomically(path, inkml_bytes(sample_drawing(3)))

    assert read_inkml(path).drawing == sample_drawing(3)


def test_a_missing_file_is_reported_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="cannot be read"):
        read_inkml(tmp_path / "none.inkml")


def test_the_default_format_is_x_and_y() -> None:
    assert tables("<ink><trace>1 2, 3 4</trace><trace>5 6</trace></ink>") == [
        [[1, 2, 0, NO_PRESSURE], [3, 4, 0, NO_PRESSURE]],
        [[5, 6, 0, NO_PRESSURE]],
    ]
    assert not parse_inkml(b"<ink><trace>1 2</trace></ink>", where="a.inkml").native


def test_a_file_without_ink_is_an_empty_drawing() -> None:
    assert positions("<ink/>") == []
    assert positions(f'<ink xmlns="{NAMESPACE}"><annotation type="truth">7</annotation><trace> </trace></ink>') == []


def test_other_namespaces_prefixes_and_encodings_read() -> None:
    content = '<i:ink xmlns:i="urn:any"><i:trace>1 2</i:trace></i:ink>'
    assert positions(content) == [[[1, 2]]]
    for encoding in ("utf-16", "iso-8859-1"):
        data = f'<?xml version="1.0" encoding="{encoding}"?><ink><trace>1 2</trace></ink>'.encode(encoding)
        assert len(parse_inkml(data, where="a.inkml").drawing.strokes) == 1


def test_a_crohme_file_reads() -> None:
    content = f"""<ink xmlns="{NAMESPACE}">
        <traceFormat><channel name="X" type="decimal"/><channel name="Y" type="decimal"/></traceFormat>
        <annotation type="truth">$1+$</annotation><annotation type="UI">2011_x</annotation>
        <annotationXML type="truth" encoding="Content-MathML"><math xmlns='http://www.w3.org/1998/Math/MathML'>
        <mrow><mn xml:id="A">1</mn></mrow></math></annotationXML>
        <trace id="0">985 3317, 1019 3340, 1024 3344</trace>
        <trace id="1">
        -12.4 0.03, -12.5 0.04
        </trace>
        <traceGroup xml:id="2"><annotation type="truth">Segmentation</annotation>
        <traceGroup xml:id="3"><annotation type="truth">1</annotation>
        <traceView traceDataRef="0"/><annotationXML href="A"/></traceGroup></traceGroup></ink>"""

    assert positions(content) == [[[985, 3317], [1019, 3340], [1024, 3344]], [[-12.4, 0.03], [-12.5, 0.04]]]
    # Further values, such as times that no format declares, are left out.
    assert positions("<ink><trace>1 2 100, 3 4 110</trace></ink>") == [[[1, 2], [3, 4]]]


def test_channels_come_in_any_order_and_unknown_ones_are_ignored() -> None:
    content = """<ink><definitions><context xml:id="pen"><inkSource><traceFormat>
        <channel name="F" type="integer" max="1023"/><channel name="OTx"/><channel name="Y"/><channel name="X"/>
        <channel name="T" units="s"/>
        <intermittentChannels><channel name="B1" type="boolean"/></intermittentChannels>
        </traceFormat></inkSource></context></definitions>
        <trace contextRef="#pen">1023 7 2 1 12.5, 0 7 4 3 12.75 T, 511.5 7 6 5 13 ?</trace></ink>"""

    assert tables(content) == [[[1, 2, 0, 1], [3, 4, 250, 0], [5, 6, 500, 0.5]]]


def test_each_trace_has_the_format_of_its_context() -> None:
    formats = """<definitions>
        <traceFormat xml:id="yx"><channel name="Y"/><channel name="X"/></traceFormat>
        <traceFormat xml:id="txy"><channel name="T"/><channel name="X"/><channel name="Y"/></traceFormat>
        <context xml:id="a" traceFormatRef="#yx"/><context xml:id="b" traceFormatRef="#txy"/>
        <context xml:id="c" contextRef="#a"/>
        <inkSource xml:id="s"><traceFormat><channel name="F"/><channel name="Y"/><channel name="X"/></traceFormat>
        </inkSource><context xml:id="d" inkSourceRef="#s"/></definitions>"""
    content = f"""<ink>{formats}<trace>1 2</trace><trace contextRef="#a">1 2</trace><trace contextRef="#b">0 1 2</trace>
        <trace contextRef="#c">1 2</trace><trace contextRef="#d">0.5 1 2</trace>
        <traceGroup contextRef="#a"><trace>1 2</trace><traceGroup><trace>1 2</trace>
        <trace contextRef="#b">0 1 2</trace></traceGroup></traceGroup><trace>1 2</trace></ink>"""

    straight, turned = [[1, 2]], [[2, 1]]
    assert positions(content) == [straight, turned, straight, turned, turned, turned, turned, straight, straight]


def test_a_context_between_traces_holds_for_the_traces_after_it() -> None:
    turned = '<traceFormat xml:id="yx"><channel name="Y"/><channel name="X"/></traceFormat>'
    other = '<traceFormat xml:id="xy"><channel name="X"/><channel name="Y"/></traceFormat>'
    content = f"""<ink><definitions>{turned}{other}</definitions><trace>1 2</trace>
        <context traceFormatRef="#yx"/><trace>1 2</trace><context traceFormatRef="#xy"/><trace>1 2</trace></ink>"""

    assert positions(content) == [[[1, 2]], [[2, 1]], [[1, 2]]]


def test_a_format_that_comes_after_its_traces_is_found() -> None:
    content = """<ink><trace contextRef="#late">1 2</trace><definitions><context xml:id="late"><traceFormat>
        <channel name="Y"/><channel name="X"/></traceFormat></context></definitions></ink>"""

    assert positions(content) == [[[2, 1]]]


def test_references_in_a_circle_or_to_nothing_give_the_default() -> None:
    circle = '<context xml:id="a" contextRef="#b"/><context xml:id="b" contextRef="#a"/>'
    content = f"""<ink><definitions>{circle}</definitions><trace contextRef="#a">1 2</trace>
        <trace contextRef="#gone">1 2</trace><trace contextRef="http://example.org/x.inkml#a">1 2</trace></ink>"""

    assert positions(content) == [[[1, 2]]] * 3


def test_a_reversed_axis_is_turned() -> None:
    content = """<ink><traceFormat><channel name="X"/><channel name="Y" orientation="-ve"/></traceFormat>
        <trace>1 2, 3 4</trace></ink>"""

    assert positions(content) == [[[1, -2], [3, -4]]]


def test_pen_up_traces_are_left_out_and_continued_ones_are_joined() -> None:
    content = """<ink><trace xml:id="a" type="penDown" continuation="begin">1 1, 2 2</trace>
        <trace type="penUp">9 9, 8 8</trace><trace>5 5</trace>
        <trace xml:id="b" continuation="middle" priorRef="#a">3 3</trace>
        <trace continuation="end" priorRef="#b">4 4</trace></ink>"""

    assert positions(content) == [[[1, 1], [2, 2], [3, 3], [4, 4]], [[5, 5]]]


def test_samples_without_a_position_are_left_out() -> None:
    assert positions("<ink><trace>1 2, ? 3, 4 5</trace><trace>? ?</trace></ink>") == [[[1, 2], [4, 5]]]


def test_times_count_from_the_first_sample_in_milliseconds() -> None:
    content = """<ink><traceFormat><channel name="X"/><channel name="Y"/><channel name="T" units="{}"/></traceFormat>
        <trace>0 0 1000, 0 0 1010</trace><trace>0 0 1500</trace></ink>"""

    for units, factor in (("ms", 1), ("s", 1000), ("us", 0.001), ("", 1)):
        times = [sample[2] for stroke in tables(content.format(units)) for sample in stroke]
        np.testing.assert_allclose(times, [0, 10 * factor, 500 * factor])


def test_pressures_without_a_range_are_brought_to_one() -> None:
    content = """<ink><traceFormat><channel name="X"/><channel name="Y"/><channel name="F"/></traceFormat>
        <trace>0 0 {}, 0 0 {}</trace></ink>"""

    assert [sample[3] for sample in tables(content.format(100, 50))[0]] == [1, 0.5]
    assert [sample[3] for sample in tables(content.format(0.25, 0.5))[0]] == [0.25, 0.5]
    assert [sample[3] for sample in tables(content.format(-3, "?"))[0]] == [0, NO_PRESSURE]


@given(st.integers(0, 3000))
@example(0)
def test_a_file_cut_off_anywhere_is_refused(length: int) -> None:
    data = sample_path(7).read_bytes()
    cut = min(length, len(data.rstrip()) - 1)

    assert refusal(data[:cut])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00",
        b"PK\x03\x04",
        b'{"strokes": []}',
        b"<html><body/></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<ink><trace>1 2</ink>",
        b'<?xml version="1.0" encoding="klingon"?><ink/>',
        b"<ink><trace>\xff\xfe</trace></ink>",
        b"<ink><trace>1 nan</trace></ink>",
        b"<ink><trace>1 inf</trace></ink>",
        b"<ink><trace>1 1e400</trace></ink>",
        b"<ink><trace>1 1e300</trace></ink>",
        b"<ink><trace>1 two</trace></ink>",
        b"<ink><trace>1</trace></ink><ink/>",
        b"<ink><traceFormat><channel name='X'/></traceFormat><trace>1</trace></ink>",
        (
            b"<ink><traceFormat><channel name='T'/><channel name='X'/><channel name='Y'/></traceFormat>"
            b"<trace>-1e308 1 2, 1e308 3 4</trace></ink>"
        ),
    ],
)
def test_incomplete_or_foreign_content_is_refused_in_a_sentence(data: bytes) -> None:
    assert refusal(data)


@pytest.mark.parametrize(
    "document_type",
    [
        '<!DOCTYPE ink [<!ENTITY a "1 2"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE ink [<!ENTITY c SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE ink SYSTEM "http://example.org/ink.dtd">',
        "<!DOCTYPE ink>",
    ],
)
def test_document_types_and_entities_are_refused(document_type: str) -> None:
    sentence = refusal(f"{document_type}<ink><trace>&c;</trace></ink>".encode())

    assert "document type or entities" in sentence
    assert "root:" not in sentence


def test_a_newer_format_is_refused_by_its_version() -> None:
    data = inkml_bytes(sample_drawing(1)).replace(
        f'"digitvision">{FORM_VERSION}<'.encode(), f'"digitvision">{FORM_VERSION + 1}<'.encode()
    )

    assert f"form {FORM_VERSION + 1}" in refusal(data)


def test_a_format_without_a_version_is_refused() -> None:
    assert "form" in refusal(b'<ink><annotation type="digitvision">latest</annotation></ink>')


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        b"<ink>" + b"<trace>1 1</trace>" * 1_000_000 + b"</ink>",
        b"<ink><trace>" + b"1 1," * 3_000_000 + b"1 1</trace></ink>",
        b"<ink>" + b"<traceGroup>" * 1_000_000,
        b"<ink>" + b"<x>" * 1_000_000,
        b"<ink>" + b" " * MAX_FILE_BYTES + b"</ink>",
    ],
    ids=["a million strokes", "millions of samples", "deep groups", "deep elements", "a large file"],
)
def test_oversized_content_is_refused_quickly(data: bytes) -> None:
    began = time.process_time()

    assert refusal(data)

    # Half a second on two shared cores; reading it all would take much longer.
    assert time.process_time() - began < 5


def test_a_large_file_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.inkml"
    with open(path, "wb") as file:
        file.truncate(100 * 2**20)

    with pytest.raises(FileFault, match="64 MB"):
        read_inkml(path)


def test_nested_groups_are_read_up_to_a_reasonable_depth() -> None:
    content = "<ink>" + "<traceGroup>" * 5000 + "<trace>1 2</trace>" + "</traceGroup>" * 5000 + "</ink>"

    assert positions(content) == [[[1, 2]]]


def test_the_largest_coordinate_is_kept() -> None:
    drawing = Drawing((line((MAX_COORDINATE, -MAX_COORDINATE), (0, 0)),))

    assert parse_inkml(inkml_bytes(drawing), where="a.inkml").drawing == drawing


@pytest.mark.slow
def test_ten_thousand_strokes_are_written_and_read() -> None:
    rng = np.random.default_rng(3)
    drawing = Drawing(tuple(Stroke(np.round(rng.random((12, 4)), 3)) for _ in range(10_000)))
    began = time.process_time()
    data = inkml_bytes(drawing)
    written = time.process_time()

    assert parse_inkml(data, where="a.inkml").drawing == drawing
    print(f"\n10,000 strokes: written in {written - began:.2f} s, read in {time.process_time() - written:.2f} s")


def test_a_file_gives_the_same_drawing_every_time_it_is_read() -> None:
    contents = [sample_path(digit).read_bytes() for digit in DIGITS]
    first = [parse_inkml(data, where="a.inkml").drawing for data in contents]
    began = time.perf_counter()
    again = [[parse_inkml(data, where="a.inkml").drawing for data in contents] for _ in range(20)]
    print(f"\none sample is read in {(time.perf_counter() - began) / 200 * 1000:.3f} ms")

    assert again == [first] * 20
    # The shipped drawings all differ.
    assert len(set(first)) == len(DIGITS)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = parse_inkml(data, where="a.inkml")
    except InkFault as fault:
        assert "“a.inkml”" in str(fault)  # noqa: PT017 - read or refused, but nothing else
    else:
        assert isinstance(document.drawing, Drawing)
