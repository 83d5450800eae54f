"""The suite itself on trial: the oracle must find what was tampered with, and praise the rest; a seed must decide the plan."""

import json

from classes.fault import Fault
from suite.observation import observe
from suite.oracle import complaints
from suite.plan import Form, Step, runs

_FIRST = "(SELECT min(order_uid) FROM items)"
_ORIGIN = "(SELECT min(weir_origin) FROM orders)"

# What is done to the database, and what the oracle must say then. {valid} and {broken} are the positions of such messages of
# the partition of that origin.
_ROWS = {
    "an order is deleted": (f"DELETE FROM orders WHERE order_uid = {_FIRST}", "is not stored"),
    "an order that nobody sent": ("INSERT INTO orders (order_uid) VALUES ('nobody')", "was never sent"),
    "a text is changed": (f"UPDATE orders SET track_number = track_number || '!' WHERE order_uid = {_FIRST}", "track_number is"),
    "a payment is lost": (f"DELETE FROM payments WHERE order_uid = {_FIRST}", "0 rows in payments instead of 1"),
    "an item is changed": (f"UPDATE items SET nm_id = nm_id / 2 + 3 WHERE order_uid = {_FIRST} AND ordinal = 0", "nm_id is"),
    "an item is lost": (f"DELETE FROM items WHERE order_uid = {_FIRST} AND ordinal = 0", "rows in items instead of"),
    "an item is there twice": (f"INSERT INTO items SELECT order_uid, 999, chrt_id FROM items WHERE order_uid = {_FIRST} "
                               "AND ordinal = 0", "rows in items instead of"),
    "an order's position is moved": (f"UPDATE orders SET weir_position = weir_position - 1 WHERE order_uid = {_FIRST}",
                                     "its newest version is"),
}
_LEDGER = {
    "a lane's position is moved": (f"UPDATE weir_positions SET next = next - 1 WHERE origin = {_ORIGIN}", "weir_positions says"),
    "a lane's position is lost": (f"DELETE FROM weir_positions WHERE origin = {_ORIGIN}", "weir_positions says"),
    "a stored message is rejected as well": (
        f"INSERT INTO weir_rejects SELECT pipeline, origin, {{valid}}, 'made-up' FROM weir_positions WHERE origin = {_ORIGIN}",
        "which is no broken message"),
    "a reject is lost": (f"DELETE FROM weir_rejects WHERE origin = {_ORIGIN} AND position = {{broken}}", "has no letter that counts"),
    "a message was stored twice": (
        "INSERT INTO fault_audit (order_uid, origin, position) SELECT order_uid, origin, position FROM fault_audit "
        f"WHERE origin = {_ORIGIN} AND position = {{valid}}", "was stored 2 times"),
    "an old version was stored last": (
        "INSERT INTO fault_audit (order_uid, origin, position) SELECT order_uid, origin, position - 1 FROM fault_audit "
        f"WHERE origin = {_ORIGIN} AND position = {{valid}}", "was stored after"),
}


class Proof(Fault):
    name = "oracle-complains"
    load = {"rate": 500}

    def plan(self, chance, form):
        return [Step(2, "nothing")]

    def inject(self, trial, step):
        pass

    def run(self, trial):
        said = super().run(trial)
        self._places = self._chosen(trial)
        found = [self._expect(trial, what, statement, words) for what, (statement, words) in self._of_rows(trial).items()]
        found += [self._expect_letters(trial, *one) for one in self._of_letters(trial)]
        found.append(self._expect_answer(trial))
        assert not complaints(observe(trial.service)), "it complains when all is put back"
        return f"{len(found)} of {len(found)} tamperings found; {said}"

    @staticmethod
    def _of_rows(trial):
        return {**_ROWS, **_LEDGER} if trial.site.postgres.ledger_tables() else _ROWS

    @staticmethod
    def _chosen(trial):
        """A stored and a broken position of the first lane."""
        seen = observe(trial.service)
        lane = min(place[0] for place in seen.sent)
        stored = [place[1] for _, place in seen.audit if place[0] == lane]
        broken = [place[1] for place, sent in sorted(seen.sent.items()) if not sent.valid and place[0] == lane]
        return {"valid": stored[-1], "broken": broken[0], "lane": lane}

    def _expect(self, trial, what, statement, words):
        database = trial.site.postgres
        with database.put_back():
            database.execute("SET session_replication_role = replica; " + statement.format(**self._places))
            return _found(trial, what, words)

    def _of_letters(self, trial):
        """(what, the file's lines changed, what the oracle must say)"""
        lane, valid = self._places["lane"], self._places["valid"]

        def forged(lines):
            letter = json.loads(lines[0])
            origin = f"{letter['origin'].rsplit('/', 1)[0]}/{lane}"
            return [*lines, json.dumps({**letter, "origin": origin, "position": valid}).encode()]

        def changed(lines):
            letter = {name: value for name, value in json.loads(lines[0]).items() if name != "value_base64"}
            return [json.dumps({**letter, "value": "other"}).encode(), *lines[1:]]
        yield "a letter is lost", lambda lines: lines[1:], "has no letter that counts"
        yield "a letter's bytes are changed", changed, "does not hold the bytes"
        yield "a letter of a stored message", forged, ("does not hold the bytes" if trial.site.postgres.ledger_tables()
                                                       else "is a dead letter")

    @staticmethod
    def _expect_letters(trial, what, change, words):
        [file] = trial.service.letters_of_all()
        before = file.read_bytes()
        file.write_bytes(b"\n".join(change(before.split(b"\n")[:-1])) + b"\n")
        try:
            return _found(trial, what, words)
        finally:
            file.write_bytes(before)

    @staticmethod
    def _expect_answer(trial):
        seen = observe(trial.service)
        at = next(number for number, (_, _, status, _) in enumerate(seen.answers) if status == 200)
        member, key, status, body = seen.answers[at]
        document = json.loads(body)
        document["items"] = document["items"][1:] + [{"name": "another"}]
        seen.answers[at] = (member, key, status, json.dumps(document).encode())
        return _among(complaints(seen), "an answer over HTTP is changed", "answers another order")


def _found(trial, what, words):
    return _among(complaints(observe(trial.service)), what, words)


def _among(found, what, words):
    assert any(words in one for one in found), f"{what}: the oracle does not say \"{words}\", but {found[:3]}"
    return what


class Replay(Fault):
    """Needs no servers."""
    name = "seed-replays"

    def __init__(self, others):
        self._others = {fault.name: fault for fault in others}

    def plan(self, chance, form):
        return []

    def run(self, trial):
        assert self._plans("a", 25) == self._plans("a", 25), "one seed has made two plans"
        assert self._plans("a", 25) != self._plans("b", 25), "two seeds have made one plan"
        assert len(self._plans("a", 50)) == 2 * len(self._others), "50 cycles are not two rounds"
        first, second = ([plan for run, plan in self._plans("a", 50) if run.name == "kills"])
        assert first != second, "two rounds have one plan"
        kills = dict((run.name, plan) for run, plan in self._plans("a", 25))["kills"]
        assert len(kills) == Form().kills
        return f"the plans of {len(self._others)} classes depend on the seed, and on nothing else"

    def _plans(self, seed, cycles):
        return [(run, self._others[run.name].plan(run.chance(), run.form)) for run in runs(list(self._others), seed, cycles)]
