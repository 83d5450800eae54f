"""Judges what was seen: every message in exactly one place, every order in its newest version, wherever one looks.

`complaints` is a pure function of an Observation; an empty list is its praise.
"""

from collections import Counter
from decimal import Decimal

from rig.same import difference, parse
from suite.observation import CHILDREN

_MEMBERS = {"deliveries": "delivery", "payments": "payment", "items": "items"}
_OWN = ("order_uid", "ordinal")


def complaints(seen):
    newest = _newest(seen)
    found = []
    for check in (_letters_and_rejects, _positions, _audit):
        found += check(seen)
    for check in (_rows, _answers):
        found += check(seen, newest)
    return found


def _newest(seen):
    """key -> (place, Sent) of the last valid message of each order; an order has one partition."""
    newest = {}
    for place, sent in sorted(seen.sent.items()):
        if sent.valid:
            newest[sent.key] = (place, sent)
    return newest


def _letters_and_rejects(seen):
    broken = {place for place, sent in seen.sent.items() if not sent.valid}
    written = {}
    for place, value in seen.letters:
        if place not in seen.sent:
            yield f"there is a letter of {place}, where no message was sent"
        elif value != seen.sent[place].value:
            yield f"the letter of {place} does not hold the bytes that were sent"
        written[place] = value
    # A crash between the letter and its transaction leaves a letter that does not count, where rejects are kept.
    counted = set(written) if seen.rejects is None else set(written) & set(seen.rejects)
    for place in sorted(counted - broken, key=str):
        yield f"the valid message {place} is a dead letter"
    for place in sorted(broken - counted):
        yield f"the broken message {place} has no letter that counts"
    if seen.rejects is not None:
        for place, times in Counter(seen.rejects).items():
            if place not in broken:
                yield f"weir_rejects holds {place}, which is no broken message"
            if times > 1:
                yield f"weir_rejects holds {place} {times} times"


def _positions(seen):
    if seen.positions is None:
        return
    for partition, end in seen.ends.items():
        next_one = seen.positions.get(partition)
        if next_one != end and (next_one or 0) != end:
            yield f"weir_positions says {next_one} for partition {partition}, which ends at {end}"


def _audit(seen):
    if seen.positions is None:
        return  # without kept positions a message may be stored again after a crash
    for place, times in Counter(place for _, place in seen.audit).items():
        if times > 1:
            yield f"message {place} was stored {times} times"
        if place not in seen.sent or not seen.sent[place].valid:
            yield f"{place} was stored, which is no valid message"
    last = {}
    for key, place in seen.audit:
        if place and key in last and place < last[key]:
            yield f"order {key}: version {place} was stored after {last[key]}"
        last[key] = place


def _rows(seen, newest):
    for key in sorted(seen.orders.keys() - newest.keys()):
        yield f"order {key} is stored, and was never sent as a valid one"
    for key, (place, sent) in newest.items():
        row = seen.orders.get(key)
        if row is None:
            yield f"order {key} is not stored; its newest version is {place}"
            continue
        stood = (int(row["weir_origin"].rsplit("/", 1)[1]), row["weir_position"])
        if stood != place:
            yield f"order {key} stands at {stood}; its newest version is {place}"
        yield from _columns(key, sent, row, {table: seen.children[table].get(key, []) for table in CHILDREN})
    for table in CHILDREN:
        for key in sorted(seen.children[table].keys() - newest.keys()):
            yield f"{table} holds rows of {key}, which was never sent as a valid one"


def _columns(key, sent, row, children):
    document = parse(sent.value)
    if row["document"] is not None and row["document"].encode() != sent.value:
        yield f"order {key}: its kept document is not what was sent"
    yield from _cells(f"order {key}", document, row)
    for table, member in _MEMBERS.items():
        expected = document[member] if table == "items" else [document[member]]
        rows = children[table]
        if len(rows) != len(expected):
            yield f"order {key} has {len(rows)} rows in {table} instead of {len(expected)}"
            continue
        for number, (part, stored) in enumerate(zip(expected, rows)):
            yield from _cells(f"order {key}, {table} {number}", part, stored)
            if stored.get("ordinal", number) != number:
                yield f"order {key}: item {number} has the ordinal {stored['ordinal']}"


def _cells(place, document, row):
    """Texts and whole numbers; what else there is, the answers over HTTP show."""
    for name, value in row.items():
        sent = document.get(name)
        if name in _OWN or not isinstance(sent, (str, Decimal)) or name == "date_created":
            continue
        if value != sent:
            yield f"{place}: {name} is {value!r} instead of {sent!r}"


def _answers(seen, newest):
    for member, key, status, body in seen.answers:
        expected = newest.get(key)
        if expected is None:
            if status != 404:
                yield f"{member} answers {status} for {key}, which was never sent as a valid one"
        elif status != 200:
            yield f"{member} answers {status} for order {key}"
        else:
            found = difference(parse(expected[1].value), parse(body))
            if found:
                yield f"{member} answers another order {key} than {expected[0]}: {found}"
