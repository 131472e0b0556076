"""The participants report against the stock library and plain writers: `python benchmarks/export.py --help`."""

import sys
from pathlib import Path

if not __package__:  # run by its path: the folder above holds the packages
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.export_command import main

if __name__ == "__main__":
    raise SystemExit(main())
