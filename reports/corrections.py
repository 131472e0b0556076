"""What changed in a fiscal year since it was closed: each figure then and now, and who changed what, and why."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import models
from django.db.models import F, Q

from participants.models import Attendance, Enrolment
from portal.actions.bulk_sql import Among
from portal.enums import YearState
from portal.formatting import as_shown
from portal.models import FiscalYear, ImportBatch
from portal.scoping import owned, visible
from programs.models import BudgetLine, Expense, Session, Training
from reports.asof import shown_moment
from reports.enums import FigureKind
from reports.figures.of_year import LINE, Subject, order_of, subjects_of
from reports.models import ClosingFigure

NEW = "Baru sesudah penutupan"
MOVED = "Pindah dari mata anggaran lain"
GONE = "Tidak ada lagi pada tahun ini (dihapus atau dipindahkan)"
# Rows whose changes move figures, and the way from each to its training.
PARTS = (
    (Training, "id"),
    (Session, "training"),
    (Expense, "training"),
    (Enrolment, "training"),
    (Attendance, "training"),
)
BATCH = re.compile(r"(batal )?impor ([0-9a-f-]{36})")
SYSTEM = "sistem"


@dataclass(frozen=True)
class YearEvent:
    """One step of a year's lock: closed for the `serial`th time, or opened again (`reason`, asked by, agreed by)."""

    closed: bool
    serial: int
    at: datetime
    by: Any
    reason: str = ""
    asked_by: Any = None


def year_events(year: int) -> list[YearEvent]:
    """Return when a year was closed and opened again, oldest first, from its row versions."""
    found: list[YearEvent] = []
    state, serial = YearState.OPEN, 0
    versions = FiscalYear.history.filter(year=year, **_until())
    for row in versions.select_related("history_user", "reopen_requested_by").order_by("history_id"):
        if row.closings > serial or (row.state, state) == (YearState.CLOSED, YearState.OPEN):
            found.append(YearEvent(True, row.closings, row.history_date, row.history_user))
        elif (row.state, state) == (YearState.OPEN, YearState.CLOSED):
            by, asked = row.history_user, row.reopen_requested_by
            found.append(YearEvent(False, row.closings, row.history_date, by, row.reopen_reason, asked))
        state, serial = row.state, row.closings
    return found


def _until() -> dict[str, datetime]:
    """Versions are no temporary tables: in a report as of a past day the later ones are left out by hand."""
    moment = shown_moment()
    return {"history_date__lte": moment} if moment else {}


@dataclass(frozen=True)
class Correction:
    """One figure that is no longer what it was; None where the object did not exist or the figure was not known."""

    subject: Subject
    figure: str
    closed: Decimal | None
    now: Decimal | None
    remark: str
    former_line_id: int | None = None  # of a training that hung on another budget line

    @property
    def difference(self) -> Decimal:
        """Return now minus then; what is not known counts as nothing."""
        return (self.now or Decimal(0)) - (self.closed or Decimal(0))


def corrections(year: int, serial: int, user: Any) -> list[Correction]:
    """Return the figures that differ from those of a closing, in what the user may see: SKPD, lines, trainings.

    An office sees its own trainings only; the sums of lines and SKPD hold trainings of other offices.
    """
    trainings = visible(Training, user).filter(budget_line__fiscal_year=year)
    now = {_key(one): one for one in subjects_of(trainings, owned(BudgetLine, user).filter(fiscal_year=year))}
    then = _kept(visible(ClosingFigure, user).filter(year=year, serial=serial).order_by("pk"))
    kinds = list(FigureKind)
    keys = sorted(then.keys() | now.keys(), key=lambda key: kinds.index(key[0]))
    return [found for key in keys for found in _compare(then.get(key), now.get(key))]


def _key(subject: Subject) -> tuple[str, int]:
    return subject.kind, subject.object_id


def _kept(figures: Iterable[ClosingFigure]) -> dict[tuple[str, int], Subject]:
    found: dict[tuple[str, int], Subject] = {}
    for row in figures:
        subject = Subject(row.kind, row.object_id, row.label, row.organizer_id, row.office_id, row.line_id)
        found.setdefault(_key(subject), subject).values[row.figure] = row.value
    return found


def _compare(then: Subject | None, now: Subject | None) -> Iterator[Correction]:
    before, after = then.values if then else {}, now.values if now else {}
    remark = NEW if then is None else GONE if now is None else ""
    if then and now and then.line_id != now.line_id:  # else the sums of both lines would change without a reason
        yield Correction(now, LINE, None, None, MOVED, then.line_id)
    for figure in sorted(before.keys() | after.keys(), key=order_of):
        closed, current = before.get(figure), after.get(figure)
        if closed != current:
            yield Correction(now or then, figure, closed, current, remark)


@dataclass(frozen=True)
class Change:
    """One row version since the closing. `training_id` and `line_ids` tell whose figures it may have moved."""

    at: datetime
    by: str
    verb: str
    data: str
    training_id: int | None
    line_ids: frozenset[int]
    detail: str
    reason: str


def changes(corrected: Sequence[Correction], since: datetime, user: Any) -> list[Change]:
    """Return the row versions after `since` behind these corrections, oldest first.

    Two queries a kind of row. Versions of another agency (a training that was moved to it) are left out.
    """
    trainings: dict[int, set[int]] = defaultdict(set)
    for one in corrected:
        if one.subject.kind == FigureKind.TRAINING:
            trainings[one.subject.object_id] |= {one.subject.line_id, one.former_line_id} - {None}
    lines = {one.subject.object_id for one in corrected if one.subject.kind == FigureKind.LINE}
    found = [
        (version, detail) for model, path in PARTS for version, detail in _versions(model, path, trainings, since, user)
    ]
    found += _versions(BudgetLine, "id", lines, since, user)
    reasons = _Reasons(user, {version.history_change_reason or "" for version, _ in found})
    made = []
    for version, detail in sorted(found, key=lambda pair: (pair[0].history_date, pair[0].history_id)):
        training = _training_of(version)
        made.append(
            Change(
                at=version.history_date,
                by=str(version.history_user or SYSTEM),
                verb=version.get_history_type_display(),
                data=str(version.instance_type._meta.verbose_name),
                training_id=training,
                line_ids=frozenset({version.id} if training is None else trainings.get(training, ())),
                detail=detail,
                reason=reasons.of(version.history_change_reason),
            )
        )
    return made


def _training_of(version: Any) -> int | None:
    """Return the id of the training that a version belongs to; None for one of a budget line."""
    if version.instance_type is BudgetLine:
        return None
    return version.id if version.instance_type is Training else version.training_id


def _versions(
    model: type[models.Model], path: str, keys: Iterable[int], since: datetime, user: Any
) -> Iterator[tuple[Any, str]]:
    """Yield (version, what it changed) of the rows that hang on these keys."""
    mine = Q() if user.sees_all_agencies else model.agency_q(user)
    history = model.history.model.objects.filter(mine, **_until())
    late = history.filter(Among(F(f"{path}_id" if path != "id" else path), list(keys)), history_date__gt=since)
    rows = set(late.order_by().values_list("id", flat=True)) if keys else set()
    if not rows:
        return
    all_of_them = history.filter(Among(F("id"), list(rows))).select_related("history_user").order_by("id", "history_id")
    for _, versions in groupby(all_of_them.iterator(chunk_size=2_000), key=lambda version: version.id):
        before = None
        for version in versions:
            if version.history_date > since:
                yield version, _detail(model, before, version)
            before = version


def _detail(model: type[models.Model], before: Any, after: Any) -> str:
    """Return `realisasi: 10,00 → 12,00; status: …` for a change, what the row said for a new or removed one."""
    if after.history_type != "~" or before is None:
        return _facts(model, after)
    parts = []
    for column in model._meta.concrete_fields:
        old, new = getattr(before, column.attname), getattr(after, column.attname)
        if old == new or not column.editable or column.generated:
            continue
        told = "diubah" if column.is_relation else f"{_shown(column, old)} → {_shown(column, new)}"
        parts.append(f"{column.verbose_name}: {told}")
    return "; ".join(parts)


def _facts(model: type[models.Model], row: Any) -> str:
    names = {
        Training: ("title", "ceiling", "realised"),
        Expense: ("description", "realised"),
        Session: ("date",),
        Attendance: ("presence",),
        Enrolment: ("status",),
        BudgetLine: ("ceiling_original", "ceiling_revised"),
    }[model]
    columns = [model._meta.get_field(name) for name in names]
    return "; ".join(f"{column.verbose_name}: {_shown(column, getattr(row, column.attname))}" for column in columns)


def _shown(column: models.Field, value: Any) -> str:
    if value in (None, ""):
        return "(kosong)"
    return str(dict(column.flatchoices).get(value, value)) if column.choices else as_shown(value)


class _Reasons:
    """Change reasons in words; the file behind an import is named to those who may see the import."""

    def __init__(self, user: Any, reasons: Iterable[str]):
        ids = {match[2] for reason in reasons if (match := BATCH.fullmatch(reason))}
        seen = visible(ImportBatch, user).filter(pk__in=ids) if ids else ()
        self.files = {str(batch.pk): batch.filename for batch in seen}

    def of(self, reason: str | None) -> str:
        match = BATCH.fullmatch(reason or "")
        if match is None:
            return reason or ""
        file = self.files.get(match[2], "berkas instansi lain")
        return f"pembatalan impor {file}" if match[1] else f"impor {file}"


def causes(corrected: Iterable[Correction], made: Sequence[Change]) -> dict[tuple[str, int], str]:
    """Return for each corrected object one sentence: how many changes, by whom, the last one and its reason."""
    by_training, by_line, by_owner = defaultdict(list), defaultdict(list), defaultdict(list)
    subjects = {_key(one.subject): one.subject for one in corrected}
    owners = {one.line_id: one.organizer_id for one in subjects.values() if one.line_id}
    for change in made:
        if change.training_id:
            by_training[change.training_id].append(change)
        for line in change.line_ids:
            by_line[line].append(change)
        for owner in {owners.get(line) for line in change.line_ids}:
            by_owner[owner].append(change)
    groups = {FigureKind.TRAINING: by_training, FigureKind.LINE: by_line, FigureKind.ORGANIZER: by_owner}
    return {(kind, pk): _sentence(groups[kind].get(pk, [])) for kind, pk in subjects}


def _sentence(made: Sequence[Change]) -> str:
    if not made:
        return ""
    last = made[-1]
    people = ", ".join(dict.fromkeys(change.by for change in made))
    reason = f", {last.reason}" if last.reason else ""
    return f"{len(made)} perubahan oleh {people}; terakhir {as_shown(last.at)}{reason}"
