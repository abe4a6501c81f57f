"""Helper processes: how they begin, and how they end with whoever started them."""

import multiprocessing
import os
import signal
import threading


def start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it however it ends: nobody else would end the workers then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
