"""Very many orders, all valid and all different, cheap to make: those of the bench."""

import importlib.util
import random

from confluent_kafka import Producer

from rig import paths
from suite.traffic import VALID, VERDICT

_spec = importlib.util.spec_from_file_location("bench_orders", paths.root / "tests" / "bench" / "orders.py")
_orders = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_orders)


def key_of(number):
    return f"backlog-{number:08d}"


def send(brokers, topic, count, seed):
    """Returns when the broker has them all."""
    chance = random.Random(seed)
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 20, "partitioner": "murmur2_random",
                         "enable.idempotence": True, "queue.buffering.max.messages": 100_000, "log_level": 0})
    failures = []
    for number in range(count):
        key = key_of(number)
        value = _orders.text(key, chance)
        while True:
            try:
                producer.produce(topic, value, key.encode(), headers=[(VERDICT, VALID)],
                                 on_delivery=lambda error, _: failures.append(error) if error else None)
                break
            except BufferError:
                producer.poll(0.1)
        if number % 100 == 0:
            producer.poll(0)
    unsent = producer.flush(120)
    assert not unsent and not failures, f"{unsent} messages unsent, failures: {failures[:3]}"
