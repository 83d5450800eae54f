"""The servers of the integration tests: one broker and one database for all, everything else for each test."""

import signal
import tempfile
from pathlib import Path

import pytest

from rig import paths
from rig.kafka import Kafka
from rig.order_service import OrderService
from rig.postgres import Postgres


def pytest_configure():
    # Asked to end, pytest shall take its servers down, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if not paths.weir.exists():
        raise pytest.UsageError(f"{paths.weir} is missing; build it with ./dev build, or set WEIR_BUILD")


@pytest.fixture(scope="session")
def server_folder():
    with tempfile.TemporaryDirectory(prefix="weir-tests-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def kafka(server_folder):
    broker = Kafka(server_folder / "kafka")
    try:
        broker.start()
        yield broker
    finally:
        broker.remove()


@pytest.fixture(scope="session")
def postgres(server_folder):
    cluster = Postgres(server_folder / "postgres")
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def service(kafka, postgres, tmp_path):
    one = OrderService(kafka, postgres, tmp_path)
    try:
        yield one
    finally:
        one.clean_up()
