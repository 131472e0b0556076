"""No NIK in any log, whoever wrote the line."""

import logging

from portal.identity import mask_text


class MaskNik(logging.Filter):
    """Rewrites a record before it is formatted, arguments included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask_text(record.getMessage()), ()
        return True
