"""LibreOffice as a second reader of our workbooks: it opens the file, computes every formula itself, and tells."""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

# All sheets, each to a file; `;`, quotes, UTF-8, values as they are stored.
CSV_OPTIONS = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,false,false,false,-1"
# Without this it would trust the values stored beside the formulas.
ALWAYS_COMPUTE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def soffice() -> str:
    """Return the program, or skip; where skips are forbidden, its absence is a failure."""
    path = shutil.which("soffice")
    if path is None:
        assert os.environ.get("SULAM_NO_SKIP") != "1", "LibreOffice is missing: apt install libreoffice-calc"
        pytest.skip("LibreOffice (soffice) is not installed: apt install libreoffice-calc")
    return path


def sheets_of(path: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Return the cells of every sheet as LibreOffice computes them, by name of the sheet; `folder` is for its files."""
    profile = folder / "libreoffice"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_COMPUTE)
    command = [soffice(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", CSV_OPTIONS]
    subprocess.run([*command, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=180)
    found = {}
    for file in folder.glob(f"{path.stem}-*.csv"):
        with file.open(encoding="utf-8", newline="") as handle:
            found[file.stem.removeprefix(f"{path.stem}-")] = list(csv.reader(handle, delimiter=";"))
    return found
