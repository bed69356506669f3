from __future__ import annotations

import base64

from sandgram.world import accounts


class TestCredentials:
    def test_they_follow_from_seed_and_number(self) -> None:
        assert accounts.credentials(7, 3) == accounts.credentials(7, 3)
        assert accounts.credentials(7, 3).password != accounts.credentials(8, 3).password

    def test_the_first_fourteen_hold_the_promised_logins_and_second_factors(self) -> None:
        made = list(accounts.many(7, 14))
        assert [one.login for one in made[:2]] == ["test_account", "quecreate"]
        assert sum(bool(one.totp_secret) for one in made) == 4
        assert sum(bool(one.backup_code) for one in made) >= 1

    def test_logins_and_tokens_lead_back(self) -> None:
        for number in (0, 1, 2, 13, 59_999):
            made = accounts.credentials(7, number)
            assert accounts.number_of(7, made.login) == number
            assert accounts.number_of_auth_token(7, made.auth_token) == number

    def test_a_totp_secret_is_base32_and_a_backup_code_is_not_taken_for_one(self) -> None:
        for made in accounts.many(7, 50):
            if made.totp_secret:
                assert len(base64.b32decode(made.totp_secret)) == 20
            assert len(made.backup_code) < 16

    def test_a_row_fills_every_required_column(self) -> None:
        required = (
            "account_no",
            "login",
            "password",
            "email",
            "email_password",
            "auth_token",
            "ct0",
        )
        for made in accounts.many(7, 14):
            row = made.as_row()
            assert all(row[name] for name in required)
            assert not any(row[name] for name in row if name.startswith("proxy_"))

    def test_nothing_secret_is_in_the_repr(self) -> None:
        made = accounts.credentials(7, 2)
        for secret in (made.password, made.auth_token, made.totp_secret):
            assert secret not in repr(made)
