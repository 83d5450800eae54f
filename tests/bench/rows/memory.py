"""What the process takes while it catches up, without a cache and with one."""

import re

from drain import drain
from figures import Row, median
from rig import paths
from stand import say

NAME = "memory"
SUMMARY = "resident set while all orders wait: without a cache, then with one of 100,000 orders"
MIB = 2**20
BUDGET = 64 + 2 * 8 + 16  # MiB: the program, two inboxes, what is fetched ahead


def measure(stand, results):
    topic = stand.topic("orders-plain")
    rounds = []
    for number in range(1, stand.options.rounds + 1):
        say(f"memory without a cache, round {number}")
        with stand.service(topic) as service:
            weir, without = drain(stand, service, topic, cached=False, file=_without_cache(service))
            weir.stop()
        rounds.append({"without": without, "with": _with_cache(stand, topic, results, number)})
    return {"bytes_per_order": topic.bytes / topic.messages, "rounds": rounds}


def _without_cache(service):
    text = (paths.pipelines / "orders.yaml").read_text()
    cache = re.search(r"  - name: cache\n.*?(?=\nrejects:)", text, re.DOTALL)[0]
    return service.variant((cache, ""), ("from: [cache, store]", "from: [store]"), name="without-cache.yaml")


def _with_cache(stand, topic, results, number):
    """The rounds of catching up are what is wanted here."""
    if "catching-up" in results:
        return results["catching-up"]["rounds"][number - 1]["plain"]
    say(f"memory with a cache, round {number}")
    with stand.service(topic) as service:
        weir, figures = drain(stand, service, topic)
        weir.stop()
    return figures


def rows(figures):
    rounds = figures["rounds"]
    peak = median([one["without"]["peak"] for one in rounds]) / MIB
    json_bytes = lambda one: one["with"]["cache_entries"] * figures["bytes_per_order"]
    own = median([one["with"]["cache_bytes"] / json_bytes(one) for one in rounds])
    seen = median([(one["with"]["resident"] - one["without"]["resident"]) / json_bytes(one) for one in rounds])
    entries = median([one["with"]["cache_entries"] for one in rounds])
    return [
        Row("memory while all orders wait, no cache", f"{peak:.0f} MiB", "", f"≤ {BUDGET} MiB", peak <= BUDGET,
            "VmHWM after the catching-up job without its cache step; target: 64 MiB, two inboxes of 8 MiB, 16 MiB fetched ahead"),
        Row(f"cache of {entries:,.0f} orders, by its own metric", f"{own:.2f} bytes a byte of JSON", "", "≤ 1.4", own <= 1.4,
            "weir_cache_bytes over the entries' JSON, after catching up"),
        Row("the same, by the resident set", f"{seen:.2f} bytes a byte of JSON", "", "≤ 1.4", seen <= 1.4,
            "VmRSS with the cache minus VmRSS without it, both when all is stored, over the entries' JSON"),
    ]
