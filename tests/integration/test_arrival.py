"""Whatever is sent arrives: member for member in the database and the cache, or byte for byte as a dead letter."""

from collections import Counter

import pytest

from rig import paths
from rig.orders import Orders
from rig.same import difference, parse

# The shipped pipeline with a second route that asks the database alone.
STORED_ROUTE = ("latest: /orders }", """latest: /orders }
  - name: stored
    stage: http-query
    with: { route: "/stored/{order_uid}", from: [store] }""")


def test_ten_thousand_orders_arrive_member_for_member(service):
    orders = Orders(seed=20261)
    valid = dict(orders.valid() for _ in range(9500))
    broken = [orders.broken() for _ in range(500)]
    messages = list(valid.items())
    for place, message in enumerate(broken):
        messages.insert(place * 20 + 7, message)

    weir = service.start(service.variant(STORED_ROUTE))
    service.send(messages)
    service.wait_committed()

    assert Counter(service.letters.values()) == Counter(value for _, value in broken)
    assert service.stored_ids() == valid.keys()
    assert service.postgres.count("items") == sum(len(parse(value)["items"]) for value in valid.values())
    assert not differences(valid, weir.orders("/order/", valid), "cache")
    assert not differences(valid, weir.orders("/stored/", valid), "store")
    assert weir.stop() == 0


def differences(sent, answers, source):
    """The first few answers that are not what was sent, in words."""
    wrong = []
    for order_uid, answer in answers:
        if answer.status != 200:
            wrong.append(f"{order_uid}: {answer.status} {answer.body[:200]!r}")
        elif answer.source != source:
            wrong.append(f"{order_uid}: answered from {answer.source}")
        else:
            found = difference(parse(sent[order_uid]), parse(answer.body))
            if found:
                wrong.append(f"{order_uid}: {found}")
        if len(wrong) > 4:
            break
    return wrong


def test_the_sample_order_arrives_as_it_was_handed_out(service):
    sample = paths.sample_order.read_bytes()
    order_uid = parse(sample)["order_uid"]
    weir = service.start(service.variant(STORED_ROUTE))
    service.send([(order_uid, sample)])
    service.wait_committed()
    assert not differences({order_uid: sample}, weir.orders("/order/", [order_uid]), "cache")
    assert not differences({order_uid: sample}, weir.orders("/stored/", [order_uid]), "store")
    assert service.letters.all() == []


def test_an_order_that_comes_again_replaces_the_first(service):
    orders = Orders(seed=2)
    first = orders.plain("again")
    second = orders.plain("again")
    first["items"] = first["items"] * 3
    second["items"] = second["items"][:1]
    weir = service.start(service.variant(STORED_ROUTE))
    for order in (first, second):
        service.send([("again", orders.text(order))])
    service.wait_committed()
    expected = {"again": orders.text(second)}
    assert not differences(expected, weir.orders("/order/", expected), "cache")
    assert not differences(expected, weir.orders("/stored/", expected), "store")
    assert service.postgres.count("items") == 1


def test_a_dead_letter_says_what_and_where_and_why(service):
    service.start()
    service.kafka.send(service.topic, [(b"\xff\x00key", b'{"order_uid": 5}')])
    service.wait_committed()
    [letter] = service.letters.all()
    assert letter["stage"] == "check"
    assert service.topic in letter["origin"]
    assert letter["position"] == 0
    assert letter["code"] and letter["reason"]
    assert letter["key_base64"] == "/wBrZXk="
    assert letter["value"] == '{"order_uid": 5}'


@pytest.mark.parametrize("neighbours", [0, 50])
def test_a_broken_message_does_not_hold_its_neighbours_back(service, neighbours):
    orders = Orders(seed=3)
    valid = [orders.valid() for _ in range(neighbours)]
    service.start()
    service.send([*valid[:25], orders.broken(), *valid[25:]])
    service.wait_committed()
    assert service.stored_ids() == {order_uid for order_uid, _ in valid}
    assert len(service.letters.all()) == 1
