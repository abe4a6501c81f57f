"""Mappings of channels and canvases: matrices, tables and formulas, alone and one after the other."""

import time

import pytest

from tests.ink.foreign.files import ink, positions, source, trace

XY = '<channel name="X"/><channel name="Y"/>'
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML">'


def on_canvas(mapping: str, samples: str = "1 1, 2 4", channels: str = XY) -> list[list[list[float]]]:
    """Return where a mapping of the canvas brings samples."""
    return positions(ink(source(channels, more=f"<canvasTransform>{mapping}</canvasTransform>"), trace(samples)))


def in_channel(mapping: str, samples: str) -> list[float]:
    """Return what a mapping makes of the values of X."""
    content = ink(source(f'<channel name="X">{mapping}</channel><channel name="Y"/>'), trace(samples))
    return [x for x, _ in positions(content)[0]]


def test_each_channel_may_have_a_mapping_of_its_own_in_a_product() -> None:
    tables = (
        '<mapping type="lookup"><bind source="X" column="1"/><bind target="X" column="2"/><table>0 0, 10 100</table>'
        '</mapping><mapping type="lookup"><bind source="Y"/><bind target="Y"/><table>0 0, 10 50</table></mapping>'
    )
    factors = (
        '<mapping type="affine"><bind source="X"/><bind target="X"/><affine>2 1</affine></mapping>'
        '<mapping type="affine"><bind source="Y"/><bind target="Y"/><affine>3 0</affine></mapping>'
    )

    assert on_canvas(f'<mapping type="product">{tables}</mapping>') == [[[10, 5], [20, 20]]]
    assert on_canvas(f'<mapping type="product">{factors}</mapping>') == [[[3, 3], [5, 12]]]
    assert on_canvas('<mapping type="affine"><bind source="X"/><bind target="X"/><affine>2 0</affine></mapping>') == [
        [[2, 1], [4, 4]]
    ]


def test_other_channels_may_be_sources() -> None:
    mapping = (
        '<mapping type="affine"><bind source="X"/><bind source="Y"/><bind source="OTx"/>'
        '<bind target="X"/><bind target="Y"/><affine>1 0 10 0, 0 1 0 5</affine></mapping>'
    )

    assert on_canvas(mapping, "1 2 3, 4 5 6", XY + '<channel name="OTx"/>') == [[[31, 7], [64, 10]]]


def test_a_matrix_that_does_not_fit_its_bindings_changes_nothing() -> None:
    assert on_canvas('<mapping type="affine"><affine>2 0, 0 2</affine></mapping>') == [[[1, 1], [2, 4]]]
    assert on_canvas('<mapping type="affine"><affine>2 0 0</affine></mapping>') == [[[1, 1], [2, 4]]]


def test_units_of_the_canvas_may_differ_across_and_down() -> None:
    units = '<channel name="X" units="cm"/><channel name="Y" units="mm"/>'
    canvas = f'<canvas xml:id="d"><traceFormat>{units}</traceFormat></canvas>'
    transform = '<canvasTransform><mapping type="affine"><affine>2 0 0, 0 1 0</affine></mapping></canvasTransform>'
    referred = source(XY, more=transform).replace("<context ", f'{canvas}<context canvasRef="#d" ')

    assert positions(ink(referred, trace("1 1, 2 2"))) == [[[2, 0.1], [4, 0.2]]]
    assert positions(ink(source(XY, more=canvas + transform), trace("1 1, 2 2"))) == [[[2, 0.1], [4, 0.2]]]


@pytest.mark.parametrize(
    ("interpolation", "values"),
    [
        ("floor", [10, 10, 10, 20, 20]),
        ("ceiling", [10, 20, 20, 20, 20]),
        ("middle", [10, 10, 20, 20, 20]),
        ("linear", [10, 14, 16, 20, 20]),
    ],
)
def test_a_table_is_read_between_its_rows(interpolation: str, values: list[float]) -> None:
    mapping = f'<mapping type="lookup"><table interpolation="{interpolation}">2 20, 1 10</table></mapping>'

    assert in_channel(mapping, "1 0, 1.4 0, 1.6 0, 2 0, 3 0") == values


def test_columns_of_a_table_may_be_in_any_order() -> None:
    bindings = '<bind source="X" column="3"/><bind target="X" column="1"/>'

    assert in_channel(f'<mapping type="lookup">{bindings}<table>10 7 1, 40 7 2</table></mapping>', "1 0, 2 0") == [
        10,
        40,
    ]
    wrong = bindings.replace("3", "9")
    assert in_channel(f'<mapping type="lookup">{wrong}<table>10 7 1, 40 7 2</table></mapping>', "1 0, 2 0") == [1, 2]


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("<apply><plus/><apply><times/><cn>3</cn><ci>q</ci></apply><cn>1</cn></apply>", [7, 13]),
        ("<apply><eq/><ci>z</ci><apply><power/><ci>q</ci><cn>2</cn></apply></apply>", [4, 16]),
        ("<apply><minus/><ci>q</ci></apply>", [-2, -4]),
        ("<apply><minus/><ci>q</ci><ci>Y</ci></apply>", [1, 3]),
        ('<apply><divide/><ci>q</ci><cn type="e-notation">2<sep/>1</cn></apply>', [0.1, 0.2]),
        ("<apply><root/><apply><times/><ci>q</ci><ci>q</ci></apply></apply>", [2, 4]),
        ("<apply><times/><ci>q</ci><apply><cos/><apply><times/><cn>2</cn><pi/></apply></apply></apply>", [2, 4]),
        ("<cn>5</cn>", [5, 5]),
        # What is not understood changes nothing.
        ("<apply><gamma/><ci>q</ci></apply>", [2, 4]),
        ("<apply><plus/><ci>nobody</ci></apply>", [2, 4]),
        ("<apply><log/><logbase><cn>2</cn></logbase><ci>q</ci></apply>", [2, 4]),
        ('<apply><plus/><ci>q</ci><cn type="complex-polar">1<sep/>2</cn></apply>', [2, 4]),
        ("<apply/>", [2, 4]),
        ("<apply><divide/><ci>q</ci></apply>", [2, 4]),
        ("<apply><plus/>" * 200 + "<cn>1</cn>" + "</apply>" * 200, [2, 4]),
    ],
)
def test_a_formula_is_calculated(formula: str, values: list[float]) -> None:
    bindings = '<bind source="X" variable="q"/><bind target="X" variable="z"/>'

    assert in_channel(f'<mapping type="mathml">{bindings}{MATH}{formula}</math></mapping>', "2 1, 4 1") == values


def test_a_formula_of_the_canvas_may_turn_the_axes() -> None:
    swapped = f"{MATH}<apply><eq/><ci>X</ci><ci>Y</ci></apply><apply><eq/><ci>Y</ci><ci>X</ci></apply></math>"
    bindings = '<bind source="X"/><bind source="Y"/><bind target="X"/><bind target="Y"/>'

    assert on_canvas(f'<mapping type="mathml">{bindings}{swapped}</mapping>') == [[[1, 1], [4, 2]]]


def test_samples_for_which_a_formula_has_no_value_are_left_out() -> None:
    root = f"{MATH}<apply><root/><ci>X</ci></apply></math>"

    assert in_channel(f'<mapping type="mathml">{root}</mapping>', "4 0, -1 0, 9 0") == [2, 3]


def test_mappings_that_multiply_each_other_are_passed_over_at_once() -> None:
    mappings = '<mapping xml:id="m0" type="affine"><affine>2 0 0, 0 1 0</affine></mapping>' + "".join(
        f'<mapping xml:id="m{place}" type="product"><mapping mappingRef="#m{place - 1}"/>'
        f'<mapping mappingRef="#m{place - 1}"/></mapping>'
        for place in range(1, 50)
    )
    before = time.process_time()

    def read(name: str) -> list[list[list[float]]]:
        transform = f'<canvasTransform><mapping mappingRef="#{name}"/></canvasTransform>'
        return positions(ink(f"<definitions>{mappings}</definitions>", source(XY, more=transform), trace("1 1")))

    assert read("m3") == [[[256, 1]]]
    assert read("m49") == [[[1, 1]]]
    assert time.process_time() - before < 2
