"""Counts the instructions that a stage executes on a fixed input: the same each time, however busy the machine is."""

import json
import re
import subprocess

from rig import paths

_PROGRAM = paths.build / "bench" / "bench-instructions"


class GaveUp(Exception):
    """Under callgrind, on a busy machine, a stage may miss a deadline of its own."""


def count(folder, stage, what, config, orders):
    """Instructions an order. `orders` are (key, value) pairs; what each `what` means stands in instructions.cpp."""
    assert _PROGRAM.exists(), f"{_PROGRAM} is missing: ./dev bench builds it"
    given = folder / "orders.tsv"
    given.write_bytes(b"".join(key.encode() + b"\t" + value + b"\n" for key, value in orders))
    settings = folder / "config.json"
    settings.write_text(json.dumps(config))
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--collect-atstart=no", f"--callgrind-out-file={folder}/callgrind.out", _PROGRAM,
         paths.plugins / f"{stage}.so", stage, settings, what, given],
        cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not collected:
        raise GaveUp(f"{stage}, {what}: {done.stderr[-1000:]}")
    return int(collected[1]) / int(done.stdout)
