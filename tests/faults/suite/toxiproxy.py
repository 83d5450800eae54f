"""Toxiproxy: stands in the middle of a connection and makes a bad network of it."""

import http.client
import json

from rig import child, paths
from rig.ports import free_port
from rig.waiting import wait_until

server = paths.root / "build" / "toxiproxy" / "server"


class Toxiproxy:
    def __init__(self, folder):
        self._folder = folder
        self._port = free_port()
        self._process = None

    def start(self):
        if not server.exists():
            raise RuntimeError(f"{server} is missing: ./dev faults builds it")
        self._process = child.start([server, "-host", "127.0.0.1", "-port", str(self._port)],
                                    self._folder / "toxiproxy.log")
        wait_until(lambda: self._ask("GET", "/version"), "Toxiproxy answers", 20)

    def stop(self):
        if self._process:
            child.end(self._process)

    def link(self, name, listen, upstream):
        """Everything that comes to port `listen` goes to port `upstream`."""
        self._ask("POST", "/proxies", {
            "name": name, "listen": f"127.0.0.1:{listen}", "upstream": f"127.0.0.1:{upstream}", "enabled": True})

    def cut(self, name):
        """Closes its connections, and refuses new ones."""
        self._ask("POST", f"/proxies/{name}", {"enabled": False})

    def poison(self, name, toxic, **attributes):
        for stream in ("upstream", "downstream"):
            self._ask("POST", f"/proxies/{name}/toxics", {
                "name": f"{toxic}-{stream}", "type": toxic, "stream": stream, "toxicity": 1.0, "attributes": attributes})

    def heal(self):
        self._ask("POST", "/reset")

    def _ask(self, method, path, document=None):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            body = json.dumps(document) if document is not None else None
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status < 300, f"Toxiproxy refused {method} {path}: {answer.status} {text!r}"
            return text or b"done"
        finally:
            connection.close()
