"""All that can be seen of a run when it is over: in Kafka, in PostgreSQL, in the letters, over HTTP. Plain data."""

import json
from contextlib import closing
from dataclasses import dataclass, field

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from rig.dead_letters import original_bytes
from suite.traffic import VALID, VERDICT

ROOT, CHILDREN = "orders", ("deliveries", "payments", "items")


@dataclass(frozen=True)
class Sent:
    key: str
    value: bytes
    valid: bool


@dataclass
class Observation:
    """A place is (partition, offset). What only an engine that keeps positions has is None with others."""
    sent: dict  # place -> Sent
    ends: dict  # partition -> the offset behind its last message
    orders: dict  # key -> row
    children: dict  # table -> key -> rows
    letters: list  # (place, value); a place of None is none of this topic
    answers: list  # (member, key, status, body)
    audit: list = field(default_factory=list)  # (key, place), as they were stored
    positions: dict = None  # partition -> next
    rejects: list = None  # places


def observe(service, keys=None):
    """Of all orders, or of those of `keys` alone."""
    kafka, topic = service.kafka, service.topic
    ends = kafka.end_offsets(topic)
    sent = _sent(kafka.brokers, topic, ends, keys)
    return Observation(
        sent=sent, ends=ends, letters=list(_letters(service.letters_of_all(), topic)),
        answers=list(_answers(service.members, sent)), **_stored(service.postgres, topic, keys))


def _sent(brokers, topic, ends, keys):
    reader = Consumer({"bootstrap.servers": brokers, "group.id": "oracle", "log_level": 0,
                       "queued.max.messages.kbytes": 262144})
    sent, left = {}, sum(ends.values())
    try:
        reader.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in ends])
        while left:
            messages = reader.consume(min(left, 10_000), timeout=20)
            assert messages, f"{left} of {sum(ends.values())} messages of {topic} cannot be read again"
            for message in messages:
                assert not message.error(), f"{topic} cannot be read again: {message.error()}"
                left -= 1
                key = message.key().decode()
                if not keys or key in keys:
                    verdict = dict(message.headers())[VERDICT]
                    sent[message.partition(), message.offset()] = Sent(key, message.value(), verdict == VALID)
    finally:
        reader.close()
    return sent


def _stored(postgres, topic, keys):
    """One snapshot of all tables."""
    where = " WHERE order_uid = ANY (%(keys)s)" if keys else ""
    asked = {"keys": list(keys or [])}
    ledger = postgres.ledger_tables()
    with closing(postgres.connect()) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        orders = {row["order_uid"]: row for row in _rows(connection, "SELECT * FROM orders" + where, asked)}
        children = {table: {} for table in CHILDREN}
        for table in CHILDREN:
            order = " ORDER BY order_uid, ordinal" if table == "items" else ""
            for row in _rows(connection, f"SELECT * FROM {table}{where}{order}", asked):
                children[table].setdefault(row["order_uid"], []).append(row)
        audit = [(row["order_uid"], place_of(row["origin"], row["position"], topic))
                 for row in _rows(connection, f"SELECT * FROM fault_audit{where} ORDER BY number", asked)]
        positions = rejects = None
        if "weir_positions" in ledger:
            rows = _rows(connection, "SELECT origin, next FROM weir_positions")
            positions = dict(place_of(row["origin"], row["next"], topic) or (None, None) for row in rows)
        if "weir_rejects" in ledger:
            rows = _rows(connection, "SELECT origin, position FROM weir_rejects ORDER BY origin, position")
            rejects = [place_of(row["origin"], row["position"], topic) for row in rows]
    return {"orders": orders, "children": children, "audit": audit, "positions": positions, "rejects": rejects}


def _rows(connection, query, asked=None):
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor]


def _letters(files, topic):
    for file in files:
        for line in file.read_bytes().split(b"\n")[:-1]:  # a torn last line is none yet
            letter = json.loads(line)
            value = original_bytes(letter) if letter.get("value") is not None or "value_base64" in letter else None
            yield place_of(letter["origin"], letter["position"], topic), value


def _answers(members, sent):
    keys = sorted({one.key for one in sent.values()})
    for name, member in members.items():
        for key, answer in member.orders("/order/", keys):
            yield name, key, answer.status, answer.body


def place_of(origin, position, topic):
    """An origin is cluster/topic/partition."""
    _, name, partition = origin.rsplit("/", 2)
    return (int(partition), position) if name == topic else None
