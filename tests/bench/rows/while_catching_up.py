"""GET of orders that were just stored, while the service takes in as fast as it can."""

import multiprocessing
import time

from client import Client
from drain import drain
from figures import at_most, median, percentile
from stand import say

NAME = "get-catching-up"
SUMMARY = "GET while catching up at full speed"
PAUSE = 0.004  # seconds between two requests: the client shall not be what the service is busy with


def measure(stand, _results):
    topic = stand.topic("orders-plain")
    rounds = []
    for number in range(1, stand.options.rounds + 1):
        say(f"GET while catching up, round {number}")
        with stand.service(topic) as service:
            weir, figures = drain(stand, service, topic, beside=_ask)
            weir.stop()
        times = figures.pop("beside")
        assert len(times) > 100, f"only {len(times)} answers while catching up"
        rounds.append({"answers": len(times), "p50_ms": round(percentile(times, 0.5), 2), "p99_ms": round(percentile(times, 0.99), 2),
                       "longest_ms": round(max(times), 2), **figures})
    return {"rounds": rounds}


def _ask(weir):
    over, times = multiprocessing.Event(), multiprocessing.Queue()
    asker = multiprocessing.Process(target=_ask_until, args=(weir, over, times), daemon=True)
    asker.start()

    def finish():
        over.set()
        answered = times.get(timeout=60)
        asker.join()
        return answered
    return finish


def _ask_until(weir, over, times):
    answered = []
    with Client(weir.address) as client:
        while not over.is_set():
            newest = [entry["key"] for entry in weir.get("/orders?limit=50").json()["entries"]]
            for key in newest:
                reply = client.get("/order/" + key)
                assert reply.status == 200, f"{key}: {reply.status}"
                answered.append(reply.seconds * 1000)
                time.sleep(PAUSE)
            if not newest:
                time.sleep(PAUSE)
    times.put(answered)


def rows(figures):
    p99 = median([one["p99_ms"] for one in figures["rounds"]])
    answers = min(one["answers"] for one in figures["rounds"])
    return [at_most("GET while catching up, p99", p99, 20, "ms",
                    f"of orders among the 50 newest, over one kept connection, about 200 a second; {answers:,} answers a round or more")]
