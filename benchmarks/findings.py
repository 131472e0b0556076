"""How long all rules of the findings take over a large year: `python benchmarks/findings.py --help`.

The rows are those of `create_demo_data --scale`. Each rule is run for the auditor (everything), the supervisor (one
organizer) and an operator (one kecamatan), after a first run that brings the pages of the database into memory. Without
`DATABASE_URL` a throw-away PostgreSQL is started; a `DATABASE_URL` of your own must lead to an empty database.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

if not __package__:  # run by its path: the folder above holds the packages
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.houses import ROOT, House, RunFailed

DATABASES = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}
LIMIT_SECONDS = 10


def options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks/findings.py", description="All rules of the findings.")
    parser.add_argument("--trainings", type=int, default=3_600, help="so many give about 100,000 enrolments")
    parser.add_argument("--database", choices=DATABASES, default="both")
    parser.add_argument(
        "--assert", dest="strict", action="store_true", help="end with 1 above ten seconds for all rules"
    )
    return parser.parse_args()


def main(*arguments: str) -> int:
    """Measure and print; with arguments: be the process inside one portal."""
    if arguments:
        return {"prepare": prepare, "measure": measure}[arguments[0]](*arguments[1:])
    asked = options()
    if "postgresql" in DATABASES[asked.database] and not os.environ.get("DATABASE_URL"):
        os.chdir(ROOT)
        again = [sys.executable, "benchmarks/findings.py", *sys.argv[1:]]
        os.execvp("sh", ["sh", ".ci/postgres.sh", *again])  # noqa: S606, S607  our own script
    longest = 0.0
    for database in DATABASES[asked.database]:
        with tempfile.TemporaryDirectory(prefix="sulam-bench-") as folder:
            house = House(Path(folder), os.environ["DATABASE_URL"] if database == "postgresql" else "")
            try:
                house.call("findings", "prepare", str(asked.trainings))
                house.analyze()
                report = json.loads(house.call("findings", "measure"))
            except RunFailed as fault:
                sys.stdout.write(f"{database}: {fault}\n")
                return 2
        sys.stdout.write(table(report))
        longest = max(longest, *(sum(times.values()) for times in report["seconds"].values()))
    return 1 if asked.strict and longest > LIMIT_SECONDS else 0


def prepare(trainings: str) -> int:
    """Make the portal and its rows."""
    from django.core.management import call_command

    for command in (["migrate", "-v0"], ["createcachetable", "-v0"], ["create_demo_data", "--scale", trainings]):
        call_command(*command, stdout=sys.stderr)
    return 0


def measure() -> int:
    """Print seconds and findings of each rule for each user, as JSON."""
    import time

    from django.db import connection
    from django.db.models import Count

    from participants.models import Attendance, Enrolment
    from portal.models import Agency, User
    from programs.models import Training
    from reports.findings import Scope, all_rules, find

    busiest = Enrolment.objects.order_by().values("office").annotate(rows=Count("pk")).order_by("-rows").first()
    operator = User.objects.get(username="operator.pagelaran")
    operator.agency = Agency.objects.get(pk=busiest["office"])
    users = {
        "auditor": User.objects.select_related("agency").get(username="auditor.inspektorat"),
        "supervisor": User.objects.select_related("agency").get(username="supervisor.disperindag"),
        "operator": operator,
    }
    report: dict[str, Any] = {
        "database": connection.vendor,
        "rows": {model._meta.model_name: model.objects.count() for model in (Training, Enrolment, Attendance)},
        "seconds": {},
        "findings": {},
    }
    for name, user in users.items():
        find(Scope.of(user))
        report["seconds"][name], report["findings"][name] = {}, {}
        for rule in all_rules():
            began = time.monotonic()
            report["findings"][name][rule.identifier] = len(find(Scope.of(user), [rule]))
            report["seconds"][name][rule.identifier] = time.monotonic() - began
    sys.stdout.write(json.dumps(report))
    return 0


def table(report: dict[str, Any]) -> str:
    """Return the figures of one database as lines."""
    users = list(report["seconds"])
    rows = ", ".join(f"{count:,} {name}" for name, count in report["rows"].items())
    lines = [f"{report['database']}: {rows}", f"{'seconds (findings)':30}" + "".join(f"{user:>18}" for user in users)]
    for rule in report["seconds"][users[0]]:
        cells = (f"{report['seconds'][user][rule]:.2f} ({report['findings'][user][rule]})" for user in users)
        lines.append(f"{rule:30}" + "".join(f"{cell:>18}" for cell in cells))
    totals = (f"{sum(report['seconds'][user].values()):.2f}" for user in users)
    lines.append(f"{'all rules':30}" + "".join(f"{total:>18}" for total in totals))
    return "\n".join(lines) + "\n\n"


if __name__ == "__main__":
    raise SystemExit(main())
