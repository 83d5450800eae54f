#!/usr/bin/env python3
"""How long a good client waits beside a thousand slow ones on its own address.

Starts a service that needs no other server (made orders, a cache, lookups), and asks for an order over fresh connections
and over a kept one: alone, then beside slow clients of each kind. A slow client that is closed comes back at once.
Everything stays on 127.0.0.1 and ends by itself; README.md has the figures.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORDER = "/order/b563feb7b2b84b6test"
PIPELINE = """
pipeline: slow-clients
http: {{ listen: "127.0.0.1:{port}", page: {root}/htdocs }}
source:
  stage: generate-source
  with:
    samples: [{root}/pipelines/samples/order.json]
    template: {root}/pipelines/templates/order.json
    key: /order_uid
    rate: 10
steps:
  - {{ name: cache, stage: cache-sink, with: {{ key: /order_uid, capacity: 1000 }} }}
services:
  - {{ stage: http-query, with: {{ route: "/order/{{order_uid}}", from: [cache] }} }}
"""
GET = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def slow_head(reader, writer):
    """Begins a head, and adds a field a second."""
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    while not reader.at_eof():
        writer.write(b"X-Slow: 1\r\n")
        await until_closed(reader, 1)


async def slow_body(reader, writer):
    """Announces a body, and sends a byte of it a second."""
    writer.write(b"POST /api/pipelines HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
    while not reader.at_eof():
        writer.write(b"x")
        await until_closed(reader, 1)


async def slow_reader(reader, writer):
    """Asks for far more than the buffers hold, and reads next to nothing."""
    writer.write(GET % b"/app/main.js" * 2000)
    while not writer.is_closing():
        await asyncio.sleep(1)
        await reader.read(1)
        writer.write(b"\r\n")  # fails once it has been closed


async def idle(reader, writer):
    """Asks once, and stays."""
    writer.write(GET % b"/healthz")
    while not reader.at_eof():
        await until_closed(reader, 1)


async def silent(reader, _):
    """Says nothing at all."""
    while not reader.at_eof():
        await until_closed(reader, 1)


async def until_closed(reader, seconds):
    try:
        await asyncio.wait_for(reader.read(65536), seconds)
    except asyncio.TimeoutError:
        pass


KINDS = {kind.__name__: kind for kind in (slow_head, slow_body, slow_reader, idle, silent)}


def attack(kinds, count, port, seconds, connections):
    """In a process of its own: so many clients for so long, each of the next kind; counts what they opened."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)

    async def client(kind):
        while True:
            bare = socket.socket()
            bare.setblocking(False)
            if kind is slow_reader:
                bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # the kernel takes its least
            try:
                await asyncio.get_running_loop().sock_connect(bare, ("127.0.0.1", port))
                connections.value += 1
                limit = 1 if kind is slow_reader else 65536
                reader, writer = await asyncio.open_connection(sock=bare, limit=limit)
                await kind(reader, writer)
                writer.close()
            except OSError:
                bare.close()

    async def run():
        clients = [asyncio.create_task(client(KINDS[kinds[n % len(kinds)]])) for n in range(count)]
        assert len(clients) == count  # held here, because the loop holds them only weakly
        await asyncio.sleep(seconds)
        os._exit(0)  # all at once, with what they hold; one after the other they would not come to an end

    asyncio.run(run())


class GoodClient:
    """Times whole answers; a failed request counts as failed, not as slow."""

    def __init__(self, port):
        self.port = port
        self.kept = None
        self.times = {"fresh": [], "kept": []}
        self.failed = {"fresh": 0, "kept": 0}

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    @staticmethod
    def get(connection):
        connection.sendall(GET % ORDER.encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += GoodClient.receive(connection)
        head, _, body = received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise OSError(head[:20])
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += GoodClient.receive(connection)

    @staticmethod
    def receive(connection):
        part = connection.recv(65536)
        if not part:
            raise OSError("closed")
        return part

    def ask(self, name):
        begun = time.monotonic()
        try:
            if name == "fresh":
                with self.connect() as connection:
                    self.get(connection)
            else:
                self.kept = self.kept or self.connect()
                self.get(self.kept)
            self.times[name].append(time.monotonic() - begun)
        except OSError:
            self.failed[name] += 1
            if name == "kept":
                self.kept = None

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.ask("fresh")
            self.ask("kept")
            time.sleep(0.005)
        return {name: self.figures(name) for name in self.times}

    def figures(self, name):
        times = sorted(self.times[name])
        at = lambda share: round(times[min(len(times) - 1, int(share * len(times)))] * 1000, 2) if times else None
        return {"answers": len(times), "failed": self.failed[name], "p50_ms": at(0.5), "p99_ms": at(0.99), "longest_ms": at(1)}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def metric(port, name):
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
    return int(next(line for line in text.splitlines() if line.startswith(name + " ")).split()[1])


def threads_and_memory(pid):
    status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
    return {"threads": int(status["Threads"]), "resident_mib": int(status["VmRSS"].split()[0]) // 1024}


def measure(name, kinds, options, port, pid):
    opened = multiprocessing.Value("q", 0)
    before = metric(port, "weir_http_shed_total")
    slow = multiprocessing.Process(target=attack, args=(kinds, options.clients, port, options.seconds + 2, opened))
    if kinds:
        slow.start()
        time.sleep(2)  # until they are all there
    figures = GoodClient(port).run(options.seconds)
    figures |= threads_and_memory(pid) | {"open": metric(port, "weir_http_connections")}
    if kinds:
        slow.join()
    figures |= {"opened_by_slow": opened.value, "shed": metric(port, "weir_http_shed_total") - before}
    print(json.dumps({name: figures}), flush=True)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weir", default=ROOT / "build/release/bin/weir", help="the binary")
    parser.add_argument("--clients", type=int, default=1000, help="slow clients at a time (at most 2000)")
    parser.add_argument("--seconds", type=int, default=15, help="for each kind (at most 60)")
    options = parser.parse_args()
    options.clients, options.seconds = min(options.clients, 2000), min(options.seconds, 60)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "slow-clients.yaml")
        file.write_text(PIPELINE.format(port=port, root=ROOT))
        log = open(pathlib.Path(folder, "log"), "wb")
        service = subprocess.Popen([options.weir, "run", file], stderr=log)
        try:
            client = GoodClient(port)
            deadline = time.monotonic() + 30
            while not client.times["fresh"]:
                if time.monotonic() > deadline or service.poll() is not None:
                    sys.exit("the service does not answer: " + pathlib.Path(folder, "log").read_text())
                client.ask("fresh")
            all_figures = {"nobody": measure("nobody", [], options, port, service.pid)}
            for kind in KINDS:
                all_figures[kind] = measure(kind, [kind], options, port, service.pid)
            all_figures["all kinds"] = measure("all kinds", list(KINDS), options, port, service.pid)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(60)
    slow = [figures[way] for figures in all_figures.values() for way in ("fresh", "kept")]
    sys.exit(0 if all(one["failed"] == 0 and one["p99_ms"] < 100 for one in slow) else 1)


if __name__ == "__main__":
    main()
