"""What one measured process uses: wall time, processor time, memory. Linux only, as the portal's sandbox is."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """Measures named steps; `report` is what the process tells the one that started it."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.steps: dict[str, dict[str, float]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside; seconds since an epoch that all processes of the machine share."""
        began, used = time.monotonic(), processor_seconds()
        yield
        ended = time.monotonic()
        self.steps[name] = {
            "began": began,
            "ended": ended,
            "wall": ended - began,
            "cpu": processor_seconds() - used,
        }

    def report(self) -> dict[str, Any]:
        """Return the steps and the peak memory so far."""
        return {"steps": self.steps, **peaks()}


def processor_seconds() -> float:
    """Return what this process, its ended children and its PostgreSQL backend have used, user and system."""
    own = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in own) + backend_seconds()


def backend_seconds() -> float:
    """Return what the database server used for us: on SQLite that work is our own, so it must count here too."""
    if connection.vendor != "postgresql":
        return 0.0
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    after_name = stat.rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def peaks() -> dict[str, float]:
    """Return peak memory in MB of this process and of its largest child.

    The child's figure is an upper bound: the kernel counts in what this process had when it started the child.
    """
    status = Path("/proc/self/status").read_text()
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return {
        "peak_mb": own / 1024,
        "child_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }
