"""A Kafka of librdkafka's own, whose brokers can be told to fail; see mock_broker.py."""

import subprocess
import sys

from rig import child, paths
from rig.kafka import Kafka

_broker = paths.root / "tests" / "faults" / "mock_broker.py"


class MockKafka(Kafka):
    def __init__(self, folder):  # pylint: disable=super-init-not-called; there are no jars to begin with
        self._folder = folder
        self._process = None
        self._producer = None
        self._prompt_producer = None
        self.brokers = None

    def create_topic(self, name, partitions=4):
        self._process = subprocess.Popen(
            [sys.executable, _broker, name, str(partitions)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=open(self._folder / "mock-broker.log", "wb"), text=True)
        self.brokers = self._process.stdout.readline().strip()
        return name

    def answer(self, api, *errors):
        """How the next requests of that API are answered, 0 being well; with no errors, all of them well."""
        self._process.stdin.write(" ".join(map(str, (api, *errors))) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n", "the mock broker has ended"

    def remove(self):
        if self._process:
            self._process.stdin.close()
            child.end(self._process)
