"""One run of one class of faults: its servers, its service, its traffic, what was done, and the judgement."""

import random
import threading
import time
from contextlib import contextmanager

from rig.waiting import wait_until
from suite.observation import observe
from suite.oracle import complaints
from suite.process import MIB, holdings
from suite.service import Service
from suite.traffic import Traffic

RECOVERY = 30  # seconds from the end of the faults to a lag of nothing

# What a service that has come through may hold more than before: a thread and a connection more of each pool, and what
# allocators keep.
MORE_THREADS, MORE_DESCRIPTORS, MORE_MEMORY = 12, 24, 96 * MIB


class Complaint(AssertionError):
    """The oracle's: what is wrong, at most ten of it."""


class Skipped(Exception):
    """This machine does not permit the fault."""


class Trial:
    def __init__(self, site, run, folder, journal):
        self.site = site
        self.run = run
        self.folder = folder
        self.journal = journal
        self.chance = random.Random(f"{run.seed}/trial")
        self.service = None
        self.traffic = None
        self._pause = threading.Event()
        self._before = None
        self._ends = []

    def closing(self, end):
        """To be called when the run is over, however it ends."""
        self._ends.append(end)

    def close(self):
        if self.service:
            self.service.clean_up()
        while self._ends:
            self._ends.pop()()

    def serve(self, kafka=None, **settings):
        self.service = Service(kafka or self.site.kafka, self.site.postgres, self.folder, **settings)
        return self.service

    def pass_time(self, seconds):
        """A fault lasts, and the next one comes when the plan says; no result is waited for in this way."""
        self._pause.wait(seconds)

    @contextmanager
    def under_traffic(self, **load):
        self.traffic = Traffic(self.service.kafka.brokers, self.service.topic, self.run.seed, **load).start()
        try:
            yield self.traffic
        finally:
            self.traffic.stop()

    def measure(self, name="weir"):
        """What the member holds before the faults begin."""
        self._before = (name, holdings(self.service.members[name].process.pid))

    def conclude(self):
        """The faults are over: all is caught up with in time, all is where it belongs, and nothing has grown."""
        since = time.monotonic()
        self.wait_caught_up()
        seconds = time.monotonic() - since
        seen = self.judge()
        self._check_books()
        self._check_growth()
        letters = len({place for place, _ in seen.letters})
        return f"{len(seen.sent)} messages, {len(seen.orders)} orders, {letters} letters; caught up in {seconds:.1f} s"

    def judge(self, keys=None):
        """Asks the oracle, about all orders or about those of `keys`."""
        seen = observe(self.service, keys)
        found = complaints(seen)
        if found:
            file = self.folder / "complaints"
            file.write_text("\n".join([*found, f"positions: {seen.positions}", f"rejects: {seen.rejects}", ""]))
            raise Complaint("\n".join(found[:10]) + (f"\nand {len(found) - 10} more" if len(found) > 10 else ""))
        return seen

    def wait_caught_up(self, seconds=RECOVERY):
        service = self.service
        ends = service.kafka.end_offsets(service.topic)
        with service.kafka.offsets_of(service.topic, service.group) as committed:
            try:
                wait_until(lambda: committed() == ends, f"all is committed, {ends}", seconds, self._ended, pause=0.1)
            except AssertionError as error:
                raise Complaint(f"{error}\n{self._state()}") from None
        for name, member in service.members.items():
            wait_until(lambda: member.get("/readyz").status == 200, f"{name} is ready", RECOVERY, member.has_ended)

    def _ended(self):
        ended = [member.has_ended() for member in self.service.members.values()]
        return next((reason for reason in ended if reason), None)

    def _state(self):
        """What the members say about themselves."""
        told = []
        for name, member in self.service.members.items():
            try:
                told.append(f"{name}: {member.get('/readyz').body.decode(errors='replace')}")
            except OSError as error:
                told.append(f"{name}: {error}")
            told.append(member.log_text()[-1500:])
        return "\n".join(told)

    def _check_books(self):
        """The engine's own judgement must be the oracle's. It is given where one member has had all letters."""
        if set(self.service.members) != {"weir"} or len(list(self.service.folder.glob("*/orders.dead.jsonl"))) > 1:
            return
        code, words = self.service.verify()
        if code != 0:
            raise Complaint(f"`weir verify` complains where the oracle does not ({code}): {words[-2000:]}")

    def _check_growth(self):
        if not self._before:
            return
        name, before = self._before
        after = holdings(self.service.members[name].process.pid)
        self.journal.note(f"before: {before}; after: {after}")
        if (after.threads > before.threads + MORE_THREADS or after.descriptors > before.descriptors + MORE_DESCRIPTORS
                or after.memory > before.memory + MORE_MEMORY):
            raise Complaint(f"{name} has grown: from {before} to {after}")
