"""The one base of all expected failures, so that every border can tell them from bugs."""


class Fault(Exception):
    """An expected failure: its text is one sentence for the user, saying what is wrong and what to do."""
