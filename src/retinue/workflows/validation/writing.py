"""What a validation reads before it asks the network, and what it writes down afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import (
    Account,
    AccountKind,
    Health,
    Lifecycle,
    ValidationStatus,
)
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import CheckedProxy
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Failure
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import DriverError
from retinue.foundation.redaction import redact
from retinue.foundation.runtime import Runtime
from retinue.workflows.engagement import service as engagement
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.validation import rules
from retinue.workflows.validation.schemas import (
    Asked,
    Finding,
    Source,
    Step,
    StepName,
    Subject,
)
from retinue.workflows.validation.trial import Trial

ACTOR = "validation"
_FRESH = timedelta(seconds=60)
_REFUSED = frozenset({"wrong_password", "password_refused"})
"""By the network just now, or before, so that it is not sent again."""


def begin(
    db: Session, runtime: Runtime, account_id: int, *, asked: Asked, now: datetime
) -> Subject:
    """
    Note that it has begun, and open what is needed.

    Raises:
        AccountNotFound: there is no such account.
        ProxyNotFound, SealBroken: what is stored cannot be used.
    """
    account = accounts.set_validation(
        db, account_id, ValidationStatus.validating, message="asking the network", now=now
    )
    wish = asked.wish(now)
    door = engagement.Doors(runtime.database, runtime.sealer, runtime.clock, lambda _: wish).keeper(
        account.id
    )
    known = engagement.credentials_of(db, runtime.sealer, account, keeper=door)
    refused = accounts.refused_since(db, runtime.sealer, account, known.password)
    pending = accounts.open_credentials(db, runtime.sealer, account).password_pending
    if accounts.refused_since(db, runtime.sealer, account, pending) is not None:
        pending = None
    if refused is not None:
        known = replace(known, password=pending)
    return Subject(
        account_id=account.id,
        account_no=account.account_no,
        login=account.login,
        network=account.network,
        user_agent=account.user_agent,
        is_worker=account.kind is AccountKind.worker,
        proxy_id=account.proxy_id,
        credentials=known,
        egress=engagement.egress_of(db, runtime.sealer, account),
        refused_on=None if refused is None or pending else f"{refused:%Y-%m-%d}",
        pending=pending,
        door=door,
        is_proxy_fresh=_is_proxy_fresh(db, account, now=now),
    )


def finish(
    db: Session,
    runtime: Runtime,
    account_id: int,
    finding: Finding,
    *,
    trial: Trial | None,
) -> dict[str, Any]:
    """Health with its evidence, the standing, the status and the news of it, in one transaction."""
    now = runtime.clock.now()
    account = accounts.hold(db, account_id)
    if trial is not None:
        _note_proxy(db, trial, now=now)
        if trial.is_pending_right:
            accounts.promote_password(db, account, now=now)
        _note_failure(db, runtime, account, trial, now=now)
    _set_health(db, account, finding, now=now)
    if trial is not None and finding.passed:
        _let_in(db, account, trial, now=now)
    status = ValidationStatus.completed if finding.passed else ValidationStatus.failed
    accounts.set_validation(
        db, account_id, status, message=finding.message, now=now, error=_error(finding)
    )
    is_word = not finding.passed and finding.source is Source.network
    if is_word and signing_in.may_be_mended(finding.evidence_class, finding.code):
        signing_in.ask_for_recovery(db, runtime, account, by=ACTOR, now=now)
    if not finding.passed and finding.code in _REFUSED:
        signing_in.ask_for_password(db, account, text=finding.message, now=now)
    steps = trial.steps if trial is not None else []
    last = (
        Step(StepName.database, ok=True, message=f"health {account.health.value} is stored"),
        Step(StepName.broadcast, ok=True, message="told on the live stream"),
    )
    return {
        "account_no": account.account_no,
        "steps": [step.as_json() for step in (*steps, *last)],
        "health": account.health.value,
        "validation_status": status.value,
        "message": redact(finding.message),
    }


def _is_proxy_fresh(db: Session, account: Account, *, now: datetime) -> bool:
    if account.proxy_id is None:
        return False
    proxy = proxies.get(db, account.proxy_id)
    return bool(proxy.check_ok and proxy.checked_at and proxy.checked_at > now - _FRESH)


def _note_proxy(db: Session, trial: Trial, *, now: datetime) -> None:
    proxy_id = trial.subject.proxy_id
    tried = next((step for step in trial.steps if step.name is StepName.proxy), None)
    if proxy_id is None or tried is None or (tried.ok and trial.exit is None):
        return
    found = trial.exit
    proxies.note_check(
        db,
        proxy_id,
        CheckedProxy(
            ok=tried.ok,
            message=redact(tried.message),
            exit_address=found.address if found else None,
        ),
        now=now,
    )


def _note_failure(
    db: Session, runtime: Runtime, account: Account, trial: Trial, *, now: datetime
) -> None:
    subject, error = trial.subject, trial.error
    if error is None:
        return
    failure = Failure(
        failure=error.failure,
        phase=error.phase,
        message=redact(error.message),
        action="validate",
        retry_after=error.retry_after,
        source=error.source.value,
        proxy=proxy_name(db, subject.proxy_id),
        # The step that tries the proxy tells it by itself.
        is_of_proxy=error.is_of_proxy and trial.steps[-1].name is not StepName.proxy,
    )
    safety.record_failure(
        db, account, failure, settings=settings.current(db), rng=runtime.rng, now=now
    )


def _set_health(db: Session, account: Account, finding: Finding, *, now: datetime) -> None:
    before = str((account.health_evidence or {}).get("class") or "") or None
    health = rules.health_after(account.health, before, finding)
    if health is None:
        return
    was_closed = account.health in {*rules.CLOSED, Health.error}
    evidence = {
        "class": finding.evidence_class,
        "text": redact(finding.message),
        "time": now.isoformat(),
        "source": finding.source.value,
        "proxy": proxy_name(db, account.proxy_id),
        "code": finding.code,
        "by": ACTOR,
    }
    accounts.set_health(db, account.id, health, evidence=evidence, now=now)
    if health is Health.ok and was_closed:
        # What a person was asked about has answered itself.
        inbox.close_about(
            db, "account", [str(account.id)], resolution="validated", by=ACTOR, now=now
        )


def _let_in(db: Session, account: Account, trial: Trial, *, now: datetime) -> None:
    if trial.identity is not None:
        accounts.set_network_user_id(db, account.id, trial.identity.network_id, now=now)
    if account.lifecycle is Lifecycle.imported:
        reason = "its validation has passed"
        accounts.move(db, account, Lifecycle.ready, reason=reason, actor=ACTOR, now=now)


def _error(finding: Finding) -> dict[str, Any] | None:
    if finding.passed:
        return None
    return {
        "class": finding.evidence_class,
        "code": finding.code or finding.evidence_class,
        "source": finding.source.value,
        "message": redact(finding.message),
    }


def proxy_name(db: Session, proxy_id: int | None) -> str | None:
    """Where it is, without who may use it."""
    if proxy_id is None:
        return None
    return proxies.name_of(proxies.get(db, proxy_id))


def finding_of_ours(message: str, code: str) -> Finding:
    """We ourselves cannot ask: that says nothing about the account."""
    return Finding(
        passed=False,
        message=message,
        evidence_class="invalid_input",
        source=Source.retinue,
        code=code,
    )


def is_of_the_line(error: DriverError | None) -> bool:
    return error is not None and error.failure in rules.LIMITS
