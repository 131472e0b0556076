"""The pages of the desk that change something: columns, repairs, saving, approval, undo."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from portal.actions.approvals import give_back, submit
from portal.actions.imports import MENDABLE, OUT_OF_HAND, needs_approval
from portal.actions.jobs import live_job
from portal.actions.undo import may_undo
from portal.enums import BatchState
from portal.importing import repair, staging, tasks
from portal.importing.forms import ApplyForm, RepairForm, ReturnForm
from portal.importing.judging import resource_of
from portal.importing.rows import ImportRefused
from portal.importing.undo import undo
from portal.importing.views.common import attempt, back_to, own_batch, run, seen_batch
from portal.models import ImportBatch


def _idle_batch(request: HttpRequest, pk: uuid.UUID) -> ImportBatch | None:
    """Return a batch to work on, or None (and say so) while a job is at work on it."""
    found = own_batch(request, pk)
    if live_job(str(found.pk)):
        messages.warning(request, "Impor ini sedang dikerjakan. Tunggu sampai selesai.")
        return None
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say which heading of the file means which column; remembered for the next file of the same layout."""
    found = own_batch(request, pk)
    headers = [header for header in found.layout.get("headers", []) if header["headings"]]
    if not (found.file and headers) or found.state in OUT_OF_HAND:
        return back_to(found)
    header = next((one for one in headers if not one["ok"]), headers[0])
    resource = resource_of(found, request.user)
    if request.method == "POST":
        names = [request.POST.get(f"kolom-{number}", "") for number, _ in enumerate(header["headings"])]

        def decide() -> None:
            staging.decide_columns(found, header["sheet"], names, by=request.user)
            tasks.run(tasks.EXAMINE, found, request.user)

        if attempt(request, decide):
            return back_to(found)
        for heading, name in zip(header["headings"], names, strict=True):
            heading["name"] = heading["name"] if heading["dynamic"] else name
    for heading in header["headings"]:
        heading["guess"] = heading["name"] or header["suggestions"].get(heading["key"], "")
    required = [column.label for column in resource.columns.values() if column.required]
    context = {
        "title": f"Cocokkan kolom: {found.filename}",
        "batch": found,
        "resource": resource,
        "header": header,
        "required": required,
        "missing": [resource.heading_of(name) for name in header["missing"]],
        "columns": [(name, column.label, column.required) for name, column in resource.columns.items()],
    }
    return render(request, "importing/columns.html", context)


@login_required
@require_POST
def mend(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take mended cells, decided words and rows to leave out, and judge the batch again."""
    found = _idle_batch(request, pk)
    if found is None:
        return back_to(own_batch(request, pk))
    form = RepairForm(request.POST, resource_of(found, request.user))

    def work() -> None:
        repair.mend(
            found,
            cells=form.cells,
            left_out=form.left_out,
            words=form.words,
            remember=form.remember,
            by=request.user,
        )

    return _judge_again(request, found) if attempt(request, work) else back_to(found)


@login_required
@require_POST
def take_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the mended problem file back into the import it came from."""
    found = _idle_batch(request, pk)
    form = ReturnForm(request.POST, request.FILES)
    if found is None or not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
        return back_to(own_batch(request, pk))
    file = form.cleaned_data["file"]
    done = attempt(request, lambda: repair.take_back(found, file.read(), file.name, by=request.user))
    return _judge_again(request, found) if done else back_to(found)


@login_required
@require_POST
def check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Judge the staged rows again, after something in the portal changed."""
    found = _idle_batch(request, pk)
    if found and found.state == BatchState.UPLOADED and found.file:
        run(request, tasks.EXAMINE, found)
    elif found and found.state in MENDABLE:
        run(request, tasks.CHECK, found)
    return back_to(found or own_batch(request, pk))


def _judge_again(request: HttpRequest, found: ImportBatch) -> HttpResponse:
    found.refresh_from_db()
    if run(request, tasks.CHECK, found):
        ready = found.rows_new + found.rows_changed
        messages.success(request, f"Diperiksa lagi: {ready} baris siap disimpan, {found.rows_rejected} masih ditolak.")
    return back_to(found)


def _promised(request: HttpRequest, found: ImportBatch) -> ApplyForm | None:
    """Return the form of a click that fits what the page showed; None (and say so) otherwise."""
    form = ApplyForm(request.POST, batch=found, user=request.user)
    if form.is_valid():
        return form
    messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return None


@login_required
@require_POST
def apply(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Save what the page showed, the valid rows or all or nothing; or hand it in where a second person must agree."""
    found = _idle_batch(request, pk)
    form = _promised(request, found) if found else None
    if form is None:
        return back_to(own_batch(request, pk))
    everything = form.cleaned_data["mode"] == ApplyForm.ALL
    if needs_approval(found):
        if attempt(request, lambda: submit(found, by=request.user, all_or_nothing=everything)):
            messages.success(request, "Impor diajukan. Kepala kantor dapat menyetujuinya dari halaman ini.")
        return back_to(found)
    if run(request, tasks.APPLY_ALL if everything else tasks.APPLY, found):
        messages.success(request, f"Tersimpan: {found.rows_new} baru, {found.rows_changed} berubah.")
    return back_to(found)


@login_required
@require_POST
def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Approve a handed-in batch, which saves it, or give it back; its sender may take it back."""
    found = seen_batch(request, pk)
    form = _promised(request, found)
    if form is None:
        return back_to(found)
    if "setujui" not in request.POST:
        attempt(request, lambda: give_back(found, by=request.user, note=form.cleaned_data["note"]))
    elif attempt(request, lambda: tasks.approve(found, request.user)):
        messages.success(request, "Disetujui. Hasil penyimpanan tampil di halaman ini.")
    return back_to(found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_away(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and then undo a saved import as a whole."""
    found = seen_batch(request, pk)
    if not may_undo(found, request.user):
        raise PermissionDenied
    if request.method == "POST":
        try:
            counts = undo(found, by=request.user)
        except ImportRefused as refusal:
            messages.error(request, str(refusal))
        else:
            removed, restored = counts["removed"], counts["restored"]
            messages.success(request, f"Impor dibatalkan: {removed} baris dihapus, {restored} dikembalikan.")
        return back_to(found)
    return render(request, "importing/undo.html", {"title": f"Batalkan impor {found.filename}", "batch": found})
