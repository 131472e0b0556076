"""What the invented trainings are about, and what such a training costs."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Theme:
    """A trade: title of its training, KBLI 2020 code, name of a shop, product, and rupiah of materials per person."""

    field: str
    title: str
    kbli: str
    shop: str
    product: str
    materials: int
    textile: bool = False


THEMES = (
    Theme("Konveksi", "Pelatihan Menjahit Pakaian Jadi", "14111", "Konveksi", "pakaian jadi", 325_000, textile=True),
    Theme("Batik", "Pelatihan Batik Tulis", "13134", "Batik", "kain batik", 350_000, textile=True),
    Theme("Bordir", "Pelatihan Bordir", "13912", "Bordir", "kain bordir", 300_000, textile=True),
    Theme("Pangan", "Pelatihan Olahan Keripik", "10794", "Keripik", "keripik singkong", 210_000),
    Theme("Pangan", "Pelatihan Kue Basah", "10792", "Dapur", "kue basah", 225_000),
    Theme("Pangan", "Pelatihan Pengolahan Kopi", "10761", "Kopi", "kopi bubuk", 275_000),
    Theme("Kemasan", "Pelatihan Desain Kemasan", "17022", "Kemasan", "dus dan kotak", 180_000),
    Theme("Kerajinan", "Pelatihan Anyaman Bambu", "16291", "Anyaman", "anyaman bambu", 240_000),
)


@dataclass(frozen=True)
class Cost:
    """A line of the budget (RAB): account, words, unit, rupiah per unit, and how the volume is found."""

    account: str
    description: str
    unit: str
    price: int
    per: str  # "hour", "person", "day" (a person on a day), "once"


COSTS = (
    Cost("5.1.02.02.01.0011", "Honorarium pengajar dari luar perangkat daerah", "JP", 300_000, "hour"),
    Cost("5.1.02.01.01.0052", "Makanan dan kudapan peserta", "orang hari", 50_000, "day"),
    Cost("5.1.02.04.01.0003", "Uang transportasi peserta", "orang hari", 75_000, "day"),
    Cost("5.1.02.01.01.0024", "Alat tulis peserta", "paket", 35_000, "person"),
    Cost("5.1.02.01.01.0026", "Spanduk, modul, dan sertifikat", "paket", 1_250_000, "once"),
)
MATERIALS = Cost("5.1.02.01.01.0012", "Bahan praktik peserta", "paket", 0, "person")
MACHINES = Cost("5.1.02.02.04.0123", "Sewa mesin jahit dan bordir", "unit hari", 75_000, "day")
HOURS_A_DAY = 8


def costs_of(theme: Theme, *, people: int, days: int) -> list[tuple[Cost, Decimal, Decimal]]:
    """Return (cost, volume, rupiah per unit) of every line of a training's budget."""
    volumes = {"hour": HOURS_A_DAY * days, "person": people, "day": people * days, "once": 1}
    lines = [(cost, Decimal(volumes[cost.per]), Decimal(cost.price)) for cost in COSTS]
    lines.append((MATERIALS, Decimal(people), Decimal(theme.materials)))
    if theme.textile:
        lines.append((MACHINES, Decimal(people // 2 * days), Decimal(MACHINES.price)))
    return lines
