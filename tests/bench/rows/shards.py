"""How the rate of catching up grows with shards and partitions."""

from drain import drain
from figures import Row, median
from stand import say

NAME = "shards"
SUMMARY = "catching up with 1, 2, 4 shards and 1, 4, 16 partitions"
SHARDS, PARTITIONS = (1, 2, 4), (1, 4, 16)
FLAT = 0.95  # within what two equal runs differ by


def measure(stand, _results):
    count = max(stand.options.orders // 5, 20_000)
    topics = {partitions: stand.topic(f"orders-on-{partitions}", count, partitions=partitions) for partitions in PARTITIONS}
    rounds = []
    for number in range(1, stand.options.rounds + 1):
        say(f"shards and partitions, round {number}")
        rounds.append({f"{shards}x{partitions}": _run(stand, shards, topics[partitions])
                       for partitions in PARTITIONS for shards in SHARDS})
        say(", ".join(f"{name} {rate:,}/s" for name, rate in rounds[-1].items()))
    return {"orders": count, "rounds": rounds}


def _run(stand, shards, topic):
    with stand.service(topic) as service:
        weir, figures = drain(stand, service, topic, file=service.variant(("shards: 2", f"shards: {shards}")))
        weir.stop()
    return figures["orders_per_second"]


def rows(figures):
    rate = lambda shards, partitions: median([one[f"{shards}x{partitions}"] for one in figures["rounds"]])
    lines = []
    for shards in SHARDS:
        shown = " / ".join(f"{rate(shards, partitions):,.0f}" for partitions in PARTITIONS)
        row = Row(f"{shards} shard{'s' * (shards > 1)} on 1 / 4 / 16 partitions", f"{shown} orders/s")
        if shards > 2:
            least = min(median([one[f"{shards}x{partitions}"] / one[f"2x{partitions}"] for one in figures["rounds"]])
                        for partitions in (4, 16))
            row.ratio, row.target, row.met = f"{least:.2f}", f"≥ {FLAT:g}", least >= FLAT
            row.how = "flat past the cores; ratio: over 2 shards, the lower of those on 4 and 16 partitions"
        else:
            row.how = f"as catching up, {figures['orders']:,} orders"
        lines.append(row)
    return lines
