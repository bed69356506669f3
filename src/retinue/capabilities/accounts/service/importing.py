"""
The steps of an import. Their order and their transactions are the workflow's
(`workflows/account_import`).

All rows are checked and judged before the first one is written, and a started import
only goes forward: a crash in between is finished by whoever finds it.
"""

from retinue.capabilities.accounts.service.import_checking import (
    CHUNK,
    Glance,
    Judged,
    check_file,
    check_header,
    judge,
)
from retinue.capabilities.accounts.service.import_records import (
    begin,
    counts_of,
    fail,
    finish,
    forget_rows,
    get,
    mark_checked,
    note_progress,
    note_rows,
    page_of_rows,
    report_of,
    shown,
    text_of,
)
from retinue.capabilities.accounts.service.import_writing import Bindings, Prepared, prepare, write

__all__ = [
    "CHUNK",
    "Bindings",
    "Glance",
    "Judged",
    "Prepared",
    "begin",
    "check_file",
    "check_header",
    "counts_of",
    "fail",
    "finish",
    "forget_rows",
    "get",
    "judge",
    "mark_checked",
    "note_progress",
    "note_rows",
    "page_of_rows",
    "prepare",
    "report_of",
    "shown",
    "text_of",
    "write",
]
