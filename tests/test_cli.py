"""The command line: its commands, its exit codes, and one sentence for every failure."""

import json
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

from digitvision import __version__
from digitvision.cli import main
from digitvision.recognition.models.model_store import CARD_FILE, LITERT_FILE
from digitvision.resources import resource_path
from tests.ink.drawings import DIGITS, sample_path
from tests.recognition.model_folders import CLASSIC
from tests.recognition.one_class_models import ODD, digits_card, save_model
from tests.training.recipes.made_recipes import expression_file
from tests.training.samples import picture_arrays, write_npz

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recognize"], "FILE"),
        (["recognize", "a.inkml", "--reading", "sheet"], "does not read as “sheet” yet"),
        (["recognize", "a.inkml", "--alphabet", "runes"], "invalid choice"),
        (["recognize", "a.inkml", "--top", "0"], "“0” is no whole number"),
        (["gui", "--reading", "sheet"], "does not read as “sheet” yet"),
        (["gui", "--alphabet", "runes"], "invalid choice"),
        (["evaluate", "--model", "classic", "--data", "mnist", "--alphabet", "runes"], "invalid choice"),
        (["train"], "--name"),
        (["train", "--name", "classic"], "“classic” is the name of a model that came with the program"),
        (["train", "--name", "x", "--epochs", "0"], "from 1 to 1000"),
        (["train", "--name", "x", "--epochs", "1001"], "from 1 to 1000"),
        (["train", "--name", "x", "--batch-size", "many"], "“many” is no whole number"),
        (["train", "--name", "x", "--learning-rate", "nan"], "“nan” is no number above 0"),
        (["train", "--name", "x", "--learning-rate", "0"], "“0” is no number above 0"),
        (["evaluate", "--model", "classic"], "--data"),
        (["models"], "list, show"),
        (["models", "export", "classic", "--to", "paper", "x"], "invalid choice"),
        (
            ["models", "export", "classic", "--to", "onnx", "--precision", "int8", "x"],
            "goes with --to tflite only",
        ),
        (["models", "export", "classic", "--to", "keras", "--precision", "float16", "x"], "goes with --to tflite only"),
        (["models", "rename", "classic"], "required: NAME"),
        (["models", "copy", "classic", "mine", "--name", "mine"], "give one of them"),
        (["recognize", "a.inkml", "--words"], "--words goes with --reading line only"),
        (["evaluate", "--data", "mnist", "--reading", "equation", "--words"], "--words goes with --reading line only"),
        (["recognise"], "neither a command nor a file"),
        (["--colour"], "--colour"),
        (["demo", "--pictures", "folder", "--output", "one.png"], "--output does not go with --pictures"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recognize", "a.inkml", "--model", "nobody"], "no model “nobody”"),
        (["recognize", "a.inkml", "--model", "../up"], "will not do"),
        (["recognize", "a.inkml", "--alphabet", "math"], "No installed model answers within math"),
        (["recognize", "a.inkml", "--alphabet", "math", "--format", "csv"], "No installed model answers within math"),
        (
            ["recognize", "a.inkml", "--alphabet", "upper", "--model", "classic"],
            "answers within digits, not within upper",
        ),
        (["gui", "--alphabet", "math"], "No installed model answers within math"),
        (["gui", "--alphabet", "upper", "--model", "classic"], "answers within digits, not within upper"),
        (["evaluate", "--model", "classic", "--data", "mnist", "--alphabet", "upper"], "not within upper"),
        (["evaluate", "--model", "classic", "--data", "minst"], "no data “minst”"),
        (["evaluate", "--model", "nobody", "--data", "mnist"], "no model “nobody”"),
        (["train", "--name", "../up"], "will not do"),
        (["train", "--name", "x", "--architecture", "brain"], "no architecture “brain”; there is: cnn"),
        (["train", "--name", "x", "--data", "minst"], "no data “"),
        (["train", "--name", "x", "--resume"], "no unfinished training “x”"),
        (["models", "show", "nobody"], "no model “nobody”"),
        (["models", "remove", "classic"], "came with the program"),
        (["models", "export", "nobody", "--to", "onnx", "x"], "no model “nobody”"),
        (["models", "import", "none.keras"], "cannot be read"),
    ],
)
@pytest.mark.usefixtures("only_classic")
def test_failures_are_reported_in_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.slow
@pytest.mark.usefixtures("little_junk")
def test_evaluate_as_text_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_npz(tmp_path / "few.npz", picture_arrays(100)))

    assert main(["evaluate", "--model", "classic", "--data", path]) == 0
    assert "classic (digits) on few: 100 samples" in capsys.readouterr().out
    assert main(["evaluate", "--model", "classic", "--data", path, "--data", path, "--format", "json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first["right"] == second["right"] >= 98
    assert first["samples"] == 100
    # Several may stand in a row, as a shell's pattern gives them.
    assert main(["evaluate", "--model", "classic", "--data", path, path, "--format", "json", "--data", path]) == 0
    assert [item["right"] for item in json.loads(capsys.readouterr().out)] == [first["right"]] * 3


@pytest.mark.slow
@pytest.mark.usefixtures("little_junk")
@pytest.mark.parametrize("given", [[], ["--alone"]])
def test_a_network_without_context_is_not_reported_to_have_used_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str]
) -> None:
    path = str(expression_file(tmp_path / "sums.jsonl.xz", 20))

    assert main(["evaluate", "--model", "classic", "--data", path, "--format", "json", *given]) == 0
    assert json.loads(capsys.readouterr().out)["surrounded"] is False
    assert main(["evaluate", "--model", "classic", "--data", path, *given]) == 0
    assert "spatial context" not in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("little_junk")
def test_evaluate_within_an_alphabet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_npz(tmp_path / "few.npz", picture_arrays(100)))
    save_model("odd", ODD, digits_card())

    for given, alphabet in (([], "lower"), (["--alphabet", "digits"], "digits"), (["--alphabet", "lower"], "lower")):
        assert main(["evaluate", "--model", "odd", "--data", path, *given]) == 0
        assert f"odd ({alphabet}) on few" in capsys.readouterr().out


def test_models_of_one_s_own_are_copied_renamed_described_and_made_the_default(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "copy", "classic"]) == 0
    assert capsys.readouterr().out == "classic copy\n"
    assert main(["models", "rename", "classic copy", "mine"]) == 0
    assert main(["models", "describe", "mine", "Reads my sevens."]) == 0
    assert main(["models", "default", "digits", "mine"]) == 0
    assert main(["models", "list"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "own, default for digits" in lines["mine"]
    assert "default" not in lines["digits"]
    assert main(["models", "show", "mine"]) == 0
    assert "mine  (own, default for digits)\nReads my sevens." in capsys.readouterr().out

    sample = str(sample_path(4))
    assert main(["recognize", sample, "--alphabet", "digits"]) == 0
    assert main(["models", "default", "digits"]) == 0
    capsys.readouterr()
    for words, sentence in (
        (["rename", "classic", "x"], "came with the program"),
        (["rename", "mine", "digits"], "There is a model “digits” already"),
        (["copy", "nobody"], "no model “nobody”"),
        (["default", "upper", "mine"], "upper"),
    ):
        assert main(["models", *words]) == 1
        assert sentence in capsys.readouterr().err
    assert main(["models", "copy", "mine", "yours"]) == 0
    assert capsys.readouterr().out == "yours\n"
    assert main(["models", "rename", "yours", "--name", "ours"]) == 0
    assert main(["models", "remove", "ours"]) == 0
    assert main(["models", "default", "runes"]) == 2
    assert main(["models"]) == 2
    assert [path.name for path in (home / "models").iterdir() if path.is_dir()] == ["mine"]


def test_the_library_of_models(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "bundled, default for digits" in lines["digits"]
    assert "bundled, default for upper, lower, letters, math, all" in lines["glyphs"]
    assert "bundled" in lines["classic"]
    assert "default" not in lines["classic"]

    assert main(["models", "show", "classic"]) == 0
    printed = capsys.readouterr().out
    assert "225,034 parameters" in printed
    assert "26 × 26 × 32" in printed
    assert "digitvision evaluate --model classic --data mnist" in printed

    shutil.copytree(CLASSIC, home / "models" / "cut")
    (home / "models" / "cut" / LITERT_FILE).write_bytes(b"short")
    assert main(["models", "list"]) == 1
    assert "“cut” is damaged" in capsys.readouterr().err
    shutil.rmtree(home / "models" / "cut")

    (home / "models" / "torn").mkdir(parents=True)
    (home / "models" / "torn" / CARD_FILE).write_text("{", encoding="utf-8")
    assert main(["models", "list"]) == 1
    listed = capsys.readouterr()
    assert "classic" in listed.out
    assert "“torn”" in listed.err


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"digitvision {__version__}\n"
    assert main(["--help"]) == 0
    overview = capsys.readouterr().out
    for command in ("gui", "recognize", "train", "evaluate", "models", "bench", "demo", "selftest"):
        assert command in overview
        assert main([command, "--help"]) == 0
    assert main(["models", "import", "--help"]) == 0
    assert "stop-at-eof" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "file", "options"),
    [
        ([], None, {}),
        (["gui"], None, {}),
        (["a.inkml"], "a.inkml", {}),
        (["gui", "a.inkml"], "a.inkml", {}),
        (["--model", "classic", "a.inkml"], "a.inkml", {"model": "classic"}),
        (["--alphabet", "digits", "--reading", "character"], None, {"alphabet": "digits", "reading": "character"}),
        (["gui", "--report-startup"], None, {"report_startup": True}),
        (["gui", "--bring-back", "20261130", "--behind", "2"], None, {"bring_back": "20261130", "behind": 2}),
    ],
)
def test_the_window_is_opened(
    arguments: list[str], file: str | None, options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Path | None, dict[str, object]]] = []

    def run_window(path: Path | None, **given: object) -> int:
        opened.append((path, given))
        return 0

    # The window itself is tested elsewhere.
    app = types.ModuleType("digitvision.app")
    app.run_window = run_window  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "digitvision.app", app)

    assert main(arguments) == 0

    defaults = {
        "reading": None,
        "alphabet": None,
        "model": None,
        "bring_back": "",
        "behind": 0,
        "report_startup": False,
    }
    assert opened == [(None if file is None else Path(file), {**defaults, **options})]


@pytest.mark.slow
def test_standard_error_stays_clean_and_a_missing_one_does_no_harm(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "digitvision", "recognize", str(sample_path(5))]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=True, encoding="utf-8")

    assert done.stderr == ""
    assert ": 5 " in done.stdout

    # As in a windowed program: no standard streams at all.
    code = "import sys; sys.stdout = sys.stderr = None; from digitvision.cli import main; sys.exit(main(sys.argv[1:]))"
    output = tmp_path / "answers.txt"
    silent = [sys.executable, "-c", code, "recognize", str(sample_path(5)), "--output", str(output)]
    subprocess.run(silent, cwd=ROOT, check=True)
    assert ": 5 " in output.read_text(encoding="utf-8")


def test_the_shipped_mnist_and_samples_are_where_the_commands_look() -> None:
    assert resource_path("data", "mnist_test.npz").is_file()
    assert all(sample_path(digit).is_file() for digit in DIGITS)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [("nothing", "There is no model “nothing”"), ("classic", "reads single glyphs, not equations")],
)
def test_the_window_is_not_opened_without_a_model_for_the_reading(
    capsys: pytest.CaptureFixture[str], model: str, sentence: str
) -> None:
    assert main(["gui", "--reading", "equation", "--model", model]) == 1
    assert sentence in capsys.readouterr().err
