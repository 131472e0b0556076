"""What every rule must have, and the small functions under the rules."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from programs.rules import Cap, cap_in_force, unit_key
from reports.enums import Severity
from reports.findings import Rule, all_rules
from reports.findings.base import names_of, number
from reports.findings.registry import register

FOLDER = Path(__file__).parent


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.identifier)
def test_every_rule_says_what_why_and_how_grave(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9_]{5,40}", rule.identifier)
    assert rule.severity in Severity
    assert rule.label[0].isupper()
    assert not rule.label.endswith(".")
    assert rule.sentence.endswith(".")
    assert len(rule.regulation) > 10


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.identifier)
def test_every_rule_has_a_case_of_its_own(rule: Rule) -> None:
    assert any(f'run("{rule.identifier}"' in path.read_text() for path in FOLDER.glob("test_*.py"))


def test_the_grave_ones_come_first() -> None:
    order = [list(Severity).index(rule.severity) for rule in all_rules()]
    assert order == sorted(order)


def test_no_two_rules_of_one_name() -> None:
    class Twin(Rule):
        identifier = "without_nik"

    with pytest.raises(ValueError, match="without_nik"):
        register(Twin)


@pytest.mark.parametrize(
    ("text", "key"),
    [("OJ", "oj"), ("Orang / Jam", "oj"), ("JP", "jp"), ("org hari", "oh"), ("Kotak", "porsi"), ("Paket", "paket")],
)
def test_spellings_of_a_unit(text: str, key: str) -> None:
    assert unit_key(text) == key


CAPS = [
    Cap("", "OJ", Decimal(300), "umum"),
    Cap("narasumber", "OJ", Decimal(500), "narasumber"),
    Cap("narasumber eselon II", "Orang/Jam", Decimal(1000), "eselon II"),
    Cap("", "kotak", Decimal(35), "kotak"),
]


@pytest.mark.parametrize(
    ("description", "unit", "regulation"),
    [
        ("Honor Narasumber Eselon II (1 orang)", "oj", "eselon II"),
        ("Honor narasumber eselon III", "jam", "narasumber"),
        ("Moderator", "OJ", "umum"),
        ("Nasi kotak", "dus", "kotak"),
        ("Sewa kursi", "unit", None),
    ],
)
def test_the_cap_in_force(description: str, unit: str, regulation: str | None) -> None:
    cap = cap_in_force(description, unit, CAPS)
    assert (cap and cap.regulation) == regulation


def test_in_doubt_the_highest_cap_holds() -> None:
    caps = [Cap("eselon III", "OJ", Decimal(900), "a"), Cap("profesional", "OJ", Decimal(1700), "b")]
    assert cap_in_force("Narasumber", "OJ", caps).regulation == "b"


@pytest.mark.parametrize(
    ("value", "text"), [(1234, "1.234"), (Decimal("58.80"), "58,8"), (Decimal("60.00"), "60"), (0, "0")]
)
def test_numbers_in_sentences(value: Decimal | int, text: str) -> None:
    assert number(value) == text


def test_names_in_sentences() -> None:
    assert names_of(["Ani"]) == "Ani"
    assert names_of(list("ABCDEF")) == "A, B, C, D, E, dan 1 lainnya"
