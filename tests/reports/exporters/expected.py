"""What plain SQL says of each sum and each number of rows, for the trainings that a query names."""

from collections.abc import Iterable

from django.db import connection

WHO = "COALESCE(p.nik_index, CAST(p.id AS TEXT))"
PLACE = "COALESCE(t.village_id, a.region_id)"


def first_column(query: str) -> list:
    """Return the first column of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


class Expected:
    """Queries over the trainings whose ids `ids` selects: `(SELECT id FROM …)`."""

    def __init__(self, ids: str):
        self.ids = ids
        self.trainings = f"""
            FROM programs_training t JOIN programs_budgetline b ON b.id = t.budget_line_id
            JOIN programs_nomenclaturenode n ON n.id = b.node_id JOIN portal_agency a ON a.id = t.office_id
            WHERE t.id IN {ids}"""
        self.people = f"""
            FROM participants_enrolment e JOIN participants_person p ON p.id = e.person_id
            JOIN programs_training t ON t.id = e.training_id JOIN programs_budgetline b ON b.id = t.budget_line_id
            JOIN programs_nomenclaturenode n ON n.id = b.node_id JOIN portal_agency a ON a.id = t.office_id
            WHERE e.status <> 'withdrawn' AND t.id IN {ids}"""
        self.lines = f"""
            FROM programs_budgetline b JOIN programs_nomenclaturenode n ON n.id = b.node_id
            WHERE b.id IN (SELECT t.budget_line_id FROM programs_training t WHERE t.id IN {ids})"""
        self.expenses = f"""
            FROM programs_expense x JOIN programs_expenseaccount c ON c.id = x.account_id
            JOIN programs_training t ON t.id = x.training_id JOIN programs_budgetline b ON b.id = t.budget_line_id
            WHERE t.id IN {ids}"""
        self.years = first_column(f"SELECT DISTINCT b.fiscal_year_id {self.trainings} ORDER BY 1")
        self.codes = first_column(f"SELECT DISTINCT n.code {self.trainings} ORDER BY 1")

    def figures(self) -> dict[tuple[str, str, str], str]:
        """Return the query behind every sum: (report, table, label) -> SQL."""
        return {
            (report, table, label): query
            for report, table, sums in (
                ("budget", "Realisasi Anggaran", self._budget()),
                ("accounts", "Belanja per Rekening", self._accounts()),
                ("years", "Per Sub Kegiatan", self._years("Pagu")),
                ("years", "Per Kecamatan", self._years("Pagu Pelatihan")),
                ("repeats", "Peserta Berulang", {"Jumlah Pelatihan": f"SELECT SUM(times) {self._repeated()}"}),
                ("coverage", "Cakupan RT", self._rts()),
                ("coverage", "Per Desa-Kelurahan", self._villages()),
                ("persons", "Kepesertaan", self._cross()),
            )
            for label, query in sums.items()
        }

    def rows(self) -> dict[tuple[str, str], str]:
        """Return the query behind every number of rows: (report, table) -> SQL."""
        offices = f"SELECT COUNT(DISTINCT t.office_id) {self.trainings}"
        codes = f"SELECT COUNT(DISTINCT n.code) {self.trainings}"
        return {
            ("budget", "Realisasi Anggaran"): f"SELECT COUNT(*) {self.lines}",
            ("accounts", "Belanja per Rekening"): self._account_rows(),
            ("years", "Per Sub Kegiatan"): codes,
            ("years", "Per Kecamatan"): offices,
            ("repeats", "Peserta Berulang"): f"SELECT COUNT(*) {self._repeated()}",
            ("repeats", "Rincian"): f"SELECT SUM(times) {self._repeated()}",
            ("coverage", "Cakupan RT"): self._rt_rows(),
            ("coverage", "Per Desa-Kelurahan"): f"SELECT COUNT(DISTINCT {PLACE}) {self.trainings}",
            ("persons", "Kepesertaan"): offices,
            ("persons", "Sub Kegiatan"): codes,
            ("persons", "Orang Berbeda"): f"SELECT CASE WHEN ({offices}) = 0 THEN 0 ELSE ({offices}) + 1 END",
        }

    def _budget(self) -> dict[str, str]:
        ceiling = f"SELECT SUM(COALESCE(b.ceiling_revised, b.ceiling_original)) {self.lines}"
        return {
            "Pagu Murni": f"SELECT SUM(b.ceiling_original) {self.lines}",
            "Pagu Berlaku": ceiling,
            "Jumlah Pelatihan": f"SELECT COUNT(*) {self.trainings}",
            "Jumlah Peserta": f"SELECT COUNT(*) {self.people}",
            "Realisasi": f"SELECT SUM(t.realised) {self.trainings}",
            "Sisa Pagu": f"SELECT ({ceiling}) - (SELECT COALESCE(SUM(t.realised), 0) {self.trainings})",
        }

    def _accounts(self) -> dict[str, str]:
        return {
            "Baris Belanja": f"SELECT COUNT(*) {self.expenses}",
            "Rencana": f"SELECT SUM(t.ceiling) {self.trainings}",
            "Realisasi": f"SELECT SUM(t.realised) {self.trainings}",
            "Sisa": f"SELECT SUM(COALESCE(t.ceiling, 0)) - SUM(COALESCE(t.realised, 0)) {self.trainings}",
        }

    def _account_rows(self) -> str:
        own = "SELECT SUM({0}) FROM programs_expense x WHERE x.training_id = t.id"
        differs = " OR ".join(
            f"ABS(COALESCE(t.{field}, 0) - ({own.format(line)})) > 0.004"
            for field, line in (("ceiling", "x.planned"), ("realised", "x.realised"))
        )
        has_lines = "EXISTS (SELECT 1 FROM programs_expense x WHERE x.training_id = t.id)"
        return f"""SELECT
            (SELECT COUNT(*) FROM (SELECT DISTINCT b.fiscal_year_id, c.code {self.expenses}) d)
            + (SELECT COUNT(DISTINCT b.fiscal_year_id) {self.trainings} AND NOT {has_lines})
            + (SELECT COUNT(DISTINCT b.fiscal_year_id) {self.trainings} AND {has_lines} AND ({differs}))"""

    def _years(self, ceiling: str) -> dict[str, str]:
        found = {}
        for year in self.years:
            only = f"AND b.fiscal_year_id = {year}"
            lines = f"SELECT SUM(COALESCE(b.ceiling_revised, b.ceiling_original)) {self.lines} {only}"
            found[f"{ceiling} {year}"] = (
                lines if ceiling == "Pagu" else f"SELECT SUM(t.ceiling) {self.trainings} {only}"
            )
            found[f"Realisasi {year}"] = f"SELECT SUM(t.realised) {self.trainings} {only}"
            found[f"Pelatihan {year}"] = f"SELECT COUNT(*) {self.trainings} {only}"
            found[f"Peserta {year}"] = f"SELECT COUNT(*) {self.people} {only}"
        if len(self.years) > 1:
            before, after = self.years[-2:]
            for label, field in (
                ("Perubahan Realisasi", f"COALESCE(SUM(t.realised), 0) {self.trainings}"),
                ("Perubahan Peserta", f"COUNT(*) {self.people}"),
            ):
                query = f"(SELECT {field} AND b.fiscal_year_id = {{0}})"
                found[f"{label} {before} ke {after}"] = f"SELECT {query.format(after)} - {query.format(before)}"
        return found

    def _repeated(self) -> str:
        return f"FROM (SELECT COUNT(*) AS times {self.people} GROUP BY {WHO} HAVING COUNT(*) >= 2) r"

    def _cross(self) -> dict[str, str]:
        codes: Iterable[str] = self.codes
        return {code: f"SELECT COUNT(*) {self.people} AND n.code = '{code}'" for code in codes} | {
            "Jumlah": f"SELECT COUNT(*) {self.people}"
        }

    # --- RT: who names none stands for the one of the address; without RW an invitation means that RT of any RW ------
    def _came(self) -> str:
        names = "e.represents_rt <> ''"
        rt = f"CASE WHEN {names} THEN e.represents_rt ELSE p.rt END"
        rw = f"CASE WHEN {names} THEN e.represents_rw ELSE p.rw END"
        return f"(SELECT t.id AS training, {PLACE} AS place, {rt} AS rt, {rw} AS rw {self.people})"

    def _lived(self) -> str:
        return f"""(SELECT t.id AS training, p.rt AS rt, p.rw AS rw {self.people}
            AND p.rt <> '' AND (p.village_id = t.village_id OR p.village_id IS NULL OR t.village_id IS NULL))"""

    def _asked(self) -> str:
        return f"""(SELECT t.id AS training, {PLACE} AS place, i.rt AS rt, i.rw AS rw
            FROM programs_invitedrt i JOIN programs_training t ON t.id = i.training_id
            JOIN portal_agency a ON a.id = t.office_id WHERE t.id IN {self.ids})"""

    def _reached(self, within: str) -> str:
        return f"""FROM (SELECT DISTINCT {within}, rt, rw FROM {self._asked()} s) i WHERE EXISTS (
            SELECT 1 FROM {self._came()} c WHERE c.{within} = i.{within} AND c.rt = i.rt
            AND (i.rw = '' OR c.rw = i.rw))"""

    def _rts(self) -> dict[str, str]:
        return {
            "Diundang": f"SELECT COUNT(*) FROM {self._asked()} i",
            "Terwakili": f"SELECT COUNT(*) {self._reached('training')}",
            "Peserta Mewakili": f"SELECT COUNT(*) {self.people}",
            "Peserta Berdomisili": f"SELECT COUNT(*) FROM {self._lived()} l",
        }

    def _rt_rows(self) -> str:
        asked = "SELECT 1 FROM programs_invitedrt i WHERE i.training_id = c.training AND i.rt = c.rt AND i.rw ="
        as_asked = f"""SELECT c.training, c.rt, CASE WHEN c.rt = '' THEN ''
            WHEN NOT EXISTS ({asked} c.rw) AND EXISTS ({asked} '') THEN '' ELSE c.rw END FROM"""
        return f"""SELECT COUNT(*) FROM (
            SELECT training, rt, rw FROM {self._asked()} i
            UNION {as_asked} {self._came()} c UNION {as_asked} {self._lived()} c) u"""

    def _villages(self) -> dict[str, str]:
        asked = f"SELECT COUNT(*) FROM (SELECT DISTINCT place, rt, rw FROM {self._asked()} s) i"
        reached = f"SELECT COUNT(*) {self._reached('place')}"
        return {
            "Jumlah Pelatihan": f"SELECT COUNT(*) {self.trainings}",
            "Jumlah Peserta": f"SELECT COUNT(*) {self.people}",
            "RT Diundang": asked,
            "RT Terwakili": reached,
            "RT Belum Pernah Terwakili": f"SELECT ({asked}) - ({reached})",
        }
