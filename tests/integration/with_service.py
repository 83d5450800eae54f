"""Runs a command beside the whole order service: a real Kafka, a real PostgreSQL, some orders, the page.

    with_service.py COMMAND...

The command finds the service's address in WEIR_URL, and in WEIR_ORDER_ID the id of an order that is in the database, and not
in the cache (WEIR_EXPECT_SOURCE=store). Its exit code becomes ours.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from rig import paths
from rig.kafka import Kafka
from rig.order_service import OrderService
from rig.orders import Orders
from rig.postgres import Postgres
from rig.same import parse


def main(command):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="weir-service-") as folder:
        kafka = Kafka(Path(folder) / "kafka")
        postgres = Postgres(Path(folder) / "postgres")
        service = None
        try:
            kafka.start()
            postgres.start()
            service = OrderService(kafka, postgres, Path(folder))
            return run_beside(service, command)
        finally:
            if service:
                service.clean_up()
            postgres.remove()
            kafka.remove()


def run_beside(service, command):
    sample = paths.sample_order.read_bytes()
    sample_id = parse(sample)["order_uid"]
    orders = Orders(seed=41, prefix="page")
    weir = service.start()
    service.send([(sample_id, sample)])
    service.wait_committed()
    service.send([*(orders.valid() for _ in range(30)), orders.broken()])
    service.wait_committed()
    weir.stop()

    weir = service.start(CACHE_ENTRIES="10")  # the newest ones: the sample is not among them
    environment = {"WEIR_URL": weir.url, "WEIR_ORDER_ID": sample_id, "WEIR_EXPECT_SOURCE": "store"}
    return subprocess.run(command, check=False, env={**os.environ, **environment}).returncode


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
