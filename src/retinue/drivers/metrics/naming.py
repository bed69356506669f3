"""Names that may be asked for, before a call is spent on them."""

from __future__ import annotations

import re
import unicodedata

from retinue.drivers.errors import CallPhase
from retinue.drivers.metrics.errors import SubjectRefused
from retinue.drivers.metrics.protocol import Subject, SubjectKind

_LONGEST = 100
_USUAL = re.compile(r"[A-Za-z0-9._]{1,100}")
_SHORTCODE = re.compile(r"[A-Za-z0-9_-]{1,100}")


def checked_name(subject: Subject) -> str:
    """
    Letters of any script, so that a handle can be no part of another question.

    Raises:
        SubjectRefused: it is no handle, or no shortcode.
    """
    name = subject.name
    if subject.kind is SubjectKind.post:
        what = "a shortcode is letters, digits, - and _"
        is_one = _SHORTCODE.fullmatch(name) is not None
    else:
        what, is_one = "a handle is letters, digits, dots and _", _is_handle(name)
    if not is_one:
        message = f"this cannot be asked for: {what}"
        raise SubjectRefused(message, phase=CallPhase.not_sent)
    return name


def compared(handle: str) -> str:
    """The form in which two spellings of one handle are the same."""
    return unicodedata.normalize("NFC", handle).casefold()


def _is_handle(name: str) -> bool:
    if _USUAL.fullmatch(name):
        return True
    return 0 < len(name) <= _LONGEST and all(
        one in "._" or one.isalnum() or unicodedata.category(one)[0] == "M" for one in name
    )
