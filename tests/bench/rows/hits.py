"""How often the cache has what is asked for, beside LRU: on traces, so that it is the same on each run and machine."""

import json
import subprocess

from figures import Row
from rig import paths
from stand import say

NAME = "hits"
SUMMARY = "how often the cache has what is asked for, beside LRU, on four traces"
TARGET = -0.02  # of LRU's hit ratio; where popularity varies it is to be above


def measure(_stand, _results):
    program = paths.build / "bench" / "bench-hit-ratio"
    assert program.exists(), f"{program} is missing: ./dev bench builds it"
    say("hits of the cache, and of LRU")
    return {"traces": json.loads(subprocess.run([program], capture_output=True, text=True, check=True, timeout=300).stdout)}


def rows(figures):
    traces = figures["traces"]
    spread = ", ".join(f"{name} {one['shipped']:.3f} / {one['lru']:.3f}" for name, one in traces.items())
    gains = [one["shipped"] - one["lru"] for one in traces.values()]
    return [Row("hits of the cache / of LRU", spread, f"{min(gains):+.3f} to {max(gains):+.3f}", f"≥ {TARGET}", min(gains) >= TARGET,
                "300,000 requests for 100,000 keys, of which 10,000 fit; the first third is not counted. Zipf by popularity; a scan of "
                "10,000 keys that nobody asks for again after each 30,000; the newest the likeliest")]
