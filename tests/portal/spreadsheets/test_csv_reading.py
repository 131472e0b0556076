import pytest

from portal.spreadsheets.csv_reading import read_csv
from portal.spreadsheets.reading import ErrorValue, UnreadableFile, read_workbook

TABLE = [["NIK", "Nama", "Alamat"], ["3507335703959200", "Siti Nurç", "RT 29, RW 02"], ["", "Umi", 'Toko "Jaya"']]


def written(delimiter: str, end: str = "\r\n") -> str:
    def quoted(cell: str) -> str:
        return f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set('",;|\t') else cell

    return "".join(delimiter.join(map(quoted, row)) + end for row in TABLE)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("cp1252"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8-bom", "cp1252", "utf-16", "utf-16-be-bom", "utf-16-le", "utf-16-be"],
)
def test_every_encoding_and_delimiter_gives_the_same_table(encode, delimiter):
    assert list(read_csv(encode(written(delimiter)))) == TABLE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end(end):
    assert list(read_csv(written(";", end).encode())) == TABLE


@pytest.mark.parametrize("first", ["sep=;\r\n", "SEP=;\n", "sep=;\r", "\ufeffsep=;\r\n"])
def test_the_sep_line_sets_the_delimiter_and_is_no_row(first):
    assert list(read_csv((first + "a,b;c\r\n").encode())) == [["a,b", "c"]]


def test_commas_inside_a_column_do_not_make_it_a_comma_file():
    records = list(read_csv(b"Nama;Alamat\nSiti;Bulu, Wagir, Malang\nUmi;Krajan, Wagir, Malang\n"))
    assert records[1] == ["Siti", "Bulu, Wagir, Malang"]


def test_bars_inside_a_column_do_not_make_it_a_bar_file():
    assert list(read_csv(b"Nama;Ket\nSiti;a|b\nUmi;c|d\n"))[1] == ["Siti", "a|b"]


def test_titles_above_the_table_do_not_confuse_the_delimiter():
    assert list(read_csv(b"Daftar Peserta, Wagir, 2025\n\nNama;NIK\nSiti;1\n"))[2:] == [["Nama", "NIK"], ["Siti", "1"]]


def test_blank_lines_keep_their_row_number_and_quoted_line_breaks_do_not_add_any():
    assert list(read_csv(b'a;b\n\n"satu\r\ndua";c\n')) == [["a", "b"], [], ["satu\r\ndua", "c"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a;b\nc\x00;d\n", "Baris 2 .*kode 0"),
        (b"a;b\r\nc;d\r\ne;\x07\r\n", "Baris 3 .*kode 7"),
        (b'a;b\nc;d\n"e;f\ng;h\n', "kutip pada baris 3 "),
        (b'a;b\n"c"x;d\n', "kutip pada baris 2 "),
        (b'sep=;\na;b\n"c;d\n', "kutip pada baris 3 "),
        (b"a;b\nc;\x81\xff\n", "Baris 2 .* pengodean"),
        (b"\xff\xfea\x00b", "pengodean"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(content, words):
    with pytest.raises(UnreadableFile, match=words):
        list(read_csv(content))


def test_one_field_of_megabytes_is_refused_with_its_cell():
    with pytest.raises(UnreadableFile, match="Sel B2 .* 2.000.000 karakter"):
        read_workbook(b'a;b\nc;"' + b"x" * 2_000_000 + b'"\n', "a.csv")


def test_values_are_text_edges_are_trimmed_and_formulas_are_noted():
    (sheet,) = read_workbook(b'a;b;;\n007;=1+1;;\n;;;\n"#N/A"; ;;\n;;;\n', "a.csv").sheets
    assert sheet.rows == [("a", "b"), ("007", "=1+1"), (None, None), ("#N/A", None)]
    assert sheet.formulas == {(2, 1)}
    assert not any(isinstance(value, ErrorValue) for row in sheet.rows for value in row)
