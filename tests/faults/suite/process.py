"""What a process holds, as the kernel counts it."""

from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024


@dataclass(frozen=True)
class Holdings:
    threads: int
    descriptors: int
    memory: int  # resident, bytes
    most_memory: int  # the most that it ever was
    address_space: int

    def __str__(self):
        return f"{self.threads} threads, {self.descriptors} descriptors, {self.memory // MIB} MiB"


def holdings(pid):
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)

    def kib(name):
        return int(status[name].split()[0]) * 1024
    return Holdings(int(status["Threads"]), sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()),
                    kib("VmRSS"), kib("VmHWM"), kib("VmSize"))
