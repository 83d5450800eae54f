#!/usr/bin/python3
"""Breaks what can break around a running weir, and has an oracle judge what is left.

    faults.py [--cycles N] [--seed S] [--only NAME] [--lanes N] [--list] [--plan]

See README.md beside this file.
"""

import argparse
import multiprocessing
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "integration")]

from rig import paths  # noqa: E402
from suite.journal import Journal  # noqa: E402
from suite.plan import runs  # noqa: E402
from suite.service import crash_points  # noqa: E402
from suite.site import Site  # noqa: E402
from suite.trial import Skipped, Trial  # noqa: E402
from classes import faults  # noqa: E402

MOST_OF_A_FAILURE = 4000  # characters, said again at the end


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to end, it takes its servers down, as with Ctrl-C
    wanted = arguments()
    known = {fault.name: fault for fault in faults()}
    names = [name for name in known if not wanted.only or wanted.only in name]
    if not names:
        sys.exit(f"there is no class of faults like \"{wanted.only}\"; --list names them")
    if wanted.list:
        return print("\n".join(names))
    planned = runs(names, wanted.seed, wanted.cycles)
    if wanted.plan:
        return print_plans(known, planned)
    if not paths.weir.exists():
        sys.exit(f"{paths.weir} is missing; build it with ./dev build, or set WEIR_BUILD")
    build_crash_points()
    shutil.rmtree(folder_of_failures(), ignore_errors=True)
    print(f"  seed {wanted.seed}: ./dev faults --seed {wanted.seed} --cycles {wanted.cycles} plans the same again", flush=True)
    return carry_out(planned, wanted)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=25, help="random kills; each 25 of them are a round of all classes "
                        "(default: 25; more than that: outages and backlogs of full length)")
    parser.add_argument("--seed", default=f"{time.time_ns() % 16**8:08x}", help="plans the same faults again")
    parser.add_argument("--only", help="the classes whose name contains this")
    parser.add_argument("--lanes", type=int, default=2, help="runs side by side, each with servers of its own (default: 2)")
    parser.add_argument("--list", action="store_true", help="names the classes")
    parser.add_argument("--plan", action="store_true", help="prints what would be done, and does nothing")
    return parser.parse_args()


def print_plans(known, planned):
    for run in planned:
        print(f"{run.name}, seed {run.seed}")
        for step in known[run.name].plan(run.chance(), run.form):
            print(f"  after {step.after:7.3f} s: {step}")


def build_crash_points():
    library = crash_points()
    library.parent.mkdir(parents=True, exist_ok=True)
    flags = subprocess.run(["pkg-config", "--cflags", "libpq", "rdkafka"], capture_output=True, text=True, check=True)
    unfinished = library.with_suffix(f".{os.getpid()}")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", *flags.stdout.split(),
                    "-o", unfinished, here / "crash_points.c"], check=True)
    unfinished.replace(library)


def carry_out(planned, wanted):
    """Returns the exit code."""
    context = multiprocessing.get_context("spawn")
    waiting, done = context.Queue(), context.Queue()
    for run in planned:
        waiting.put(run)
    lanes = [context.Process(target=lane, args=(number, waiting, done), daemon=False)
             for number in range(min(wanted.lanes, len(planned)))]
    for one in lanes:
        one.start()
    try:
        code = count(done, lanes, len(planned), wanted.seed)
    except KeyboardInterrupt:
        for one in lanes:
            one.terminate()
        raise
    finally:
        for one in lanes:
            one.join()
    return code


def count(done, lanes, expected, seed):
    passed, failed, skipped = 0, {}, 0
    while passed + len(failed) + skipped < expected:
        try:
            name, verdict, text, seconds = done.get(timeout=1)
        except queue.Empty:
            if all(not one.is_alive() for one in lanes):
                failed["lanes"] = "they ended early"
                break
            continue
        print(f"  {verdict:<7}{name}  {int(seconds // 60)}:{int(seconds % 60):02d}  {text}", flush=True)
        passed += verdict == "ok"
        skipped += verdict == "skipped"
        if verdict == "failed":
            failed[name] = text
    if failed:
        print(f"  failed with seed {seed}: {', '.join(failed)}; logs in {folder_of_failures()}")
        for name, text in failed.items():  # once more: the lines above may be long gone
            print(f"    {name}: {text[:MOST_OF_A_FAILURE]}")
    if skipped:
        print(f"  {skipped} skipped: this machine does not permit them")
    print(f"{passed} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


def folder_of_failures():
    return paths.root / "var" / "faults"


def lane(number, waiting, done):
    """A process with servers of its own, which takes one run after the other."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    known = {fault.name: fault for fault in faults()}
    with tempfile.TemporaryDirectory(prefix="weir-faults-") as folder:
        site = Site(Path(folder) / "site")
        try:
            site.start()
            while True:
                run = waiting.get(timeout=1)
                done.put(one_run(known[run.name], run, site, Path(folder) / run.seed.replace("/", "-")))
        except (queue.Empty, KeyboardInterrupt):
            pass
        finally:
            site.remove()


def one_run(fault, run, site, folder):
    folder.mkdir()
    begun = time.monotonic()
    trial = Trial(site, run, folder, Journal(run.name, folder / "journal"))
    try:
        verdict, text = "ok", fault.run(trial)
    except Skipped as reason:
        verdict, text = "skipped", str(reason)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever it is, the other classes still run
        verdict, text = "failed", f"{type(error).__name__}: {error}"
        (folder / "failure").write_text(traceback.format_exc())
    finally:
        trial.close()
    if verdict == "failed":
        shutil.copytree(folder, folder_of_failures() / folder.name, dirs_exist_ok=True)
        site.mend()
    shutil.rmtree(folder)
    return run.name, verdict, text, time.monotonic() - begun


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
