"""A stop at any moment, polite or not, loses nothing; what was stored is in the cache after the start."""

import itertools
import signal
from contextlib import closing

import pytest

from rig.orders import Orders
from rig.waiting import wait_until

# Small transactions, so that there is a middle in which to stop.
SMALL_BATCHES = ("shards: 2", "shards: 2\nbatch: { messages: 10 }")
# Kafka gives the lanes of a killed process away when its session is over; the shortest that brokers allow.
SHORT_SESSION = ("start: earliest", "start: earliest\n    properties: { session.timeout.ms: 6000 }")
IMPATIENT = ("shards: 2", "shards: 2\ndrain: 2s")
NO_RESTORE = ("\n      restore:\n        from: store\n        latest: ${CACHE_ENTRIES:-100000}", "")


def lanes(weir):
    """Until they are here, what was restored may be another's and is soon read again."""
    [pipeline] = weir.get("/api/pipelines").json()["pipelines"]
    return len(pipeline["lanes"])


@pytest.mark.parametrize("end", ["SIGTERM", "SIGKILL"])
def test_a_restart_in_the_middle_loses_nothing(service, end):
    orders = Orders(seed=4)
    valid = dict(orders.valid() for _ in range(9500))
    broken = [orders.broken() for _ in range(500)]
    service.send(itertools.chain(list(valid.items())[:5000], broken, list(valid.items())[5000:]))
    pipeline = service.variant(SMALL_BATCHES, SHORT_SESSION)

    for share in (0.1, 0.3, 0.6):
        weir = service.start(pipeline, ready=False)
        wait_until(lambda: service.postgres.count() > share * len(valid), f"{share:.0%} are stored", 120, weir.has_ended)
        if end == "SIGTERM":
            assert weir.stop() == 0
        else:
            weir.kill()
        assert service.postgres.count() < len(valid), "it was stopped after the middle"

    service.start(pipeline)
    service.wait_committed()
    assert service.stored_ids() == valid.keys()
    # A message may come again after a kill, so a letter may stand twice; none is missing and no other is there.
    assert set(service.letters.values()) == {value for _, value in broken}


def test_a_stop_commits_what_was_done(service):
    orders = Orders(seed=5)
    valid = dict(orders.valid() for _ in range(500))
    weir = service.start()
    service.send(valid.items())
    wait_until(lambda: service.postgres.count() == len(valid), "all are stored", 60, weir.has_ended)
    assert weir.stop() == 0
    assert service.kafka.committed(service.topic, service.group) == service.kafka.end_offsets(service.topic)


def test_the_cache_is_restored_after_a_restart(service):
    orders = Orders(seed=6)
    valid = dict(orders.valid() for _ in range(300))
    weir = service.start()
    service.send(valid.items())
    service.wait_committed()
    assert weir.stop() == 0

    weir = service.start()
    wait_until(lambda: lanes(weir) == 4, "it has all partitions", 60, weir.has_ended)
    sources = {answer.source for _, answer in weir.orders("/order/", valid)}
    assert sources == {"cache"}


def test_the_newest_orders_are_restored_when_not_all_fit(service):
    orders = Orders(seed=7)
    weir = service.start()
    ids = []
    for _ in range(20):
        order_uid, value = orders.valid()
        service.send([(order_uid, value)])
        wait_until(lambda: weir.order(order_uid).status == 200, f"{order_uid} is there")
        ids.append(order_uid)
    assert weir.stop() == 0

    weir = service.start(CACHE_ENTRIES="5")
    wait_until(lambda: lanes(weir) == 4, "it has all partitions", 60, weir.has_ended)
    assert [weir.order(order_uid).source for order_uid in ids[-5:]] == ["cache"] * 5
    assert weir.order(ids[0]).source == "store"


def test_both_signals_end_an_idle_service_with_code_0(service):
    for number in (signal.SIGTERM, signal.SIGINT):
        weir = service.start()
        weir.signal(number)
        assert weir.wait(20) == 0


@pytest.fixture
def stuck(service):
    """A service whose one message cannot be stored, because somebody holds the table."""
    weir = service.start(service.variant(IMPATIENT, NO_RESTORE))
    with closing(service.postgres.connect()) as holder:
        holder.cursor().execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        order_uid, value = Orders(seed=8).valid()
        service.send([(order_uid, value)])
        service.postgres.wait_for_waiting_session()
        yield service, weir, order_uid, holder


def test_past_the_stop_deadline_it_ends_with_code_3_and_the_work_comes_again(stuck):
    service, weir, order_uid, holder = stuck
    weir.signal(signal.SIGTERM)
    assert weir.wait(30) == 3
    holder.rollback()
    again = service.start()
    wait_until(lambda: again.order(order_uid).status == 200, "the order is there after all", 60, again.has_ended)
    assert service.letters.all() == []


def test_a_second_signal_ends_it_at_once(stuck):
    _, weir, _, _ = stuck
    weir.signal(signal.SIGTERM)
    wait_until(lambda: weir.get("/readyz").status == 503, "it is stopping", 10)
    weir.signal(signal.SIGTERM)
    assert weir.wait(1) in (128 + signal.SIGTERM, -signal.SIGTERM)


def test_a_service_that_still_waits_for_its_servers_can_be_stopped(service):
    weir = service.start(ready=False, WEIR_PG_DSN="host=127.0.0.1 port=1 user=nobody")
    wait_until(lambda: weir.get("/readyz").status == 503, "it waits", 20, weir.has_ended)
    weir.signal(signal.SIGTERM)
    assert weir.wait(20) == 0
