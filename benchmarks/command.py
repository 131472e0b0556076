"""The command: files, worlds, rounds, the large file, the neighbour; then the tables."""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import rounds as work
from benchmarks.houses import ROOT, RunFailed, Street
from benchmarks.tables import Figures, bars, document, publish

WORLDS = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}


def options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks/import.py", description="Import desk against stock library.")
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the file that both sides import")
    parser.add_argument(
        "--large", type=int, default=100_000, help="rows of the file that only the desk imports; 0: none"
    )
    parser.add_argument("--rounds", type=int, default=3, help="the figures are medians of so many")
    parser.add_argument("--database", choices=WORLDS, default="both")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    parser.add_argument("--assert", dest="strict", action="store_true", help="end with 1 when a bar is missed")
    return parser.parse_args()


def start_server(database: str, script: str) -> None:
    """Begin again inside a throw-away PostgreSQL when one is asked for and no DATABASE_URL is there."""
    if "postgresql" in WORLDS[database] and not os.environ.get("DATABASE_URL"):
        again = [sys.executable, script, *sys.argv[1:]]
        os.chdir(ROOT)
        os.execvp("sh", ["sh", ".ci/postgres.sh", *again])  # noqa: S606, S607  our own script


def main() -> int:
    """Measure, print the tables, and return the exit code."""
    asked = options()
    start_server(asked.database, "benchmarks/import.py")
    try:
        figures = [_measure(asked, database) for database in WORLDS[asked.database]]
    except (work.Mismatch, RunFailed) as fault:
        work.say(f"{type(fault).__name__}: {fault}")
        return 2
    text = document(figures, command=shlex.join(["python", "benchmarks/import.py", *sys.argv[1:]]))
    sys.stdout.write(text)
    if asked.write:
        publish(text)
    missed = [bar for found in figures for bar in bars(found) if not bar.met]
    return 1 if asked.strict and missed else 0


def _measure(asked: argparse.Namespace, database: str) -> Figures:
    with tempfile.TemporaryDirectory(prefix="sulam-bench-") as folder:
        files = Path(folder) / "berkas"
        files.mkdir()
        sizes = [asked.rows, *([asked.large] if asked.large else [])]
        # In a process of its own: what this one has in memory would show up in the figures of its children.
        subprocess.run(  # noqa: S603  our own module
            [sys.executable, "-m", "benchmarks.sheet", str(files), str(sizes)], cwd=ROOT, check=True
        )
        street = Street(Path(folder), os.environ["DATABASE_URL"] if database == "postgresql" else "")
        figures = Figures(street.version(), asked.rows, asked.large, asked.rounds, load=os.getloadavg()[0])
        work.say(figures.database)
        try:
            street.prepare()
            work.prove_same_checks(street, files)
            figures.sides = work.compare_sides(street, files, asked.rows, asked.rounds)
            figures.waits[asked.rows] = work.neighbour(street, files / f"create-{asked.rows}.xlsx")
            if asked.large:
                _measure_large(figures, street, files)
        finally:
            street.close()
    return figures


def _measure_large(figures: Figures, street: Street, files: Path) -> None:
    """A desk that cannot take so many rows does not spoil what was measured before."""
    try:
        figures.large = work.large(street, files, figures.large_rows, figures.rounds)
        figures.waits[figures.large_rows] = work.neighbour(street, files / f"create-{figures.large_rows}.xlsx")
    except RunFailed as fault:
        figures.fault = str(fault)
        work.say(f"  {figures.large_rows} rows: {fault}")
