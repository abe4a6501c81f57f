"""Whether something failed for want of memory."""


def is_out_of_memory(error: BaseException) -> bool:
    """Python and NumPy say so by a MemoryError; TensorFlow by an error of its own, which it has for full disks too."""
    return isinstance(error, MemoryError) or (
        type(error).__name__ == "ResourceExhaustedError" and "space" not in str(error)
    )
