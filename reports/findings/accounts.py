"""Expense accounts that rules ask for, in both spellings in use: `5.1.02.04.01.0003` and `5.1.02.04.001.00003`."""


def _spellings(*codes: str) -> tuple[str, ...]:
    found = []
    for code in codes:
        *groups, detail, last = code.split(".")
        found += [code, ".".join([*groups, detail.zfill(3), last.zfill(5)])]
    return tuple(found)


TRANSPORT = _spellings("5.1.02.04.01.0003")  # "termasuk pemberian uang transportasi pada masyarakat"
MEALS = _spellings("5.1.02.01.01.0052", "5.1.02.01.01.0058")
TRAINING_FEES = _spellings("5.1.02.02.01.0011")  # teachers, lecturers, modules, committee of a training
MEETING_FEES = _spellings("5.1.02.02.01.0003")  # "tidak termasuk untuk kegiatan pendidikan dan pelatihan"
CLASSIFICATION = "klasifikasi belanja daerah (Permendagri 90/2019 dan pemutakhirannya)"
