"""Processes that send orders at a steady rate, and such that follow single orders until GET answers with them."""

import multiprocessing
import random
import time
from contextlib import contextmanager

from confluent_kafka import Producer

import orders
from client import Client

_PLACE = "the-key-of-this-order"
_TICK = 0.002  # seconds; what has become due is sent together


@contextmanager
def sending(brokers, topic, rate, seconds, prefix):
    """While the orders are sent. Gives a function that waits until all are acknowledged, and returns how many, in how long."""
    results = multiprocessing.Queue()
    sender = multiprocessing.Process(target=_send, args=(brokers, topic, rate, seconds, prefix, results), daemon=True)
    sender.start()
    results.get(timeout=60)  # it is under way

    def finish():
        sent, took = results.get(timeout=seconds + 60)
        sender.join()
        assert sender.exitcode == 0, "the sender has failed"
        return sent, took
    try:
        yield finish
    finally:
        sender.kill()


def follow(brokers, topic, address, seconds, prefix, followers=2, rest=0.01, pause=0.0005):
    """Milliseconds from the sending of single orders until GET answers 200 with each, and how many orders that were."""
    results = multiprocessing.Queue()
    workers = [multiprocessing.Process(
        target=_follow, args=(brokers, topic, address, seconds, f"{prefix}-{number}", rest, pause, results), daemon=True)
        for number in range(followers)]
    for worker in workers:
        worker.start()
    times = [taken for _ in workers for taken in results.get(timeout=seconds + 60)]
    for worker in workers:
        worker.join()
    assert all(worker.exitcode == 0 for worker in workers), "an order was not there after 30 s"
    return times


def _producer(brokers, linger_ms=0):
    return Producer({"bootstrap.servers": brokers, "linger.ms": linger_ms, "queue.buffering.max.messages": 1_000_000, "log_level": 0})


def _send(brokers, topic, rate, seconds, prefix, results):
    """The orders are made beforehand, all but their keys: the machine's cores are wanted by others."""
    chance = random.Random(prefix)
    parts = [orders.text(_PLACE, chance).split(_PLACE.encode()) for _ in range(1000)]
    producer = _producer(brokers, linger_ms=5)  # librdkafka's default
    producer.list_topics(topic, timeout=10)
    failed = []
    count, sent = round(rate * seconds), 0
    results.put("begins")
    begun = time.monotonic()
    while sent < count:
        due = min(count, int((time.monotonic() - begun) * rate) + 1)
        for number in range(sent, due):
            key = f"{prefix}-{number:08d}".encode()
            producer.produce(topic, key.join(parts[number % 1000]), key,
                             on_delivery=lambda error, _: failed.append(error) if error else None)
        sent = due
        producer.poll(0)
        time.sleep(_TICK)
    took = time.monotonic() - begun
    assert producer.flush(60) == 0 and not failed, f"not sent: {failed[:3]}"
    results.put((sent, took))


def _follow(brokers, topic, address, seconds, prefix, rest, pause, results):
    chance = random.Random(prefix)
    producer = _producer(brokers)
    producer.list_topics(topic, timeout=10)
    times = []
    end = time.monotonic() + seconds
    with Client(address) as client:
        while time.monotonic() < end:
            key = f"{prefix}-{len(times):06d}"
            value = orders.text(key, chance)
            begun = time.perf_counter()
            producer.produce(topic, value, key.encode())
            producer.poll(0)
            while (reply := client.get("/order/" + key)).status != 200:
                assert reply.status == 404 and time.perf_counter() - begun < 30, f"{key}: {reply.status}"
                time.sleep(pause)
            times.append((time.perf_counter() - begun) * 1000)
            assert key.encode() in reply.body
            time.sleep(rest)
    assert producer.flush(60) == 0
    results.put(times)
