"""The command of the export benchmark: worlds, rounds, the large world; then the tables."""

import argparse
import os
import shlex
import sys
import tempfile
from pathlib import Path

from benchmarks import export_rounds as work
from benchmarks.command import WORLDS, start_server
from benchmarks.export_tables import MARKERS, Figures, bars, document
from benchmarks.houses import RunFailed, Street
from benchmarks.rounds import Mismatch, say
from benchmarks.tables import publish

SCRIPT = "benchmarks/export.py"


def options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog=SCRIPT, description="The participants report against other writers.")
    parser.add_argument("--rows", type=int, default=100_000, help="participants that every variant exports")
    parser.add_argument(
        "--large", type=int, default=500_000, help="participants of the world in which only memory counts; 0: none"
    )
    parser.add_argument("--rounds", type=int, default=3, help="the figures are medians of so many")
    parser.add_argument("--stock-rounds", type=int, default=1, help="rounds of the stock library, which takes minutes")
    parser.add_argument("--database", choices=WORLDS, default="both")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    parser.add_argument("--assert", dest="strict", action="store_true", help="end with 1 when a bar is missed")
    return parser.parse_args()


def main() -> int:
    """Measure, print the tables, and return the exit code."""
    asked = options()
    start_server(asked.database, SCRIPT)
    try:
        figures = [_measure(asked, database) for database in WORLDS[asked.database]]
    except (Mismatch, RunFailed) as fault:
        say(f"{type(fault).__name__}: {fault}")
        return 2
    text = document(figures, command=shlex.join(["python", SCRIPT, *sys.argv[1:]]))
    sys.stdout.write(text)
    if asked.write:
        publish(text, markers=MARKERS)
    missed = [bar for found in figures for bar in bars(found) if not bar.met]
    return 1 if asked.strict and missed else 0


def _measure(asked: argparse.Namespace, database: str) -> Figures:
    server = os.environ["DATABASE_URL"] if database == "postgresql" else ""
    with tempfile.TemporaryDirectory(prefix="sulam-bench-") as folder:
        street = Street(Path(folder), server)
        figures = Figures(street.version(), asked.rows, asked.large, asked.rounds, load=os.getloadavg()[0])
        say(figures.database)
        try:
            street.prepare("export_world", str(asked.rows))
            figures.variants, figures.absent = work.compare(street, asked.rows, asked.rounds, asked.stock_rounds)
        finally:
            street.close()
    if asked.large:
        _measure_large(asked, figures, server)
    return figures


def _measure_large(asked: argparse.Namespace, figures: Figures, server: str) -> None:
    """A world of its own, made when the first one is gone: two would not fit on every disk."""
    with tempfile.TemporaryDirectory(prefix="sulam-bench-") as folder:
        street = Street(Path(folder), server)
        try:
            street.prepare("export_world", str(asked.large))
            figures.large = work.large(street, asked.large, asked.rounds)
        except RunFailed as fault:  # does not spoil what was measured before
            figures.fault = str(fault)
            say(f"  {asked.large} rows: {fault}")
        finally:
            street.close()
