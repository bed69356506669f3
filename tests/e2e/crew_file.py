"""A team's accounts as a file, the way a person would bring them."""

from __future__ import annotations

import csv
import io

COLUMNS = [
    "account_no",
    "login",
    "password",
    "email",
    "email_password",
    "auth_token",
    "ct0",
    "labels",
    "timezone",
]


def accounts(count: int, *, prefix: str, number: str, wrong: int | None = None) -> str:
    """As many accounts of a team; the wrong one lives on another planet."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for at in range(count):
        name = f"{prefix}_{at:02d}"
        address = f"{name}@mail.sandgram.test"
        secrets = [f"{kind}-{name}" for kind in ("Secret", "mail", "token", "ct")]
        zone = "Mars/Olympus" if at == wrong else "Europe/Madrid"
        row = [f"{number}{at:03d}", name, secrets[0], address, *secrets[1:], prefix, zone]
        table.writerow(row)
    return out.getvalue()
