"""A client over one kept connection that costs little itself: it reads what our server answers, and nothing else."""

import re
import socket
import time
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass
class Reply:
    status: int
    head: bytes
    body: bytes
    seconds: float

    def field(self, name):
        """A header's value; empty when there is none."""
        found = re.search(rb"\r\n" + name.encode() + rb": *([^\r]*)\r\n", self.head, re.IGNORECASE)
        return found[1].decode() if found else ""


class Client:
    def __init__(self, address):
        self._host = f"{address[0]}:{address[1]}"
        self._socket = socket.create_connection(address, timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def get(self, path):
        begun = time.perf_counter()
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
        received = self._receive()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head, body = received[:end + 2], received[end + 4:]
        missing = int(_LENGTH.search(head)[1]) - len(body)
        while missing > 0:
            part = self._receive()
            body += part
            missing -= len(part)
        return Reply(int(head[9:12]), head, body, time.perf_counter() - begun)

    def _receive(self):
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionError("the server has closed the connection")
        return part
