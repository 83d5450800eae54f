"""A bad network between weir and its servers: Toxiproxy on both links."""

from classes.fault import Fault
from suite.plan import Step

# Times in ms, rates in KiB a second. A `timeout` of 0 lets nothing through, and tells nobody.
TOXICS = {
    "latency": ("latency", {"latency": 300, "jitter": 200}),
    "reset": ("reset_peer", {"timeout": 50}),
    "timeout": ("timeout", {"timeout": 800}),
    "cut": (None, {}),
    "slow-close": ("slow_close", {"delay": 1500}),
    "bandwidth": ("bandwidth", {"rate": 40}),
    "blackhole": ("timeout", {"timeout": 0}),
}


class Network(Fault):
    load = {"rate": 200}

    def __init__(self, link, kind):
        self.name = f"network-{link}-{kind}"
        self._link = link
        self._kind = kind

    def plan(self, chance, form):
        if self._kind == "blackhole":
            return [Step(1, "blackhole", {"lasting": 60 if form.full else 15})]
        times = 6 if form.full else 2
        return [Step(chance.uniform(0.5, 1.5), self._kind, {"lasting": round(chance.uniform(1.5, 4), 2)}) for _ in range(times)]

    def prepare(self, trial):
        service = trial.serve(session=3000)
        site = trial.site
        service.changed = {"KAFKA_BROKERS": site.kafka.proxied, "WEIR_PG_DSN": site.postgres.proxied_dsn(site.postgres_proxy)}
        service.join(ready=True)
        trial.measure()

    def inject(self, trial, step):
        toxic, attributes = TOXICS[self._kind]
        if toxic:
            trial.site.toxiproxy.poison(self._link, toxic, **attributes)
        else:
            trial.site.toxiproxy.cut(self._link)
        trial.pass_time(step.how["lasting"])
        trial.site.toxiproxy.heal()


ALL = [Network(link, kind) for kind in TOXICS for link in ("postgres", "kafka")]
