"""The servers of one run of the bench, and what all rows do with them."""

import itertools
import shutil
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import topics
from rig.kafka import Kafka
from rig.order_service import OrderService
from rig.postgres import Postgres

TABLES = ("orders", "deliveries", "payments", "items")


class Stand:
    """A broker, a database, and topics that are loaded when they are first asked for. `options` are those of the command line."""

    def __init__(self, folder, options):
        self.folder = Path(folder)
        self.options = options
        self.kafka = Kafka(self.folder / "kafka", memory="1g")
        self.postgres = Postgres(self.folder / "postgres")
        self._topics = {}
        self._numbers = itertools.count(1)

    def start(self):
        self.kafka.start()
        self.postgres.start()

    def remove(self):
        self.postgres.remove()
        self.kafka.remove()

    def topic(self, name, count=None, **wanted):
        count = count or self.options.orders
        if name not in self._topics:
            say(f"loads {count:,} orders into the topic {name}")
            self._topics[name] = topics.load(self.kafka, name, count, **wanted)
        return self._topics[name]

    @contextmanager
    def service(self, topic, emptied=True):
        """An order service that reads this topic from its start. Whatever of it still runs at the end is killed."""
        folder = self.folder / f"service-{next(self._numbers)}"
        folder.mkdir()
        service = OrderService(self.kafka, self.postgres, folder, topic.name, emptied)
        try:
            yield service
        finally:
            service.clean_up()
        shutil.rmtree(folder)  # kept where something failed

    def settle(self):
        """So that no measured run pays for the one before."""
        self.administer("CHECKPOINT")

    def administer(self, *statements):
        """Each in a transaction of its own, however long it takes."""
        with closing(self.postgres.connect()) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
                for statement in statements:
                    cursor.execute(statement)


def say(text):
    print(f"  ...    {text}", file=sys.stderr, flush=True)
