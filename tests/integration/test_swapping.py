"""A stage is swapped by editing the YAML, or by putting another .so in its place; the engine is not compiled again."""

import os
import shutil
import subprocess

import pytest

from rig import paths
from rig.service import Weir
from rig.waiting import wait_until

HERE = paths.root / "tests" / "integration"


@pytest.fixture(scope="session")
def kit(server_folder):
    """Weir as it is installed: what the author of a plugin has."""
    prefix = server_folder / "installed"
    subprocess.run(["cmake", "--install", paths.build, "--prefix", prefix], check=True, capture_output=True)
    return prefix


@pytest.fixture(scope="session")
def marker(kit, server_folder):
    """Builds the marker plugin with a mark of its own; returns the .so."""
    def build(mark):
        folder = server_folder / f"marker-{mark}"
        subprocess.run(["cmake", "-S", HERE / "marker", "-B", folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={kit}",
                        f"-DMARK={mark}"], check=True, capture_output=True)
        subprocess.run(["cmake", "--build", folder], check=True, capture_output=True)
        return folder / "plugins" / "marker.so"
    return build


class Forwarding:
    """A pipeline from one topic to another, and what comes out of it."""

    def __init__(self, kafka, folder, plugins):
        self.kafka, self.folder, self.plugins = kafka, folder, plugins
        self.source = kafka.create_topic(f"{folder.name}-in")
        self.target = kafka.create_topic(f"{folder.name}-out", 1)
        self.sent = 0

    def out_after(self, text, *steps):
        """Runs the pipeline with these steps, sends a text, stops it, and returns what arrived."""
        file = self.folder / "forward.yaml"
        file.write_text("\n".join([
            "pipeline: forward",
            "source:",
            "  stage: kafka-source",
            f"  with: {{ brokers: '{self.kafka.brokers}', topic: {self.source}, group: {self.source} }}",
            "steps:",
            *(f"  - stage: {step}" for step in steps),
            "  - stage: kafka-sink",
            f"    with: {{ brokers: '{self.kafka.brokers}', topic: {self.target} }}", ""]))
        weir = Weir([file], {}, self.folder / "weir.log", plugins=self.plugins)
        try:
            self.kafka.send(self.source, [(b"k", text.encode())])
            self.sent += 1
            wait_until(lambda: len(self.kafka.values(self.target)) == self.sent, f"{text!r} arrived", 60, weir.has_ended)
            assert weir.stop() == 0
        finally:
            weir.kill()
        return self.kafka.values(self.target)[-1].decode()


@pytest.fixture
def forwarding(kafka, tmp_path, kit):
    """With a folder of plugins of its own: the shipped ones, and room for others."""
    plugins = tmp_path / "plugins"
    shutil.copytree(next(kit.glob("lib*/**/weir/plugins")), plugins)
    return Forwarding(kafka, tmp_path, plugins)


def test_a_stage_is_put_in_by_editing_the_pipeline(forwarding, marker):
    shutil.copy(marker("one"), forwarding.plugins)
    assert forwarding.out_after("first") == "first"
    assert forwarding.out_after("second", "marker") == "one: second"
    assert forwarding.out_after("third", "marker\n    name: a", "marker\n    name: b") == "one: one: third"
    assert forwarding.out_after("fourth") == "fourth"


def test_a_stage_is_replaced_by_another_file_in_its_place(forwarding, marker):
    shutil.copy(marker("one"), forwarding.plugins)
    assert forwarding.out_after("first", "marker") == "one: first"
    shutil.copy(marker("two"), forwarding.plugins)
    assert forwarding.out_after("second", "marker") == "two: second"


def test_a_file_that_is_overwritten_does_not_disturb_what_runs(service, kit, tmp_path):
    plugins = tmp_path / "plugins"
    shutil.copytree(next(kit.glob("lib*/**/weir/plugins")), plugins)
    weir = service.start(plugins=plugins)
    for plugin in plugins.glob("*.so"):
        os.truncate(plugin, 0)
    service.send([("k", paths.sample_order.read_bytes())])
    service.wait_committed()
    assert weir.order("b563feb7b2b84b6test").source == "cache"
    assert weir.stop() == 0


def test_the_installed_engine_finds_its_own_plugins(kit):
    done = subprocess.run([kit / "bin" / "weir", "stages"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "pg-sink" in done.stdout
