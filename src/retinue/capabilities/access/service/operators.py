from __future__ import annotations

from datetime import datetime
from typing import Unpack

import pyotp
from sqlalchemy.orm import Session

from retinue.capabilities.access import repository
from retinue.capabilities.access.errors import LastAdmin, NotYours, OperatorNotFound, UsernameTaken
from retinue.capabilities.access.models import Operator, Role
from retinue.capabilities.access.schemas import OperatorUpdate, Origin
from retinue.capabilities.access.service import memory
from retinue.capabilities.access.service.demo import LOCAL_OPERATOR, admin_made
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import Change
from retinue.foundation.errors import Invalid
from retinue.foundation.sealing import Sealer

ACTOR_PREFIX = "operator:"
_SHORTEST_TOTP_SECRET = 16


def operator(db: Session, operator_id: int) -> Operator:
    found = repository.operator_by_id(db, operator_id)
    if found is None:
        raise OperatorNotFound(f"There is no operator {operator_id}.")
    return found


def operator_named(db: Session, username: str) -> Operator:
    found = repository.operator_by_name(db, username.casefold())
    if found is None:
        raise OperatorNotFound(f"There is no operator {username!r}.")
    return found


def assignee(db: Session, username: str | None) -> str | None:
    """
    How somebody is called as an actor whom work is given to; none is nobody.

    Raises:
        Invalid: there is no such operator, or they are disabled.
    """
    if username is None:
        return None
    found = repository.operator_by_name(db, username.removeprefix(ACTOR_PREFIX).casefold())
    if found is None:
        raise Invalid.field("operator", "is nobody here; name an operator of the Access page")
    if found.disabled_at is not None:
        raise Invalid.field("operator", "is disabled; choose somebody who can log in")
    return f"{ACTOR_PREFIX}{found.username}"


def list_operators(db: Session) -> list[Operator]:
    return repository.operators_by_name(db)


def add_operator(
    db: Session, *, username: str, password_hash: str, role: Role, origin: Origin, now: datetime
) -> Operator:
    """
    The hash comes from `prepare_password`, before the transaction. An admin ends demo mode.

    Raises:
        UsernameTaken: another operator has the name.
        Invalid: a person cannot have the role of a program.
        NotYours: the local operator does not make people.
    """
    _check_role(role)
    _check_maker(origin)
    row = Operator(
        username=username.casefold(), role=role, password_hash=password_hash, created_at=now
    )
    if not repository.insert_operator(db, row):
        raise UsernameTaken(f"username: {row.username} is taken; choose another name.")
    _tell(db, row, "operator_added", origin=origin, now=now, after={"role": role})
    if role is Role.admin:
        admin_made(db, by=origin.actor, now=now)
    return row


def update_operator(
    db: Session,
    operator_id: int,
    wanted: OperatorUpdate,
    *,
    password_hash: str | None,
    origin: Origin,
    now: datetime,
) -> Operator:
    """
    Role, password and whether the operator may log in, as far as `wanted` names them; all of it or nothing.

    Raises:
        OperatorNotFound, LastAdmin, NotYours: as the single changes do.
    """
    row = operator(db, operator_id)
    if wanted.role is not None:
        set_role(db, row, wanted.role, origin=origin, now=now)
    if wanted.disabled is not None:
        set_disabled(db, row, disabled=wanted.disabled, origin=origin, now=now)
    if password_hash is not None:
        set_password(db, row, password_hash, origin=origin, now=now)
    return row


def update_second_factor(
    db: Session,
    row: Operator,
    wanted: OperatorUpdate,
    *,
    sealer: Sealer,
    origin: Origin,
    now: datetime,
) -> None:
    """
    Switch it on or off where `wanted` says so.

    Raises:
        Invalid: as in `check_totp`.
    """
    if "totp_secret" not in wanted.model_fields_set:
        return
    given = wanted.totp_secret
    secret = None
    if given is not None:
        secret = check_totp(given.get_secret_value(), wanted.totp_code, now=now)
    set_second_factor(db, row, secret, sealer=sealer, origin=origin, now=now)


def set_role(db: Session, row: Operator, role: Role, *, origin: Origin, now: datetime) -> None:
    """
    Raises:
        LastAdmin: nobody else could let people in.
    """
    _check_role(role)
    _check_maker(origin)
    if role is row.role:
        return
    if role is not Role.admin:
        _keep_an_admin(db, row)
    before = row.role
    row.role = role
    _tell(
        db,
        row,
        "operator_role_changed",
        origin=origin,
        now=now,
        before={"role": before},
        after={"role": role},
    )
    if role is Role.admin:
        admin_made(db, by=origin.actor, now=now)


def set_disabled(
    db: Session, row: Operator, *, disabled: bool, origin: Origin, now: datetime
) -> None:
    """
    A disabled operator is logged out at once. Repeating it changes nothing.

    Raises:
        LastAdmin: nobody else could let people in.
    """
    _check_maker(origin)
    if disabled == (row.disabled_at is not None):
        return
    if disabled:
        _keep_an_admin(db, row)
    row.disabled_at = now if disabled else None
    repository.delete_logins_of(db, row.id)
    action = "operator_disabled" if disabled else "operator_enabled"
    _tell(db, row, action, origin=origin, now=now)


def set_password(
    db: Session, row: Operator, password_hash: str, *, origin: Origin, now: datetime
) -> None:
    """Ends every log-in of the operator: whoever knew the old password is out."""
    _check_maker(origin)
    row.password_hash = password_hash
    repository.delete_logins_of(db, row.id)
    _tell(db, row, "operator_password_changed", origin=origin, now=now)


def set_second_factor(
    db: Session,
    row: Operator,
    secret: str | None,
    *,
    sealer: Sealer,
    origin: Origin,
    now: datetime,
) -> None:
    """The secret that was proved with `check_totp`, or None to do without."""
    _check_maker(origin)
    row.totp_sealed = None if secret is None else seal_totp(sealer, row.id, secret)
    action = "operator_second_factor_removed" if secret is None else "operator_second_factor_set"
    _tell(db, row, action, origin=origin, now=now)


def check_totp(secret: str, code: str | None, *, now: datetime) -> str:
    """
    The secret as it is stored, once a code has shown that the person's device has it too.

    Raises:
        Invalid: not base32, too short, or the code is not the one shown now.
    """
    plain = secret.replace(" ", "").rstrip("=").upper()
    try:
        expected = pyotp.TOTP(plain)
        is_right = code is not None and expected.verify(code, for_time=now, valid_window=1)
    except ValueError as error:
        raise Invalid.field("totp_secret", "is not base32 (A to Z, 2 to 7)") from error
    if len(plain) < _SHORTEST_TOTP_SECRET:
        raise Invalid.field(
            "totp_secret", f"needs at least {_SHORTEST_TOTP_SECRET} base32 characters"
        )
    if not is_right:
        raise Invalid.field(
            "totp_code", "is not the code that the secret gives now; check the device's clock"
        )
    return plain


def new_totp_secret() -> str:
    return pyotp.random_base32()


def seal_totp(sealer: Sealer, operator_id: int, secret: str) -> bytes:
    return sealer.seal(secret, table="operators", row=str(operator_id), column="totp_sealed")


def open_totp(sealer: Sealer, operator_id: int, sealed: bytes) -> str:
    return sealer.open(sealed, table="operators", row=str(operator_id), column="totp_sealed")


def _check_role(role: Role) -> None:
    if role is Role.bot:
        raise Invalid.field("role", "bot is for tokens; a person is viewer, operator or admin")


def _check_maker(origin: Origin) -> None:
    # Demo mode asks nobody who they are, so it must not make anybody who stays when it ends.
    if origin.actor == LOCAL_OPERATOR:
        raise NotYours(
            "Operators are made by an admin. Make the first one with the URL that `retinue access setup-url` prints."
        )


def _keep_an_admin(db: Session, row: Operator) -> None:
    # Held until the commit, so that two admins cannot take leave at the same moment.
    repository.locked_installation(db)
    is_admin = row.role is Role.admin and row.disabled_at is None
    if is_admin and repository.count_other_admins(db, row.id) == 0:
        raise LastAdmin(f"{row.username} is the last admin; make another one first.")


def _tell(
    db: Session,
    row: Operator,
    what: str,
    *,
    origin: Origin,
    now: datetime,
    **change: Unpack[Change],
) -> None:
    db.flush()
    memory.forget_after_commit(db)
    audit.record(
        db,
        actor=origin.actor,
        action=f"access.{what}",
        subject=("operator", row.username),
        now=now,
        request_id=origin.request_id,
        address=origin.address,
        **change,
    )
