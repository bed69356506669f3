"""
Accounts that can log in.

Credentials follow from the seed and a number, so an exported file opens every
world of the same seed; only what was changed since is in the store.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandgram.seeding import choose, draw, secret, secret_text
from sandgram.world import vocabulary as words

FIXED_LOGINS = ("test_account", "quecreate")
MAIL_DOMAIN = "mail.sandgram.test"
ADDED_FROM = 1_000_000_000
"""Numbers from here on belong to accounts that were added by the control API."""

CSV_HEADER = (
    "account_no", "login", "password", "email", "email_password", "auth_token", "ct0",
    "proxy_url", "proxy_port", "proxy_username", "proxy_password", "user_agent", "two_fa",
    "kind", "network", "persona", "labels", "timezone",
)  # fmt: skip

_NAME, _ZONE, _PERSONA = range(401, 404)
_TRAILING_NUMBER = re.compile(r"(\d{1,9})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Credentials:
    number: int
    account_no: str
    login: str
    password: str
    email: str
    email_password: str
    auth_token: str
    ct0: str
    totp_secret: str
    backup_code: str
    persona: str
    timezone: str

    def __repr__(self) -> str:
        return f"Credentials(login={self.login!r})"

    def as_row(self) -> dict[str, str]:
        """One line of the import format."""
        return {
            **dict.fromkeys(CSV_HEADER, ""),
            "account_no": self.account_no,
            "login": self.login,
            "password": self.password,
            "email": self.email,
            "email_password": self.email_password,
            "auth_token": self.auth_token,
            "ct0": self.ct0,
            "two_fa": self.totp_secret or self.backup_code,
            "kind": "normal",
            "network": "sandgram",
            "persona": self.persona,
            "labels": "sandgram",
            "timezone": self.timezone,
        }


def login_of(seed: int, number: int) -> str:
    if number < len(FIXED_LOGINS):
        return FIXED_LOGINS[number]
    one = choose(words.HANDLE_WORDS, seed, _NAME, number, 1)
    two = choose(words.HANDLE_WORDS, seed, _NAME, number, 2)
    return f"studio_{one}_{two}_{number}"


def number_of(seed: int, login: str) -> int | None:
    """The number behind a login of this seed. Added accounts are known to the store only."""
    if login in FIXED_LOGINS:
        return FIXED_LOGINS.index(login)
    found = _TRAILING_NUMBER.search(login)
    if found is None:
        return None
    number = int(found.group(1))
    return number if number < ADDED_FROM and login_of(seed, number) == login else None


def number_of_auth_token(seed: int, auth_token: str) -> int | None:
    """The account that a token claims to be of; the caller compares the whole token."""
    try:
        number = int(auth_token[:8], 16) ^ _auth_mask(seed)
    except ValueError:
        return None
    return number if 0 <= number < 1 << 31 else None


def credentials(seed: int, number: int, *, login: str | None = None) -> Credentials:
    login = login or login_of(seed, number)
    # Every third account has an authenticator, and every seventh one backup code, so that
    # each way to log in is met in the first fourteen.
    has_totp = number % 3 == 2
    has_backup = not has_totp and number % 7 == 6
    return Credentials(
        number=number,
        account_no=f"WACC{number + 1:03d}",
        login=login,
        password=f"Sg-{secret_text(seed, number, 'password', length=18)}-9Z",
        email=f"{login}@{MAIL_DOMAIN}",
        email_password=f"Mail-{secret_text(seed, number, 'mail', length=16)}",
        auth_token=_auth_token(seed, number),
        ct0=secret(seed, number, "ct0", size=16).hex(),
        totp_secret=secret_text(seed, number, "totp", length=32).upper() if has_totp else "",
        backup_code=f"{draw(seed, _NAME, number, 9) % 10**8:08d}" if has_backup else "",
        persona=choose(words.PERSONAS, seed, _PERSONA, number),
        timezone=choose(words.TIMEZONES, seed, _ZONE, number),
    )


def many(seed: int, count: int) -> Iterator[Credentials]:
    return (credentials(seed, number) for number in range(count))


def _auth_mask(seed: int) -> int:
    return draw(seed, _NAME, 7) % (1 << 31)


def _auth_token(seed: int, number: int) -> str:
    # The number leads the token, hidden by a mask, so that no table of tokens is needed.
    return f"{number ^ _auth_mask(seed):08x}{secret(seed, number, 'auth', size=16).hex()}"
