"""Make the world that every run starts from, in a database that is still empty."""

from django.core.management import call_command

from benchmarks.sheet import OPERATOR, TRAINING, VILLAGES
from tests.factories.participants import PersonFactory
from tests.factories.portal import RegionFactory
from tests.samples import PLACES, Sample


def main() -> None:
    """Migrate, make the sample world, the other villages of its first kecamatan, and one person of the neighbour."""
    call_command("migrate", verbosity=0)
    world = Sample()
    if (world.founding.number, world.operator.username) != (TRAINING, OPERATOR):
        raise SystemExit("The sample world of the tests has another training or user than the files are made for.")
    district = world.founding.office.region
    for number, name in enumerate(VILLAGES, start=2001):
        if name != PLACES["Pagelaran"][1]:
            RegionFactory(code=f"{district.code}.{number}", name=name, parent=district)
    PersonFactory(office=world.office("Wagir"))
