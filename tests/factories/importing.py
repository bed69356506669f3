"""Files of accounts, as an operator would send them."""

from __future__ import annotations

import csv
import io
from typing import Any

from retinue.capabilities.accounts.schemas import ImportMode, Upload

REQUIRED = ("account_no", "login", "password", "email", "email_password", "auth_token", "ct0")


def row(number: int = 1, **cells: str) -> dict[str, str]:
    made = {
        "account_no": f"WACC{number:03d}",
        "login": f"luna_{number}",
        "password": f"pass word {number}!",
        "email": f"luna_{number}@mail.example",
        "email_password": f"mailpass{number}",
        "auth_token": f"token{number:06d}",
        "ct0": f"ct{number:06d}",
    }
    return {**made, **cells}


def file_of(*rows: dict[str, str], delimiter: str = ",", mark: bool = False) -> bytes:
    columns = list(dict.fromkeys(name for one in rows for name in one)) or list(REQUIRED)
    target = io.StringIO()
    writer = csv.DictWriter(target, columns, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode("utf-8-sig" if mark else "utf-8")


def upload(content: bytes, **given: Any) -> Upload:
    return Upload(
        content=content,
        mode=ImportMode(given.get("mode", "all_or_nothing")),
        is_dry_run=given.get("is_dry_run", False),
        actor=given.get("actor", "operator:anna"),
    )
