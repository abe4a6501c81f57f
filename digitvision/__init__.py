"""DigitVision reads handwriting as it is written."""

__version__ = "0.1.0"
