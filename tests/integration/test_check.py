"""`weir check` accepts what is shipped, and says of a wrong pipeline where and what, all at once."""

import os
import re
import subprocess

import pytest

from rig import paths

SETTINGS = {"WEIR_PG_DSN": "host=127.0.0.1"}


def weir(*arguments, **environment):
    return subprocess.run([paths.weir, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, **SETTINGS, **environment})


def test_the_shipped_pipelines_are_right():
    done = weir("check", *(paths.pipelines / name for name in ("orders.yaml", "emulator.yaml", "broker.yaml")))
    assert done.returncode == 0, done.stderr


# What is replaced in orders.yaml, by what, and what the complaint must say.
MISTAKES = {
    "a misspelt key": ("shards: 2", "shrads: 2", "shards"),
    "a misspelt stage": ("stage: pg-sink", "stage: pg-snik", "pg-sink"),
    "a misspelt option": ("schema: schemas", "schmea: schemas", "schema"),
    "a number that is none": ("shards: 2", "shards: two", "two"),
    "a missing option": ("{ schema: schemas/order.schema.json }", "{ }", "schema"),
    "a step that is not there": ("from: [cache, store]", "from: [cache, stroe]", "store"),
    "two steps of one name": ("name: check", "name: store", "store"),
    "an unknown variable": ("${KAFKA_TOPIC:-orders}", "${KAFKA_TOPICC}", "KAFKA_TOPICC"),
    "a duration without a unit": ("shards: 2", "shards: 2\ndrain: 5", "drain"),
    "not YAML": ("shards: 2", "shards: [2", ""),
}


def changed(folder, old, new):
    """orders.yaml with one place changed, in a folder of its own."""
    text = (paths.pipelines / "orders.yaml").read_text()
    assert text.count(old) == 1
    (folder / "schemas").symlink_to(paths.pipelines / "schemas")
    (folder / "htdocs").symlink_to(paths.root / "htdocs")
    file = folder / "wrong.yaml"
    file.write_text(text.replace("../htdocs", "htdocs").replace(old, new))
    return file


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_pipeline_is_refused_with_its_place(mistake, tmp_path):
    old, new, word = MISTAKES[mistake]
    file = changed(tmp_path, old, new)
    done = weir("check", file)
    assert done.returncode == 2, done.stderr
    said = done.stdout + done.stderr
    assert re.search(r"wrong\.yaml:\d+:\d+", said), said
    assert "^" in said, said
    assert word in said, said
    assert weir("run", file, HTTP_LISTEN="127.0.0.1:0").returncode == 2, "and it does not run"


def test_what_a_stage_finds_wrong_with_its_options_is_told_without_running(tmp_path):
    done = weir("check", changed(tmp_path, "schemas/order.schema.json", "schemas/odrer.schema.json"))
    assert done.returncode == 2
    for word in ("wrong.yaml", "check", "odrer.schema.json"):
        assert word in done.stderr


def test_all_mistakes_are_told_at_once(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("pipeline: p\nsource: { stage: kafka-suorce, with: {} }\nsteps:\n  - stage: cache-snik\nshards: -1\n")
    done = weir("check", file)
    assert done.returncode == 2
    assert len(re.findall(r"wrong\.yaml:\d+:\d+", done.stdout + done.stderr)) >= 3
    assert "kafka-source" in done.stdout + done.stderr
    assert "cache-sink" in done.stdout + done.stderr


def test_a_wrong_command_line_ends_with_code_2():
    for arguments in ((), ("rnu",), ("run",), ("check",), ("run", "--no-such-option"), ("check", "/no/such/file.yaml"), ("stages", "no-such")):
        done = weir(*arguments)
        assert done.returncode == 2, f"{arguments}: {done.returncode} {done.stderr}"
        assert done.stderr, arguments


def test_every_stage_is_listed_and_described():
    shipped = {folder.name for folder in (paths.root / "stages").iterdir() if folder.is_dir()}
    listed = weir("stages")
    assert listed.returncode == 0
    assert {stage for stage in shipped if stage not in listed.stdout} == set()
    for stage in shipped:
        assert weir("stages", stage).returncode == 0, stage


def test_the_version_and_the_help_are_printed():
    assert re.search(r"\d+\.\d+\.\d+", weir("--version").stdout)
    assert "run" in weir("--help").stdout


def test_a_pipeline_without_a_database_string_says_so():
    done = subprocess.run([paths.weir, "check", paths.pipelines / "orders.yaml"], capture_output=True, text=True, check=False,
                          env={name: value for name, value in os.environ.items() if name != "WEIR_PG_DSN"})
    assert done.returncode == 2
    assert "WEIR_PG_DSN" in done.stderr
