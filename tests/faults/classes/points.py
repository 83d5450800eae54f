"""kill -9 at each named point, three times, by the library that stands between weir and its clients."""

import signal

from classes.fault import Fault
from rig.waiting import wait_until
from suite.plan import Step
from suite.service import lanes_of, metric, wait_dead

POINTS = ("after-poll", "before-begin", "after-begin", "before-commit", "commit-sent", "after-commit", "after-settle",
          "before-offset-commit", "after-offset-commit")


class Point(Fault):
    """The process dies at the nth passing; the next one bears the next fault."""
    outlives = False
    times = 3

    def __init__(self, point):
        self.point = point
        self.name = f"point-{point}"

    def plan(self, chance, form):
        return [Step(0, f"kill -9 at {self.point}", {"passing": self.passing(chance)}) for _ in range(self.times)]

    @staticmethod
    def passing(chance):
        return chance.randint(1, 12)

    def prepare(self, trial):
        trial.serve()
        self.record = trial.folder / "reached"

    def inject(self, trial, step):
        member = trial.service.join(**trial.service.armed(self.record, self.point, step.how["passing"]))
        wait_dead(member, f"weir passes {self.point} for the time {step.how['passing']}", 45)

    def mend(self, trial):
        trial.service.join()

    def after(self, trial):
        reached = self.record.read_text().splitlines()
        assert len(reached) == self.times, f"{self.point} was reached {len(reached)} times instead of {self.times}"


class Revoke(Point):
    """A second member joins, so that the first is asked for its lanes, and dies while it gives them up."""

    @staticmethod
    def passing(_chance):
        return 1

    def inject(self, trial, step):
        service = trial.service
        member = service.join("first", **service.armed(self.record, self.point, step.how["passing"]))
        # The one that died before may still count as a member, and its end is a rebalance as well.
        wait_until(lambda: member.has_ended() or lanes_of(member) == 4, "it has its lanes, or is dead already", 45)
        service.join("second")
        wait_dead(member, f"the first passes {self.point}", 45)
        service.die("second")

    def mend(self, trial):
        trial.service.members.pop("first")
        super().mend(trial)


class Draining(Point):
    """It is asked to stop, and dies at a COMMIT of what it still had in hand."""

    def __init__(self):
        super().__init__("before-commit")
        self.name = "point-draining"

    @staticmethod
    def passing(_chance):
        return 1

    def inject(self, trial, step):
        service = trial.service
        gate = trial.folder / "stopping"
        gate.unlink(missing_ok=True)
        trial.traffic.burst(3000)
        member = service.join(**service.armed(self.record, self.point, step.how["passing"], gate=gate))
        wait_until(lambda: metric(member, "weir_kafka_messages_total"), "it is in the midst of them", 45, member.has_ended)
        gate.touch()
        member.signal(signal.SIGTERM)
        wait_dead(member, "weir stores while it drains", 20)


ALL = [*map(Point, POINTS), Revoke("revoke-begun"), Revoke("revoke-drained"), Draining()]
