"""Runs a command beside the whole order service: a real Kafka, a real PostgreSQL, some orders, the page.

    with_service.py [--flow] COMMAND...

The command finds the service's address in WEIR_URL, in WEIR_ORDER_ID the id of an order that is in the database, and not
in the cache (WEIR_EXPECT_SOURCE=store). WEIR_HELD_ID is one among the dead letters that would pass by now, WEIR_HOSTILE_ID an order
whose every text is markup. The service is restarted when a file comes to be that WEIR_RESTART names, which is removed then. The
command's exit code becomes ours. With --flow orders come in all the while, some of them broken.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from rig import paths
from rig.kafka import Kafka
from rig.order_service import OrderService
from rig.orders import Orders
from rig.postgres import Postgres
from rig.same import parse


def main(command, flows):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="weir-service-") as folder:
        kafka = Kafka(Path(folder) / "kafka")
        postgres = Postgres(Path(folder) / "postgres")
        service = None
        try:
            kafka.start()
            postgres.start()
            service = OrderService(kafka, postgres, Path(folder))
            return run_beside(service, command, flows)
        finally:
            if service:
                service.clean_up()
            postgres.remove()
            kafka.remove()


def run_beside(service, command, flows):
    sample = paths.sample_order.read_bytes()
    sample_id = parse(sample)["order_uid"]
    orders = Orders(seed=41, prefix="page")
    held = {**orders.plain(), "locale": "ru"}
    hostile = of_markup(orders.plain())
    weir = service.start(service.too_strict())
    service.send([(sample_id, sample), (held["order_uid"], orders.text(held))])
    service.wait_committed()
    weir.stop()
    weir = service.start()
    service.send([(hostile["order_uid"], orders.text(hostile)), *(orders.valid() for _ in range(30)), orders.broken()])
    service.wait_committed()
    weir.stop()

    weir = service.start(CACHE_ENTRIES="10")  # the newest ones: the sample is not among them
    environment = {"WEIR_URL": weir.url, "WEIR_ORDER_ID": sample_id, "WEIR_EXPECT_SOURCE": "store",
                   "WEIR_HELD_ID": held["order_uid"], "WEIR_HOSTILE_ID": hostile["order_uid"],
                   "WEIR_RESTART": str(service.folder / "restart")}
    beside = [Beside(0.1, Restarts(service, weir))]
    if flows:
        beside.append(Beside(1, lambda: service.send([*(orders.valid() for _ in range(9)), orders.broken()])))
    try:
        return subprocess.run(command, check=False, env={**os.environ, **environment}).returncode
    finally:
        for each in beside:
            each.stop()


def of_markup(order):
    def replaced(value):
        if isinstance(value, dict):
            return {name: inner if name in ("order_uid", "date_created") else replaced(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [replaced(inner) for inner in value]
        return "<img src=x onerror=alert(1)>" if isinstance(value, str) else value
    return replaced(order)


class Restarts:
    def __init__(self, service, weir):
        self._service, self._weir = service, weir
        self._file = service.folder / "restart"
        self._listen = "{}:{}".format(*weir.address)

    def __call__(self):
        if self._file.exists():
            self._weir.stop()
            self._weir = self._service.start(HTTP_LISTEN=self._listen, CACHE_ENTRIES="10")
            self._file.unlink()


class Beside:
    """Does something again and again until it is stopped."""

    def __init__(self, seconds, work):
        self._seconds, self._work = seconds, work
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._over.wait(self._seconds):
            self._work()

    def stop(self):
        self._over.set()
        self._thread.join()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    flow = arguments[:1] == ["--flow"]
    if len(arguments) < 1 + flow:
        sys.exit(__doc__)
    sys.exit(main(arguments[flow:], flow))
