"""A sender of numbered orders: valid ones, some of them sent again with changes, and others that must be refused."""

import random
import threading
import time

from confluent_kafka import Producer

from rig.orders import Orders
from rig.waiting import wait_until

VERDICT = "verdict"  # a header: what must become of the message
VALID, BROKEN = b"valid", b"broken"


class Traffic:
    """Sends from a thread of its own between start() and stop(). The same seed sends the same messages in the same order."""

    def __init__(self, brokers, topic, seed, rate=300, poison=0.1, again=0.25):
        self._topic = topic
        self._rate = rate
        self._poison = poison
        self._again = again
        self._chance = random.Random(f"{seed}/traffic")
        self._orders = Orders(seed=f"{seed}/orders", prefix=topic)
        self._keys = []
        self._failures = []
        self._extra = 0  # messages that are due at once
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._send_until_stopped, daemon=True)
        self._producer = Producer({
            "bootstrap.servers": brokers, "linger.ms": 5, "partitioner": "murmur2_random", "enable.idempotence": True,
            "message.timeout.ms": 120_000, "log_level": 0})
        self.sent = 0

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        """Returns when the brokers have all of it."""
        self._stopping.set()
        self._thread.join(150)
        unsent = self._producer.flush(120)
        assert not unsent and not self._failures, f"{unsent} messages unsent, failures: {self._failures[:3]}"

    def burst(self, count):
        """That many more, as fast as it can. Returns when they have been sent."""
        until = self.sent + count
        self._extra += count
        wait_until(lambda: self.sent >= until, f"{count} messages are sent", 120)

    def _send_until_stopped(self):
        begun = time.monotonic()
        while not self._stopping.is_set():
            due = (time.monotonic() - begun) * self._rate + self._extra
            while self.sent < due and not self._stopping.is_set():
                self._send_one()
            self._producer.poll(0)
            self._stopping.wait(0.01)

    def _send_one(self):
        key, verdict, value = self._next()
        headers = [("number", str(self.sent).encode()), (VERDICT, verdict)]
        while True:
            try:
                self._producer.produce(self._topic, value, key.encode(), headers=headers, on_delivery=self._delivered)
                break
            except BufferError:
                self._producer.poll(0.1)
        self._producer.poll(0)
        self.sent += 1

    def _delivered(self, error, _message):
        if error:
            self._failures.append(error)

    def _next(self):
        old = self._keys and self._chance.random() < self._again
        key = self._chance.choice(self._keys[-200:]) if old else None
        if self._chance.random() < self._poison:
            key, value = self._orders.broken(key)
            return key, BROKEN, value
        key, value = self._orders.valid(key)
        if not old:
            self._keys.append(key)
        return key, VALID, value
