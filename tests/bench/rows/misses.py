"""GET of orders that are not in the cache, and of the same ones again."""

import re

from client import Client
from drain import drain
from figures import Row, at_most, median, percentile
from stand import say

NAME = "miss"
SUMMARY = "GET from the database, another key each time; the cache beside it, in the server's own timing"
ASKED = 1000  # orders a round


def measure(stand, _results):
    topic = stand.topic("orders-few", min(stand.options.orders, 50_000))
    with stand.service(topic) as service:
        weir, _ = drain(stand, service, topic)
        weir.stop()
        rounds = []
        for number in range(stand.options.rounds):
            say(f"GET from the database, round {number + 1}")
            weir = service.start(CACHE_ENTRIES="20000")
            rounds.append(_round(weir, [f"bench-{key:08d}" for key in range(number * ASKED, (number + 1) * ASKED)]))
            weir.stop()
    return {"rounds": rounds}


def _round(weir, keys):
    """The newest 20,000 were restored; the keys, which are among the oldest, were not."""
    with Client(weir.address) as client:
        client.get("/order/" + keys[-1] + "-unknown")  # opens the lookup's session
        first = [_ask(client, key, "store") for key in keys]
        again = [_ask(client, key, "cache") for key in keys]
    figures = {}
    for name, asked in (("store", first), ("cache", again)):
        seen, inside = zip(*asked)
        figures[name] = {"p50_ms": round(percentile(seen, 0.5), 4), "p99_ms": round(percentile(seen, 0.99), 4),
                         "server_p50_ms": percentile(inside, 0.5)}
    return figures


def _ask(client, key, source):
    """Milliseconds as the client sees it, and in the server's own timing."""
    reply = client.get("/order/" + key)
    assert reply.status == 200 and reply.field("Weir-Source") == source, f"{key}: {reply.status} from {reply.field('Weir-Source')}"
    inside = sum(float(part) for part in re.findall(r"dur=([\d.]+)", reply.field("Server-Timing")))
    return reply.seconds * 1000, inside


def rows(figures):
    seen = lambda source: median([one[source]["p50_ms"] for one in figures["rounds"]])
    inside = lambda source: median([one[source]["server_p50_ms"] for one in figures["rounds"]])
    # The header has three decimals: a microsecond is the least that it can say, so the cache is not made faster than that.
    times = median([one["store"]["server_p50_ms"] / max(one["cache"]["server_p50_ms"], 0.001) for one in figures["rounds"]])
    return [
        at_most("GET from the database (miss), p50", seen("store"), 1, "ms",
                f"another key each time, over one kept connection, {ASKED:,} a round"),
        Row("cache over database, in the server", f"{inside('cache') * 1000:.0f} µs / {inside('store') * 1000:.0f} µs",
            f"{times:.0f} ×", "≥ 20 ×", times >= 20, "the same keys asked twice; Server-Timing of both answers, p50"),
    ]
