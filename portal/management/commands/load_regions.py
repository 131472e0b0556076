"""Command line door: the areas of one regency (or of any other code), as often as one likes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.actions.regions import LoadedRegions, UnknownRegion, load_regions
from portal.enums import RegionLevel

REFUSED = 2
WORDS = {
    RegionLevel.PROVINCE: "provinsi",
    RegionLevel.REGENCY: "kabupaten/kota",
    RegionLevel.DISTRICT: "kecamatan",
    RegionLevel.VILLAGE: "desa",
    RegionLevel.URBAN_VILLAGE: "kelurahan",
}


def in_words(loaded: LoadedRegions) -> str:
    """Return `1 kabupaten, 33 kecamatan, 378 desa, 12 kelurahan`; several regencies are not told apart."""
    words = dict(WORDS)
    if loaded.levels[RegionLevel.REGENCY] == 1:
        words[RegionLevel.REGENCY] = "kota" if loaded.name.startswith("Kota") else "kabupaten"
    return ", ".join(f"{loaded.levels[level]} {word}" for level, word in words.items() if loaded.levels[level])


class Command(BaseCommand):
    """`manage.py load_regions 35.07`: exit 0 done, 2 unknown code."""

    help = "Memuat wilayah satu provinsi, kabupaten/kota, atau kecamatan beserta isinya."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="kode Kemendagri, misalnya 35.07")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_regions(options["code"].strip())
        except UnknownRegion as fault:
            raise CommandError(str(fault), returncode=REFUSED) from None
        self.stdout.write(
            f"Wilayah {options['code']} {loaded.name}: {in_words(loaded)} "
            f"({loaded.new} baru, {loaded.changed} berubah, {loaded.same} sama)."
        )
