"""The options of `digitvision train`, and the checks of values that other commands take too."""

import argparse
import math
from collections.abc import Callable
from typing import Final

MOST_EPOCHS: Final = 1000
LARGEST_SEED: Final = 2**31 - 1

_LARGEST_BATCH: Final = 65536
_MOST_LAYERS: Final = 10_000
_SHARES: Final = (0.01, 0.9)

ARCHITECTURE_HELP: Final = (
    "cnn, small, residual or mobile; or a .py file with a function build(input_shape, classes); or a list of layers as "
    "in “conv 32 3, pool 2, dense 128”, made of conv FILTERS SIZE [stride N], pool SIZE, norm, dense UNITS, dropout "
    "SHARE, flatten and mean"
)
DATA_HELP: Final = "mnist, drawings (your own corrected drawings), or the path of a file or folder of labelled samples"
SEED_HELP: Final = "seed of the random numbers; the same seed gives the same result (default: 1)"


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `digitvision train`, except those of its output."""
    parser.add_argument("--name", help="name of the new model (default: the recipe's name)")
    parser.add_argument(
        "--recipe",
        metavar="NAME|PATH",
        help="train by a recipe: the name of a shipped model, or the path of a recipe file",
    )
    parser.add_argument("--data-root", metavar="DIR", help="folder of the recipe's data files")
    parser.add_argument("--architecture", metavar="A", help=f"the network: {ARCHITECTURE_HELP} (default: cnn)")
    _add_transfer_options(parser)
    parser.add_argument(
        "--data",
        action="append",
        metavar="NAME|PATH",
        help=f"{DATA_HELP}; may be given several times (default: mnist)",
    )
    _add_optimization_options(parser)
    parser.add_argument(
        "--validation",
        type=share,
        metavar="SHARE",
        help="share of the samples that is held out for validation (default: 0.1)",
    )
    parser.add_argument(
        "--augment", action="store_true", default=None, help="vary slant, size and position of the samples at random"
    )
    parser.add_argument("--seed", type=whole_number(0, LARGEST_SEED), metavar="N", help=SEED_HELP)
    parser.add_argument(
        "--replace",
        action="store_true",
        help="replace a model of this name; without it, one of your own is kept as “NAME earlier”, and the name of a "
        "shipped one is refused",
    )
    parser.add_argument("--resume", action="store_true", help="continue a stopped training after its last epoch")


def _add_transfer_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a training that begins with another model's weights."""
    parser.add_argument("--from", dest="base", metavar="MODEL", help="begin with the weights of this model")
    parser.add_argument(
        "--freeze",
        type=whole_number(0, _MOST_LAYERS),
        nargs="?",
        const=-1,
        metavar="N",
        help="with --from: do not train the first N layers with weights; without N, train the last layer only",
    )
    parser.add_argument(
        "--new-head",
        action="store_true",
        default=None,
        help="with --from: replace the last layer even where its classes fit the data",
    )
    parser.add_argument(
        "--two-stages",
        action="store_true",
        default=None,
        help="with --from: train the last layer for a third of the epochs, then all layers at a lower learning rate",
    )


def _add_optimization_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of epochs, batches and learning rate."""
    parser.add_argument(
        "--epochs", type=whole_number(1, MOST_EPOCHS), metavar="N", help="passes over all samples (default: 5)"
    )
    parser.add_argument(
        "--batch-size", type=whole_number(1, _LARGEST_BATCH), metavar="N", help="samples in each batch (default: 128)"
    )
    parser.add_argument("--learning-rate", type=rate, metavar="X", help="learning rate (default: 0.001)")
    parser.add_argument(
        "--schedule",
        choices=("constant", "cosine", "one-cycle"),
        help="course of the learning rate: the same all the time, falling to zero, or rising before it falls "
        "(default: constant)",
    )
    parser.add_argument(
        "--patience",
        type=whole_number(0, MOST_EPOCHS),
        metavar="N",
        help="stop after N epochs without an improvement on the validation samples; 0 never stops early (default: 0)",
    )


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return a parser of whole numbers from `least` to `most`."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"“{text}” is no whole number from {least} to {most}")
        return number

    return parse


def rate(text: str) -> float:
    """Parse a learning rate, above 0 and up to 10.

    Raises:
        argparse.ArgumentTypeError: The text is no such number.
    """
    return _number(text, lambda number: 0 < number <= 10, "above 0 and up to 10")


def share(text: str) -> float:
    """Parse a share of the samples, 0.01 to 0.9.

    Raises:
        argparse.ArgumentTypeError: The text is no such number.
    """
    return _number(text, lambda number: _SHARES[0] <= number <= _SHARES[1], f"from {_SHARES[0]} to {_SHARES[1]}")


def _number(text: str, is_allowed: Callable[[float], bool], words: str) -> float:
    """Parse a number of a range that `words` name in a message."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not is_allowed(number):
        raise argparse.ArgumentTypeError(f"“{text}” is no number {words}")
    return number
