"""Where numbers are read, and the keys that open those places. A key is sealed and never shown again."""

from __future__ import annotations

from datetime import datetime

from pydantic import SecretStr
from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.monitors.errors import KeyNotFound
from retinue.capabilities.monitors.models import SourceKey, SourceName
from retinue.capabilities.monitors.repository import keys
from retinue.capabilities.monitors.schemas.money import MetricsSourceRead
from retinue.capabilities.settings import service as settings
from retinue.capabilities.settings.schemas import MonitorSettings
from retinue.drivers.metrics import protocol as metrics
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer

_TABLE = "metrics_source_keys"
_COLUMN = "sealed"
_SHOWN = 12
_SANDGRAM_PATHS = {SourceName.tikhub: "/tikhub", SourceName.graph: "/graph"}
_SANDGRAM_KEYS = {
    SourceName.tikhub: "sandgram-tikhub-key",
    SourceName.graph: "sandgram-graph-token",
}
"""What Sandgram takes from everybody: no secret of anyone's."""


def connection(
    db: Session, runtime: Runtime, source: SourceName | str | None = None
) -> metrics.SourceSettings | None:
    """
    What a source is opened with; None where there is no address, or no key. Without a name, the one
    that the settings choose.
    """
    wanted = settings.current(db).monitors
    name = SourceName(source or wanted.source)
    url, is_sandgram = _address(runtime, wanted, name)
    if url is None:
        return None
    row = keys.find(db, name)
    if row is not None:
        key = _opened(runtime.sealer, name, row.sealed)
    elif is_sandgram:
        key = _SANDGRAM_KEYS[name]
    else:
        return None
    return metrics.SourceSettings(
        source=metrics.SourceName(name.value),
        base_url=url,
        key=key,
        version=_version(wanted, name),
        account_id=wanted.graph_account_id or None if name is SourceName.graph else None,
        requests_per_second=wanted.requests_per_second,
    )


def sources(db: Session, runtime: Runtime) -> list[MetricsSourceRead]:
    """All of them, and what keeps each from being read."""
    wanted = settings.current(db).monitors
    rows = {row.source: row for row in keys.all_of_them(db)}
    found = []
    for name in SourceName:
        url, is_sandgram = _address(runtime, wanted, name)
        row = rows.get(name)
        found.append(
            MetricsSourceRead(
                source=name,
                url=url,
                version=_version(wanted, name),
                is_default=wanted.source == name.value,
                has_key=row is not None or is_sandgram,
                key_fingerprint=row.fingerprint if row else None,
                key_changed_by=row.changed_by if row else None,
                key_changed_at=row.changed_at if row else None,
                is_sandgram=is_sandgram,
                problem=_problem(
                    runtime, wanted, name, url, has_key=row is not None or is_sandgram
                ),
            )
        )
    return found


def put_key(
    db: Session, sealer: Sealer, source: SourceName, key: SecretStr, *, actor: str, now: datetime
) -> None:
    """Seal a key in place of the one before. The audit log sees its fingerprint."""
    text = key.get_secret_value().strip()
    fingerprint = sealer.digest(_TABLE, source.value, text)[:_SHOWN]
    before = keys.find(db, source)
    sealed = sealer.seal(text, table=_TABLE, row=source.value, column=_COLUMN)
    keys.put(
        db,
        SourceKey(
            source=source, sealed=sealed, fingerprint=fingerprint, changed_by=actor, changed_at=now
        ),
    )
    audit.record(
        db,
        actor=actor,
        action="monitors.key_changed",
        subject=("metrics_source", source.value),
        now=now,
        before=None if before is None else {"key": before.fingerprint},
        after={"key": fingerprint},
    )


def drop_key(db: Session, source: SourceName, *, actor: str, now: datetime) -> None:
    """
    Raises:
        KeyNotFound: there is none.
    """
    before = keys.find(db, source)
    if before is None or not keys.drop(db, source):
        raise KeyNotFound(f"No key is stored for {source.value}.")
    audit.record(
        db,
        actor=actor,
        action="monitors.key_removed",
        subject=("metrics_source", source.value),
        now=now,
        before={"key": before.fingerprint},
    )


def _opened(sealer: Sealer, source: SourceName, sealed: bytes) -> str:
    return sealer.open(sealed, table=_TABLE, row=source.value, column=_COLUMN)


def _address(
    runtime: Runtime, wanted: MonitorSettings, name: SourceName
) -> tuple[str | None, bool]:
    """Where it is asked, and whether that is Sandgram."""
    given = wanted.tikhub_url if name is SourceName.tikhub else wanted.graph_url
    if given:
        return given.rstrip("/"), False
    sandgram = runtime.configuration.sandgram_url
    if not sandgram:
        return None, False
    return str(sandgram).rstrip("/") + _SANDGRAM_PATHS[name], True


def _version(wanted: MonitorSettings, name: SourceName) -> str:
    return wanted.tikhub_version if name is SourceName.tikhub else wanted.graph_version


def _problem(
    runtime: Runtime, wanted: MonitorSettings, name: SourceName, url: str | None, *, has_key: bool
) -> str | None:
    if url is None:
        return f"no address: set monitors.{name.value}_url, or run with Sandgram"
    address = metrics.problem_of_address(url, is_live=runtime.configuration.live_networks)
    if address is not None:
        return f"monitors.{name.value}_url {address}"
    if not has_key:
        return f"no key: PUT /api/monitors/sources/{name.value}/key"
    if name is SourceName.graph and not wanted.graph_account_id:
        return "no account to ask in the name of: set monitors.graph_account_id"
    return None
