"""Evaluation of models that read glyphs: accuracy, calibration, rejection of junk and robustness."""
