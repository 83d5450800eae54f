"""From the start of the process until it is ready, with a database full of orders that all go into the cache."""

import time

from drain import drain, metric
from figures import Row, median
from rig.waiting import wait_until
from rows.starting import wait_ready
from stand import TABLES, say

NAME = "restore"
SUMMARY = "the cache from a database of twice the orders (1,000,000), until ready"
ORDERS, SECONDS = 1_000_000, 8  # the target; for fewer orders in proportion


def measure(stand, _results):
    topic = stand.topic("orders-plain")
    with stand.service(topic) as service:
        weir, _ = drain(stand, service, topic)
        weir.stop()
        say("doubles what is stored")
        stand.administer(*(_double(stand.postgres, table) for table in TABLES), "VACUUM ANALYZE")
        count = 2 * topic.valid
        # The cache's parts fill unevenly, so there is room for more than all.
        pipeline = service.variant(("capacity: ${CACHE_ENTRIES:-100000}", f"capacity: {2 * count}\n      bytes: 8GiB"),
                                   ("latest: ${CACHE_ENTRIES:-100000}", f"latest: {count}"))
        rounds = []
        for number in range(1, stand.options.rounds + 1):
            stand.settle()
            say(f"restores {count:,} orders, round {number}")
            rounds.append(_round(service, pipeline, topic, count))
    return {"orders": count, "rounds": rounds}


def _double(postgres, table):
    columns = [name for (name,) in postgres.rows(
        f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position")]
    columns.remove("order_uid")
    listed = ", ".join(columns)
    return f"INSERT INTO {table} (order_uid, {listed}) SELECT 'again-' || order_uid, {listed} FROM {table}"


def _round(service, pipeline, topic, count):
    begun = time.monotonic()
    weir = service.start(pipeline, ready=False)
    wait_ready(weir, 300)
    seconds = time.monotonic() - begun
    restored = metric(weir.get("/metrics").body.decode(), "weir_cache_restored_total")
    assert restored == count, f"{restored:.0f} of {count} orders were restored"
    # What was restored is kept once the lanes are ours again; until then it is served for a second.
    wait_until(lambda: metric(weir.get("/metrics").body.decode(), "weir_kafka_partitions") == topic.partitions,
               "all lanes are assigned", 60, weir.has_ended)
    keys = [key for sample in topic.samples for key in (sample, "again-" + sample)]
    sources = {answer.source for _, answer in weir.orders("/order/", keys)}
    assert sources == {"cache"}, f"restored orders were answered from {sources}"
    said = [line for line in weir.log_text().splitlines() if "restored" in line]
    weir.stop()
    return {"seconds": round(seconds, 3), "log": said}


def rows(figures):
    seconds = median([one["seconds"] for one in figures["rounds"]])
    bar = SECONDS * figures["orders"] / ORDERS
    return [Row(f"restore of {figures['orders']:,} orders", f"{seconds:.2f} s", "", f"≤ {bar:g} s", seconds <= bar,
                "from exec until /readyz says 200, all of them in the cache; each order was stored by the service, or is a copy")]
