"""No NIK in any log, whoever wrote the line."""

import logging

from portal.identity import mask_text


class MaskNik(logging.Filter):
    """Rewrites a record before it is formatted: arguments and traceback included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask_text(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = mask_text(logging.Formatter().formatException(record.exc_info))
        return True
