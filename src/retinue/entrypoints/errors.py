from __future__ import annotations

from retinue.foundation.cli import Exit


class NotStartable(Exception):
    """Retinue cannot start like this; the message says how to mend it."""

    def __init__(self, message: str, *, exit_code: Exit = Exit.failed) -> None:
        super().__init__(message)
        self.exit_code = exit_code
