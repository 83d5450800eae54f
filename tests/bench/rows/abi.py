"""What one more step costs that does nothing: the engine's chain, the ABI, the SDK's barrier."""

import json
import subprocess

from figures import Row, median
from rig import paths
from stand import say

NAME = "abi"
SUMMARY = "an empty stage in the chain, per message (google-benchmark)"
FOLDER = paths.build / "bench"
STEPS = (1, 9)  # the difference is eight steps
MESSAGES = (1, 10, 100, 1000)  # in a batch
TARGET = 20  # ns


def measure(stand, _results):
    rounds = []
    for number in range(1, stand.options.rounds + 1):
        say(f"an empty stage, round {number}")
        rounds.append(_round(0.05 if stand.options.quick else 0.3))
    return {"rounds": rounds}


def _round(seconds):
    """Nanoseconds a message, by kind of stage and size of the batch. CPU time: other programs do not count."""
    program = FOLDER / "bench-abi"
    assert program.exists(), f"{program} is missing: ./dev bench builds it"
    said = subprocess.run([program, FOLDER, f"--benchmark_min_time={seconds}", "--benchmark_format=json"],
                          capture_output=True, text=True, check=True, timeout=300).stdout
    times = {run["name"]: run["cpu_time"] for run in json.loads(said)["benchmarks"]}
    few, many = STEPS
    step = lambda kind, count: (times[f"{kind}/steps:{many}/messages:{count}"] - times[f"{kind}/steps:{few}/messages:{count}"]) / (many - few)
    return {kind: {str(count): round(step(kind, count) / count, 3) for count in MESSAGES} for kind in ("empty", "looking")}


def rows(figures):
    cost = lambda kind, count: median([one[kind][str(count)] for one in figures["rounds"]])
    spread = " / ".join(f"{cost('looking', count):,.1f}" for count in MESSAGES)
    per_message = cost("looking", 100)
    return [Row("an empty stage in the chain, per message", f"{spread} ns", f"{per_message:.1f} ns", f"≤ {TARGET} ns", per_message <= TARGET,
                "a stage from its own library that looks at each message and does nothing, in batches of 1 / 10 / 100 / 1,000; what "
                "counts is batches of 100. CPU time; chains of 9 steps minus chains of 1, over 8")]
