"""The arrows of docs/architecture.md, read from the source: app order, layers, doors, and what nobody may write."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("portal", "programs", "participants", "reports")
MAX_LINES = 300

# Which modules of an app stand in which layer; a file imports only from its own layer and from lower numbers.
LAYERS = tuple(
    set(names.split())
    for names in (
        "enums validators rules env identity logs formats formatting spreadsheets scoping locking",
        "models triggers storage",
        "queries figures findings corrections closing asof actions permissions dashboard reconciliation",
        "resources filters filtering exporters documents importing registry base demo templatetags",
        "admin views urls tasks management apps checks middleware accounts signals",
    )
)
OUTSIDE_LAYERS = {"settings", "wsgi", "migrations", "__init__"}
DOORS = re.compile(r"^\w+/(admin|views|filters|filtering|resources|exporters|importing)(/|\.py$)")

# (importer, imported): why this one arrow may point the other way.
ALLOWED_ARROWS: dict[tuple[str, str], str] = {}
# What a door may do with a manager: begin at the user's rows, or write rows that it holds in its hands.
MANAGERS = {"objects", "_default_manager", "_base_manager"}
MANAGER_CALLS = {"visible_to", "bulk_create", "bulk_update"}


@dataclass(frozen=True)
class Import:
    """One import statement of one of our files, as dotted paths of our own modules."""

    file: str
    line: int
    module: str


def our_files(*folders: str) -> list[Path]:
    """Return the Python files of the apps (or of other folders), migrations left out."""
    return sorted(
        path
        for folder in folders or APPS
        for path in (ROOT / folder).rglob("*.py")
        if not {"migrations", "__pycache__"} & set(path.relative_to(ROOT).parts)
    )


def name_of(path: Path) -> str:
    """Return the path as it is written in messages, `portal/models/user.py`."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path) -> Iterator[Import]:
    """Yield imports of our own modules, those inside functions and type-checking blocks included."""
    for node in ast.walk(tree_of(path)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name_of(path)}:{node.lineno}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.split(".")[0] in APPS:
                yield Import(name_of(path), node.lineno, name)


def layer_of(parts: list[str]) -> int | None:
    """Return the layer of `["portal", "models", …]`; None for what belongs to no layer."""
    name = parts[1].removesuffix(".py") if len(parts) > 1 else "__init__"
    if name in OUTSIDE_LAYERS:
        return None
    for number, names in enumerate(LAYERS):
        if name in names:
            return number
    raise AssertionError(f"{'/'.join(parts)}: put “{name}” into a layer of tests/test_architecture.py.")


def all_imports() -> list[Import]:
    return [found for path in our_files() for found in imports_of(path)]


def is_allowed(found: Import) -> bool:
    return any(found.file == file and found.module.startswith(module) for file, module in ALLOWED_ARROWS)


def test_apps_import_only_from_apps_to_their_left() -> None:
    wrong = [
        found
        for found in all_imports()
        if APPS.index(found.module.split(".")[0]) > APPS.index(found.file.split("/")[0]) and not is_allowed(found)
    ]
    assert not wrong


def test_files_import_only_from_their_layer_and_those_above() -> None:
    wrong = []
    for found in all_imports():
        importer, imported = layer_of(found.file.split("/")), layer_of(found.module.split("."))
        if importer is not None and imported is not None and imported > importer and not is_allowed(found):
            wrong.append(found)
    assert not wrong


def test_allowed_arrows_still_exist() -> None:
    found = all_imports()
    for file, module in ALLOWED_ARROWS:
        assert any(one.file == file and one.module.startswith(module) for one in found), (file, module)


@pytest.mark.parametrize("name", ["enums.py", "validators.py", "rules.py"])
def test_pure_modules_know_no_database(name: str) -> None:
    for app in APPS:
        path = ROOT / app / name
        if not path.exists():
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db"):
                assert {alias.name for alias in node.names} <= {"TextChoices", "IntegerChoices"}, name_of(path)
            assert not (isinstance(node, ast.Attribute) and node.attr in MANAGERS), name_of(path)


def test_doors_start_at_visible_to() -> None:
    """No door reads a manager by itself: `visible(Model, user)` and `.objects.visible_to(user)` are the beginnings."""
    wrong = []
    for path in our_files():
        if not DOORS.match(name_of(path)):
            continue
        allowed = {
            node.value
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Attribute) and node.attr in MANAGER_CALLS
        }
        wrong += [
            f"{name_of(path)}:{node.lineno}"
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Attribute) and node.attr in MANAGERS and node not in allowed
        ]
    assert not wrong


FORBIDDEN_NAMES = {"mark_safe", "csrf_exempt", "SafeString", "SafeText", "pickle", "eval", "exec", "RawSQL"}


def test_nothing_forbidden_is_named() -> None:
    wrong = []
    for path in our_files():
        for node in ast.walk(tree_of(path)):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            if isinstance(node, ast.alias):
                name = node.name.rsplit(".", 1)[-1]
            if name in FORBIDDEN_NAMES or (name == "print" and isinstance(node, ast.Name)):
                wrong.append(f"{name_of(path)}:{getattr(node, 'lineno', 0)} {name}")
    assert not wrong


def templates() -> list[Path]:
    return sorted(path for app in APPS for path in (ROOT / app).rglob("templates/**/*") if path.is_file())


UNSAFE_TEMPLATE = re.compile(
    r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off|<style\b|<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son[a-z]+=|javascript:",
    re.IGNORECASE,
)


def test_templates_escape_everything_and_carry_no_script_or_style() -> None:
    """The CSP refuses inline script and style; escaping is never switched off."""
    wrong = [
        f"{name_of(path)}: {match.group().strip()}"
        for path in templates()
        for match in UNSAFE_TEMPLATE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not wrong


def test_files_stay_short() -> None:
    long = {
        name_of(path): lines
        for path in our_files(*APPS, "tests")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= MAX_LINES
    }
    assert not long


def public_functions(layer: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in our_files():
        if f"/{layer}" in name_of(path):
            for node in tree_of(path).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"{name_of(path)}:{node.lineno} {node.name}", node


@pytest.mark.parametrize("layer", ["rules.py", "queries", "figures/", "actions/", "identity.py", "scoping.py"])
def test_public_functions_are_annotated_and_explained(layer: str) -> None:
    wrong = [
        name
        for name, node in public_functions(layer)
        if not ast.get_docstring(node)
        or node.returns is None
        or not all(argument.annotation for argument in node.args.args + node.args.kwonlyargs)
    ]
    assert not wrong


def test_actions_name_who_acts_by_keyword() -> None:
    wrong = [name for name, node in public_functions("actions/") if "by" in {arg.arg for arg in node.args.args}]
    assert not wrong
