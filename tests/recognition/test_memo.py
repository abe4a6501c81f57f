"""What is remembered: nothing that is known is made again, and the values used last are kept."""

from digitvision.recognition.memo import Memo


def test_only_what_is_not_known_is_made() -> None:
    memo: Memo[str, str] = Memo(3)
    made: list[str] = []

    def of(*keys: str) -> list[str]:
        def make(missing: list[int]) -> list[str]:
            made.extend(keys[index] for index in missing)
            return [keys[index].upper() for index in missing]

        return memo.of(keys, make)

    assert of("a", "b", "a") == ["A", "B", "A"]
    assert of("b", "c") == ["B", "C"]
    assert sorted(made) == ["a", "b", "c"]
    # More than are kept are still answered together; then the ones used last stay.
    assert of("d", "e", "f", "g") == ["D", "E", "F", "G"]
    made.clear()
    assert of("e", "f", "g") == ["E", "F", "G"]
    assert not made
    assert of("d") == ["D"]
    assert made == ["d"]
    assert of() == []
