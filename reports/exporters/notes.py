"""Sentences that a reader of the figures must know, said once for the screen help and the sheet Keterangan."""

PEOPLE = "Jumlah Peserta tidak menghitung yang mengundurkan diri; mereka tetap tertulis di daftar dengan statusnya."
ATTENDANCE = (
    "Orang-Sesi Hadir menghitung tanda hadir tiap sesi; Orang-Hari Hadir menghitung satu kali per orang per tanggal. "
    "Kehadiran sebelum mengundurkan diri tetap dihitung."
)
RTS = (
    "RT Tanpa Peserta: RT yang diundang tetapi tidak diwakili; peserta yang tidak menyebut RT mewakili RT tempat "
    "tinggalnya."
)
DISABILITY = "Disabilitas hanya disajikan sebagai jumlah per pelatihan; data per orang tidak ikut diekspor."
MONEY = (
    "Keuangan: pelatihan tanpa rincian belanja ditulis satu baris “Angka rekap”; baris “Selisih” menunjukkan beda "
    "angka pelatihan dengan rinciannya, sehingga jumlah Rencana dan Realisasi sama dengan Pagu dan Realisasi di Rekap."
)
CEILINGS = (
    "Mata Anggaran: pagu yang berlaku (perubahan bila ada) untuk seluruh mata anggaran, sedangkan realisasinya hanya "
    "dari pelatihan dalam laporan ini."
)
REMAINING = "Sisa = Pagu dikurangi Realisasi; angka yang belum diisi dihitung nol dan selnya dibiarkan kosong."
