"""Waiting for a condition, with a deadline; never for a time."""

import threading
import time

_pause = threading.Event()


def wait_until(condition, what, seconds=60, unless=None, pause=0.02):
    """Asks `condition` until its answer is true, and returns that. `unless` ends the wait early, with its text."""
    deadline = time.monotonic() + seconds
    last = None
    while True:
        try:
            answer = condition()
            if answer:
                return answer
            last = answer
        except (OSError, AssertionError) as error:  # refused connections, and `assert` as a condition
            last = error
        reason = unless() if unless else None
        if reason:
            raise AssertionError(f"{what}: {reason}")
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s; the last answer was {last!r}")
        _pause.wait(pause)
