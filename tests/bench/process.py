"""What the kernel knows of a running process."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of all its threads since it was started."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_bytes(pid):
    """What is resident now, and what was at most."""
    lines = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
                 if ":\t" in line)
    return {"resident": int(lines["VmRSS"].split()[0]) * 1024, "peak": int(lines["VmHWM"].split()[0]) * 1024}
