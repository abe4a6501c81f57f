"""Entry point of ``python -m digitvision`` and of the frozen programs."""

import sys

from digitvision.cli import main

if __name__ == "__main__":
    sys.exit(main())
