"""Servers that go away and come back cost time, never an order, and never fill the dead letters."""

import pytest

from rig.kafka import Kafka
from rig.order_service import OrderService
from rig.orders import Orders
from rig.waiting import wait_until


def test_a_database_that_is_away_for_a_while_loses_nothing(service):
    orders = Orders(seed=11)
    before, during, after = (dict(orders.valid() for _ in range(300)) for _ in range(3))
    weir = service.start()
    service.send(before.items())
    wait_until(lambda: service.postgres.count() == len(before), "the first are stored", 60, weir.has_ended)

    service.postgres.stop()
    try:
        service.send(during.items())
        missing = next(iter(during))
        wait_until(lambda: weir.order(missing).status == 503, "it says that it cannot ask the store", 30, weir.has_ended)
        assert weir.order(missing).headers["retry-after"] == "1"
        known = next(iter(before))
        assert weir.order(known).source == "cache", "what is cached is still served"
    finally:
        service.postgres.start()

    service.send(after.items())
    service.wait_committed()
    assert service.stored_ids() == {**before, **during, **after}.keys()
    assert service.letters.all() == []


def test_the_answer_that_the_store_is_away_comes_within_two_seconds(service):
    weir = service.start()
    service.postgres.stop()
    try:
        for _ in range(5):
            answer = wait_until(lambda: weir.order("unknown"), "an answer", 2)
            assert answer.status == 503
            assert answer.seconds < 2
    finally:
        service.postgres.start()
    wait_until(lambda: weir.order("unknown").status == 404, "the store is asked again", 30, weir.has_ended)


def test_sessions_that_are_cut_off_again_and_again_lose_nothing(service):
    orders = Orders(seed=12)
    valid = dict(orders.valid() for _ in range(5000))
    weir = service.start(service.variant(("shards: 2", "shards: 2\nbatch: { messages: 20 }\nretry: { first: 10ms, longest: 100ms }")))
    service.send(valid.items())
    for share in (0.2, 0.4, 0.6, 0.8):
        wait_until(lambda: service.postgres.count() > share * len(valid), f"{share:.0%} are stored", 60, weir.has_ended)
        service.postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'weir_orders_service'")
    service.wait_committed()
    assert service.stored_ids() == valid.keys()
    assert service.letters.all() == []


@pytest.fixture
def mortal_kafka(server_folder):
    broker = Kafka(server_folder / "mortal-kafka")
    try:
        broker.start()
        yield broker
    finally:
        broker.remove()


def test_a_broker_that_is_killed_and_comes_back_loses_nothing(mortal_kafka, postgres, tmp_path):
    service = OrderService(mortal_kafka, postgres, tmp_path)
    try:
        orders = Orders(seed=13)
        before, after = (dict(orders.valid() for _ in range(500)) for _ in range(2))
        weir = service.start()
        service.send(before.items())
        wait_until(lambda: postgres.count() == len(before), "the first are stored", 60, weir.has_ended)
        mortal_kafka.kill()
        wait_until(lambda: weir.order(next(iter(before))).status == 200, "it still answers", 10, weir.has_ended)
        mortal_kafka.start()
        service.send(after.items())
        service.wait_committed()
        assert service.stored_ids() == {**before, **after}.keys()
        assert weir.stop() == 0
    finally:
        service.clean_up()


def test_it_starts_before_its_servers_do(service):
    orders = Orders(seed=14)
    valid = dict(orders.valid() for _ in range(50))
    service.send(valid.items())
    service.postgres.stop()
    try:
        weir = service.start(ready=False)
        wait_until(lambda: weir.get("/readyz").status == 503, "it is up and not ready", 20, weir.has_ended)
        assert weir.get("/healthz").status == 200
    finally:
        service.postgres.start()
    weir.wait_ready()
    service.wait_committed()
    assert service.stored_ids() == valid.keys()
