"""What trainings by a recipe have in common."""

from digitvision.training.run.averaging_trainer import fingerprint_of


def test_data_is_told_apart_by_sizes_and_order() -> None:
    assert fingerprint_of([3, 5, 7]) == 3 + 2 * 5 + 3 * 7
    assert len({fingerprint_of(sizes) for sizes in ([3, 5, 7], [7, 5, 3], [3, 5], [3, 5, 8])}) == 4
    # Of very many samples the weights begin anew, so that the number stays small.
    assert fingerprint_of([1] * 65522) == sum(range(1, 65522)) + 1
