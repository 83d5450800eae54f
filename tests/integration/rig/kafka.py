"""A real Apache Kafka broker (KRaft, one node), from its published jars."""

import base64
import shutil
import subprocess
import uuid
from contextlib import contextmanager

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from rig import child, paths
from rig.ports import free_port
from rig.waiting import wait_until

_PROPERTIES = """
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.voters=1@127.0.0.1:{controller}
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""


class Kafka:
    def __init__(self, folder, memory="512m"):
        if not paths.kafka_libs.is_dir():
            raise RuntimeError(f"{paths.kafka_libs} is missing: ./dev test fetches Kafka's jars")
        self.folder = folder
        self.port = free_port()
        self._controller = free_port()
        self.brokers = f"127.0.0.1:{self.port}"
        self._java = ["java", f"-Xmx{memory}", "-cp", f"{paths.kafka_libs}/*"]
        self._process = None
        self._producer = None
        self._prompt_producer = None
        self._format()

    def _format(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self._settings = self.folder / "server.properties"
        self._settings.write_text(self._settings_text())
        # Its first byte is 0, so that it begins with A: one with - would be taken for an option.
        cluster = base64.urlsafe_b64encode(b"\0" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
        with open(self.folder / "format.log", "wb") as log:
            subprocess.run([*self._java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", self._settings],
                           check=True, stdout=log, stderr=log)

    def _settings_text(self):
        return _PROPERTIES.format(port=self.port, controller=self._controller, data=self.folder / "data")

    def start(self):
        self._process = child.start([*self._java, "kafka.Kafka", self._settings], self.folder / "kafka.log")
        wait_until(self._answers, "Kafka answers", 180, self._has_ended)

    def _answers(self):
        return self._unless_refused(lambda: self.admin().list_topics(timeout=1).brokers)

    def _has_ended(self):
        if self._process.poll() is not None:
            return f"it ended with {self._process.returncode}, see {self.folder}/kafka.log"
        return None

    def stop(self):
        if self._process:
            child.end(self._process)

    def kill(self):
        """As a power failure would; start() brings it back with its data."""
        self._process.kill()
        self._process.wait()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def admin(self):
        return AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})

    def create_topic(self, name, partitions=4):
        admin = self.admin()  # its futures live as long as it does
        admin.create_topics([NewTopic(name, partitions, 1)])[name].result(30)
        wait_until(lambda: len(admin.list_topics(name, timeout=5).topics[name].partitions) == partitions,
                   f"topic {name} has its {partitions} partitions")
        return name

    def create_topic_anew(self, name):
        """Deletes it with all it holds, and makes an empty one of the same name."""
        admin = self.admin()
        partitions = len(admin.list_topics(name, timeout=5).topics[name].partitions)
        admin.delete_topics([name])[name].result(30)
        wait_until(lambda: name not in admin.list_topics(timeout=5).topics, f"topic {name} is gone")
        self._producer = None  # it would go on writing to the old one for a while
        return self.create_topic(name, partitions)

    def send(self, topic, messages):
        """Sends (key, value) pairs, spread by key; returns when the broker has them all. A key of None is allowed."""
        if not self._producer:
            self._producer = Producer({
                "bootstrap.servers": self.brokers, "linger.ms": 5, "partitioner": "murmur2_random",
                "queue.buffering.max.messages": 1_000_000, "enable.idempotence": True, "log_level": 0})
        failures = []

        def delivered(error, _message):
            if error:
                failures.append(error)

        for key, value in messages:
            while True:
                try:
                    self._producer.produce(topic, value, key, on_delivery=delivered)
                    break
                except BufferError:
                    self._producer.poll(0.1)
            self._producer.poll(0)
        unsent = self._producer.flush(60)
        assert not unsent and not failures, f"{unsent} messages unsent, failures: {failures[:3]}"

    def send_now(self, topic, key, value):
        """Sends one message without waiting, neither for others nor for the acknowledgement."""
        if not self._prompt_producer:
            self._prompt_producer = Producer({"bootstrap.servers": self.brokers, "linger.ms": 0, "log_level": 0})
        self._prompt_producer.produce(topic, value, key)
        self._prompt_producer.poll(0)

    def end_offsets(self, topic):
        """How many messages each partition holds."""
        with self._reader("nobody") as reader:
            return {p: reader.get_watermark_offsets(TopicPartition(topic, p), timeout=10)[1]
                    for p in self._partitions(reader, topic)}

    def values(self, topic):
        """What the topic holds, oldest first within a partition."""
        ends = self.end_offsets(topic)
        with self._reader("nobody") as reader:
            reader.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in ends])
            messages = reader.consume(sum(ends.values()), timeout=20) if sum(ends.values()) else []
            return [message.value() for message in messages if not message.error()]

    def committed(self, topic, group):
        """The group's committed offset in each partition, 0 where there is none."""
        with self.offsets_of(topic, group) as committed:
            return committed()

    @contextmanager
    def offsets_of(self, topic, group):
        """The same, to be asked again and again."""
        with self._reader(group) as reader:
            asked = [TopicPartition(topic, p) for p in self._partitions(reader, topic)]

            def committed():
                places = wait_until(lambda: self._unless_refused(lambda: reader.committed(asked, timeout=5)),
                                    f"group {group} has a coordinator")
                return {place.partition: max(place.offset, 0) for place in places}
            yield committed

    @contextmanager
    def _reader(self, group):
        reader = Consumer({"bootstrap.servers": self.brokers, "group.id": group, "log_level": 0})
        try:
            yield reader
        finally:
            reader.close()

    @staticmethod
    def _partitions(reader, topic):
        return reader.list_topics(topic, timeout=10).topics[topic].partitions

    @staticmethod
    def _unless_refused(ask):
        try:
            return ask()
        except KafkaException:
            return None
