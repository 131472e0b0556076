"""What is run on one kind of database, and in which order; every figure comes from a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.houses import ROOT, House, RunFailed, Street
from benchmarks.sheet import changed_rows, rejected_rows

SIDES = ("desk", "command", "stock")
ONCE = ("tuned",)  # in the first round only: it stands beside the bars, which are those of the library as it comes
SAVES_ALL = {"stock"}  # unchanged rows too, with a version each
Report = dict[str, Any]


class Mismatch(Exception):
    """The sides did not do the same work, so their times must not be compared."""


def say(text: str) -> None:
    """Tell the person who waits how far it is."""
    sys.stderr.write(f"{text}\n")


def prove_same_checks(street: Street, files: Path) -> None:
    """Raise Mismatch unless both sides reject exactly the faulty rows of the file made for that."""
    for variant in ("rejected_by_desk", "rejected_by_stock"):
        with street.house() as house:
            found = house.run(variant, files / "faulty.xlsx")["rejected"]
        if found != rejected_rows():
            raise Mismatch(f"{variant}: {found} instead of {rejected_rows()}.")


def compare_sides(street: Street, files: Path, rows: int, rounds: int) -> dict[str, list[Report]]:
    """Return the reports of `create` and `update` by side, `{"stock create": [report, …]}`, one for each round."""
    found: dict[str, list[Report]] = {}
    for number in range(rounds):
        sides = SIDES if number else (*SIDES, *ONCE)
        order = sides[::-1] if number % 2 else sides
        digests: dict[str, set[str]] = {"create": set(), "update": set()}
        for side in order:
            with street.house() as house:
                for what in ("create", "update"):
                    report = house.run(side, files / f"{what}-{rows}.xlsx")
                    changed = 0 if what == "create" else rows if side in SAVES_ALL else changed_rows(rows)
                    _assert_done(f"{side} {what}", report, rows, changed)
                    digests[what].add(report["stored"]["digest"])
                    found.setdefault(f"{side} {what}", []).append(report)
                    say(f"  round {number + 1}: {side} {what}: {total(report, 'wall'):.2f} s")
                    house.analyze()
        if any(len(values) > 1 for values in digests.values()):
            raise Mismatch("The sides stored different people.")
    return found


def _assert_done(name: str, report: Report, rows: int, changed: int = 0) -> None:
    stored = {key: value for key, value in report["stored"].items() if key != "digest"}
    wanted = {"people": rows, "person_versions": rows + changed, "enrolments": rows, "enrolment_versions": rows}
    if stored != wanted:
        raise Mismatch(f"{name}: {stored} stored instead of {wanted}; counts {report['counts']}.")


def large(street: Street, files: Path, rows: int, rounds: int) -> dict[str, list[Report]]:
    """Return the reports of the large file: the desk, the bare read and, on PostgreSQL, the bare COPY."""
    file, found = files / f"create-{rows}.xlsx", {}
    for number in range(rounds):
        with street.house() as house:
            report = house.run("desk", file)
            _assert_done("desk large", report, rows)
            found.setdefault("desk", []).append(report)
            found.setdefault("bare_read", []).append(house.run("bare_read", file))
            if street.server:
                found.setdefault("bare_copy", []).append(house.run("bare_copy", file))
        say(f"  round {number + 1}: {rows} rows: {total(report, 'wall'):.2f} s")
    return found


def neighbour(street: Street, file: Path) -> Report:
    """Return how long another user's saves took while the desk imported the file.

    `longest` of each step is in seconds and counts every save of which a part fell into the step.
    """
    with street.house() as house, _Neighbour(house) as other:
        report = house.run("desk", file)
        saves = other.stop()
    waits = {}
    for step, times in report["steps"].items():
        inside = [(wait, ok) for began, wait, ok in saves if began < times["ended"] and began + wait > times["began"]]
        waits[step] = {
            "saves": len(inside),
            "longest": max((wait for wait, _ in inside), default=0.0),
            "failed": sum(not ok for _, ok in inside),
        }
    longest = max(wait["longest"] for wait in waits.values())
    say(f"  longest wait of another user during {file.stem}: {longest:.2f} s")
    return {"waits": waits}


class _Neighbour:
    """The process of the other user, running while the block runs."""

    def __init__(self, house: House):
        self.process = subprocess.Popen(  # noqa: S603  our own module
            house.command("neighbour"),
            cwd=ROOT,
            env=house.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "_Neighbour":
        if self.process.stdout.readline() != "ready\n":
            raise RunFailed("The neighbour did not start.")
        return self

    def stop(self) -> list[tuple[float, float, bool]]:
        """End the work and return (began, seconds, whether it was saved) for each save."""
        out, _ = self.process.communicate(timeout=60)
        return json.loads(out)

    def __exit__(self, *fault: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def total(report: Report, figure: str) -> float:
    """Return the sum of a figure over the steps of a run: preview and apply."""
    return sum(step[figure] for step in report["steps"].values())
