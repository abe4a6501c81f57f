"""Routine notices of libraries are suppressed; error messages pass, however long they are."""

import os

import pytest

from digitvision.recognition import quiet_libraries
from digitvision.recognition.quiet_libraries import without_converter_notices, without_litert_notice

_NOTICE = b"fully_quantize: 0, inference_type: 6, input_inference_type: FLOAT32, output_inference_type: FLOAT32\n"


def _say(content: bytes) -> None:
    """Write to standard error like native code, bypassing Python."""
    os.write(2, content)


def _fail_in_a_library() -> None:
    with without_converter_notices():
        _say(_NOTICE + b"wrong\n")
        raise ZeroDivisionError


def test_only_the_notice_is_suppressed(capfd: pytest.CaptureFixture[str]) -> None:
    with without_converter_notices():
        _say(_NOTICE + b"a layer is wrong\n")
    _say(b"and after\n")

    assert capfd.readouterr().err == "a layer is wrong\nand after\n"


def test_more_than_a_pipe_holds_passes(capfd: pytest.CaptureFixture[str]) -> None:
    line = b"error: a layer that is unknown\n"
    with without_converter_notices(), without_litert_notice():
        for _ in range(10_000):
            _say(line)

    assert capfd.readouterr().err == (line * 10_000).decode()


def test_an_exception_passes_with_the_output_before_it(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_in_a_library()

    assert capfd.readouterr().err == "wrong\n"


def test_the_notice_of_the_first_network_that_has_one_is_suppressed(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_libraries, "_litert_notice", quiet_libraries._LitertNotice())
    notice = b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"
    for content in (b"", notice, b"and a line\n"):
        with without_litert_notice():
            _say(content)

    assert capfd.readouterr().err == "and a line\n"
