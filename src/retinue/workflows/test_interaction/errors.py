"""Why a test act could not be carried out."""

from __future__ import annotations

from retinue.foundation.errors import Conflict, Unavailable


class NoTestNetwork(Conflict):
    """There is no Sandgram here to test against."""

    code = "no_test_network"


class ActFailed(Unavailable):
    """Sandgram was asked and did not do it; the message says what it said."""

    code = "act_failed"
