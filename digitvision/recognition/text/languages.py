"""The languages whose words lines are read with."""

from typing import Final

LANGUAGES: Final = ("en", "de", "fr")
"""Languages whose words can be loaded."""

PLAIN: Final = "none"
"""The language of names, codes and the like: nothing is expected, and only the ink counts."""

DEFAULT_LANGUAGE: Final = "en"
