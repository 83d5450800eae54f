"""Members come and go, and one comes back from the dead."""

import os
import signal

from classes.fault import Fault
from rig.waiting import wait_until
from suite.plan import Step
from suite.service import wait_lanes


class Storm(Fault):
    """Every two seconds one joins or leaves, politely or not."""
    name = "rebalance-storm"

    def plan(self, chance, form):
        present, steps = [], []
        for number in range(150 if form.full else 14):
            if present and (len(present) == 3 or chance.random() < 0.5):
                one = present.pop(chance.randrange(len(present)))
                steps.append(Step(2, chance.choice(["leaves", "is killed"]), {"member": one}))
            else:
                present.append(f"guest-{number}")
                steps.append(Step(2, "joins", {"member": present[-1]}))
        return [*steps, *(Step(0, "leaves", {"member": one}) for one in present)]

    def inject(self, trial, step):
        name = step.how["member"]
        {"joins": trial.service.join, "leaves": trial.service.leave, "is killed": trial.service.die}[step.what](name)


class Zombie(Fault):
    """One member is stopped for longer than its session lasts, and goes on when its lanes are another's."""
    load = {"rate": 400, "again": 0.6}
    outlives = False

    def __init__(self, name, point=None):
        self.name = name
        self._point = point  # None: at any moment

    def plan(self, chance, form):
        lasting = 60 if form.full else 14
        return [Step(round(chance.uniform(0.5, 2), 2), "SIGSTOP", {"lasting": lasting, "passing": chance.randint(5, 30)})
                for _ in range(3 if form.full else 1)]

    def prepare(self, trial):
        service = trial.serve()
        service.join("second", ready=True)

    def inject(self, trial, step):
        service, record = trial.service, trial.folder / "reached"
        record.unlink(missing_ok=True)
        if self._point:
            zombie = service.join("zombie", **service.armed(record, self._point, step.how["passing"], "stop"))
            wait_until(record.exists, f"it stops at {self._point}", 45, zombie.has_ended)
        else:
            zombie = service.join("zombie", ready=True)
            wait_lanes(zombie, 2)
            os.kill(zombie.process.pid, signal.SIGSTOP)
        heir = service.members["second"]
        trial.pass_time(step.how["lasting"] / 2)
        wait_lanes(heir, 4)
        trial.pass_time(step.how["lasting"] / 2)
        trial.journal.note("SIGCONT")
        os.kill(zombie.process.pid, signal.SIGCONT)
        wait_lanes(heir, 2)  # only then does the zombie know of its death: until then it may answer from its old cache
        wait_lanes(zombie, 2)
        if trial.run.form.full:
            service.leave("zombie")


ALL = [Storm(), Zombie("zombie"), Zombie("zombie-in-transaction", "before-commit"),
       Zombie("zombie-between-store-and-cache", "after-commit")]
