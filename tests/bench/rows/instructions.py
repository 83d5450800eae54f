"""Instructions an order, stage by stage, on a fixed input; compared with what was recorded, so that a regression shows."""

import json
import random
import tempfile
from pathlib import Path

import callgrind
import machine
import orders
from figures import Row
from rig import paths
from stand import say

NAME = "instructions"
SUMMARY = "instructions an order of each stage (callgrind), over the recorded ones"
RECORD = Path(__file__).resolve().parents[1] / "instructions.json"
TOLERANCE = 0.05
COUNT = 1500  # orders, the first 500 of which warm the stage up
ATTEMPTS = 3
TABLES = [{"table": "orders"}, {"table": "deliveries", "from": "/delivery", "with": {"order_uid": "/order_uid"}},
          {"table": "payments", "from": "/payment", "with": {"order_uid": "/order_uid"}},
          {"table": "items", "each": "/items", "with": {"order_uid": "/order_uid"}, "ordinal": "ordinal"}]


def measure(stand, _results):
    chance = random.Random(1)
    made = [(key, orders.text(key, chance)) for key in (f"counted-{number:06d}" for number in range(COUNT))]
    counted = {}
    for name, case in _cases(stand, made).items():
        say(f"counts the instructions of {name}")
        counted[name] = _count(stand, *case, made)
    if stand.options.record:
        _record(counted)
    return {"system": machine.system(), "counted": counted, "recorded": recorded()}


def _count(stand, stage, what, config, made):
    for attempt in range(1, ATTEMPTS + 1):
        stand.postgres.empty()
        with tempfile.TemporaryDirectory(dir=stand.folder) as folder:
            try:
                return round(callgrind.count(Path(folder), stage, what, config, made))
            except callgrind.GaveUp:
                if attempt == ATTEMPTS:
                    raise


def _cases(stand, made):
    """Name -> stage, what is done with it, its configuration as in pipelines/orders.yaml."""
    topic = stand.kafka.create_topic("orders-counted", 1)
    stand.kafka.send(topic, [(key.encode(), value) for key, value in made])
    source = {"brokers": stand.kafka.brokers, "topic": topic, "group": "counted"}
    store = {"dsn": stand.postgres.dsn, "key": "/order_uid", "tables": TABLES}
    cache = {"key": "/order_uid"}
    return {
        "kafka-source": ("kafka-source", "poll", source),
        "json-schema-validate": ("json-schema-validate", "process",
                                 {"schema": str(paths.pipelines / "schemas" / "order.schema.json")}),
        "pg-sink, new orders": ("pg-sink", "process", store),
        "pg-sink, updates": ("pg-sink", "again", store),
        "pg-sink, restore": ("pg-sink", "latest", store),
        "pg-sink, lookup": ("pg-sink", "find", store),
        "cache-sink": ("cache-sink", "process", cache),
        "cache-sink, lookup": ("cache-sink", "find", cache),
        "dead-letter-log": ("dead-letter-log", "letters", {"path": "letters.jsonl"}),
    }


def recorded():
    """Those of this system: another compiler or library makes other instructions of the same source."""
    return json.loads(RECORD.read_text()).get(machine.system(), {}) if RECORD.exists() else {}


def _record(counted):
    everything = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    everything[machine.system()] = counted
    RECORD.write_text(json.dumps(everything, indent=2) + "\n")


def regressed(figures):
    """Names of what needs more instructions than was recorded."""
    return [name for name, count in figures["counted"].items()
            if name in figures["recorded"] and count > figures["recorded"][name] * (1 + TOLERANCE)]


def rows(figures):
    worse = regressed(figures)
    lines = []
    for name, count in figures["counted"].items():
        row = Row(f"instructions an order: {name}", f"{count:,}",
                  how=f"callgrind, {COUNT:,} fixed orders in batches of 500, the stage's own thread; ratio: over the recorded value")
        if before := figures["recorded"].get(name):
            row.ratio, row.target, row.met = f"{count / before:.2f}", f"≤ {1 + TOLERANCE:g}", name not in worse
        lines.append(row)
    return lines
