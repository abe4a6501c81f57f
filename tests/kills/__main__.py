"""Kills the program many times and prints the table."""

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

from tests.kills.trial import Result, table, trials


def main() -> int:
    """Run as many kills as the command line asks for; 1 where something was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="number of kills (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="decides what is drawn and when it is killed (default: 1)")
    options = parser.parse_args()
    results: list[Result] = []
    # An interrupt ends the kills early, and what was found so far is printed.
    with tempfile.TemporaryDirectory(prefix="kills-") as home, contextlib.suppress(KeyboardInterrupt):
        for result in trials(Path(home), options.times, options.seed):
            results.append(result)
            for sentence in result.lost:
                print(f"killed while it did “{result.doing}”: {sentence}", flush=True)
            if result.back is False:
                print("the next window did not show what was left", flush=True)
            print(f"\r{sum(not one.ended for one in results)} of {options.times} kills", end="", file=sys.stderr)
    print("", file=sys.stderr)
    print(table(results))
    return int(any(result.lost or result.back is False for result in results))


if __name__ == "__main__":
    sys.exit(main())
