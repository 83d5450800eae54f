"""What a figure was measured on."""

import os
import platform
import subprocess

import confluent_kafka

from rig import paths


def description():
    return {"cpu": _cpu(), "cores": os.cpu_count(), "memory_gib": _memory(), "kernel": platform.release(), "system": system()}


def system():
    return f"{platform.freedesktop_os_release().get('PRETTY_NAME', '')}, {platform.machine()}"


def versions(postgres):
    jars = [file.name for file in paths.kafka_libs.glob("kafka_2.13-*.jar")]
    return {"weir": _said([paths.weir, "--version"]), "commit": _said(["git", "-C", paths.root, "rev-parse", "HEAD"]),
            "postgresql": postgres.rows("SHOW server_version")[0][0], "kafka": jars[0] if jars else "",
            "client_librdkafka": confluent_kafka.libversion()[0]}


def _cpu():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def _memory():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def _said(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
