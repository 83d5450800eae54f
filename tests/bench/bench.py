#!/usr/bin/python3
"""Measures the order service beside the limit of the machine that it runs on, and prints a table.

What is measured, and how, is written in README.md beside this file.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))

import figures  # noqa: E402
import machine  # noqa: E402
from rig import paths  # noqa: E402
from rows import (  # noqa: E402
    abi, catching_up, hits, instructions, latency, memory, misses, reading, restore, shards, starting, while_catching_up)
from stand import Stand, say  # noqa: E402

GROUPS = {group.NAME: group for group in (
    catching_up, latency, reading, misses, while_catching_up, restore, memory, starting, shards, abi, hits, instructions)}


def main():
    options = arguments()
    if options.list:
        print("\n".join(f"  {name:<16} {group.SUMMARY}" for name, group in GROUPS.items()))
    elif options.markdown:
        print(figures.markdown(rows_of(json.loads(options.json.read_text()))))
    else:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # takes the servers down, as Ctrl-C does
        result = run(options)
        if options.instructions and instructions.regressed(result["figures"][instructions.NAME]):
            sys.exit(1)


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, help="of each row; the median counts (default: 3)")
    parser.add_argument("--orders", type=int, help="that wait in a topic (default: 500,000)")
    parser.add_argument("--only", metavar="NAME[,NAME]", help="these rows alone; --list says which there are")
    parser.add_argument("--list", action="store_true", help="says which groups of rows there are")
    parser.add_argument("--quick", action="store_true", help="one round and a tenth of the orders: does it work at all?")
    parser.add_argument("--instructions", action="store_true",
                        help="counts instructions alone; exit code 1 when a stage needs 5 %% more than was recorded")
    parser.add_argument("--record", action="store_true", help="keeps them, as what the next ones are compared with")
    parser.add_argument("--json", type=Path, default=paths.root / "var" / "bench" / "result.json",
                        help="where the result goes (default: var/bench/result.json)")
    parser.add_argument("--markdown", action="store_true", help="prints the last result for README.md, and measures nothing")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.orders = options.orders or (50_000 if options.quick else 500_000)
    options.groups = list(GROUPS)
    if options.instructions or options.only:
        options.groups = [instructions.NAME] if options.instructions else options.only.split(",")
    unknown = [name for name in options.groups if name not in GROUPS]
    if unknown:
        parser.error(f"there are no rows named {', '.join(unknown)}; take some of {', '.join(GROUPS)}")
    return options


def run(options):
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        stand = Stand(folder, options)
        try:
            stand.start()
            result = {"options": {"rounds": options.rounds, "orders": options.orders, "quick": options.quick},
                      "machine": machine.description(), "versions": machine.versions(stand.postgres), "figures": {}}
            for name in (name for name in GROUPS if name in options.groups):
                since = time.monotonic()
                result["figures"][name] = GROUPS[name].measure(stand, result["figures"])
                say(f"{name} took {time.monotonic() - since:.0f} s")
                save(result, options.json)
        finally:
            stand.remove()
    result["seconds"] = round(time.monotonic() - begun)
    save(result, options.json)
    report(result, options.json)
    return result


def rows_of(result):
    return [row for name, measured in result["figures"].items() for row in GROUPS[name].rows(measured)]


def save(result, file):
    """With the lines of the table, for whoever reads the JSON alone."""
    result["rows"] = [vars(row) | {"verdict": row.verdict} for row in rows_of(result)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


def report(result, file):
    print()
    print(figures.table(rows_of(result)))
    print()
    print(f"  {result['machine']['cpu']}, {result['machine']['cores']} cores; Kafka, PostgreSQL, the clients and Weir share them")
    print(f"  {result['options']['rounds']} rounds of {result['options']['orders']:,} orders; {result['seconds'] // 60} min"
          f" {result['seconds'] % 60} s; {os.path.relpath(file)}")


if __name__ == "__main__":
    main()
