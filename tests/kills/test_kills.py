"""Nothing is lost when the program is killed; `python -m tests.kills` does the same many more times."""

from pathlib import Path

import pytest

from tests.kills.trial import table, trials


@pytest.mark.slow
def test_what_was_said_to_be_kept_is_back_after_a_kill(tmp_path: Path) -> None:
    results = list(trials(tmp_path, 6, seed=7))

    print(table(results))
    assert sum(not result.ended for result in results) == 6
    assert [sentence for result in results for sentence in result.lost] == []
    assert False not in [result.back for result in results]
    assert sum(result.acknowledged for result in results) > 0
