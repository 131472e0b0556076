"""Prints the data dictionary (docs/data-dictionary.md) from the models, so that it cannot lie."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.core.validators import RegexValidator
from django.db import models

from portal.scoping import is_scoped
from portal.triggers import project_models

INTRODUCTION = """# Data dictionary

Written by `manage.py data_dictionary > docs/data-dictionary.md`; a test fails when it is not up to date. Labels are
the ones users see. Every table named "with versions" has a twin `historical…` that keeps each state of a row: when, by
whom, and why. Money is rupiah. Scope says whose rows they are; "copied" fields are kept equal to the parent's by
triggers of the database, and a closed fiscal year refuses every write (docs/architecture.md).
"""
HEADER = "| Field | Label | Type | Null | Key | Rule |\n|---|---|---|---|---|---|"
TYPES = {
    "AutoField": "whole number",
    "BigAutoField": "whole number",
    "BinaryField": "bytes",
    "BooleanField": "yes/no",
    "DateField": "date",
    "DateTimeField": "date and time",
    "FileField": "file",
    "GenericIPAddressField": "IP address",
    "JSONField": "JSON",
    "PositiveIntegerField": "whole number ≥ 0",
    "BigIntegerField": "whole number",
    "PositiveBigIntegerField": "whole number ≥ 0",
    "PositiveSmallIntegerField": "whole number ≥ 0",
    "TextField": "text",
    "TimeField": "time of day",
    "UUIDField": "UUID",
}
SIGNS = {"": "=", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "regex": "matches", "in": "in"}


def dictionary() -> str:
    """Return the whole document as Markdown."""
    parts = [INTRODUCTION]
    for app, found in groupby(project_models(), key=lambda model: model._meta.app_label):
        parts.append(f"## {app}: {apps.get_app_config(app).verbose_name}\n")
        parts += [_section(model) for model in found]
    return "\n".join(parts)


def _section(model: type[models.Model]) -> str:
    meta = model._meta
    rows = [_row(model, field) for field in meta.concrete_fields]
    constraints = [f"- `{constraint.name}`: {_words(constraint)}" for constraint in meta.constraints]
    lines = [f"### {model.__name__}: {meta.verbose_name}\n", f"Table `{meta.db_table}`. {' '.join(_facts(model))}\n"]
    lines += [HEADER, *rows, ""]
    return "\n".join([*lines, *constraints, ""] if constraints else lines)


def _facts(model: type[models.Model]) -> Iterator[str]:
    if is_scoped(model):
        paths = (model.AGENCY_PATH,) if isinstance(model.AGENCY_PATH, str) else model.AGENCY_PATH
        yield f"Scope: {' or '.join(f'`{path}`' for path in paths)}."
        if "agency_q" in vars(model):  # a rule of its own, which its docstring tells
            yield str(model.agency_q.__doc__).strip()
    else:
        yield "Scope: everybody's."
    for parent, names in getattr(model, "COPIES", {}).items():
        yield f"Copied from `{parent}`: {', '.join(f'`{name}`' for name in names)}."
    if path := getattr(model, "YEAR_PATH", ""):
        yield f"Locked by the year of `{path}`."
    if getattr(model, "APPEND_ONLY", False):
        yield "Append-only."
    if hasattr(model, "history"):
        yield "With versions."


def _row(model: type[models.Model], field: models.Field) -> str:
    label = field.verbose_name if field._verbose_name else ""  # without one of its own, Django repeats the name
    cells = [
        f"`{field.name}`", str(label), _type(field), "yes" if field.null else "", _key(field),
        "; ".join(_rules(field)),
    ]  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _type(field: models.Field) -> str:
    if isinstance(field, models.GeneratedField):
        return f"{_type(field.output_field)}, computed"
    if isinstance(field, models.ForeignKey):
        return f"→ {field.related_model.__name__}"
    if isinstance(field, models.DecimalField):
        return f"decimal({field.max_digits},{field.decimal_places})"
    name = field.get_internal_type()
    return f"text({field.max_length})" if name == "CharField" else TYPES[name]


def _key(field: models.Field) -> str:
    if field.primary_key:
        return "primary"
    if field.is_relation:
        return "foreign"
    return "unique" if field.unique else ""


def _rules(field: models.Field) -> Iterator[str]:
    if field.choices:
        yield ", ".join(f"`{value}` {label}" for value, label in field.flatchoices)
    for validator in field.validators:
        if isinstance(validator, RegexValidator) and validator in field._validators:
            yield str(validator.message)
    if field.has_default() and not callable(field.default) and field.default != "":
        yield f"default `{getattr(field.default, 'value', field.default)}`"
    if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE:
        yield "removed with its parent"


def _words(constraint: models.BaseConstraint) -> str:
    condition = constraint.condition and _sentence(constraint.condition)
    if isinstance(constraint, models.UniqueConstraint):
        names = ", ".join(f"`{name}`" for name in constraint.fields)
        return f"unique {names}" + (f" where {condition}" if condition else "")
    return condition


def _sentence(condition: Any) -> str:
    """Return a condition as a reader would say it: `end ≥ start`, `nib is empty or nib ≥ 0`."""
    if isinstance(condition, models.Q):
        parts = [
            f"({part})" if " and " in part or " or " in part else part for part in map(_sentence, condition.children)
        ]
        joined = f" {condition.connector.lower()} ".join(parts)
        return f"not ({joined})" if condition.negated else joined
    path, value = condition
    name, _, lookup = path.partition("__")
    if lookup == "isnull":
        return f"`{name}` is {'null' if value else 'not null'}"
    shown = value.name if isinstance(value, models.F) else repr(getattr(value, "value", value))
    return f"`{name}` {SIGNS[lookup]} {f'`{shown}`' if isinstance(value, models.F) else shown}"


class Command(BaseCommand):
    """`manage.py data_dictionary`: exit 0; prints Markdown."""

    help = "Mencetak kamus data seluruh tabel sebagai Markdown."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(dictionary(), ending="")
