"""The list of participants of one training: people, their businesses, and their enrolment."""

from collections.abc import Sequence
from typing import Any

from participants.actions.enrolments import enrol_people
from participants.enums import Education
from participants.models import Business, Enrolment, Person
from participants.resources.base import TrainingSheetResource
from participants.rules import education_code, nik_doubts
from portal.enums import Verdict
from portal.identity import index_nik
from portal.importing.resources import Column, PlannedRow, register_resource
from portal.importing.widgets import CellWidget, ChoiceWidget, NameWidget, NikWidget, TextWidget
from portal.models import ImportBatch, Region
from portal.scoping import visible
from portal.spreadsheets.cells import (
    parse_date,
    parse_integer,
    parse_nib,
    parse_phone,
    parse_rt,
    parse_rt_rw,
    parse_rw,
    parse_sex,
    split_address,
)

PERSON_FIELDS = (
    "name",
    "sex",
    "birth_place",
    "birth_date",
    "address",
    "rt",
    "rw",
    "village",
    "phone",
    "education",
    "occupation",
    "disability",
)
BUSINESS_FIELDS = {"nib": "nib", "kbli": "kbli_code", "product": "product", "workers": "workers"}


@register_resource
class ParticipantResource(TrainingSheetResource):
    """Natural keys: person = (office, NIK), enrolment = (training, person), business = (person, name)."""

    identifier = "participants"
    label = "Daftar peserta"
    intro = "Satu baris satu orang. Orang dikenali dari NIK; daftar yang sama boleh diunggah lagi tanpa menggandakan."
    add_permission = "participants.add_enrolment"
    change_permission = "participants.change_person"
    key_label = "NIK"

    nik = Column(
        "NIK",
        NikWidget(),
        synonyms=("Nomor KTP", "No KTP", "No. KTP", "Nomor Induk Kependudukan", "No NIK", "Nomor NIK"),
        required=True,
        help_text="16 digit sebagai teks. Excel merusak NIK yang disimpan sebagai angka.",
        example="3507334101900001",
    )
    name = Column(
        "Nama Lengkap",
        TextWidget(120),
        synonyms=("Nama Lengkap (sesuai KTP)", "Nama", "Nama Peserta"),
        required=True,
        example="Siti Aminah",
    )
    sex = Column(
        "Jenis Kelamin",
        CellWidget(parse_sex),
        synonyms=("L/P", "JK", "Kelamin", "Gender"),
        required=True,
        help_text="P atau L.",
        example="P",
    )
    birth_place = Column("Tempat Lahir", TextWidget(80), synonyms=("Tmp Lahir",), example="Malang")
    birth_date = Column(
        "Tanggal Lahir",
        CellWidget(parse_date, is_text=False),
        synonyms=("Tgl Lahir", "Tgl. Lahir", "Tanggal Lhr"),
        help_text="Hari-bulan-tahun.",
        example="01-01-1990",
    )
    address = Column(
        "Alamat",
        CellWidget(split_address),
        synonyms=("Alamat Lengkap", "Alamat Rumah", "Dusun"),
        example="Dusun Krajan",
    )
    rt_rw = Column("RT/RW", CellWidget(parse_rt_rw), synonyms=("RT RW",), example="001/005")
    rt = Column("RT", CellWidget(parse_rt))
    rw = Column("RW", CellWidget(parse_rw))
    village = Column(
        "Desa/Kelurahan",
        NameWidget("Desa/kelurahan"),
        synonyms=("Desa", "Kelurahan", "Desa/Kel", "Kel/Desa"),
        help_text="Nama desa di kecamatan pelatihan, lihat lembar Pilihan.",
        example="Clumprit",
    )
    phone = Column(
        "No. HP/WA",
        CellWidget(parse_phone),
        synonyms=("No HP", "HP", "Telp", "Telepon", "No Telp", "No. Telepon", "WA", "Nomor HP", "No WA"),
        example="081234567890",
    )
    education = Column(
        "Pendidikan",
        ChoiceWidget(education_code, dict(Education.choices)),
        synonyms=("Pendidikan Terakhir",),
        example="SMA",
    )
    occupation = Column("Pekerjaan", TextWidget(80), example="Penjahit")
    disability = Column("Disabilitas", TextWidget(80), synonyms=("Penyandang Disabilitas",))
    business = Column("Nama Usaha", TextWidget(120), synonyms=("Usaha", "Nama IKM"), example="Konveksi Siti")
    nib = Column("NIB", CellWidget(parse_nib), help_text="13 digit.")
    kbli = Column("KBLI", TextWidget(5), help_text="5 digit, KBLI 2020.", example="14111")
    product = Column("Produk", TextWidget(120), example="Seragam sekolah")
    workers = Column("Tenaga Kerja", CellWidget(lambda value: parse_integer(value, 0, 10_000), is_text=False))

    def prepare(self) -> None:
        super().prepare()
        if self.training:
            region = self.training.office.region
            villages = visible(Region, self.user).filter(parent=region)
            self.columns["village"].widget.offer(
                {village.name: village for village in villages}, place=f"Kecamatan {region.name}"
            )

    def cross_check(self, row: PlannedRow) -> None:
        super().cross_check(row)
        if self.blocked:
            return
        values = row.values
        rt, rw = values.get("rt"), values.get("rw")
        if values.get("rt_rw"):
            rt, rw = values["rt_rw"]
        if values.get("address"):
            found_rt, found_rw, values["address"] = values["address"]
            rt, rw = rt or found_rt, rw or found_rw
        values["rt"], values["rw"] = rt, rw
        if values.get("nik"):
            regency = ".".join(self.training.office.region_id.split(".")[:2])
            for doubt in nik_doubts(
                values["nik"], born=values.get("birth_date"), sex=values.get("sex") or "", regency=regency
            ):
                self.warn(row, "nik", doubt)

    def key_of(self, row: PlannedRow) -> Any:
        nik = row.values.get("nik")
        return index_nik(nik) if nik else None

    def key_column(self, row: PlannedRow) -> str:
        return "nik"

    def look_up(self, rows: Sequence[PlannedRow]) -> None:
        if self.training is None:
            return
        people = visible(Person, self.user).filter(office=self.training.office, nik_index__in=[row.key for row in rows])
        self.people = {person.nik_index: person for person in people.select_related("village")}
        enrolments = visible(Enrolment, self.user).filter(training=self.training)
        self.enrolments = {enrolment.person_id: enrolment for enrolment in enrolments}
        businesses = visible(Business, self.user).filter(person__in=self.people.values())
        self.businesses = {(business.person_id, business.name.casefold()): business for business in businesses}

    def plan_row(self, row: PlannedRow) -> None:
        values = row.values
        person = self.people.get(row.key)
        wanted = {name: values.get(name) for name in PERSON_FIELDS}
        parts: dict[str, Any] = {}
        if person is None:
            person = Person(office=self.training.office, **{k: v for k, v in wanted.items() if v is not None})
            person.set_nik(values["nik"])
            parts["new_person"] = person
        elif self.compare(row, person, wanted):
            parts["changed_person"] = person
        enrolment = self.enrolments.get(person.pk) if person.pk else None
        if enrolment is None:
            parts["new_enrolment"] = Enrolment(
                training=self.training, person=person, represents_rt=person.rt, represents_rw=person.rw
            )
        self._plan_business(row, person, parts)
        row.new = [parts] if parts else []
        if parts:
            row.verdict = Verdict.NEW if "new_enrolment" in parts else Verdict.CHANGED

    def _plan_business(self, row: PlannedRow, person: Person, parts: dict[str, Any]) -> None:
        name = row.values.get("business")
        if not name:
            return
        wanted = {field: row.values.get(column) for column, field in BUSINESS_FIELDS.items()}
        business = self.businesses.get((person.pk, name.casefold())) if person.pk else None
        if business is None:
            given = {field: value for field, value in wanted.items() if value is not None}
            parts["new_business"] = Business(person=person, name=name, **given)
            if person.pk:
                row.changes["usaha"] = ("", name)
        elif self.compare(row, business, wanted):
            parts["changed_business"] = business

    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        parts = [part for row in rows for part in row.new]

        def of(kind: str) -> list[Any]:
            return [part[kind] for part in parts if kind in part]

        enrol_people(
            new_people=of("new_person"),
            changed_people=of("changed_person"),
            person_fields=PERSON_FIELDS,
            enrolments=of("new_enrolment"),
            new_businesses=of("new_business"),
            changed_businesses=of("changed_business"),
            business_fields=tuple(BUSINESS_FIELDS.values()),
            by=self.user,
            source=batch,
        )
