"""Who may do what, written out: a change of rights shows up here as a changed line.

Three tables. ROWS says whose rows a user sees, ADMIN which verbs a role has on a model of the back office, PAGES (in
access_pages) what every other address answers. `test_completeness` refuses a URL name or an admin class that stands in
none of them.
"""

from collections.abc import Iterable

# --- rows ---------------------------------------------------------------------------------------------------------
# Sides of the world: a Pagelaran on Disperindag's money, b Wagir on Dinas Koperasi's, c Wagir on Disperindag's,
# d the records of Disperindag's own desk, s those of the administrators.
GROUPS = {
    "trainings": {
        "training",
        "session",
        "invitedrt",
        "expense",
        "enrolment",
        "attendance",
        "findingnote",
        "closingfigure",
    },
    "office": {"person", "business"},
    "sipd": {"sipdupload", "sipdrow"},
    "records": {
        "importbatch",
        "importrow",
        "rememberedcolumns",
        "rememberedvalue",
        "job",
        "auditevent",
        "exportrecord",
        "exportedfile",
        "exportrequest",
        "user",
    },
}
OFFICE_A = {"trainings": "a", "office": "a", "records": "a", "instructor": "a", "agency": "a", "budgetline": "abc"}
OFFICE_B = {"trainings": "bc", "office": "bc", "records": "bc", "instructor": "bc", "agency": "bc", "budgetline": "abc"}
ORGANIZER_A = {
    "trainings": "ac",
    "office": "ac",
    "records": "d",
    "instructor": "acd",  # those who teach in its trainings too
    "agency": "abc",
    "budgetline": "ac",
    "sipd": "ac",
}
ORGANIZER_B = {"trainings": "b", "office": "b", "instructor": "b", "agency": "abc", "budgetline": "b", "sipd": "b"}
ROWS: dict[str, dict[str, str]] = {
    "anonymous": {},
    "inactive": {},
    "nobody": OFFICE_A,  # its rows, without a single verb
    "operator_a": OFFICE_A,
    "operator_b": OFFICE_B,
    "head_a": OFFICE_A,
    "pptk": ORGANIZER_A,
    "supervisor": ORGANIZER_A,
    "supervisor_b": ORGANIZER_B,
    "auditor": {
        "trainings": "abc",
        "office": "abc",
        "records": "abcds",
        "instructor": "abcds",
        "agency": "abc",
        "budgetline": "abc",
        "sipd": "abc",
    },
    "administrator": {"records": "s", "instructor": "s", "user": "abcds", "agency": "abc"},
}
SIDES = {"a": "a", "b": "b", "c": "cross", "d": "money", "s": "house"}  # side -> attribute of the world


def sides_of(model_name: str) -> str:
    """Return the sides on which a row of this model exists."""
    return "abcds" if model_name in GROUPS["records"] | {"instructor"} else "abc"


def sees(user: str, model_name: str) -> str:
    """Return the sides whose row of a model this user sees."""
    rows = ROWS[user]
    group = next((name for name, members in GROUPS.items() if model_name in members), model_name)
    return rows.get(model_name, rows.get(group, ""))


# --- verbs --------------------------------------------------------------------------------------------------------
ROLE_OF = {
    "operator_a": "operator",
    "operator_b": "operator",
    "head_a": "head",
    "pptk": "programme_officer",
    "supervisor": "supervisor",
    "auditor": "auditor",
    "administrator": "administrator",
}
VIEW, KEEP, ALL, FORGET = "view", "view add change", "view add change delete", "view delete"
EVERY_OFFICE = ("operator", "head")
READERS = ("supervisor", "auditor")


def rights(*pairs: tuple[str | Iterable[str], str]) -> dict[str, str]:
    """Return {role: verbs} from (role or roles, verbs)."""
    return {role: verbs for roles, verbs in pairs for role in ((roles,) if isinstance(roles, str) else roles)}


EVERYBODY_LOOKS = rights((("operator", "head", "programme_officer", "supervisor", "auditor", "administrator"), VIEW))

ADMIN: dict[str, dict[str, str]] = {
    "portal.region": EVERYBODY_LOOKS,
    "portal.agency": EVERYBODY_LOOKS | {"administrator": KEEP},
    "portal.fiscalyear": EVERYBODY_LOOKS | {"administrator": KEEP},
    "portal.user": rights(("head", VIEW), ("auditor", VIEW), ("administrator", KEEP)),
    "portal.auditevent": rights(("auditor", VIEW), ("administrator", VIEW)),
    "portal.job": rights((EVERY_OFFICE, VIEW), ("programme_officer", VIEW), ("administrator", VIEW)),
    "portal.importbatch": rights(
        (EVERY_OFFICE, VIEW), ("programme_officer", VIEW), ("supervisor", VIEW), ("auditor", VIEW)
    ),
    "portal.rememberedcolumns": rights((EVERY_OFFICE, FORGET), ("programme_officer", FORGET)),
    "portal.rememberedvalue": rights((EVERY_OFFICE, FORGET), ("programme_officer", FORGET)),
    "programs.nomenclaturenode": EVERYBODY_LOOKS | {"administrator": KEEP},
    "programs.fundsource": EVERYBODY_LOOKS | {"administrator": KEEP},
    "programs.expenseaccount": EVERYBODY_LOOKS | {"administrator": KEEP},
    "programs.unitcostcap": EVERYBODY_LOOKS | {"programme_officer": KEEP, "administrator": KEEP},
    "programs.budgetline": EVERYBODY_LOOKS | {"programme_officer": KEEP},
    "programs.training": rights((EVERY_OFFICE, ALL), ("programme_officer", KEEP), (READERS, VIEW)),
    "programs.session": rights((EVERY_OFFICE, ALL), ("programme_officer", ALL), (READERS, VIEW)),
    "programs.invitedrt": rights((EVERY_OFFICE, ALL), ("programme_officer", ALL), (READERS, VIEW)),
    "programs.expense": rights((EVERY_OFFICE, VIEW), ("programme_officer", ALL), (READERS, VIEW)),
    "programs.sipdupload": rights(("programme_officer", "view add"), (READERS, VIEW)),
    "programs.instructor": rights((EVERY_OFFICE, KEEP), ("programme_officer", KEEP), ("auditor", VIEW)),
    "participants.person": rights((EVERY_OFFICE, KEEP), ("programme_officer", VIEW), (READERS, VIEW)),
    "participants.business": rights((EVERY_OFFICE, ALL), ("programme_officer", VIEW), (READERS, VIEW)),
    "participants.enrolment": rights((EVERY_OFFICE, ALL), ("programme_officer", VIEW), (READERS, VIEW)),
    "participants.attendance": rights((EVERY_OFFICE, ALL), ("programme_officer", VIEW), (READERS, VIEW)),
    "reports.exportrecord": rights((EVERY_OFFICE, VIEW), ("programme_officer", VIEW), (READERS, VIEW)),
    "reports.findingnote": rights((EVERY_OFFICE, VIEW), ("programme_officer", VIEW), (READERS, VIEW)),
}
# Verbs beside Django's four: the whole of them, by permission.
SPECIAL: dict[str, tuple[str, ...]] = {
    "portal.import_importbatch": (*EVERY_OFFICE, "programme_officer"),
    "portal.approve_importbatch": ("head", "supervisor"),
    "portal.approve_fiscalyear": ("supervisor", "administrator"),
    "programs.submit_training": EVERY_OFFICE,
    "programs.verify_training": ("programme_officer", "supervisor"),
    "participants.reveal_person": (*EVERY_OFFICE, "auditor"),
    "reports.export_exportrecord": (*EVERY_OFFICE, "programme_officer", *READERS),
    "reports.dismiss_findingnote": ("programme_officer", *READERS),
}

# --- sheets, reports, filters -----------------------------------------------------------------------------------------
RESOURCE_ROLES: dict[str, set[str]] = {
    "trainings": {"operator", "head", "programme_officer"},
    "participants": {"operator", "head"},
    "attendance": {"operator", "head"},
    "budget_lines": {"programme_officer"},
    "expenses": {"programme_officer"},
    "sipd": {"programme_officer"},
}
EXPORTER_ROLES: dict[str, set[str]] = {
    name: {*EVERY_OFFICE, "programme_officer", *READERS}
    for name in (
        *("audit", "trainings", "participants", "attendance", "finance"),
        *("budget", "accounts", "years", "repeats", "coverage", "persons", "corrections"),
    )
} | {"sipd": {"programme_officer", *READERS}}
FILTER_PAGES: dict[str, str] = {
    "TrainingFilterSet": "reports:trainings",
    "WholeLineFilterSet": "reports:trainings",  # refuses there what would take a part of a budget line
    "CorrectionFilterSet": "reports:closing",
}
