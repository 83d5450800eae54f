"""Free ports on the loopback interface, below those that the kernel gives to outgoing connections."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

_given = {}  # port -> its file, locked as long as this process lives: other test processes leave the port alone


def free_port():
    for _ in range(1000):
        port = random.randrange(20000, 32000)
        if port not in _given and _claim(port) and _is_free(port):
            return port
    raise RuntimeError("found no free port between 20000 and 32000")


def _claim(port):
    folder = Path(tempfile.gettempdir()) / f"weir-test-ports-{os.getuid()}"
    try:
        folder.mkdir(exist_ok=True)
        file = (folder / str(port)).open("w", encoding="ascii")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process has it
        return False
    _given[port] = file
    return True


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
