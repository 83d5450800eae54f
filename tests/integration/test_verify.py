"""`weir verify`: the books balance, message by message, and whatever was tampered with is named."""

import json
import os
import subprocess

import pytest

from rig import paths
from rig.orders import Orders


def verify(service, *arguments, **environment):
    return subprocess.run([paths.weir, "verify", service.variant(name="verified.yaml"), *arguments], capture_output=True, text=True,
                          timeout=120, check=False, env={**os.environ, **service.environment(), **environment})


def books(service, *arguments):
    done = verify(service, "--json", *arguments)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def kept(service):
    """Books of this test's topic alone."""
    service.postgres.execute("TRUNCATE weir_positions, weir_rejects")
    return service


def fill(service, seed):
    """Plain orders, some of them sent twice, and broken ones among them; all of it is committed, and the service stopped."""
    orders = Orders(seed=seed)
    plain = [orders.plain() for _ in range(300)]
    messages = [(order["order_uid"], orders.text(order)) for order in plain]
    messages += [orders.valid() for _ in range(100)]
    again = [(order["order_uid"], orders.text(orders.plain(order["order_uid"]))) for order in plain[:40]]
    broken = [orders.broken() for _ in range(25)]
    weir = service.start(service.variant())
    service.send([*messages, *broken])
    service.send(again)
    service.wait_committed()
    return weir, [order["order_uid"] for order in plain[40:]], len(messages) + len(broken) + len(again)


def lines_of(path):
    """Of bytes: a text has more line ends than the file, such as U+0085 within a letter."""
    return path.read_bytes().splitlines(keepends=True)


def place_of(service, order_uid):
    return service.postgres.rows(f"SELECT weir_origin, weir_position FROM orders WHERE order_uid = '{order_uid}'")[0]


def test_the_books_balance_while_the_service_runs_and_after(kept):
    weir, _, count = fill(kept, seed=31)
    running = verify(kept)
    assert running.returncode == 0, running.stdout + running.stderr
    assert running.stdout.splitlines()[-1] == \
        f"{count} messages, all accounted for: 400 stored, 40 superseded, 25 rejected, 0 pending"
    assert len([line for line in running.stdout.splitlines() if f"/{kept.topic}/" in line]) == 4
    assert weir.stop() == 0

    kept.send([Orders(seed=32).valid()])
    code, after = books(kept)
    assert (code, after["balanced"], after["pending"]) == (0, True, 1), after
    assert (after["stored"], after["superseded"], after["rejected"]) == (400, 40, 25)

    kept.start(kept.variant())
    kept.wait_committed()
    code, again = books(kept)
    assert (code, again["stored"], again["pending"]) == (0, 401, 0), "verifying has moved no position"


def test_whatever_was_tampered_with_is_named(kept):
    weir, uids, _ = fill(kept, seed=33)
    assert weir.stop() == 0
    deleted, changed = uids[3], uids[7]
    expected = {("missing", *place_of(kept, deleted)), ("different", *place_of(kept, changed))}

    for table in ("items", "payments", "deliveries", "orders"):
        kept.postgres.execute(f"DELETE FROM {table} WHERE order_uid = '{deleted}'")
    kept.postgres.execute(f"UPDATE items SET price = price + 1 WHERE order_uid = '{changed}' AND ordinal = 0")

    lines = lines_of(kept.letters.path)
    lost, kept_line = json.loads(lines[4]), json.loads(lines[9])
    kept.letters.path.write_bytes(b"".join(lines[:4] + lines[5:]))
    expected.add(("no letter", lost["origin"], lost["position"]))
    kept.postgres.execute("DELETE FROM weir_rejects "
                          f"WHERE origin = '{kept_line['origin']}' AND position = {kept_line['position']}")
    expected.add(("missing", kept_line["origin"], kept_line["position"]))

    code, found = books(kept)
    assert code == 1
    assert {(one["kind"], one["origin"], one["first"]) for one in found["findings"]} == expected
    assert found["unaccounted"] == 4
    what = {(one["origin"], one["first"]): one["what"] for one in found["findings"]}
    assert "/items/0/price" in what[place_of(kept, changed)]
    assert "it has a letter" in what[kept_line["origin"], kept_line["position"]]

    text = verify(kept, "--limit", "1")
    assert text.returncode == 1
    assert "4 not accounted for" in text.stdout.splitlines()[-1]
    assert "and 3 findings more" in text.stdout


def test_a_letter_that_was_written_twice_counts_once(kept):
    weir, _, _ = fill(kept, seed=34)
    assert weir.stop() == 0
    lines = lines_of(kept.letters.path)
    kept.letters.path.write_bytes(b"".join([*lines, lines[2], lines[2], b'{"torn": ']))
    code, found = books(kept)
    assert (code, found["letters"]) == (0, {"count": 27, "repeated": 2, "idle": 0})


def test_a_database_that_is_away_is_told(kept):
    weir, _, _ = fill(kept, seed=36)
    assert weir.stop() == 0
    away = verify(kept, WEIR_PG_DSN="postgresql://nobody@127.0.0.1:1/none")
    assert away.returncode == 1
    assert "the books cannot be read: store: cannot connect to PostgreSQL" in away.stderr


def test_a_pipeline_without_books_is_refused():
    done = subprocess.run([paths.weir, "verify", paths.pipelines / "emulator.yaml"], capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == 2
    assert "cannot read its messages again" in done.stderr
