"""Dead letters that go through their pipeline once more: the first check was too strict, the next start has mended it."""

import http.client
import json
import os
import subprocess
from collections import Counter
from urllib.parse import urlencode

from rig import child, paths
from rig.orders import Orders
from rig.waiting import wait_until

path = "/api/pipelines/orders/dead-letters"


def held(orders, order_uid=None):
    """A message that the strict schema refuses, and the shipped one does not."""
    order = {**orders.plain(order_uid), "locale": "ru"}
    return order["order_uid"], orders.text(order)


def good(orders, order_uid=None):
    order = {**orders.plain(order_uid), "locale": "en"}
    return order["order_uid"], orders.text(order)


def post(weir, body, status=200, **headers):
    connection = http.client.HTTPConnection(*weir.address, timeout=30)
    try:
        connection.request("POST", f"{path}/replay", json.dumps(body), {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        answer = json.loads(response.read())
    finally:
        connection.close()
    assert response.status == status, answer
    return answer


def outcomes(answer):
    return {letter["key"]: letter["outcome"] for letter in answer["letters"]}


def letters(weir, **query):
    return weir.get(f"{path}?{urlencode({'limit': 500, **query})}").json()["letters"]


def verify(service):
    return subprocess.run([paths.weir, "verify", service.variant(name="verified.yaml")], capture_output=True, text=True, timeout=120,
                          check=False, env={**os.environ, **service.environment()})


def test_what_was_refused_is_stored_once_it_passes(service):
    service.postgres.execute("TRUNCATE weir_positions, weir_rejects")
    orders = Orders(seed=91)
    weir = service.start(service.too_strict())
    first, again, third = held(orders), held(orders), held(orders)
    newer = good(orders, again[0])
    broken = ("broken", b'{"order_uid": 7}')
    service.send([first, again, third, broken, newer])
    service.wait_committed()
    assert weir.stop() == 0
    before = {key: value for key, value in (first, again, third)}

    weir = service.start(service.variant())
    ids = [first[0], again[0], third[0], "broken"]
    assert {letter["key"] for letter in letters(weir)} == set(ids)
    expected = dict(zip(ids, ["stored", "superseded", "stored", "rejected"]))
    trial = post(weir, {"dry_run": True, "filter": {}})
    assert (outcomes(trial), trial["dry_run"], trial["next"]) == (expected, True, None)
    assert [letter["key"] for letter in trial["letters"]] == \
        [letter["key"] for letter in letters(weir, order="oldest")], "the oldest first"
    rejected = next(letter for letter in trial["letters"] if letter["outcome"] == "rejected")
    assert (rejected["stage"], rejected["code"]) == ("check", "schema") and rejected["reason"], rejected
    assert weir.order(first[0]).status == 404, "a dry run stores nothing"

    place = next(letter["place"] for letter in letters(weir) if letter["key"] == first[0])
    wait_until(lambda: "gives this instance" in weir.log_text(), "its lane is ours, and so cached")
    assert outcomes(post(weir, {"places": [place]})) == {first[0]: "stored"}
    answer = weir.order(first[0])
    assert (answer.status, answer.source, answer.json()) == (200, "cache", json.loads(before[first[0]]))
    assert outcomes(post(weir, {"filter": {}})) == {**expected, first[0]: "done"}
    assert weir.order(third[0]).json() == json.loads(before[third[0]])
    assert weir.order(again[0]).json() == json.loads(newer[1]), "the newer one is left alone"
    done = post(weir, {"places": [place]})["letters"][0]
    assert done["outcome"] == "done" and done["reason"].startswith("it was replayed at 20"), done

    marks = {letter["key"]: letter["replayed_at"] is not None for letter in letters(weir)}
    assert marks == {first[0]: True, again[0]: False, third[0]: True, "broken": False}
    traced = weir.get(f"/api/pipelines/orders/trace?{urlencode({'key': first[0]})}").json()
    assert [letter["replayed_at"] is not None for letter in traced["letters"]] == [True]
    assert traced["rows"][0]["position"] == traced["letters"][0]["position"], "it keeps its position"

    books = verify(service)
    assert books.returncode == 0, books.stdout + books.stderr
    assert books.stdout.splitlines()[-1] == "5 messages, all accounted for: 3 stored, 0 superseded, 2 rejected, 0 pending"
    assert weir.stop() == 0
    weir = service.start(service.variant())
    assert weir.order(third[0]).json() == json.loads(before[third[0]])
    assert outcomes(post(weir, {"filter": {}}))[third[0]] == "done"


def test_the_command_says_what_became_of_each(service):
    orders = Orders(seed=92)
    weir = service.start(service.too_strict())
    messages = [held(orders) for _ in range(230)]
    service.send([*messages, ("broken", b"{")])
    service.wait_committed()
    assert weir.stop() == 0
    weir = service.start(service.variant())

    def command(*words):
        return subprocess.run([paths.weir, "dead-letters", "replay", *words, "--url", weir.url], capture_output=True, text=True,
                              timeout=120, check=False)

    trial = command("--all", "--dry-run")
    assert trial.returncode == 1, "one would be refused again"
    assert trial.stdout.splitlines()[-1] == "dry run, nothing was changed: 231 letters: 1 rejected, 230 stored"
    assert service.stored_ids() == set()
    some = command("--text", messages[0][0])
    assert (some.returncode, some.stdout.splitlines()[-1]) == (0, "1 letter: 1 stored"), some.stdout + some.stderr
    rest = command("--all", "--json")
    assert Counter(json.loads(line)["outcome"] for line in rest.stdout.splitlines()) == \
        {"stored": 229, "done": 1, "rejected": 1}, rest.stderr
    assert service.stored_ids() == {key for key, _ in messages}


def test_nothing_is_lost_or_doubled_when_everything_dies_in_the_midst_of_it(service):
    service.postgres.execute("TRUNCATE weir_positions, weir_rejects")
    orders = Orders(seed=93)
    weir = service.start(service.too_strict())
    messages = [held(orders) for _ in range(600)]
    service.send(messages)
    service.wait_committed()
    assert weir.stop() == 0
    weir = service.start(service.variant())

    def start_replay(name):
        return child.start([paths.weir, "dead-letters", "replay", "--all", "--url", weir.url], service.folder / f"{name}.log")

    replay = start_replay("killed")
    wait_until(lambda: service.postgres.count() > 50, "some are stored")
    weir.kill()
    assert child.end(replay, 15, 60) != 0
    weir = service.start(service.variant())
    replay = start_replay("cut-off")
    stored = service.postgres.count()
    wait_until(lambda: service.postgres.count() > stored + 50, "some more are stored")
    service.postgres.stop()
    wait_until(lambda: replay.poll() is not None, "the command gives up")
    assert replay.returncode == 1
    detail = post(weir, {"filter": {}}, 503)["detail"]
    assert "PostgreSQL" in detail or "connection" in detail, detail
    service.postgres.start()
    # For a moment more the sink takes PostgreSQL for away and says so; who asks again goes on where it ended.
    wait_until(lambda: start_replay("last").wait(120) == 0, "the rest is replayed", 60)
    assert service.stored_ids() == {key for key, _ in messages}
    # When, is not asked again for 5 s once it could not be told.
    wait_until(lambda: all(letter["replayed_at"] for letter in letters(weir)), "all are marked")
    books = verify(service)
    assert books.stdout.splitlines()[-1] == \
        "600 messages, all accounted for: 600 stored, 0 superseded, 0 rejected, 0 pending", books.stdout
