"""The servers of one lane of the suite, its own: what breaks them breaks nobody else's run."""

from rig.ports import free_port

from suite.database import Database
from suite.proxied_kafka import ProxiedKafka
from suite.toxiproxy import Toxiproxy


class Site:
    def __init__(self, folder):
        folder.mkdir(parents=True)
        self.kafka = ProxiedKafka(folder / "kafka")
        self.postgres = Database(folder / "postgres")
        self.toxiproxy = Toxiproxy(folder)
        self.postgres_proxy = free_port()

    def start(self):
        self.kafka.start()
        self.postgres.start()
        self.toxiproxy.start()
        self.toxiproxy.link("kafka", self.kafka.proxy_port, self.kafka.behind_proxy)
        self.toxiproxy.link("postgres", self.postgres_proxy, self.postgres.port)

    def mend(self):
        """After a run that has failed in the midst of its faults, so that the next one begins on whole servers."""
        self.toxiproxy.heal()
        self.kafka.start_if_ended()
        self.postgres.start_again()
        self.postgres.reset_role()

    def remove(self):
        for server, end in ((self.toxiproxy, "stop"), (self.postgres, "remove"), (self.kafka, "remove")):
            getattr(server, end)()
