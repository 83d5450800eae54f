"""kill -9 at any moment: while it starts, joins, stores, commits, or waits."""

from classes.fault import Fault
from suite.plan import Step


class Kills(Fault):
    name = "kills"
    outlives = False

    def plan(self, chance, form):
        # Half of them in the first second, in which it starts and joins.
        return [Step(chance.uniform(0, 1) if chance.random() < 0.5 else chance.uniform(1, 3.5), "kill -9 and start again",
                     {"number": number + 1}) for number in range(form.kills)]

    def inject(self, trial, step):
        trial.service.die()
        trial.service.join()
