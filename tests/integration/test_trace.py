"""What happened to an order: from memory with its times, and after a restart from the rows and the dead letters."""

import json
import os
import signal
import subprocess
from urllib.parse import quote

from rig import paths
from rig.orders import Orders
from rig.waiting import wait_until


def trace(weir, **query):
    (member, text), = query.items()
    answer = weir.get(f"/api/pipelines/orders/trace?{member}={quote(text, safe='')}")
    assert answer.status == 200, answer.body
    return answer.json()


def command(service, *words, file=None, **environment):
    return subprocess.run([paths.weir, "trace", *([file] if file else []), *words], capture_output=True, text=True, timeout=60,
                          check=False, env={**os.environ, **service.environment(), **environment})


def test_a_trace_tells_an_orders_way_and_where_it_is_kept(service):
    orders = Orders(seed=61)
    stored_id, stored = orders.valid()
    broken_id, broken = orders.broken()
    environment = service.environment()
    weir = service.start(HTTP_LISTEN=environment["HTTP_LISTEN"])
    service.send([(stored_id, stored), (broken_id, broken)])
    service.wait_committed()

    def committed():
        found = trace(weir, key=stored_id)["messages"]
        return bool(found) and found[0]["committed_at"] is not None
    wait_until(committed, "the commit is known", 30, weir.has_ended)

    known = trace(weir, key=stored_id)
    way, = known["messages"]
    assert known["from_memory"] and way["outcome"] == "stored" and known["letters"] == [] and known["unanswered"] == []
    assert [(stage["stage"], stage["fate"]) for stage in way["stages"]] == \
        [("check", "passed"), ("store", "passed"), ("cache", "passed")]
    times = [way["read_at"], *(stage["at"] for stage in way["stages"]), way["settled_at"], way["committed_at"]]
    assert times == sorted(times)
    assert sorted(row["stage"] for row in known["rows"]) == ["cache", "store"]
    assert {(row["origin"], row["position"]) for row in known["rows"]} == {(way["origin"], way["position"])}
    partition = way["origin"].rsplit("/", 1)[1]
    assert trace(weir, message=f"{service.topic}[{partition}]@{way['position']}") == known
    assert trace(weir, message=f"{way['origin']}@{way['position']}") == known

    refused = trace(weir, key=broken_id)
    way, = refused["messages"]
    letter, = refused["letters"]
    assert way["outcome"] == "rejected" and way["stages"][-1]["fate"] == "rejected"
    assert all(way["stages"][-1][name] == letter[name] for name in ("code", "reason", "pointer"))
    assert refused["rows"] == []

    told = command(service, "--url", weir.url, stored_id)
    assert told.returncode == 0 and "  stored" in told.stdout and "kept by store" in told.stdout, told.stdout + told.stderr
    told = command(service, broken_id, "--json", "--url", weir.url)
    assert json.loads(told.stdout)["pipelines"][0]["messages"] == refused["messages"]
    assert command(service, "--url", weir.url, "nobody").returncode == 1

    assert weir.stop() == 0
    again = service.start()
    old = trace(again, key=stored_id)
    assert old["messages"] == [] and not old["from_memory"]
    assert [row["stage"] for row in old["rows"]].count("store") == 1
    assert old["rows"][0]["stored_at"] == known["rows"][0]["stored_at"]
    assert trace(again, key=broken_id)["letters"] == [letter]
    assert trace(again, message=f"{letter['origin']}@{letter['position']}")["letters"] == [letter]


def test_an_order_that_waits_for_the_database_is_in_flight(service):
    orders = Orders(seed=62)
    order_id, order = orders.valid()
    weir = service.start()
    service.send([orders.valid()])
    service.wait_committed()  # so its lanes are claimed
    service.postgres.stop()
    try:
        service.send([(order_id, order)])
        wait_until(lambda: any(one["stages"] for one in trace(weir, key=order_id)["messages"]), "the order is read and checked", 60,
                   weir.has_ended)
        known = trace(weir, key=order_id)
        assert known["messages"][0]["outcome"] == "in flight"
        assert [stage["stage"] for stage in known["messages"][0]["stages"]] == ["check"]
        assert [silent["stage"] for silent in known["unanswered"]] == ["store"]
    finally:
        service.postgres.start()
    service.wait_committed()
    assert trace(weir, key=order_id)["messages"][0]["outcome"] == "stored"
    weir.signal(signal.SIGTERM)
    assert weir.wait() == 0
