"""Take away one scoping filter after the other and see a test go red: `python -m tests.mutation [-j 2] [--only WORD]`.

Every filter is found in the source (calls of `visible`, `owned`, `visible_to`, `assert_visible`, `recheck_rows`, every
`agency_q`), a few by hand (BY_HAND). Each is removed in a temporary copy of the tree, where the tests of TESTS run with
`-x`. Exit code 0 when all die, 1 when one survives, 2 when the tests are red before anything was removed.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
APPS = ("portal", "programs", "participants", "reports")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "var", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis")
GLOBAL = {"Region", "FiscalYear", "NomenclatureNode", "FundSource", "ExpenseAccount"}  # their rows are everybody's
ALL_ROWS = "Q(pk__isnull=False)"
OK, TESTS_FAILED = 0, 1

# Which tests look at which part; the first that goes red ends the run.
SCOPING = ["tests/portal/test_scoping.py"]
ADMIN = ["tests/test_doors.py", "tests/portal/test_admin_doors.py", "tests/programs", "tests/participants"]
CRAWL = ["tests/test_agency_leaks.py"]
MATRIX = ["tests/test_access_matrix.py"]
IMPORTS = ["tests/test_doors_of_imports.py", "tests/portal/importing/test_desk.py"]
REPORTS = [
    "tests/reports/test_corrections.py",
    "tests/test_doors.py",
    "tests/reports/test_export_scope.py",
    "tests/reports/test_pages.py",
]
TESTS: tuple[tuple[str, list[str]], ...] = (
    ("portal/scoping.py", SCOPING),
    ("portal/models/", SCOPING),
    ("programs/models/", SCOPING),
    ("participants/models/", SCOPING),
    ("portal/importing/", ["tests/portal/importing", *IMPORTS, *MATRIX, *CRAWL]),
    ("portal/actions/bulk", ["tests/portal/test_bulk.py"]),
    ("portal/actions/", ["tests/portal/importing", *IMPORTS, *MATRIX, *CRAWL]),
    ("programs/resources/", [*IMPORTS, "tests/programs"]),
    ("participants/resources/", [*IMPORTS, "tests/participants"]),
    ("portal/admin/closing_checks.py", ["tests/portal/test_closing_checks.py"]),
    ("portal/filtering.py", REPORTS + CRAWL),
    ("programs/filters.py", REPORTS + CRAWL),
    ("reports/", REPORTS + CRAWL),
    ("", ADMIN + MATRIX + CRAWL),
)

# (file, what stands there, what a careless hand would leave of it)
BY_HAND = (
    (
        "portal/scoping.py",
        "if not may_look(user):\n            return self.none()",
        "if user is None:\n            return self.none()",
    ),
    ("portal/scoping.py", "return rows if may_look(user) else rows.none()", "return rows"),
    ("portal/scoping.py", "return self.filter(self.model.agency_q(user))", "return self.all()"),
    ("portal/scoping.py", "and user.is_active and not", "and not"),
    ("portal/scoping.py", "and not user.has_expired", ""),
    ("portal/admin/base.py", 'kwargs["queryset"] = self.choices_for(db_field, request)\n        field', "field"),
    ("portal/admin/base.py", "return lookup in offered", "return True"),
    ("portal/admin/site.py", '.filter(pk__in=choices.order_by().values("pk"))', ""),
    ("portal/admin/history.py", "if self.get_object(request, object_id) is None:", "if False:"),
)


def say(text: str) -> None:
    """Write a line at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Mutant:
    """One removal: the text of `file` between two offsets becomes `text`."""

    file: str
    line: int
    start: int
    end: int
    text: str
    what: str

    def apply(self, tree: Path) -> str:
        """Write the mutant into a copy of the tree; return the original text of the file."""
        path = tree / self.file
        source = path.read_text(encoding="utf-8")
        path.write_text(source[: self.start] + self.text + source[self.end :], encoding="utf-8")
        return source


def _offsets(source: str) -> list[int]:
    found = [0]
    for line in source.splitlines(keepends=True):
        found.append(found[-1] + len(line))
    return found


def _in_source(file: str, source: str) -> Iterator[Mutant]:
    lines = _offsets(source)

    def place(line: int, column: int) -> int:
        text = source[lines[line - 1] : lines[line]]
        return lines[line - 1] + len(text.encode()[:column].decode())

    def mutant(node: ast.AST, text: str) -> Mutant:
        start, end = place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset)
        return Mutant(file, node.lineno, start, end, text, " ".join(source[start:end].split())[:90])

    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == "agency_q":
            body = [part for part in node.body if not isinstance(part, ast.Expr)]
            yield Mutant(
                file,
                node.lineno,
                (start := place(body[0].lineno, body[0].col_offset)),
                start,
                f"return {ALL_ROWS}\n        ",
                f"agency_q of line {node.lineno}",
            )
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in ("visible", "owned") and ast.unparse(node.args[0]) not in GLOBAL:
            yield mutant(node, f"{ast.unparse(node.args[0])}._default_manager.all()")
        elif name == "visible_to":
            yield mutant(node, f"{ast.unparse(node.func.value)}.all()")
        elif name in ("assert_visible", "recheck_rows"):
            yield mutant(node, "None")


def mutants() -> list[Mutant]:
    """Return every removal, in the order of the files."""
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in file:
                found += _in_source(file, path.read_text(encoding="utf-8"))
    for file, old, new in BY_HAND:
        source = (ROOT / file).read_text(encoding="utf-8")
        start = source.find(old)
        if start < 0:
            raise SystemExit(f"BY_HAND is out of date: {file} no longer says {old!r}.")
        line = source.count("\n", 0, start) + 1
        found.append(Mutant(file, line, start, start + len(old), new, " ".join(old.split())[:90]))
    return found


def tests_for(file: str) -> list[str]:
    """Return the tests that look at this file."""
    return next(tests for prefix, tests in TESTS if file.startswith(prefix))


def run(tree: Path, tests: list[str]) -> tuple[int, str]:
    """Run tests in a copy of the tree; return pytest's exit code and the test that went red."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "SULAM_VAR": str(tree / "var")}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    red = [line.split(" - ")[0] for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR tests"))]
    return done.returncode, red[0] if red else done.stdout.strip().splitlines()[-1:][0] if done.stdout.strip() else ""


def try_one(mutant: Mutant, trees: "Queue[Path]") -> tuple[Mutant, bool, str, float]:
    """Return (mutant, died, the test that noticed, seconds)."""
    tree, began = trees.get(), time.monotonic()
    original = mutant.apply(tree)
    try:
        for test in tests_for(mutant.file):
            code, red = run(tree, [test])
            if code == TESTS_FAILED:
                return mutant, True, red, time.monotonic() - began
        return mutant, False, "", time.monotonic() - began
    finally:
        (tree / mutant.file).write_text(original, encoding="utf-8")
        trees.put(tree)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-j", type=int, default=os.cpu_count() or 1, help="copies of the tree that work at once")
    parser.add_argument("--only", default="", help="only mutants whose file or text contains this")
    parser.add_argument("--list", action="store_true", help="only list them")
    options = parser.parse_args()
    chosen = [mutant for mutant in mutants() if options.only in f"{mutant.file}:{mutant.line} {mutant.what}"]
    if options.list:
        for mutant in chosen:
            say(f"{mutant.file}:{mutant.line}  {mutant.what}")
        return OK
    with tempfile.TemporaryDirectory(prefix="sulam-mutation-") as folder:
        trees: Queue[Path] = Queue()
        for number in range(options.j):
            trees.put(Path(shutil.copytree(ROOT, Path(folder) / str(number), ignore=LEFT_OUT)))
        return report(chosen, trees, options.j)


def report(chosen: list[Mutant], trees: "Queue[Path]", workers: int) -> int:
    """Check that the tests are green, try every mutant, print the table; return the exit code."""
    tree = trees.get()
    for test in sorted({test for mutant in chosen for test in tests_for(mutant.file)}):
        code, red = run(tree, [test])
        if code:
            say(f"{test} is red before anything was removed: {red}")
            return 2
    trees.put(tree)
    survivors = 0
    with ThreadPoolExecutor(workers) as pool:
        for mutant, died, red, seconds in pool.map(lambda one: try_one(one, trees), chosen):
            survivors += not died
            say(f"{'killed  ' if died else 'SURVIVED'} {seconds:5.0f}s  {mutant.file}:{mutant.line}  {mutant.what}")
            if died:
                say(f"                 {red}")
    say(f"{len(chosen) - survivors} of {len(chosen)} scoping filters die when they are removed.")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
