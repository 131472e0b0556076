"""The third table of tests/access_table.py: what every address outside the lists of the back office answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.access_table import ROLE_OF

USERS = ("anonymous", "inactive", "nobody", *ROLE_OF)
STRANGERS = ("anonymous", "inactive")
IMPORTERS = ("operator_a", "operator_b", "head_a", "pptk")


def answers(signed_in: int, strangers: int = 302, *groups: tuple[Iterable[str], int]) -> dict[str, int]:
    """Return {user: status}; a group later in the list overrides what stands before."""
    table = {user: strangers if user in STRANGERS else signed_in for user in USERS}
    return table | {user: status for users, status in groups for user in users}


@dataclass(frozen=True)
class Page:
    """An address outside Django's own pages of a model; `model` names whose row stands in it."""

    get: dict[str, int]
    post: dict[str, int]
    model: str = ""
    missing: int = 404  # the answer for a row that does not exist, to users who get past the door …
    door: tuple[str, ...] | None = None  # … and who those are, unless it is everybody whom the page does not refuse
    fixed: dict[str, str] = field(default_factory=dict)  # parameters that name no row
    query: str = ""
    data: dict[str, str] = field(default_factory=dict)  # what is sent when the page has no form of its own


REFUSED_METHOD = answers(405, 405)
LOGIN_FIRST = answers(405)
AWAY, OPEN_TO_ALL, OF_USERS = answers(302), answers(200, 200), answers(200)
ONLY_STRANGERS = answers(302, 200)


def importing(status: int) -> dict[str, int]:
    """Return the answers of the import desk, which only importers enter."""
    return answers(403, 302, (IMPORTERS, status))


LOOKERS = {"supervisor": 200, "auditor": 200}  # of their own agency's imports, and of everybody's
EXPORTERS = ("operator_a", "operator_b", "head_a", "pptk", "supervisor", "auditor")
DECIDERS = ("pptk", "supervisor", "auditor")
OFFICES = ("operator_a", "operator_b", "head_a")
BATCH = "portal.importbatch"
REQUEST = "reports.exportrequest"
NOBODY_404 = (("nobody",), 404)
SIPD_READERS = ("pptk", "supervisor", "auditor")
ADMINISTRATOR, REVEALERS, TWO_KEYS = ("administrator",), (*OFFICES, "auditor"), ("supervisor", "administrator")
PARTICIPANTS = {"identifier": "participants"}

PAGES: dict[str, Page] = {
    "home": Page(answers(302), REFUSED_METHOD),
    "healthz": Page(OPEN_TO_ALL, REFUSED_METHOD),
    "no-access": Page(answers(403), REFUSED_METHOD),
    # django-allauth: the user's own account, nobody else's
    "account_login": Page(ONLY_STRANGERS, ONLY_STRANGERS),
    "account_logout": Page(OF_USERS, AWAY),
    "account_inactive": Page(OPEN_TO_ALL, REFUSED_METHOD),
    "account_reauthenticate": Page(OF_USERS, OF_USERS),
    "account_change_password": Page(OF_USERS, OF_USERS),
    "mfa_index": Page(OF_USERS, LOGIN_FIRST),
    "mfa_authenticate": Page(AWAY, AWAY),
    "mfa_reauthenticate": Page(AWAY, AWAY),
    "mfa_activate_totp": Page(AWAY, AWAY),
    "mfa_deactivate_totp": Page(answers(404), answers(404)),
    "mfa_view_recovery_codes": Page(answers(404), LOGIN_FIRST),
    "mfa_generate_recovery_codes": Page(AWAY, AWAY),
    "mfa_download_recovery_codes": Page(answers(404), answers(404)),
    "mfa_list_webauthn": Page(OF_USERS, LOGIN_FIRST),
    "mfa_add_webauthn": Page(AWAY, AWAY),
    "mfa_reauthenticate_webauthn": Page(AWAY, AWAY),
    "mfa_remove_webauthn": Page(AWAY, AWAY, fixed={"pk": "1"}),
    "mfa_edit_webauthn": Page(AWAY, AWAY, fixed={"pk": "1"}),
    # the import desk
    "importing:start": Page(importing(200), LOGIN_FIRST),
    "importing:upload": Page(
        importing(200) | {"pptk": 404}, importing(200) | {"pptk": 404}, fixed=PARTICIPANTS
    ),  # people are the office's
    "importing:template": Page(importing(200) | {"pptk": 404}, LOGIN_FIRST, fixed=PARTICIPANTS),
    "importing:batch": Page(importing(200) | LOOKERS, LOGIN_FIRST, model=BATCH),
    "importing:progress": Page(importing(200) | LOOKERS, LOGIN_FIRST, model=BATCH),
    "importing:problems": Page(importing(200), LOGIN_FIRST, model=BATCH),
    "importing:columns": Page(importing(302), importing(302), model=BATCH),  # the batch has no file to match again
    "importing:mend": Page(LOGIN_FIRST, importing(302), model=BATCH),
    "importing:take_back": Page(LOGIN_FIRST, importing(302), model=BATCH),
    "importing:check": Page(LOGIN_FIRST, importing(302), model=BATCH),
    "importing:apply": Page(LOGIN_FIRST, importing(302), model=BATCH),
    "importing:decide": Page(LOGIN_FIRST, importing(302) | {"supervisor": 302, "auditor": 302}, model=BATCH),
    # what was never saved cannot be undone
    "importing:undo": Page(importing(403), importing(403), model=BATCH, door=(*IMPORTERS, *LOOKERS)),
    # reports
    "reports:index": Page(answers(403, 302, (EXPORTERS, 200)), LOGIN_FIRST),
    "reports:trainings": Page(answers(403, 302, (EXPORTERS, 200)), LOGIN_FIRST),
    "reports:sipd": Page(answers(403, 302, (SIPD_READERS, 200)), LOGIN_FIRST),
    "reports:sipd_upload": Page(answers(403, 302, (SIPD_READERS, 200)), LOGIN_FIRST, model="programs.sipdupload"),
    "reports:findings": Page(answers(403, 302, (EXPORTERS, 200)), LOGIN_FIRST),
    "reports:finding_decision": Page(
        LOGIN_FIRST, answers(403, 302, (DECIDERS, 302)), data={"rule": "without_nik", "key": "training:0"}
    ),
    "reports:export": Page(
        LOGIN_FIRST,
        answers(404, 302, (EXPORTERS, 200)),
        fixed={"identifier": "audit"},
        query="?year=2025",
        data={"format": "csv"},
    ),
    "reports:request": Page(answers(403, 302, (EXPORTERS, 200)), LOGIN_FIRST, model=REQUEST),
    "reports:request_progress": Page(answers(403, 302, (EXPORTERS, 200)), LOGIN_FIRST, model=REQUEST),
    # one that waits for nobody: whoever may decide is told so
    "reports:request_decide": Page(
        LOGIN_FIRST,
        answers(403, 302, (EXPORTERS, 302), (("pptk", "supervisor"), 403)),
        model=REQUEST,
        door=EXPORTERS,
    ),
    # not written yet: there is no file, not even for its owner
    "reports:request_download": Page(answers(403, 302, (EXPORTERS, 404)), LOGIN_FIRST, model=REQUEST, door=EXPORTERS),
    # verification: a code is for everybody, a file for whoever may sign in
    "reports:verify_code": Page(OPEN_TO_ALL, REFUSED_METHOD),
    "reports:verify": Page(answers(404, 404), REFUSED_METHOD, fixed={"code": "0000-0000-0000"}),
    "reports:verify_file": Page(OF_USERS, OF_USERS),
    # the frame of the back office
    "admin:index": Page(OF_USERS, OF_USERS),
    "admin:login": Page(AWAY, AWAY),
    "admin:logout": Page(AWAY, AWAY),
    "admin:jsi18n": Page(OF_USERS, LOGIN_FIRST),
    "admin:app_list": Page(answers(200, 302, NOBODY_404), answers(200, 302, NOBODY_404), fixed={"app_label": "portal"}),
    "admin:autocomplete": Page(
        answers(403, 302, (ADMINISTRATOR, 200)),  # the region of an agency is chosen by whoever edits agencies
        LOGIN_FIRST,
        query="?app_label=portal&model_name=agency&field_name=region",
    ),
    "reports:closing": Page(answers(403, 302, (EXPORTERS, 200)), LOGIN_FIRST, model="portal.fiscalyear"),
    # pages of one row, beside Django's
    "admin:portal_fiscalyear_checklist": Page(
        answers(200, 302, (("nobody",), 403)), answers(405, 302), model="portal.fiscalyear", missing=302
    ),
    "admin:portal_fiscalyear_answer": Page(
        LOGIN_FIRST, answers(403, 302, (TWO_KEYS, 302)), model="portal.fiscalyear", missing=302, data={"to": "approve"}
    ),
    "admin:portal_fiscalyear_close": Page(
        LOGIN_FIRST, answers(403, 302, (ADMINISTRATOR, 302)), model="portal.fiscalyear", missing=302
    ),
    "admin:portal_fiscalyear_reopen": Page(
        LOGIN_FIRST, answers(403, 302, (ADMINISTRATOR, 302)), model="portal.fiscalyear", missing=302
    ),
    "admin:portal_user_password": Page(
        LOGIN_FIRST, answers(403, 302, (ADMINISTRATOR, 200)), model="portal.user", missing=302
    ),
    "admin:programs_training_status": Page(
        LOGIN_FIRST,
        answers(403, 302, (OFFICES, 302)),
        model="programs.training",
        missing=302,
        door=EXPORTERS,  # whoever may see trainings; the step itself asks for more
        data={"to": "submitted"},
    ),
    "admin:participants_person_reveal": Page(
        answers(403, 302, (REVEALERS, 200)),
        answers(403, 302, (REVEALERS, 200)),
        model="participants.person",
        missing=302,
        data={"reason": "Mencocokkan dengan KTP asli"},
    ),
}

# Where Django's pages of a model answer otherwise than the verbs say: (model, view, method) -> {user: status}.
EXCEPTIONS: dict[tuple[str, str, str], dict[str, int]] = {
    # a year is closed and opened by its own pages, its form changes nothing
    ("portal.fiscalyear", "change", "POST"): {"administrator": 403},
    # seen through a shared training, kept by the office
    ("programs.instructor", "change", "POST"): {"pptk": 403},
}
