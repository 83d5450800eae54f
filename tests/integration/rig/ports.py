"""Free ports on the loopback interface, below those that the kernel gives to outgoing connections."""

import random
import socket

_given = set()


def free_port():
    for _ in range(1000):
        port = random.randrange(20000, 32000)
        if port in _given:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
    raise RuntimeError("found no free port between 20000 and 32000")
