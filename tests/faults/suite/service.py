"""The order service under faults: small transactions, short sessions, a process that may be replaced at any time."""

import os
import signal
import subprocess

from rig import paths
from rig.order_service import OrderService
from rig.waiting import wait_until

# A transaction of its own for every few messages, so that there is always a middle in which to be hit; and nothing that
# waits longer than a run has time for.
_SOURCE = ("    start: earliest", "    start: earliest\n    drain: 3s\n    properties:\n"
           "      {{ session.timeout.ms: {session}, heartbeat.interval.ms: 500, socket.timeout.ms: 10000 }}")
_ENGINE = ("shards: 2", "shards: 2\nbatch: {{ messages: {batch} }}\nretry: {{ first: 20ms, longest: 1s }}\ndrain: 5s")


class Service(OrderService):
    def __init__(self, kafka, postgres, folder, session=2000, batch=20):
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(kafka, postgres, folder)
        changes = [(old, new.format(session=session, batch=batch)) for old, new in (_SOURCE, _ENGINE)]
        self.pipeline = self.variant(*changes)
        self.changed = {}  # added to the environment of each process: another way to a server, for instance
        self.members = {}

    def join(self, name="weir", ready=False, **environment):
        """Starts the member of that name, which has dead letters of its own."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        member = self.start(self.pipeline, ready=ready, WEIR_VAR=str(folder), **{**self.changed, **environment})
        self.members[name] = member
        return member

    def armed(self, record, point, passing, action="kill", delay_us=0, gate=None):
        """What makes a member act at that point; see crash_points.c."""
        armed = {"LD_PRELOAD": str(crash_points()), "WEIR_FAULT_POINT": point, "WEIR_FAULT_PASSING": str(passing),
                 "WEIR_FAULT_ACTION": action, "WEIR_FAULT_DELAY_US": str(delay_us), "WEIR_FAULT_RECORD": str(record)}
        return {**armed, "WEIR_FAULT_GATE": str(gate)} if gate else armed

    def leave(self, name="weir"):
        """As an operator stops it. Its exit code."""
        return self.members.pop(name).stop()

    def die(self, name="weir"):
        self.members.pop(name).kill()

    def letters_of_all(self):
        """The letter files of all members that ever were."""
        return sorted(self.folder.glob("*/orders.dead.jsonl*"))

    def verify(self):
        """What `weir verify` says beside the member of the usual name: exit code and words. It knows one file of letters."""
        environment = {**os.environ, **self.environment(), **self.changed, "WEIR_VAR": str(self.folder / "weir")}
        done = subprocess.run([paths.weir, "verify", self.pipeline], env=environment, capture_output=True, text=True,
                              timeout=300, check=False)
        return done.returncode, done.stdout + done.stderr

    def clean_up(self):
        for weir in self._running:
            if weir.process.poll() is None:
                os.kill(weir.process.pid, signal.SIGCONT)
        super().clean_up()


def lanes_of(member):
    """How many partitions it has."""
    return metric(member, "weir_kafka_partitions")


def metric(member, name):
    """The sum over its labels; None where it is not there yet."""
    values = [float(line.rsplit(" ", 1)[1]) for line in member.get("/metrics").body.decode().splitlines()
              if line.startswith((name + " ", name + "{"))]
    return sum(values) if values else None


def wait_lanes(member, count=4):
    wait_until(lambda: lanes_of(member) == count, f"it has {count} lanes", 45, member.has_ended)


def crash_points():
    return paths.root / "build" / "faults" / "crash_points.so"


def wait_dead(member, what, seconds):
    """Until it has been killed by the fault that it bears; a fault that never strikes is a failure of the run."""
    wait_until(lambda: member.process.poll() is not None, what, seconds)
    assert member.process.returncode == -signal.SIGKILL, (
        f"{what}: it ended by itself, with {member.process.returncode}:\n{member.log_text()[-2000:]}")
