from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.access import repository
from retinue.capabilities.access.errors import Exposed, SetupCodeWrong
from retinue.capabilities.access.models import Installation, Operator, Role
from retinue.capabilities.access.schemas import Origin
from retinue.capabilities.access.service import operators
from retinue.capabilities.audit import service as audit
from retinue.foundation.configuration import Configuration
from retinue.foundation.key_file import SealingKeyUnusable
from retinue.foundation.randomness import new_secret
from retinue.foundation.sealing import SealBroken, Sealer

_CHECK_TEXT = "retinue"
_PLACE = {"table": "installation", "row": "1", "column": "key_check"}


def initialise(db: Session, sealer: Sealer, *, is_demo: bool, now: datetime) -> Installation:
    """
    The installation's row: made at the first start, checked at every other. `is_demo` counts at the first only.

    Raises:
        SealingKeyUnusable: the database was written with another sealing key.
    """
    row = repository.installation(db)
    if row is None:
        row = Installation(
            id=1,
            is_demo=is_demo,
            key_id=sealer.key_id,
            key_check=sealer.seal(_CHECK_TEXT, **_PLACE),
            facts={},
            created_at=now,
        )
        if repository.insert_installation(db, row):
            return row
        row = repository.installation(db)
    if row is None or not _opens(sealer, row.key_check):
        written_with = row.key_id if row else "another key"
        raise SealingKeyUnusable(
            f"The sealing key ({sealer.key_id}) is not the one that this database was written with"
            f" ({written_with}). Put the right key file back; nothing was changed."
        )
    return row


def note_key(
    db: Session, sealer: Sealer, *, actor: str, now: datetime, reason: str | None = None
) -> None:
    """The database is written with the sealer's key from now on. Nothing happens where it is already."""
    row = repository.locked_installation(db)
    if row is None or row.key_id == sealer.key_id:
        return
    before, row.key_id = row.key_id, sealer.key_id
    row.key_check = sealer.seal(_CHECK_TEXT, **_PLACE)
    db.flush()
    audit.record(
        db,
        actor=actor,
        action="keys.rotation_started",
        subject=("sealing_key", sealer.key_id),
        now=now,
        reason=reason,
        before={"key": before},
        after={"key": sealer.key_id},
    )


def new_setup_code(db: Session) -> str | None:
    """A code for the set-up page, in place of any before it; None once there is an admin."""
    row = repository.locked_installation(db)
    if row is None or repository.count_other_admins(db) > 0:
        return None
    code = new_secret(length=24)
    row.setup_code_hash = _hashed(code)
    db.flush()
    return code


def setup_url(configuration: Configuration, code: str) -> str:
    """Where a browser makes the first admin. The host is one that the server answers to."""
    host = (
        "127.0.0.1"
        if configuration.is_loopback
        else next(iter(configuration.allowed_hosts), "127.0.0.1")
    )
    return f"http://{host}:{configuration.port}/ui/setup?code={code}"


def check_setup_code(db: Session, code: str) -> None:
    """
    Raises:
        SetupCodeWrong: it is not the newest code, or it was used.
    """
    row = repository.installation(db)
    stored = row.setup_code_hash if row else None
    if stored is None or not hmac.compare_digest(stored, _hashed(code)):
        raise SetupCodeWrong(
            "code: this set-up code is wrong, used or replaced by a newer one;"
            " `retinue access setup-url` prints a fresh one while there is no admin."
        )


def set_up(
    db: Session, code: str, *, username: str, password_hash: str, origin: Origin, now: datetime
) -> Operator:
    """
    Make the first admin. The code is used up by it.

    Raises:
        SetupCodeWrong: as in `check_setup_code`, also when another request was quicker.
    """
    repository.locked_installation(db)
    check_setup_code(db, code)
    return operators.add_operator(
        db, username=username, password_hash=password_hash, role=Role.admin, origin=origin, now=now
    )


def check_bind(db: Session, configuration: Configuration) -> None:
    """
    Whether the server may listen where it is told to.

    Raises:
        Exposed: another address than loopback without an admin, or without host names, or in demo mode.
    """
    if configuration.is_loopback:
        return
    missing = []
    if repository.count_other_admins(db) == 0:
        missing.append("make an admin: retinue access operators add NAME --role admin")
    if not configuration.allowed_hosts:
        missing.append(
            "name the hosts it is called by: RETINUE_ALLOWED_HOSTS='[\"retinue.example\"]'"
        )
    if missing:
        raise Exposed(
            f"RETINUE_BIND is {configuration.bind}, which others on the network can reach."
            f" First {', and '.join(missing)}. Or keep RETINUE_BIND=127.0.0.1."
        )


def _opens(sealer: Sealer, key_check: bytes) -> bool:
    try:
        return sealer.open(key_check, **_PLACE, is_secret=False) == _CHECK_TEXT
    except SealBroken:
        return False


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
