"""Hand-made books in which every figure of the added-up reports can go wrong."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from participants.enums import EnrolmentStatus
from participants.models import Person
from portal.models import Agency, User
from programs.models import BudgetLine, Training
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, FiscalYearFactory, RegionFactory, UserFactory, make_nik
from tests.factories.programs import (
    SUB_ACTIVITY,
    BudgetLineFactory,
    ExpenseAccountFactory,
    ExpenseFactory,
    FundSourceFactory,
    InvitedRtFactory,
    TrainingFactory,
    nomenclature_path,
)

OTHER_SUB_ACTIVITY, OTHER_PROGRAM = "3.31.02.2.01.0003", "3.30.07.2.01.0004"
GOODS, FOOD, FEES, TRAVEL = (
    "5.1.02.01.01.0024",
    "5.1.02.01.01.0052",
    "5.1.02.02.01.0003",
    "5.1.02.04.01.0001",
)
BORN = date(1980, 5, 17)


@dataclass
class Traps:
    """Agencies, users, and trainings and people by a word that says what is odd about them."""

    pagelaran: Agency
    wagir: Agency
    disperindag: Agency
    koperasi: Agency
    operator: User
    supervisor: User
    other_supervisor: User
    auditor: User
    lines: dict[str, BudgetLine] = field(default_factory=dict)
    trainings: dict[str, Training] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)


def build_traps() -> Traps:
    """Make the world; call it inside a transaction that is rolled back."""
    pagelaran, wagir = AgencyFactory(), AgencyFactory(region__code="35.07.21")
    disperindag = AgencyFactory(organizer=True)
    koperasi = AgencyFactory(organizer=True, name="Dinas Koperasi dan Usaha Mikro", short_name="Diskopum")
    traps = Traps(
        pagelaran=pagelaran,
        wagir=wagir,
        disperindag=disperindag,
        koperasi=koperasi,
        operator=UserFactory(operator=True, agency=pagelaran),
        supervisor=UserFactory(supervisor=True, agency=disperindag),
        other_supervisor=UserFactory(supervisor=True, agency=koperasi),
        auditor=UserFactory(auditor=True),
    )
    _lines(traps)
    _trainings(traps)
    _expenses(traps)
    _people(traps)
    _rts(traps)
    return traps


def _lines(traps: Traps) -> None:
    """One sub kegiatan from two sources and by two SKPD; a revised ceiling, and one revised to nothing."""
    own, other = {"organizer": traps.disperindag}, {"organizer": traps.koperasi}
    excise = FundSourceFactory(code="2.2.1.01.01.0001", name="DBH CHT")
    plans: dict[str, dict[str, Any]] = {
        "main": {**own, "ceiling_original": Decimal("300000000.50")},
        "excise": {**own, "fund_source": excise, "ceiling_revised": Decimal("275000000.25")},
        "foreign": {**other, "ceiling_original": Decimal("77000000")},
        "cancelled": {**own, "node": nomenclature_path(OTHER_SUB_ACTIVITY), "ceiling_revised": Decimal(0)},
        "clothing": {**other, "node": nomenclature_path(OTHER_PROGRAM)},
        "before": {**own, "fiscal_year": FiscalYearFactory(year=2023)},
        "unused": {**own, "node": nomenclature_path("3.31.02.2.01.0006"), "ceiling_original": Decimal("999")},
    }
    traps.lines = {word: BudgetLineFactory(**values) for word, values in plans.items()}


def _trainings(traps: Traps) -> None:
    plans: dict[str, dict[str, Any]] = {
        "plain": {"line": "main"},  # no expense lines
        "unknown": {"line": "main", "ceiling": None, "realised": None, "office": traps.wagir},
        "lines": {"line": "main", "ceiling": Decimal("3600000.00"), "realised": Decimal("3500000.50")},
        "more": {"line": "excise", "ceiling": Decimal("1800100.00"), "realised": Decimal("1800000.00")},
        "less": {"line": "excise", "ceiling": Decimal("1799900.00"), "realised": Decimal("1800000.00")},
        "cancelled": {"line": "cancelled", "ceiling": None, "realised": Decimal("100.10"), "office": traps.wagir},
        "foreign": {"line": "foreign", "office": traps.wagir, "title": "Pelatihan Milik Diskopum"},
        "clothing": {"line": "clothing", "realised": None, "village": None},
        "before": {"line": "before", "realised": Decimal("20000000.25")},
    }
    for number, (word, values) in enumerate(plans.items()):
        line = traps.lines[values.pop("line")]
        start = date(line.fiscal_year_id, 2, 3 + 2 * number)
        values = {"office": traps.pagelaran, "title": f"Pelatihan {word}", "start": start, **values}
        traps.trainings[word] = TrainingFactory(budget_line=line, **values)


def _expenses(traps: Traps) -> None:
    """Three accounts of two objects; two versions of one code; two trainings whose differences cancel each other."""
    accounts = {code: ExpenseAccountFactory(code=code, name=f"Rekening {code}") for code in (GOODS, FOOD, FEES, TRAVEL)}
    newer = ExpenseAccountFactory(code=FEES, valid_from=2025, name="Honorarium (nama baru)")
    for code, name in (("5.1.02.01", "Belanja Barang"), ("5.1.02.02", "Belanja Jasa")):
        ExpenseAccountFactory(code=code, name=name, level="objek")
    words = traps.trainings
    paid = {"volume": Decimal("1"), "unit_price": Decimal("900000.00")}
    ExpenseFactory(training=words["lines"], account=accounts[GOODS], realised=Decimal("800000.50"), **paid)
    ExpenseFactory(training=words["lines"], account=accounts[GOODS], realised=Decimal("900000"), **paid)
    ExpenseFactory(training=words["lines"], account=accounts[FOOD], realised=Decimal("900000"), **paid)
    ExpenseFactory(training=words["lines"], account=newer, realised=Decimal("900000"), **paid)
    ExpenseFactory(training=words["more"], account=accounts[FEES])
    ExpenseFactory(training=words["less"], account=newer)
    ExpenseFactory(training=words["foreign"], account=accounts[TRAVEL], realised=Decimal("1000"))


def _person(traps: Traps, word: str, office: Agency, serial: int | None, name: str) -> Person:
    nik = make_nik(serial, BORN, "P") if serial else None
    born = {"sex": "P", "birth_date": BORN, "rt": "001", "rw": ""}
    traps.people[word] = PersonFactory(office=office, nik=nik, name=name, **born)
    return traps.people[word]


def _enrol(traps: Traps, person: Person, *words: str, withdrawn: bool = False, rt: str = "001", rw: str = "") -> None:
    status = EnrolmentStatus.WITHDRAWN if withdrawn else EnrolmentStatus.COMPLETED
    for word in words:
        EnrolmentFactory(
            training=traps.trainings[word], person=person, status=status, represents_rt=rt, represents_rw=rw
        )


def _people(traps: Traps) -> None:
    here, there = traps.pagelaran, traps.wagir
    _enrol(traps, _person(traps, "moved", here, 1, "Sri Wahyuni Lama"), "plain", "before")
    _enrol(traps, _person(traps, "moved there", there, 1, "Sri Wahyuni Baru"), "cancelled", "foreign")
    _enrol(traps, _person(traps, "once", here, 2, "Sri Wahyuni Lama"), "plain")
    gave_up = _person(traps, "gave up", here, 3, "Endang Mundur")
    _enrol(traps, gave_up, "plain")
    _enrol(traps, gave_up, "lines", withdrawn=True)
    _enrol(traps, _person(traps, "no nik", here, None, "Tanpa Nomor"), "plain", "lines", "more")
    _enrol(traps, _person(traps, "no nik there", there, None, "Tanpa Nomor"), "unknown")
    # twice for the auditor, once for each of the two SKPD
    _enrol(traps, _person(traps, "of two", there, 4, "Kholifah Wagir"), "unknown", "foreign")
    _enrol(traps, _person(traps, "all gave up", there, 5, "Nur Mundur"), "cancelled", withdrawn=True)


def _rts(traps: Traps) -> None:
    """RT named by nobody, with and without RW; RT of another village; addresses without RT; a village asked twice."""
    words, here = traps.trainings, traps.pagelaran
    for word, rt, rw in (
        ("plain", "001", ""),
        ("plain", "002", ""),  # somebody of RT 002/RW 007 comes
        ("plain", "003", "005"),  # somebody names RT 003 without RW: not this one
        ("plain", "009", ""),  # nobody, here and everywhere
        ("lines", "003", "005"),  # reached here, so the village has been reached
        ("lines", "004", ""),  # only who withdrew
        ("unknown", "001", ""),
        ("clothing", "008", ""),  # no village
    ):
        InvitedRtFactory(training=words[word], rt=rt, rw=rw)
    elsewhere = RegionFactory(code="35.07.33.2007")
    for word, rt, names, living in (
        ("plain", ("002", "007"), ("", ""), {}),
        ("plain", ("002", ""), ("003", ""), {}),
        ("plain", ("001", ""), ("", ""), {"village": elsewhere}),
        ("plain", ("", "004"), ("", ""), {"village": None}),
        ("lines", ("003", "005"), ("", ""), {"village": None}),
        ("clothing", ("008", "001"), ("", ""), {}),
    ):
        person = PersonFactory(office=here, rt=rt[0], rw=rt[1], **living)
        _enrol(traps, person, word, rt=names[0], rw=names[1])
    _enrol(traps, PersonFactory(office=here), "lines", withdrawn=True, rt="004")


__all__ = ["FEES", "FOOD", "GOODS", "OTHER_PROGRAM", "OTHER_SUB_ACTIVITY", "SUB_ACTIVITY", "TRAVEL", "Traps"]
