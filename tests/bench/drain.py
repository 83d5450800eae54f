"""The service takes in all that waits in a topic; timed by the database's clock, and checked."""

import re
import time
from contextlib import closing

import checks
import process
from rig.waiting import wait_until


def drain(stand, service, topic, cached=True, beside=None, **start):
    """Starts the service, and returns its figures once everything is committed and was found to be right.

    `beside(weir)` is called when it runs, and the function that it returns when all is stored."""
    stand.settle()
    begun = time.monotonic()
    weir = service.start(**start)
    finish = beside(weir) if beside else None
    ended = _wait_until_stored(stand, weir, topic)
    metrics = weir.get("/metrics").body.decode()
    figures = {"seconds_with_start": round(time.monotonic() - begun, 3), "cpu_seconds": process.cpu_seconds(weir.process.pid),
               **process.memory_bytes(weir.process.pid)}
    if cached:
        figures |= {"cache_entries": metric(metrics, "weir_cache_entries"), "cache_bytes": metric(metrics, "weir_cache_bytes")}
    if finish:
        figures["beside"] = finish()
    service.wait_committed()
    began = stand.postgres.rows("SELECT min(weir_stored_at) FROM orders")[0][0]
    seconds = (ended - began).total_seconds()
    figures |= {"orders": topic.messages, "seconds": round(seconds, 3), "orders_per_second": round(topic.messages / seconds),
                "cpu_us_per_order": round(figures["cpu_seconds"] / topic.messages * 1e6, 2)}
    checks.stored(stand.postgres, topic)
    checks.letters(service, topic)
    checks.answers(weir, topic)
    if cached:
        checks.newest_are_cached(weir)
    return weir, figures


def metric(text, name):
    """The sum of its series."""
    found = re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE)
    assert found, f"/metrics has no {name}"
    return sum(map(float, found))


def _wait_until_stored(stand, weir, topic):
    """The database's time when all positions were seen to have passed."""
    query = ("SELECT coalesce(sum(next), 0), clock_timestamp() FROM weir_positions "
             f"WHERE origin LIKE '%/{topic.name}/%'")
    with closing(stand.postgres.connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            def reached():
                cursor.execute(query)
                done, now = cursor.fetchone()
                return now if done >= topic.messages else None
            return wait_until(reached, f"all of {topic.name} is stored", 900, weir.has_ended)
