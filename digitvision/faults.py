"""The base class of all expected failures, by which they are told from bugs."""


class Fault(Exception):
    """An expected failure. Its text is one sentence for the user that says what is wrong and what to do."""
