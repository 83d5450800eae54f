"""Child processes that do not outlive the tests, whatever ends them."""

import ctypes
import os
import signal
import subprocess

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def start(command, log, **options):
    """Starts `command` in a session of its own; what it prints goes to the file `log`."""
    with open(log, "ab") as output:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=_die_with_parent, **options)


def end(process, first_signal=signal.SIGTERM, seconds=60):
    """Ends it with `first_signal`, at the deadline by force. Returns its exit code, negative for a signal."""
    if process.poll() is None:
        os.kill(process.pid, first_signal)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode
