"""Figures of the export benchmark to Markdown: medians, ratios, the bars."""

from dataclasses import dataclass, field
from statistics import median

from benchmarks.rounds import Report, total
from benchmarks.tables import Bar, bars_table, machine, table

MARKERS = ("<!-- export figures: begin -->", "<!-- export figures: end -->")
NAMES = {
    "portal": "portal, the whole report",
    "csv": "csv module over the same query",
    "query": "the query alone",
    "xlsxwriter": "XlsxWriter, constant_memory, bare cells",
    "openpyxl": "openpyxl, write-only, bare cells",
    "rustpy": "rustpy-xlsxwriter, bare cells",
    "stock": "django-import-export with select_related",
}
FASTER, CSV, PEAK, GROWTH = 20.0, 1.6, 150.0, 15.0


@dataclass
class Figures:
    """Everything measured on one kind of database."""

    database: str
    rows: int
    large_rows: int
    rounds: int
    load: float
    variants: dict[str, list[Report]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    large: list[Report] = field(default_factory=list)
    fault: str = ""  # why the large world could not be measured


def process(figures: Figures, variant: str, figure: str) -> float:
    """Return the median of wall or cpu of the whole process, in seconds."""
    return median(report["process"][figure] for report in figures.variants[variant])


def step(figures: Figures, variant: str, figure: str) -> float:
    """Return the median of wall or cpu of the export itself, in seconds."""
    return median(total(report, figure) for report in figures.variants[variant])


def peak(reports: list[Report]) -> float:
    """Return the median of the peak memory in MB."""
    return median(report["peak_mb"] for report in reports)


def bars(figures: Figures) -> list[Bar]:
    """Return every bar that can be judged."""
    found = []
    for figure, name in (("wall", "wall time"), ("cpu", "CPU time")):
        portal = process(figures, "portal", figure)
        if "stock" in figures.variants:
            times = process(figures, "stock", figure) / portal
            found.append(Bar(f"django-import-export over portal, process, {name}", times, FASTER, "×", most=False))
        times = portal / process(figures, "csv", figure)
        found.append(Bar(f"portal over csv module, process, {name}", times, CSV, "×", most=True))
    times = step(figures, "portal", "wall") / step(figures, "csv", "wall")
    found.append(Bar("portal over csv module, export alone, wall time", times, CSV, "×", most=True))
    own = peak(figures.variants["portal"])
    found.append(Bar(f"{figures.rows:,} rows: peak memory of the portal", own, PEAK, " MB", most=True))
    if figures.large:
        more = 100 * (peak(figures.large) / own - 1)
        name = f"peak memory at {figures.large_rows:,} rows above that at {figures.rows:,}"
        found.append(Bar(name, more, GROWTH, " %", most=True))
    return found


def document(all_figures: list[Figures], *, command: str) -> str:
    """Return the whole part of the README that is generated."""
    parts = [f"`{command}`\n", machine(all_figures)]
    for figures in all_figures:
        parts += [f"### Export, {figures.database}\n", variants_table(figures)]
        if figures.absent:
            parts.append(f"Left out, because they are not installed: {', '.join(figures.absent)}.\n")
        if figures.large:
            parts.append(large_sentence(figures))
        if figures.fault:
            parts.append(f"{figures.large_rows:,} rows: not measured. {figures.fault}\n")
        parts.append(bars_table(bars(figures)))
    return "\n".join(parts)


def variants_table(figures: Figures) -> str:
    """Return the comparison; ratios are those of the whole process, how many times the portal's it is."""
    rows: list[tuple[str, ...]] = []
    for variant, label in NAMES.items():
        if variant not in figures.variants:
            continue
        reports = figures.variants[variant]
        runs = "" if len(reports) == figures.rounds else f" ({len(reports)}×)"
        size = median(report["bytes"] for report in reports) / 2**20
        rows.append(
            (
                f"{label}{runs}",
                *(f"{step(figures, variant, figure):.2f}" for figure in ("wall", "cpu")),
                *(f"{process(figures, variant, figure):.2f}" for figure in ("wall", "cpu")),
                *(
                    f"{process(figures, variant, figure) / process(figures, 'portal', figure):.2f}×"
                    for figure in ("wall", "cpu")
                ),
                f"{peak(reports):.0f}",
                f"{size:.1f}" if size else "",
            )
        )
    headings = ("variant", "export, wall s", "export, CPU s", "process, wall s", "process, CPU s")
    headings += ("wall to portal", "CPU to portal", "peak MB", "file MB")
    return f"{figures.rows:,} rows, median of {figures.rounds}:\n\n" + table(headings, rows)


def large_sentence(figures: Figures) -> str:
    """Return what the portal needed for the large world."""
    wall = median(report["process"]["wall"] for report in figures.large)
    return (
        f"{figures.large_rows:,} rows, portal alone, median of {len(figures.large)}: {wall:.1f} s, "
        f"peak {peak(figures.large):.0f} MB.\n"
    )
