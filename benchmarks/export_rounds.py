"""What the export benchmark runs on one kind of database, and in which order; each figure from a process of its own."""

import json
import resource
import time
from importlib.util import find_spec
from typing import Any

from benchmarks.houses import House, Street
from benchmarks.rounds import Mismatch, Report, say, total

VARIANTS = ("portal", "csv", "query", "xlsxwriter", "openpyxl", "rustpy")
NEEDS = {"rustpy": "rustpy_xlsxwriter"}  # not one of our dependencies
SLOW = "stock"
WITHOUT_FILE = {"query"}
SUFFIXES = {"csv": ".csv"}


def compare(
    street: Street, rows: int, rounds: int, stock_rounds: int
) -> tuple[dict[str, list[Report]], tuple[str, ...]]:
    """Return the reports by variant, one for each round, and the variants whose library is not installed."""
    found: dict[str, list[Report]] = {}
    absent = tuple(name for name, module in NEEDS.items() if find_spec(module) is None)
    for name in absent:
        say(f"  {name}: not installed, left out")
    for number in range(rounds):
        present = [name for name in VARIANTS if name not in absent] + [SLOW] * (number < stock_rounds)
        with street.house() as house:
            for variant in present[::-1] if number % 2 else present:
                found.setdefault(variant, []).append(_run(house, variant, rows, number))
    return found, absent


def large(street: Street, rows: int, rounds: int) -> list[Report]:
    """Return the reports of the portal alone."""
    with street.house() as house:
        return [_run(house, "portal", rows, number) for number in range(rounds)]


def _run(house: House, variant: str, rows: int, number: int) -> Report:
    """Run one variant, add what its whole process used, and look whether all rows stand in its file.

    Raises Mismatch when they do not: its time must not be compared.
    """
    target = house.folder / f"ukur-{variant}{SUFFIXES.get(variant, '.xlsx')}"
    began, used = time.monotonic(), _children_seconds()
    report: dict[str, Any] = json.loads(house.call("export_runs", variant, str(target)))
    report["process"] = {
        "wall": time.monotonic() - began,
        "cpu": _children_seconds() - used + report["backend"],
    }
    if variant not in WITHOUT_FILE:
        written = int(house.call("export_check", str(target)))
        if written != rows:
            raise Mismatch(f"{variant}: {written} rows in the file instead of {rows}.")
        target.unlink()
    say(f"  round {number + 1}: {variant}: {total(report, 'wall'):.2f} s, process {report['process']['wall']:.2f} s")
    return report


def _children_seconds() -> float:
    """Return user and system time of the processes that have ended; they run one after the other."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
