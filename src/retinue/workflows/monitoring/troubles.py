"""What is wrong with a source, found out from how its readings end, and what people are told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import AlertKind, Severity
from retinue.capabilities.alerts.schemas import Incident
from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import SourceName
from retinue.capabilities.monitors.schemas import Anomaly
from retinue.drivers.metrics.protocol import SourceSettings
from retinue.workflows.monitoring.schemas import Outcome

PROBE_SECONDS = 60.0
"""One reading goes out this often to a source that had refused us, until one succeeds."""

_MANY = 5
_FEW = 3
_LONG_SECONDS = 60.0
BUDGET = "metrics:budget"


@dataclass
class Halt:
    """A source that answers nothing until a person has done something."""

    source: SourceSettings
    why: str
    probe_at: float


@dataclass
class _Health:
    number: int = 0
    since: float = 0.0

    def is_down(self, now: float) -> bool:
        long_enough = self.number >= _FEW and now - self.since >= _LONG_SECONDS
        return self.number >= _MANY or long_enough


@dataclass
class Troubles:
    """One scheduler's view; the alerts, one for all of them, are in the database."""

    halts: dict[str, Halt] = field(default_factory=dict)
    lasting: set[str] = field(default_factory=set)
    """Keys of alerts that were open at the last look."""
    is_over: bool = False
    """One of them has just been resolved, and monitors still wait because of it."""
    _health: dict[str, _Health] = field(default_factory=dict)

    def look(self, db: Session) -> None:
        """Which alerts of sources last: what another process has raised is resolved here too."""
        self.lasting = alerts.open_keys(db, [*_all_keys(), BUDGET])

    def judge(self, outcomes: Sequence[Outcome], *, elapsed: float) -> list[str]:
        """
        Learn from how these have ended; say which sources answer again that were halted.

        Asked once for each outcome, in their order, before it is written.
        """
        freed = []
        for one in outcomes:
            if one.back is not None:
                continue
            health = self._health.setdefault(one.source, _Health())
            if one.is_away:
                health.since = elapsed if health.number == 0 else health.since
                health.number += 1
                continue
            health.number = 0
            if one.is_refused and one.failed is not None:
                probe_at = elapsed + PROBE_SECONDS
                self.halts[one.source] = Halt(one.order.source, one.failed.message, probe_at)
            elif one.read is not None and self.halts.pop(one.source, None) is not None:
                freed.append(one.source)
        return freed

    def tell(
        self, db: Session, outcomes: Sequence[Outcome], *, now: datetime, elapsed: float
    ) -> None:
        """Raise and resolve what follows from these; nothing where all is as it was."""
        for source in dict.fromkeys(one.source for one in outcomes):
            of_it = [one for one in outcomes if one.source == source]
            newest = next((one for one in reversed(of_it) if one.back is None), None)
            if newest is None:
                continue
            if newest.read is not None:
                self._resolve(db, _keys_of(source), now=now)
            refused = next((one for one in reversed(of_it) if one.is_refused), None)
            if refused is not None and source in self.halts:
                self._raise(db, _refusal_of(refused), now=now)
            health = self._health.get(source)
            if health is not None and health.is_down(elapsed):
                self._raise(db, _down(source, newest, health), now=now)

    def tell_budget(self, db: Session, *, short: Decimal | None, now: datetime) -> None:
        """`short` is the price of a call that was not made."""
        if short is None:
            if BUDGET in self.lasting and monitors.has_budget(db, now=now):
                self._resolve(db, [BUDGET], now=now)
            return
        found = monitors.budget(db, now=now)
        if found.limit is None or monitors.has_budget(db, now=now, cost=short):
            # What was promised to calls under way has come to less.
            return
        incident = Incident(
            key=BUDGET,
            kind=AlertKind.budget_spent,
            severity=Severity.warning,
            subject=("budget", found.month),
            message=f"{found.spent:.2f} of {found.limit:.2f} dollars of {found.month} are spent: "
            "nothing more is read that has to be paid for.",
            details={"calls": found.calls, "resumes_at": found.resumes_at.isoformat()},
        )
        self._raise(db, incident, now=now)

    def _raise(self, db: Session, incident: Incident, *, now: datetime) -> None:
        alerts.raise_alert(db, incident, now=now)
        self.lasting.add(incident.key)

    def _resolve(self, db: Session, keys: Iterable[str], *, now: datetime) -> None:
        for key in self.lasting.intersection(keys):
            alerts.resolve(db, key, now=now)
            self.lasting.discard(key)
            self.is_over = True


def tell_anomalies(db: Session, anomalies: Sequence[Anomaly], *, now: datetime) -> None:
    for one in anomalies:
        key = f"monitor:{one.monitor_id}:{one.metric}"
        if one.verdict == "closed":
            alerts.resolve(db, key, now=now)
            continue
        name = one.metric.replace("_", " ")
        incident = Incident(
            key=key,
            kind=AlertKind.anomaly,
            severity=Severity.warning,
            subject=("monitor", str(one.monitor_id)),
            message=f"The {name} of {one.subject} is {one.value}, where about {one.expected} was to be "
            "expected; a second reading has confirmed it.",
            details={
                "kind": one.kind.value,
                "metric": one.metric,
                "value": one.value,
                "expected": one.expected,
                "deviations": one.deviations,
                "samples": one.samples,
            },
        )
        alerts.raise_alert(db, incident, now=now)


def _keys_of(source: str) -> list[str]:
    return [f"metrics:{source}:{what}" for what in ("payment", "key", "down")]


def _all_keys() -> list[str]:
    return [key for name in SourceName for key in _keys_of(name.value)]


def _refusal_of(one: Outcome) -> Incident:
    is_key = one.failed is not None and one.failed.code == "key_refused"
    what, kind = (
        ("key", AlertKind.key_refused) if is_key else ("payment", AlertKind.payment_required)
    )
    words = one.failed.message if one.failed is not None else ""
    return Incident(
        key=f"metrics:{one.source}:{what}",
        kind=kind,
        severity=Severity.critical,
        subject=("source", one.source),
        message=f"{one.source} answers nothing more: {words}. Its monitors wait.",
    )


def _down(source: str, newest: Outcome, health: _Health) -> Incident:
    words = newest.failed.message if newest.failed is not None else ""
    return Incident(
        key=f"metrics:{source}:down",
        kind=AlertKind.source_down,
        severity=Severity.warning,
        subject=("source", source),
        message=f"{source} does not answer: {words}. Readers are shown the last good numbers, marked stale.",
        details={"failures_in_a_row": health.number},
    )
