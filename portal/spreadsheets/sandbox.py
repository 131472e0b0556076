"""The child process in which a hostile file may do its worst: `python -m portal.spreadsheets.sandbox REQUEST`.

REQUEST is JSON: the file name's extension and the limits. The file comes on stdin, the answer goes to stdout and the
exit code (`wire`) says what it is. Before the first byte of the file is read, the process caps its own memory, time
and output and gives up the right to open any file or socket.
"""

import encodings.cp437  # noqa: F401  codecs are imported lazily, and nothing can be opened later
import encodings.cp1252  # noqa: F401
import encodings.utf_8_sig  # noqa: F401
import encodings.utf_16  # noqa: F401
import encodings.utf_16_be  # noqa: F401
import encodings.utf_16_le  # noqa: F401
import gc
import json
import os
import resource
import sys

from portal.spreadsheets.parsing import parse
from portal.spreadsheets.wire import BROKEN, DONE, REFUSED, TOO_BIG
from portal.spreadsheets.workbook import Limits, UnreadableFile, format_size

STANDARD_STREAMS = 3


def lock_down(limits: Limits) -> None:
    """Cap memory, processor time and output, forbid core dumps and every further open file or socket."""
    caps = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: limits.output_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: STANDARD_STREAMS,
    }
    for kind, cap in caps.items():
        _, hard = resource.getrlimit(kind)
        cap = cap if hard == resource.RLIM_INFINITY else min(cap, hard)
        # At the hard limit of processor time the kernel kills without a reason; one second before, it says why.
        ceiling = cap + 1 if kind == resource.RLIMIT_CPU and cap != hard else cap
        resource.setrlimit(kind, (cap, ceiling))


def answer(request: str) -> tuple[int, list[bytes]]:
    """Return the exit code and the pieces of the document for the file on stdin."""
    extension, settings = json.loads(request)
    limits = Limits(**settings)
    lock_down(limits)
    try:
        document = parse(sys.stdin.buffer.read(), extension, limits)
        if sum(map(len, document)) > limits.output_bytes:
            raise UnreadableFile(
                f"Isi berkas lebih dari {format_size(limits.output_bytes)} setelah dibaca.",
                "Bagi datanya ke beberapa berkas, lalu unggah satu per satu.",
            )
    except UnreadableFile as refusal:
        return REFUSED, [json.dumps([refusal.cause, refusal.cure]).encode("ascii")]
    except MemoryError:
        return TOO_BIG, []
    return DONE, document


def main() -> None:
    """Answer and leave without running exit handlers, which could need memory that is not there."""
    # A million values make no cycles worth looking for.
    gc.disable()
    try:
        code, document = answer(sys.argv[1])
        sys.stdout.buffer.writelines(document)
        sys.stdout.buffer.flush()
    except BaseException as error:  # a panic of the parser is not an Exception
        code = BROKEN
        # Class and line only: a message could quote personal data from the file.
        os.write(1, f"{type(error).__name__} {_where(error)}".encode("ascii", "replace"))
    os._exit(code)


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""


if __name__ == "__main__":
    main()
