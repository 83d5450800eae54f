"""The order service of one test: a topic, a group, dead letters and ports of its own; the database emptied. The bench names a
topic that is there, and may keep what is stored."""

import itertools
import json

from rig import paths
from rig.dead_letters import DeadLetters
from rig.ports import free_port
from rig.service import Weir
from rig.waiting import wait_until

_numbers = itertools.count(1)


class OrderService:
    def __init__(self, kafka, postgres, folder, topic=None, emptied=True):
        self.kafka = kafka
        self.postgres = postgres
        self.folder = folder
        number = next(_numbers)
        self.topic = topic or kafka.create_topic(f"orders-{number}")
        self.group = f"order-service-{number}"
        self.letters = DeadLetters(folder / "orders.dead.jsonl")
        self._running = []
        if emptied:
            postgres.empty()

    def environment(self):
        return {
            "KAFKA_BROKERS": self.kafka.brokers, "KAFKA_TOPIC": self.topic, "KAFKA_GROUP": self.group,
            "WEIR_PG_DSN": self.postgres.dsn, "WEIR_VAR": str(self.folder), "HTTP_LISTEN": f"127.0.0.1:{free_port()}",
            "CACHE_ENTRIES": "100000"}

    def start(self, file=paths.pipelines / "orders.yaml", ready=True, plugins=None, **environment):
        """A process of its own; several may run at once."""
        log = self.folder / f"weir-{len(self._running) + 1}.log"
        weir = Weir([file], {**self.environment(), **environment}, log, plugins)
        self._running.append(weir)
        return weir.wait_ready() if ready else weir

    def variant(self, *changes, name="orders.yaml"):
        """The shipped pipeline with some of its text replaced: pairs of (old, new), each of which stands there once."""
        text = (paths.pipelines / "orders.yaml").read_text()
        absolute = (("../htdocs", str(paths.root / "htdocs")), ("schemas/order", f"{paths.pipelines}/schemas/order"))
        for old, new in (*absolute, *changes):
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in orders.yaml"
            text = text.replace(old, new)
        file = self.folder / name
        file.write_text(text)
        return file

    def too_strict(self):
        """The shipped pipeline, but for a schema that knows one locale only: what it refuses is right for the shipped one."""
        schema = json.loads((paths.pipelines / "schemas" / "order.schema.json").read_text())
        schema["properties"]["locale"] = {"const": "en"}
        file = self.folder / "strict.schema.json"
        file.write_text(json.dumps(schema))
        return self.variant((f"{paths.pipelines}/schemas/order.schema.json", str(file)), name="strict.yaml")

    def send(self, messages):
        self.kafka.send(self.topic, [(key.encode(), value) for key, value in messages])

    def wait_committed(self, seconds=120):
        """Until the group has committed all that the topic holds, which comes after it was stored or written off."""
        ends = self.kafka.end_offsets(self.topic)
        with self.kafka.offsets_of(self.topic, self.group) as committed:
            wait_until(lambda: committed() == ends, f"group {self.group} has committed {ends}", seconds, self._ended)

    def _ended(self):
        """Nobody is left who could commit."""
        ended = [weir.has_ended() for weir in self._running]
        return ended[-1] if ended and all(ended) else None

    def stored_ids(self):
        return {row[0] for row in self.postgres.rows("SELECT order_uid FROM orders")}

    def clean_up(self):
        for weir in self._running:
            weir.kill()
