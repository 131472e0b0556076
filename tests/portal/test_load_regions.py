"""Regions of any code from the shipped tables: complete, once, and corrected when a name changes."""

import io

import pytest
from django.core.management import CommandError, call_command

from portal.actions.regions import UnknownRegion, level_of, load_regions
from portal.enums import RegionLevel
from portal.models import Region

pytestmark = pytest.mark.django_db
MALANG = {"regency": 1, "district": 33, "village": 378, "urban_village": 12}


def run(code: str) -> str:
    out = io.StringIO()
    call_command("load_regions", code, stdout=out)
    return out.getvalue()


def test_the_regency_is_complete_and_twice_is_once():
    first = load_regions("35.07")
    assert (dict(first.levels), first.new, first.name) == (MALANG, 425, "Kabupaten Malang")
    again = load_regions("35.07")
    assert (again.new, again.changed, again.same) == (0, 0, 425)
    clumprit = Region.objects.get(pk="35.07.33.2001")
    assert (clumprit.name, clumprit.level, clumprit.parent.name) == ("Clumprit", RegionLevel.VILLAGE, "Pagelaran")
    assert Region.objects.get(pk="35").parent is None


def test_the_command_counts_in_words():
    assert "1 kabupaten, 33 kecamatan, 378 desa, 12 kelurahan (425 baru, 0 berubah, 0 sama)" in run("35.07")
    assert "(0 baru, 0 berubah, 425 sama)" in run("35.07")
    assert "1 kota, 5 kecamatan, 57 kelurahan (63 baru, 0 berubah, 1 sama)" in run("35.73")


def test_few_queries_however_many_rows(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        load_regions("35.07")


def test_a_kecamatan_brings_those_above_it_and_no_neighbour():
    assert load_regions("35.07.33").new == 13
    assert set(Region.objects.exclude(code__startswith="35.07.33.").values_list("pk", flat=True)) == {
        "35",
        "35.07",
        "35.07.33",
    }


def test_a_changed_name_is_corrected_and_an_abolished_village_stays():
    load_regions("35.07.33")
    Region.objects.filter(pk="35.07.33.2001").update(name="Clumpit", level=RegionLevel.URBAN_VILLAGE)
    Region.objects.create(pk="35.07.33.2099", name="Desa Lama", level=RegionLevel.VILLAGE, parent_id="35.07.33")
    assert load_regions("35.07.33").changed == 1
    assert Region.objects.get(pk="35.07.33.2001").name == "Clumprit"
    assert Region.objects.filter(pk="35.07.33.2099").exists()


@pytest.mark.parametrize("code", ["99", "35.7", "35.07.99", "", "35.07.", "Malang", "%"])
def test_an_unknown_code_is_one_sentence_and_exit_2(code: str):
    with pytest.raises(UnknownRegion):
        load_regions(code)
    with pytest.raises(CommandError, match=r"Kode wilayah “.*” tidak ada\.") as refusal:
        run(code)
    assert refusal.value.returncode == 2
    assert not Region.objects.exists()


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("35", RegionLevel.PROVINCE),
        ("35.07", RegionLevel.REGENCY),
        ("35.07.33", RegionLevel.DISTRICT),
        ("35.07.33.2001", RegionLevel.VILLAGE),
        ("35.07.24.1015", RegionLevel.URBAN_VILLAGE),
        ("91.03.01.3001", RegionLevel.VILLAGE),  # desa adat
    ],
)
def test_the_level_is_in_the_code(code: str, level: str):
    assert level_of(code) == level
