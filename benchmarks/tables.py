"""Figures to Markdown: medians, ratios, the bars, and the machine without its name."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.rounds import Report, total

README = Path(__file__).resolve().parent / "README.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LIBRARIES = (
    "Django",
    "django-import-export",
    "django-simple-history",
    "openpyxl",
    "python-calamine",
    "psycopg",
    "XlsxWriter",
)
NAMES = {
    "stock": "django-import-export as it comes",
    "tuned": "django-import-export, tuned (once)",
    "desk": "import desk",
    "command": "import desk, command line",
}
TASKS = {"create": "create", "update": "re-import, 30 % changed"}


@dataclass
class Figures:
    """Everything measured on one kind of database."""

    database: str
    rows: int
    large_rows: int
    rounds: int
    load: float
    sides: dict[str, list[Report]] = field(default_factory=dict)
    large: dict[str, list[Report]] = field(default_factory=dict)
    waits: dict[int, Report] = field(default_factory=dict)
    fault: str = ""  # why the large file could not be measured

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("SQLite")


@dataclass(frozen=True)
class Bar:
    """A promise and what was measured; `most` tells whether the limit is an upper one."""

    name: str
    measured: float
    limit: float
    unit: str
    most: bool

    @property
    def met(self) -> bool:
        return self.measured <= self.limit if self.most else self.measured >= self.limit


def middle(reports: list[Report], figure: str, step: str = "") -> float:
    """Return the median of a figure, of one step or of all steps together; 0 for a step that does not exist."""
    return median(
        report["steps"].get(step, {}).get(figure, 0.0) if step else total(report, figure) for report in reports
    )


def ratio(figures: Figures, side: str, task: str, figure: str, *, to: str = "stock") -> float:
    """Return how many times another side took as long as this one."""
    return middle(figures.sides[f"{to} {task}"], figure) / middle(figures.sides[f"{side} {task}"], figure)


def bars(figures: Figures) -> list[Bar]:
    """Return every bar that can be judged on this database."""
    found = [
        Bar(f"{TASKS[task]}, {name} time", ratio(figures, "desk", task, figure), limit, "×", most=False)
        for task, limit in (("create", 25.0), ("update", 40.0))
        for figure, name in (("wall", "wall"), ("cpu", "CPU"))
    ]
    if figures.large:
        desk = figures.large["desk"]
        if "bare_copy" in figures.large:
            bare = middle(figures.large["bare_read"], "wall") + middle(figures.large["bare_copy"], "wall", "copy")
            name = f"{figures.large_rows:,} rows: desk over bare read and bare COPY"
            found.append(Bar(name, middle(desk, "wall") / bare, 5.0, "×", most=True))
        for figure, name in (("peak_mb", "portal process"), ("child_peak_mb", "reading child")):
            limit = 300.0 if figure == "peak_mb" else 512.0
            peak = median(report[figure] for report in desk)
            found.append(Bar(f"{figures.large_rows:,} rows: peak memory, {name}", peak, limit, " MB", most=True))
    if figures.is_sqlite:
        for rows, report in figures.waits.items():
            longest = max(wait["longest"] for wait in report["waits"].values())
            found.append(Bar(f"{rows:,} rows: longest wait of another user's save", longest, 1.0, " s", most=True))
    return found


def document(all_figures: list[Figures], *, command: str) -> str:
    """Return the whole part of the README that is generated."""
    parts = [f"`{command}`\n", machine(all_figures)]
    for figures in all_figures:
        parts += [f"### {figures.database}\n", sides_table(figures)]
        if figures.large:
            parts.append(large_table(figures))
        if figures.fault:
            parts.append(f"{figures.large_rows:,} rows: not measured. {figures.fault}\n")
        parts += [waits_table(figures), bars_table(bars(figures))]
    return "\n".join(parts)


def machine(all_figures: Sequence[Any]) -> str:
    """Return versions and machine facts, without names or paths."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    loads = ", ".join(f"{figures.load:.1f}" for figures in all_figures)
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB, {system}; load before the runs {loads}. "
        f"Python {platform.python_version()}, {libraries}.\n"
    )


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table whose first column is text and whose other columns are numbers."""
    lines = [headings, ("---", *("---:" for _ in headings[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def sides_table(figures: Figures) -> str:
    """Return the comparison with the stock library."""
    rows: list[tuple[str, ...]] = []
    for task, label in TASKS.items():
        for side in (name for name in NAMES if f"{name} {task}" in figures.sides):
            reports = figures.sides[f"{side} {task}"]
            rows.append(
                (
                    f"{label}: {NAMES[side]}",
                    _seconds(middle(reports, "wall", "preview")) if side != "command" else "",
                    _seconds(middle(reports, "wall", "apply")) if side != "command" else "",
                    _seconds(middle(reports, "wall")),
                    _seconds(middle(reports, "cpu")),
                    *(f"{ratio(figures, side, task, figure):.1f}×" for figure in ("wall", "cpu")),
                    f"{ratio(figures, side, task, 'cpu', to='tuned'):.1f}×",
                    f"{median(report['peak_mb'] for report in reports):.0f}",
                )
            )
    headings = ("task and side", "preview s", "apply s", "both, wall s", "both, CPU s")
    headings += ("wall", "CPU", "CPU to tuned", "peak MB")
    return f"{figures.rows:,} rows, median of {figures.rounds}:\n\n" + table(headings, rows)


def large_table(figures: Figures) -> str:
    """Return what the desk does with the large file, beside what nothing can beat."""
    steps = [("desk", "preview", "desk: read, check"), ("desk", "apply", "desk: apply"), ("desk", "", "desk: all")]
    steps += [("bare_read", "read", "calamine's bare read")]
    if "bare_copy" in figures.large:
        steps += [
            ("bare_copy", "copy", "bare COPY of the file's rows into one table of text"),
            ("bare_copy", "copy_stored", "COPY of what was stored into the four tables, keys and guards included"),
        ]
    rows = []
    for variant, step, label in steps:
        reports = figures.large[variant]
        rows.append((label, *(_seconds(middle(reports, figure, step)) for figure in ("wall", "cpu"))))
    return f"{figures.large_rows:,} rows, median of {figures.rounds}:\n\n" + table(("", "wall s", "CPU s"), rows)


def waits_table(figures: Figures) -> str:
    """Return how long another user's saves took meanwhile."""
    rows = [
        (f"{size:,} rows: {step}", str(wait["saves"]), f"{wait['longest']:.3f}", str(wait["failed"]))
        for size, report in figures.waits.items()
        for step, wait in report["waits"].items()
    ]
    headings = ("another user saves a row every 50 ms during", "saves", "longest s", "failed")
    return table(headings, rows)


def bars_table(found: list[Bar]) -> str:
    """Return the promises and whether they are kept."""
    rows = [
        (
            bar.name,
            f"{'≤' if bar.most else '≥'} {bar.limit:g}{bar.unit}",
            f"{bar.measured:.2f}{bar.unit}" if bar.measured < 10 else f"{bar.measured:.1f}{bar.unit}",
            "yes" if bar.met else "no",
        )
        for bar in found
    ]
    return table(("bar", "wanted", "measured", "met"), rows)


def publish(text: str, path: Path = README, markers: tuple[str, str] = (BEGIN, END)) -> None:
    """Put the text between two markers of the README. Raises ValueError when they are not there."""
    first, last = markers
    before, begin, rest = path.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    if not (begin and end):
        raise ValueError(f"{path.name} has no {first} … {last}.")
    path.write_text(f"{before}{first}\n\n{text}\n{last}{after}", encoding="utf-8")


def _seconds(value: Any) -> str:
    return f"{value:.2f}"
