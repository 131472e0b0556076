"""Two agencies side by side: what A may see, what B keeps, and the tokens that must never cross.

A is Kecamatan Pagelaran on a budget line of Disperindag, B is Kecamatan Wagir on one of Dinas Koperasi, and `cross` is
a training of Wagir that Disperindag pays for: foreign to the operator of A, own to the supervisor of A. `money` and
`house` are the records of Disperindag's and the administrators' own desks.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models

from portal.models import Agency, User
from portal.scoping import is_scoped
from portal.triggers import project_models
from tests.factories import participants, portal, programs, reports
from tests.factories.sentinels import PREFIX, plant_tokens


class Rows(dict):
    """Rows by model name, `rows.training`; one of every scoped model unless it is an agency's records only."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def of(self, model: type[models.Model]) -> models.Model:
        """Return the row of a model."""
        return self[model._meta.model_name]


@dataclass
class World:
    """Agencies, one user a role, and the rows of A, B and across."""

    pagelaran: Agency
    wagir: Agency
    disperindag: Agency
    koperasi: Agency
    inspektorat: Agency
    setda: Agency
    operator_a: User
    operator_b: User
    head_a: User
    supervisor: User
    supervisor_b: User
    pptk: User
    auditor: User
    administrator: User
    nobody: User
    inactive: User
    a: Rows
    b: Rows
    cross: Rows
    money: Rows
    house: Rows
    tokens: dict[str, tuple[str, str]]  # token -> (side "b", "c" or "o" for the organizer of B, model name)


def rows_of(office: Agency, line: Any, by: User, token: str = "") -> dict[str, models.Model]:
    """Make one row of every scoped model for an office and the organizer of a budget line."""
    training = programs.TrainingFactory(office=office, budget_line=line)
    enrolment = participants.EnrolmentFactory(training=training)
    found = records_of(office, by, token)
    session = programs.SessionFactory(training=training, instructor=found["instructor"])
    made = [
        office,
        line,
        training,
        session,
        programs.InvitedRtFactory(training=training),
        programs.ExpenseFactory(training=training),
        enrolment.person,
        participants.BusinessFactory(person=enrolment.person),
        enrolment,
        participants.AttendanceFactory(enrolment=enrolment, session=session),
        sheet := programs.SipdUploadFactory(organizer=line.organizer),
        programs.SipdRowFactory(upload=sheet),
        reports.ClosingFigureFactory(training=training, label=token.replace("RECORD", "FIGURE") or "Pelatihan uji"),
    ]
    reason = token.replace("RECORD", "FINDING") or "Sudah dicocokkan dengan SPJ"
    made.append(
        reports.FindingNoteFactory(  # about nobody's training: one that was decided about could not be deleted
            training=None,
            office=office,
            organizer=line.organizer,
            key=f"person:{enrolment.person_id}:uji",
            by=by,
            reason=reason,
        )
    )
    found["importbatch"].target = training.number
    found["importbatch"].save()
    return found | {row._meta.model_name: row for row in made}


def records_of(agency: Agency, by: User, token: str = "") -> dict[str, models.Model]:
    """Make what every kind of agency has: instructors, imports, jobs, and its append-only records with `token`."""
    batch = portal.ImportBatchFactory(by=by, agency=agency, layout={"columns": [["name", "Nama"]]})
    row = portal.ImportRowFactory(batch=batch)
    row.cells = {"name": "Sulastri"}
    row.save()
    export = reports.ExportRecordFactory(by=by, description=token or "Semua data", filters={"q": token})
    made = [
        by,
        programs.InstructorFactory(agency=agency),
        batch,
        row,
        portal.RememberedColumnsFactory(by=by, agency=agency),
        portal.RememberedValueFactory(by=by, agency=agency),
        portal.JobFactory(owner=by, agency=agency),
        portal.AuditEventFactory(by=by, obj=batch, summary=token or "Catatan uji", data={"kata": token}),
        export,
        reports.ExportRequestFactory(owner=by, reason=token or ""),
        reports.ExportedFileFactory(record=export, name=f"{token or 'audit'}.xlsx"),
    ]
    return {row._meta.model_name: row for row in made}


def build_world() -> World:
    """Make the whole world; call it inside a transaction that is rolled back."""
    pagelaran = portal.AgencyFactory(office=True)
    wagir = portal.AgencyFactory(office=True, region__code="35.07.21")
    disperindag = portal.AgencyFactory(organizer=True)
    koperasi = portal.AgencyFactory(organizer=True, name="Dinas Koperasi dan Usaha Mikro", short_name="Diskopum")
    inspektorat = portal.AgencyFactory(auditor=True)
    setda = portal.AgencyFactory(regency=True)
    make = portal.UserFactory
    operator_a = make(username="operator.a", operator=True, agency=pagelaran)
    operator_b = make(username="operator.b", operator=True, agency=wagir)
    operator_c = make(username="operator.c", operator=True, agency=wagir)
    portal.FiscalYearFactory(closings=1)  # closed once and open again: so that its figures are compared
    line_a = programs.BudgetLineFactory(organizer=disperindag)
    line_b = programs.BudgetLineFactory(organizer=koperasi)
    pptk = make(username="pptk.a", programme_officer=True, agency=disperindag)
    administrator = make(username="administrator", administrator=True, agency=setda)
    a = Rows(rows_of(pagelaran, line_a, operator_a))
    b = Rows(rows_of(wagir, line_b, operator_b, f"{PREFIX}-B-RECORD"))
    cross = Rows(rows_of(wagir, line_a, operator_c, f"{PREFIX}-C-RECORD"))
    a["unitcostcap"] = programs.UnitCostCapFactory(fiscal_year=line_a.fiscal_year)
    tokens = {f"{PREFIX}-{side.upper()}-RECORD": (side, "auditevent") for side in "bc"}
    tokens |= {f"{PREFIX}-{side.upper()}-FINDING": (side, "findingnote") for side in "bc"}
    tokens |= {f"{PREFIX}-{side.upper()}-FIGURE": (side, "closingfigure") for side in "bc"}
    plant_tokens(b, "B", tokens)
    plant_tokens({"agency": koperasi}, "O", tokens)
    plant_tokens({name: row for name, row in cross.items() if name not in {"agency", "budgetline"}}, "C", tokens)
    for rows in (b, cross):
        rows.importbatch.target = rows.training.number
        rows.importbatch.save()
    return World(
        pagelaran=pagelaran,
        wagir=wagir,
        disperindag=disperindag,
        koperasi=koperasi,
        inspektorat=inspektorat,
        setda=setda,
        operator_a=operator_a,
        operator_b=operator_b,
        head_a=make(username="kepala.a", head=True, agency=pagelaran),
        supervisor=make(username="pengawas.a", supervisor=True, agency=disperindag),
        supervisor_b=make(username="pengawas.b", supervisor=True, agency=koperasi),
        pptk=pptk,
        auditor=make(username="pemeriksa", auditor=True, agency=inspektorat),
        administrator=administrator,
        nobody=make(username="tanpa.hak", agency=pagelaran),
        inactive=make(username="nonaktif", operator=True, agency=pagelaran, is_active=False),
        a=a,
        b=b,
        cross=cross,
        money=Rows(records_of(disperindag, pptk)),
        house=Rows(records_of(setda, administrator)),
        tokens=tokens,
    )


def scoped_models() -> list[type[models.Model]]:
    """Return the project's models whose rows belong to agencies."""
    return [model for model in project_models() if is_scoped(model)]
