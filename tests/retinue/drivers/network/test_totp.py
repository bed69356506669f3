from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from retinue.drivers.network import totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


class TestCodeAt:
    @pytest.mark.parametrize(
        ("seconds", "code"),
        [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
    )
    def test_it_agrees_with_the_examples_of_the_standard(self, seconds: int, code: str) -> None:
        assert totp.code_at(RFC_SECRET, datetime.fromtimestamp(seconds, UTC)) == code

    @pytest.mark.parametrize(
        "secret", ["JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp", "JBSW-Y3DP-EHPK-3PXP"]
    )
    def test_a_short_or_spaced_secret_is_good(self, secret: str, noon: datetime) -> None:
        assert totp.code_at(secret, noon) == totp.code_at("JBSWY3DPEHPK3PXP", noon)

    @pytest.mark.parametrize("secret", ["", "1!", "abc", "é" * 16])
    def test_what_is_no_secret_is_refused_without_being_repeated(
        self, secret: str, noon: datetime
    ) -> None:
        with pytest.raises(ValueError, match=r"base32|empty") as caught:
            totp.code_at(secret, noon)
        assert not secret or secret not in str(caught.value)
