"""GET of an order that is in the cache, beside nginx serving a static file of the same bytes."""

from client import Client
from drain import drain
from figures import Row, at_least, at_most, median
from stand import say
from wrk import nginx, wrk

NAME = "get"
SUMMARY = "GET from the cache by wrk, over nginx serving a static file: 32 connections, then 1,000"
CONNECTIONS = {"few": 32, "many": 1000}


def measure(stand, _results):
    topic = stand.topic("orders-few", min(stand.options.orders, 50_000))
    seconds = 3 if stand.options.quick else 10
    with stand.service(topic) as service:
        weir, _ = drain(stand, service, topic)
        path = "/order/" + weir.get("/orders?limit=1").json()["entries"][0]["key"]
        with Client(weir.address) as client:
            body = client.get(path).body
        with nginx(body) as static:
            urls = {"weir": f"http://{weir.address[0]}:{weir.address[1]}{path}", "nginx": static}
            figures = {name: _rounds(stand, urls, count, seconds) for name, count in CONNECTIONS.items()}
        assert weir.order(path.removeprefix("/order/")).source == "cache"
        weir.stop()
    return {"bytes": len(body), "seconds": seconds, **figures}


def _rounds(stand, urls, connections, seconds):
    rounds = []
    for number in range(1, stand.options.rounds + 1):
        say(f"GET over {connections} connections, round {number}")
        rounds.append({name: wrk(url, connections, seconds) for name, url in urls.items()})
        for name, one in rounds[-1].items():
            assert one["refused"] == 0 and one["requests"] > 0, f"{name} has refused: {one}"
        say(", ".join(f"{name} {one['requests_per_second']:,}/s" for name, one in rounds[-1].items()))
    return rounds


def rows(figures):
    few, many = figures["few"], figures["many"]
    rate = lambda rounds, name: median([one[name]["requests_per_second"] for one in rounds])
    ratio = lambda rounds: median([one["weir"]["requests_per_second"] / one["nginx"]["requests_per_second"] for one in rounds])
    slowest = lambda rounds: median([one["weir"]["p99_ms"] for one in rounds])
    failed = sum(one["weir"]["failed"] for one in many)
    return [
        Row("nginx, the same bytes", f"{rate(few, 'nginx'):,.0f} requests/s",
            how=f"a static file of {figures['bytes']:,} bytes, 2 workers; wrk, 2 threads, 32 kept connections, {figures['seconds']} s"),
        at_least("GET from the cache", f"{rate(few, 'weir'):,.0f} requests/s", ratio(few), 0.75,
                 "the same of one cached order, alternating with nginx; over the row above"),
        at_most("GET from the cache, p99", slowest(few), 2, "ms", "of that"),
        Row("GET over 1,000 connections, all served", f"{rate(many, 'weir'):,.0f} requests/s, {failed} failed", f"{ratio(many):.2f}",
            "0 failed", failed == 0, "the same over 1,000 kept connections; ratio: over nginx"),
        at_most("GET over 1,000 connections, p99", slowest(many), 100, "ms", "of that"),
    ]
