"""How long it takes from the sending of an order until the first GET that returns it, beside a steady stream of others."""

import time

from drain import drain
from figures import Row, median, percentile
from rows import catching_up
from senders import follow, sending
from stand import say

NAME = "latency"
SUMMARY = "from produce to the first GET with it: idle, at 1,000 orders/s, at 70 % of what is stored while orders are sent"


def measure(stand, results):
    fastest = catching_up.rate(results["catching-up"]) if "catching-up" in results else _fastest(stand)
    seconds = 5 if stand.options.quick else 12
    topic = stand.topic("orders-sent", 1)
    with stand.service(topic) as service:
        weir = service.start()
        figures = {"idle": [], "steady": [], "loaded": [], "capacity": []}
        sent = topic.messages
        for number in range(1, stand.options.rounds + 1):
            say(f"how many orders are stored while they are sent, round {number}")
            capacity, begun = _capacity(stand, service, fastest, seconds, f"capacity-{number}")
            figures["capacity"].append(round(capacity))
            sent += begun
            for name, rate, duration in (("idle", 0, 3), ("steady", 1000, seconds), ("loaded", round(0.7 * capacity), seconds)):
                say(f"latency at {rate:,} orders/s, round {number}")
                figures[name].append(_round(service, weir, rate, duration, f"{name}-{number}"))
                sent += figures[name][-1]["sent"]
                service.wait_committed()
                stored, rejected = stand.postgres.count(), stand.postgres.count("weir_rejects")
                assert (stored, rejected) == (sent, 0), f"of {sent} orders, {stored} were stored and {rejected} rejected"
        weir.stop()
    return figures


def _fastest(stand):
    topic = stand.topic("orders-few", min(stand.options.orders, 50_000))
    with stand.service(topic) as service:
        weir, figures = drain(stand, service, topic)
        weir.stop()
    return figures["orders_per_second"]


def _capacity(stand, service, rate, seconds, prefix):
    """Orders a second that are stored while so many are sent, and how many those were: sending takes its part of the cores."""
    done = lambda: (int(stand.postgres.rows("SELECT coalesce(sum(next), 0) FROM weir_positions")[0][0]), time.monotonic())
    with sending(service.kafka.brokers, service.topic, rate, seconds, prefix) as finish:
        time.sleep(seconds / 3)
        before, begun = done()
        time.sleep(seconds / 2)
        after, ended = done()
        sent, _ = finish()
    service.wait_committed()
    return (after - before) / (ended - begun), sent


def _round(service, weir, rate, seconds, prefix):
    brokers = service.kafka.brokers
    if rate == 0:
        times = follow(brokers, service.topic, weir.address, seconds, prefix, followers=1)
        return _shown(times, len(times), 0)
    # Each poll of an order that is not there yet is a look into the database: fewer of them where that is busy.
    pause = 0.0005 if rate <= 1000 else 0.005
    with sending(brokers, service.topic, rate, seconds, prefix) as finish:
        times = follow(brokers, service.topic, weir.address, seconds - 1, f"{prefix}-followed", pause=pause)
        sent, took = finish()
    return _shown(times, len(times) + sent, sent / took)


def _shown(times, sent, rate):
    return {"p50_ms": round(percentile(times, 0.5), 2), "p99_ms": round(percentile(times, 0.99), 2), "followed": len(times),
            "sent": sent, "rate": round(rate)}


def rows(figures):
    shown = lambda name, share: median([one[f"p{share}_ms"] for one in figures[name]])
    both = lambda name: f"{shown(name, 50):,.1f} / {shown(name, 99):,.1f} ms"
    rate = lambda name: median([one["rate"] for one in figures[name]])
    return [
        Row("latency of a single order, idle, p50 / p99", both("idle"), "", "p50 ≤ 20 ms", shown("idle", 50) <= 20,
            "one order at a time on an idle service, GET over a kept connection until it answers 200"),
        Row("latency at 1,000 orders/s, p50 / p99", both("steady"), "", "≤ 5 / 25 ms",
            shown("steady", 50) <= 5 and shown("steady", 99) <= 25,
            f"the same of every 20th order or so, beside a stream of {rate('steady'):,.0f} a second"),
        Row("latency at 70 % of capacity, p50 / p99", both("loaded"), "", "p99 ≤ 150 ms", shown("loaded", 99) <= 150,
            f"the same beside {rate('loaded'):,.0f} orders a second, 70 % of what this round stored while more than that were sent"),
    ]
