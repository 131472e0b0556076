"""What is kept long enough, and what a process that died left behind. Apps above the portal add their own chores."""

from collections.abc import Callable

from portal.actions.imports import expire_imports, remove_orphans
from portal.actions.jobs import sweep

# What was done, as an Indonesian sentence with {} for how many; the function does it and returns how many.
CHORES: list[tuple[str, Callable[[], int]]] = [
    ("{} pekerjaan terhenti ditandai.", sweep),
    ("{} impor lama dibersihkan.", expire_imports),
    ("{} berkas tanpa pemilik dihapus.", remove_orphans),
]
