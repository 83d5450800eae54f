"""Two processes of one group share the partitions, and hand them over without losing a message."""

import pytest

from rig.orders import Orders
from rig.same import difference, parse
from rig.waiting import wait_until


def partitions(weir):
    for line in weir.get("/metrics").body.decode().splitlines():
        if line.startswith("weir_kafka_partitions"):
            return int(float(line.rsplit(" ", 1)[1]))
    return None


@pytest.mark.parametrize("leaving", ["stop", "kill"])
def test_a_second_process_takes_half_and_gives_it_back(service, leaving):
    orders = Orders(seed=21)
    parts = [dict(orders.valid() for _ in range(1500)) for _ in range(4)]
    broken = [orders.broken() for _ in range(40)]
    folders = [service.folder / "first", service.folder / "second"]
    for folder in folders:
        folder.mkdir()
    # A killed member is missed after its session timeout, which is shortened here to what the broker allows.
    pipeline = service.variant(("    start: earliest", "    start: earliest\n    properties: { session.timeout.ms: 6000 }"),
                               ("shards: 2", "shards: 2\nbatch: { messages: 10 }"))

    first = service.start(pipeline, WEIR_VAR=str(folders[0]))
    service.send(parts[0].items())
    wait_until(lambda: partitions(first) == 4, "the first has all partitions", 60, first.has_ended)

    service.send([*parts[1].items(), *broken[:20]])
    second = service.start(pipeline, WEIR_VAR=str(folders[1]))
    wait_until(lambda: (partitions(first), partitions(second)) == (2, 2), "each has half", 60, first.has_ended)

    service.send([*parts[2].items(), *broken[20:]])
    if leaving == "stop":
        assert second.stop() == 0
    else:
        second.kill()
    wait_until(lambda: partitions(first) == 4, "the first has all partitions again", 60, first.has_ended)

    service.send(parts[3].items())
    service.wait_committed()
    assert service.stored_ids() == {order_uid for part in parts for order_uid in part}
    letters = {value for folder in folders for value in type(service.letters)(folder / "orders.dead.jsonl").values()}
    assert letters == {value for _, value in broken}


def test_each_process_serves_what_the_other_has_stored_a_second_ago(service):
    orders = Orders(seed=22)
    ids = [orders.next_id() for _ in range(40)]
    versions = [{order_uid: orders.text(orders.plain(order_uid)) for order_uid in ids} for _ in range(3)]

    folders = [service.folder / "first", service.folder / "second"]
    for folder in folders:
        folder.mkdir()
    first = service.start(WEIR_VAR=str(folders[0]))
    service.send(versions[0].items())
    service.wait_committed()
    second = service.start(WEIR_VAR=str(folders[1]))
    wait_until(lambda: (partitions(first), partitions(second)) == (2, 2), "each has half", 60, first.has_ended)

    def served(weir, expected):
        return all(answer.status == 200 and not difference(parse(expected[order_uid]), parse(answer.body))
                   for order_uid, answer in weir.orders("/order/", expected))

    for version in versions[1:]:
        assert served(first, versions[0] if version is versions[1] else versions[1]), "it has them all, before they change"
        service.send(version.items())
        service.wait_committed()
        for weir in (first, second):
            wait_until(lambda: served(weir, version), "what is served is what was sent last", 10, weir.has_ended)
    assert second.stop() == 0
    wait_until(lambda: partitions(first) == 4, "the first has all partitions again", 60, first.has_ended)
    assert served(first, versions[2])
