"""An installation with a value in every place that is sealed, and all of them opened again."""

from __future__ import annotations

from datetime import datetime

from pydantic import SecretStr
from sqlalchemy.orm import Session

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Operator, Role
from retinue.capabilities.access.service.operators import seal_totp
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import SEALED_COLUMNS, AccountCredentials
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.capabilities.accounts.service import import_records
from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.schemas import ChannelCreate, Editor
from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import SourceName
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.foundation.database import Database
from retinue.foundation.idempotency import service as idempotency
from retinue.foundation.idempotency.service import Answer, Named
from retinue.foundation.sealing import Sealer
from retinue.workflows.connecting.models import AccountGrant, GrantState, NetworkConnection, Tier
from retinue.workflows.resealing import repository
from retinue.workflows.resealing.places import PLACES
from tests.factories.importing import file_of, row, upload

Secrets = dict[tuple[str, str, str], str]


def fill(db: Session, sealer: Sealer, *, now: datetime, accounts_: int = 12) -> None:
    """Something in every sealed column; the accounts with all that they may have."""
    access.initialise(db, sealer, is_demo=True, now=now)
    operator = Operator(username="anna", role=Role.admin, password_hash="-", created_at=now)
    db.add(operator)
    db.flush()
    operator.totp_sealed = seal_totp(sealer, operator.id, "JBSWY3DPEHPK3PXP")
    for number in range(accounts_):
        _add_account(db, sealer, number, now=now)
        password = SecretStr(f"way-out-{number}")
        way = ProxyCreate(host="127.0.0.1", port=9000 + number, password=password)
        proxies.add(db, sealer, way, actor="tests", now=now)
    wanted = ChannelCreate(name="desk", url=SecretStr("json://127.0.0.1:9/secret-hook"))
    alerts.add_channel(db, sealer, wanted, by=Editor("tests", may_leave=False), now=now)
    _connect(db, sealer, now=now)
    key = SecretStr("tikhub-key-0001")
    monitors.put_key(db, sealer, SourceName.tikhub, key, actor="tests", now=now)
    import_records.begin(db, sealer, upload(file_of(*(row(n) for n in range(3)))), now=now)
    for number in range(3):
        named = Named(owner="token:bot", key=f"request {number}", digest="d")
        idempotency.take(db, named, sealer=sealer, now=now)
        idempotency.keep(db, named, Answer(201, (), b'{"token":"rt_x"}'), sealer=sealer)


def _add_account(db: Session, sealer: Sealer, number: int, *, now: datetime) -> None:
    credentials = OpenCredentials(
        password=f"pass-word-{number}", auth_token=f"token-{number}", ct0=f"ct-{number}"
    )
    wanted = AccountCreate(login=f"otter_{number}", credentials=credentials)
    account = accounts.add(db, sealer, wanted, actor="tests", now=now)
    more = {"password": f"new-word-{number}", "totp_secret": "JBSWY3DPEHPK3PXP"}
    accounts.store_credentials(db, sealer, account, more, now=now)
    stored = db.get(AccountCredentials, account.id)
    assert stored is not None
    for column, name in SEALED_COLUMNS.items():
        if getattr(stored, column) is None:
            text = '["code-1"]' if name == "backup_codes" else f"{column}-of-{number}"
            sealed = sealer.seal(text, table="account_credentials", row=account.uid, column=name)
            setattr(stored, column, sealed)
    db.flush()


def _connect(db: Session, sealer: Sealer, *, now: datetime) -> None:
    secret = sealer.seal("app-secret", table="network_connections", row="x", column="client_secret")
    db.add(
        NetworkConnection(
            network="x",
            is_connected=True,
            base_url="http://127.0.0.1:9",
            tier=Tier.self_serve,
            client_id="app",
            client_secret=secret,
            reason="tests",
            changed_by="tests",
            changed_at=now,
        )
    )
    account = accounts.find(db, "otter_0")
    grant = AccountGrant(
        account_id=account.id,
        network="x",
        base_url="http://127.0.0.1:9",
        client_id="app",
        state=GrantState.ready,
        granted_by="tests",
        granted_at=now,
    )
    for column in ("access_token", "refresh_token"):
        place = {"table": "account_grants", "row": account.uid, "column": column}
        setattr(grant, column, sealer.seal(f"{column}-of-0", **place))
    db.add(grant)
    db.flush()


def everything(database: Database, sealer: Sealer) -> Secrets:
    """All that is sealed, in the clear, by table, row and column."""
    found: Secrets = {}
    for place in PLACES:
        with database.writing() as db:
            keys = repository.not_under(db, place, "00" * 8)
            rows = repository.held_rows(db, place, keys) if keys else []
        for one in rows:
            for column in place.sealed:
                if one[column.name] is not None:
                    where = {"row": place.row(one), "column": place.column(one, column.name)}
                    text = sealer.open(one[column.name], table=place.name, is_secret=False, **where)
                    found[place.name, where["row"], column.name] = text
    return found


def uses(database: Database) -> dict[str, int]:
    """How many values are under which key."""
    counted: dict[str, int] = {}
    with database.reading() as db:
        for place in PLACES:
            for used in repository.used_keys(db, place).values():
                for key_id, number in used.items():
                    counted[key_id] = counted.get(key_id, 0) + number
    return counted
