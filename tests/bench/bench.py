#!/usr/bin/python3
"""How many orders a second the shipped pipeline takes from end to end, and how fast a single one is there.

    bench.py [--orders N] [--singles N] [--json FILE]

What is measured, and how, is written in README.md beside this file.
"""

import argparse
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))

import machine  # noqa: E402
import orders  # noqa: E402
from rig import paths  # noqa: E402
from rig.kafka import Kafka  # noqa: E402
from rig.order_service import OrderService  # noqa: E402
from rig.postgres import Postgres  # noqa: E402
from rig.waiting import wait_until  # noqa: E402

BARS = {"orders_per_second": 15_000, "single_median_ms": 20.0}


def main():
    wanted = arguments()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        kafka, postgres = Kafka(Path(folder) / "kafka", memory="1g"), Postgres(Path(folder) / "postgres")
        service = None
        try:
            kafka.start()
            postgres.start()
            service = OrderService(kafka, postgres, Path(folder))
            result = measure(service, wanted)
        finally:
            if service:
                service.clean_up()
            postgres.remove()
            kafka.remove()
    wanted.json.parent.mkdir(parents=True, exist_ok=True)
    wanted.json.write_text(json.dumps(result, indent=2) + "\n")
    report(result, wanted.json)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=300_000, help="orders that wait in the topic (default: 300,000)")
    parser.add_argument("--singles", type=int, default=50, help="orders sent one at a time (default: 50)")
    parser.add_argument("--json", type=Path, default=paths.root / "var" / "bench" / "result.json")
    return parser.parse_args()


def measure(service, wanted):
    ids = [f"bench-{number:08d}" for number in range(wanted.orders)]
    say(f"loads {wanted.orders} orders into the topic")
    size = load(service, ids)
    begun = time.monotonic()
    weir = service.start()
    say("the service runs")
    throughput = drain(service, weir, ids, begun)
    say("sends orders one at a time")
    singles = [single(service, weir, f"single-{number:04d}") for number in range(wanted.singles + 5)][5:]
    return {
        "orders": wanted.orders, "bytes_per_order": round(size / wanted.orders), "partitions": 4, **throughput,
        "single_median_ms": round(statistics.median(singles), 2),
        "single_p95_ms": round(statistics.quantiles(singles, n=20)[-1], 2), "singles": wanted.singles,
        "bars": BARS, "machine": machine.description(), "versions": machine.versions(service.postgres)}


def load(service, ids):
    """Returns how many bytes that was."""
    chance = random.Random(1)
    size = 0

    def messages():
        nonlocal size
        for order_uid in ids:
            value = orders.text(order_uid, chance)
            size += len(value)
            yield order_uid.encode(), value

    service.kafka.send(service.topic, messages())
    return size


def drain(service, weir, ids, begun):
    """Waits until all is stored and cached; the database's clock says how long the storing took."""
    ends = service.kafka.end_offsets(service.topic)
    with service.kafka.offsets_of(service.topic, service.group) as committed:
        wait_until(lambda: committed() == ends, "all is committed", 600, weir.has_ended, pause=0.2)
    whole = time.monotonic() - begun
    [[stored, seconds]] = service.postgres.rows(
        "SELECT count(*), extract(epoch FROM max(weir_stored_at) - min(weir_stored_at)) FROM orders")
    assert stored == len(ids), f"{stored} of {len(ids)} orders are stored"
    sample = random.Random(2).sample(ids, min(1000, len(ids)))
    sources = Counter(answer.source for _, answer in weir.orders("/order/", sample))
    assert set(sources) <= {"cache", "store"}, f"answered from {sources}"
    newest = [entry["key"] for entry in weir.get("/orders?limit=100").json()["entries"]]
    assert all(answer.source == "cache" for _, answer in weir.orders("/order/", newest)), "the newest are not cached"
    return {"orders_per_second": round(len(ids) / float(seconds)), "seconds": round(float(seconds), 2),
            "seconds_with_start": round(whole, 2)}


def single(service, weir, order_uid):
    """Milliseconds from the sending of one order until GET answers with it."""
    value = orders.text(order_uid, random.Random(order_uid))
    with closing(HTTPConnection(*weir.address, timeout=10)) as connection:
        begun = time.perf_counter()
        service.kafka.send_now(service.topic, order_uid.encode(), value)
        for _ in itertools.count():
            connection.request("GET", f"/order/{order_uid}")
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                return (time.perf_counter() - begun) * 1000
            assert time.perf_counter() - begun < 30, f"{order_uid} is not there after 30 s: {answer.status}"


def report(result, file):
    print()
    bars = result["bars"]
    rate, median = result["orders_per_second"], result["single_median_ms"]
    print(f"  {rate:>9,} orders/s  end to end: validated, stored, cached"
          f"  ({result['orders']:,} of {result['bytes_per_order']} bytes in {result['seconds']} s;"
          f" bar {bars['orders_per_second']:,}: {'reached' if rate >= bars['orders_per_second'] else 'MISSED'})")
    print(f"  {median:>9} ms        median of a single order, sent until fetched"
          f"  (95 %: {result['single_p95_ms']} ms;"
          f" bar {bars['single_median_ms']} ms: {'reached' if median <= bars['single_median_ms'] else 'MISSED'})")
    print(f"  {result['machine']['cpu']}, {result['machine']['cores']} cores; Kafka, PostgreSQL and Weir share them")
    print(f"  {os.path.relpath(file)}")


def say(text):
    print(f"  ...    {text}", flush=True)


if __name__ == "__main__":
    main()
