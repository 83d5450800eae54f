"""Kafka's only broker is killed, and comes back with its data."""

from classes.fault import Fault
from suite.plan import Step


class Broker(Fault):
    name = "kafka-restarts"

    def plan(self, chance, form):
        return [Step(chance.uniform(1.5, 3), "kill -9 of the broker", {"away": round(chance.uniform(0, 60 if form.full else 3), 2)})
                for _ in range(4 if form.full else 2)]

    def inject(self, trial, step):
        trial.site.kafka.kill()
        trial.pass_time(step.how["away"])
        trial.site.kafka.start()
