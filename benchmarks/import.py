# ruff: noqa: N999  named after what is measured; nobody imports it
"""The import desk against stock django-import-export: `python benchmarks/import.py --help`."""

import sys
from pathlib import Path

if not __package__:  # run by its path: the folder above holds the packages
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.command import main

if __name__ == "__main__":
    raise SystemExit(main())
