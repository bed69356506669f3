from __future__ import annotations

from retinue.foundation.errors import Invalid, TooLarge


class NoForm(Invalid):
    """Tasks of the type cannot be asked for by file."""

    code = "no_csv_form"


class RowsUnusable(Invalid):
    """Rows of the file do not fit; `errors` names each, and nothing was asked for."""

    code = "rows_unusable"


class ListTooLarge(TooLarge):
    """The file is larger than a thousand rows can be."""

    code = "list_too_large"
