"""A Kafka with a second way in, through Toxiproxy: clients that begin there are told to stay there."""

from rig.kafka import Kafka
from rig.ports import free_port

# Members that are gone are missed after two seconds instead of six.
_PROPERTIES = """
listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{behind},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{proxied}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.quorum.voters=1@127.0.0.1:{controller}
group.min.session.timeout.ms=1000
log.segment.bytes=67108864
log.message.timestamp.type=CreateTime
"""


class ProxiedKafka(Kafka):
    def __init__(self, folder, memory="512m"):
        self.behind_proxy = free_port()
        self.proxy_port = free_port()
        super().__init__(folder, memory)

    @property
    def proxied(self):
        """The brokers, for those who are to come through the proxy."""
        return f"127.0.0.1:{self.proxy_port}"

    def start_if_ended(self):
        if self._has_ended():
            self.start()

    def _settings_text(self):
        return super()._settings_text() + _PROPERTIES.format(
            port=self.port, behind=self.behind_proxy, proxied=self.proxy_port, controller=self._controller)
