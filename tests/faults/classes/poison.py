"""Half of all messages are broken: each gets its letter, and the good ones between them arrive."""

from classes.fault import Fault
from suite.plan import Step


class Poison(Fault):
    name = "poison"
    load = {"rate": 500, "poison": 0.5}

    def plan(self, chance, form):
        return [Step(1, "half of the messages are broken", {"lasting": 180 if form.full else 12}),
                Step(0, "a burst of them", {"messages": 20_000 if form.full else 3000})]

    def inject(self, trial, step):
        if "lasting" in step.how:
            trial.pass_time(step.how["lasting"])
        else:
            trial.traffic.burst(step.how["messages"])
