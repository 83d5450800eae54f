"""One running `weir run`, and what may be asked of it over HTTP."""

import http.client
import json
import os
import signal
import time
from dataclasses import dataclass
from urllib.parse import quote

from rig import child, paths
from rig.waiting import wait_until


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes
    seconds: float

    @property
    def source(self):
        return self.headers.get("weir-source")

    def json(self):
        return json.loads(self.body)


class Weir:
    """`environment` is added to that of the tests; HTTP_LISTEN in it says where to ask."""

    def __init__(self, files, environment, log, plugins=None):
        self.log = log
        listen = environment.get("HTTP_LISTEN", "127.0.0.1:0")
        self.url = f"http://{listen}/"
        host, port = listen.split(":")
        self.address = (host, int(port))
        arguments = [paths.weir, "run", *files]
        if plugins:
            arguments += ["--plugins", plugins]
        self.process = child.start(arguments, log, env={**os.environ, **environment})

    def wait_ready(self, seconds=60):
        wait_until(lambda: self.get("/readyz").status == 200, "the service is ready", seconds, self.has_ended)
        return self

    def has_ended(self):
        if self.process.poll() is not None:
            return f"weir ended with {self.process.returncode}:\n{self.log_text()[-4000:]}"
        return None

    def log_text(self):
        return self.log.read_text(errors="replace")

    def get(self, path, headers=None, method="GET"):
        connection = http.client.HTTPConnection(*self.address, timeout=10)
        try:
            connection.request(method, path, headers=headers or {})
            return _read(connection)
        finally:
            connection.close()

    def order(self, order_uid):
        return self.get("/order/" + quote(order_uid, safe=""))

    def orders(self, route, ids):
        """Many of them over one connection: (id, answer) pairs."""
        connection = http.client.HTTPConnection(*self.address, timeout=10)
        try:
            for order_uid in ids:
                connection.request("GET", route + quote(order_uid, safe=""))
                yield order_uid, _read(connection)
        finally:
            connection.close()

    def signal(self, number):
        os.kill(self.process.pid, number)

    def wait(self, seconds=60):
        """Its exit code."""
        return self.process.wait(seconds)

    def stop(self, seconds=60):
        """As an operator stops it. Its exit code."""
        return child.end(self.process, signal.SIGTERM, seconds)

    def kill(self):
        """As the kernel does when memory is short: kill -9."""
        return child.end(self.process, signal.SIGKILL)


def _read(connection):
    begun = time.monotonic()
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read(), time.monotonic() - begun)
