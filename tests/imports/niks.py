"""NIK of nobody, by the hundred thousand: every province and day, both sexes, first and last serial."""

from collections.abc import Iterator

PROVINCES = (
    *(11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65, 71, 72, 73, 74),
    *(75, 76, 81, 82, 91, 92, 93, 94, 95, 96, 97),
    *(20, 40, 99),  # no provinces yet; a digit is a digit all the same
)
DAYS = (*range(1, 32), *range(41, 72))  # women have 40 added
SERIALS = (1, 9999, 10, 1000, 9000)  # first and last, and ends that a number would lose


def many_niks(count: int) -> Iterator[str]:
    """Yield `count` well-formed NIK, always the same ones; within 3,000 of them every province meets every day."""
    for n in range(count):
        scattered = n * 2654435761 % 2**32
        serial = SERIALS[n // 2 % len(SERIALS)] if n % 2 else scattered % 9999 + 1
        area = f"{PROVINCES[n % len(PROVINCES)]}{scattered // 9999 % 10_000:04d}"
        born = f"{DAYS[n // len(PROVINCES) % len(DAYS)]:02d}{n % 12 + 1:02d}{scattered // 7 % 100:02d}"
        yield f"{area}{born}{serial:04d}"
