"""The segments of a picture's ink, and the groups of segments that may be glyphs."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.picture import ink_of_picture
from digitvision.recognition.line.oversegmentation import ROW_PX, Segments, segments_of
from digitvision.recognition.line.segment_groups import (
    GLYPH_FEATURES,
    MOST_IN_ONE,
    PASSED_FEATURES,
    glyph_features,
    passed_features,
    possible_segment_groups,
)
from digitvision.recognition.line.stroke_groups import boxes_of
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import row


def cut(ink: NDArray[np.float32]) -> Segments:
    segments = segments_of(ink)
    assert segments is not None
    return segments


def blocks(*rectangles: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Return rectangles of ink, given left, top, right and bottom of each."""
    ink = np.zeros((60, 160), np.float32)
    for left, top, right, bottom in rectangles:
        ink[top:bottom, left:right] = 1
    return ink


def test_ink_is_cut_where_it_is_thin() -> None:
    segments = cut(blocks((20, 10, 24, 50), (24, 28, 60, 31), (60, 10, 64, 50)))

    assert len(segments) >= 2
    assert len(set(segments.components.tolist())) == 1
    assert segments.boxes[0, 0] == 20
    assert segments.boxes[-1, 2] == 64
    assert 0 < segments.contacts.max() < 3


def test_segments_contain_all_the_ink_in_reading_order() -> None:
    ink = ink_of_picture(picture(row("40728", gap=1)))

    segments = cut(ink)

    middles = segments.boxes[:, 0] + segments.boxes[:, 2]
    assert (np.diff(middles) >= 0).all()
    assert np.array_equal(segments.contacts, segments.contacts.T)
    assert float(segments.ink[segments.labels > 0].sum()) >= 0.97 * float(segments.ink.sum())
    whole = segments.ink_of(range(len(segments)))
    assert segments.masses().sum() == pytest.approx(float(whole.sum()), rel=1e-4)
    assert float(whole.sum()) == pytest.approx(float(segments.ink[segments.labels > 0].sum()))
    for segment, box in enumerate(segments.boxes.astype(int)):
        rows, columns = np.nonzero(segments.labels == segment + 1)
        assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == tuple(box)


def test_large_writing_is_reduced() -> None:
    segments = cut(ink_of_picture(picture(row("407"), height=300, pen=12)))

    assert segments.height == pytest.approx(ROW_PX, abs=3)
    assert segments.scale == pytest.approx(305 / ROW_PX, rel=0.1)


def test_specks_are_no_segments_and_blank_paper_has_none() -> None:
    assert len(cut(blocks((20, 10, 26, 50), (50, 30, 51, 31), (80, 10, 86, 50)))) == 2
    assert segments_of(np.zeros((20, 30), np.float32)) is None


def test_bars_are_not_cut() -> None:
    segments = cut(blocks((20, 10, 24, 50), (40, 22, 90, 26), (40, 34, 90, 38), (110, 10, 114, 50)))

    assert len(segments) == 4


def test_parts_above_each_other_are_a_group_whatever_lies_between() -> None:
    # Two bars whose middles are far apart, and an upright stroke whose middle lies between.
    segments = cut(blocks((10, 22, 70, 26), (40, 34, 90, 38), (50, 44, 56, 56), (120, 10, 124, 50)))
    bars = tuple(np.flatnonzero(segments.boxes[:, 3] < 40).tolist())

    assert len(bars) == 2
    assert bars in possible_segment_groups(segments)


def test_a_component_is_a_group_in_however_many_segments_it_was_cut() -> None:
    comb = blocks((10, 47, 94, 50), *((left, 10, left + 3, 47) for left in range(10, 98, 9)))

    segments = cut(comb)

    assert len(segments) > MOST_IN_ONE
    assert tuple(range(len(segments))) in possible_segment_groups(segments)


def test_a_feature_marks_groups_without_a_segment_above_them() -> None:
    segments = cut(blocks((20, 10, 24, 50), (40, 22, 90, 26), (40, 34, 90, 38), (110, 10, 114, 50)))
    groups = [(0,), (1,), (1, 2), (2, 3)]

    share = np.ones(len(groups))
    columns = glyph_features(segments, groups, in_vocabulary=share, in_vocabulary_glyph=share, among=share).T
    found = dict(zip(GLYPH_FEATURES, columns, strict=True))

    assert found["torn"].tolist() == [0, 1, 0, 1]
    assert found["stacked"].tolist() == [0, 0, 1, 0]
    assert found["joined"].tolist() == [0, 0, 1, 1]


def test_groups_are_neighbours_with_or_without_the_marks_between() -> None:
    segments = cut(blocks((20, 10, 24, 50), (28, 46, 32, 50), (36, 10, 40, 50), (120, 10, 124, 50)))

    groups = possible_segment_groups(segments)

    assert {(0,), (1,), (2,), (3,), (0, 1), (1, 2), (0, 1, 2), (0, 2)} == set(groups)
    assert len(groups) == len(set(groups))


def test_features_have_the_values_of_their_names() -> None:
    segments = cut(blocks((20, 10, 24, 50), (28, 46, 32, 50), (36, 10, 40, 50), (120, 10, 124, 50)))
    groups = [(0,), (1,), (0, 2)]
    share = np.array([1.0, 0.5, 0.25])

    found = dict(
        zip(
            GLYPH_FEATURES,
            glyph_features(segments, groups, in_vocabulary=share, in_vocabulary_glyph=share, among=share).T,
            strict=True,
        )
    )
    passed = dict(zip(PASSED_FEATURES, passed_features(segments).T, strict=True))

    assert found["in vocabulary"] == pytest.approx(np.log(share))
    assert found["glyph"].tolist() == [1, 1, 1]
    assert found["contact"].tolist() == found["cuts"].tolist() == [0, 0, 0]
    assert found["gap"].tolist() == [0, 0, pytest.approx(12 / segments.height)]
    assert found["joined"].tolist() == [0, 0, 1]
    assert found["low"][1] > 0.5 > found["low"][0]
    assert passed["height"].tolist() == pytest.approx([1, 0.1, 1, 1])
    assert boxes_of(segments.boxes, groups)[2].tolist() == [20, 10, 40, 50]
