"""Why a test act could not be carried out."""

from __future__ import annotations

from retinue.foundation.errors import Conflict, Unavailable


class TestNotPossible(Conflict):
    """There is no Sandgram here to test against."""

    code = "test_not_possible"


class TestFailed(Unavailable):
    """Sandgram was asked and did not do it; the message says what it said."""

    code = "test_failed"
