"""Orders that wait on 4 partitions are validated, stored and cached, as fast as it goes; beside it the limit."""

from drain import drain
from figures import Row, at_least, at_most, median
from limit import Limit
from stand import say

NAME = "catching-up"
SUMMARY = "end to end with all orders waiting: valid ones, 5 % invalid, re-sent; over COPY; the engine's CPU"


def measure(stand, _results):
    plain = stand.topic("orders-plain")
    invalid = stand.topic("orders-invalid", seed=3, invalid_share=0.05)
    resent = stand.topic("orders-resent", seed=4)  # the same keys
    say("catching up, once, so that everything is warm")
    with stand.service(plain) as service:
        weir, _ = drain(stand, service, plain)
        weir.stop()
        limit = Limit(stand, plain)
    rounds = []
    for number in range(1, stand.options.rounds + 1):
        say(f"catching up, round {number}")
        rounds.append(_round(stand, limit, plain, invalid, resent))
        say(", ".join(f"{name} {one['orders_per_second']:,}/s" for name, one in rounds[-1].items()))
    return {"orders": plain.messages, "bytes_per_order": round(plain.bytes / plain.messages), "rounds": rounds}


def _round(stand, limit, plain, invalid, resent):
    figures = {"limit": limit.measure()}
    with stand.service(plain) as service:
        weir, figures["plain"] = drain(stand, service, plain)
        weir.stop()
    with stand.service(resent, emptied=False) as service:
        weir, figures["resent"] = drain(stand, service, resent)
        weir.stop()
    with stand.service(invalid) as service:
        weir, figures["invalid"] = drain(stand, service, invalid)
        weir.stop()
    return figures


def rate(figures, name="plain"):
    return median([one[name]["orders_per_second"] for one in figures["rounds"]])


def ratio(figures, name, other):
    """Within each round, because the machine may be faster in one than in the next."""
    return median([one[name]["orders_per_second"] / one[other]["orders_per_second"] for one in figures["rounds"]])


def rows(figures):
    count = f"{figures['orders']:,} orders of {figures['bytes_per_order']:,} bytes on 4 partitions"
    cpu = median([one["plain"]["cpu_us_per_order"] for one in figures["rounds"]])
    shown = lambda name: f"{rate(figures, name):,.0f} orders/s"
    return [
        Row("the limit: COPY, two connections", shown("limit"),
            how="the same rows, all columns, into the same four tables with the same keys; until both have committed"),
        at_least("end to end, catching up", shown("plain"), ratio(figures, "plain", "limit"), 0.65,
                 f"{count} wait; first transaction's begin until all is committed; ratio: over the limit, in the same round"),
        at_least("the same with 5 % invalid", shown("invalid"), ratio(figures, "invalid", "plain"), 0.9,
                 "five kinds of broken orders among them, each of which must become a dead letter; over the row above"),
        at_least("re-sent orders (all updates)", shown("resent"), ratio(figures, "resent", "plain"), 0.5,
                 "the same keys with other values, from another topic; over catching up"),
        at_most("engine's CPU an order", cpu, 14, "µs",
                "user and system time of weir alone, from its start until all is stored, over the orders"),
    ]
