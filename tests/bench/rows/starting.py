"""From the start of the process to the first /readyz that says 200, with nothing to restore."""

import time

from client import Client
from figures import at_most, median
from stand import say

NAME = "start"
SUMMARY = "to ready with an empty cache"
STARTS = 5  # a round


def measure(stand, _results):
    topic = stand.topic("orders-none", 1)
    times = []
    say("starts the service, again and again")
    for _ in range(stand.options.rounds * STARTS):
        with stand.service(topic) as service:
            begun = time.monotonic()
            weir = service.start(ready=False)
            wait_ready(weir, 60)
            times.append(round((time.monotonic() - begun) * 1000, 1))
            weir.stop()
    return {"ms": times}


def wait_ready(weir, seconds):
    """Asks every millisecond."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with Client(weir.address) as client:
                while client.get("/readyz").status != 200:
                    assert not weir.has_ended() and time.monotonic() < deadline, weir.log_text()
                    time.sleep(0.001)
                return
        except OSError:
            assert not weir.has_ended(), weir.log_text()
            time.sleep(0.001)
    raise AssertionError(f"not ready within {seconds} s: {weir.log_text()}")


def rows(figures):
    return [at_most("start to ready, empty cache", median(figures["ms"]), 200, "ms",
                    f"from exec until /readyz says 200, asked every millisecond; {len(figures['ms'])} starts", digits=0)]
