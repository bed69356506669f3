"""The functions behind the tasks `validate_account` and `check_proxy`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.errors import ProxyNotFound
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, TaskFailure
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.errors import Problem
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.engagement.schemas import OpenNetwork
from retinue.workflows.validation.gate import Gate, GateFull
from retinue.workflows.validation.schemas import Asked, LogInsSpent
from retinue.workflows.validation.validating import Validated, check_proxy, validate
from retinue.workflows.working.errors import TaskFailed, TaskWaits
from retinue.workflows.working.schemas import Reporting, TaskFunction

_BIGGEST_ID = 2**63 - 1
_MOMENT = timedelta(seconds=1)

_gate = Gate()
"""One for the process: what one account has met is met by all that go out from here."""


def run(
    runtime: Runtime, open_network: OpenNetwork, claimed: ClaimedTask, report: Reporting
) -> Mapping[str, Any]:
    """
    The verdict on an account, also where it is a bad one.

    Raises:
        TaskFailed: the network or the proxy let nobody find out.
        TaskWaits: as many as may be are being validated.
    """
    if claimed.account_id is None:
        raise TaskFailed(_unusable("a validation is of one account"))
    try:
        done = validate(
            runtime,
            open_network,
            claimed.account_id,
            gate=_gate,
            tell=report,
            asked=_asked(runtime, claimed),
        )
    except GateFull as full:
        raise no_place(runtime, full) from full
    except LogInsSpent as spent:
        raise TaskWaits(WaitingFor.account_backoff, spent.until, str(spent)) from spent
    if not done.finding.has_verdict:
        raise TaskFailed(failure_of(done))
    return done.result


def _asked(runtime: Runtime, claimed: ClaimedTask) -> Asked:
    """What the queue repeats by itself is nobody's wish."""
    with runtime.database.reading() as db:
        task = tasks.get(db, claimed.id)
        wish = accounts.wish_of(task.requested_by, task.created_at)
    is_person = wish.asked_at is not None and claimed.retries == 0
    return Asked(wish.by, is_person=is_person, asked_at=wish.asked_at)


def _validate(runtime: Runtime, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    return run(runtime, _opener(runtime), claimed, report)


def _check(runtime: Runtime, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    report(20, "trying the proxy")
    found = check_proxy(runtime, _opener(runtime), int(claimed.params["proxy"]))
    return {
        "proxy": found.id,
        "ok": found.ok,
        "message": found.message,
        "exit_address": found.exit_address,
        "milliseconds": found.milliseconds,
    }


def _opener(runtime: Runtime) -> OpenNetwork:
    return connecting.opener(runtime)


def no_place(runtime: Runtime, full: GateFull) -> TaskWaits:
    until = runtime.clock.now() + _MOMENT
    return TaskWaits(WaitingFor.turn, until, f"{full}, no more for now.")


def failure_of(done: Validated) -> TaskFailure:
    """Of a validation without a verdict."""
    error, finding = done.error, done.finding
    if error is None:
        return _unusable(finding.message)
    return TaskFailure(
        error.failure,
        finding.message,
        CallPhase.not_sent if error.had_no_effect else error.phase,
        error.retry_after,
        code=finding.code,
        source=finding.source.value,
    )


def _unusable(message: str) -> TaskFailure:
    return TaskFailure(FailureClass.invalid_input, message, CallPhase.not_sent, source="retinue")


def _takes_nothing(_: Session, params: Mapping[str, Any]) -> list[Problem]:
    return [Problem((str(name),), "validate_account takes no params") for name in params]


def _takes_proxy(db: Session, params: Mapping[str, Any]) -> list[Problem]:
    problems = [
        Problem((str(name),), "is not known; check_proxy takes proxy")
        for name in params
        if name != "proxy"
    ]
    proxy_id = params.get("proxy")
    if type(proxy_id) is not int or not 1 <= proxy_id <= _BIGGEST_ID:
        return [*problems, Problem(("proxy",), "give the id of a proxy, such as 1")]
    try:
        proxies.get(db, proxy_id)
    except ProxyNotFound:
        problems.append(Problem(("proxy",), f"there is no proxy {proxy_id}"))
    return problems


def _at_once(runtime: Runtime) -> int:
    with runtime.database.reading() as db:
        return _gate.allowed(most=settings.current(db).validation_concurrency)


VALIDATE = TaskFunction(TaskType.validate_account, _validate, _takes_nothing, _at_once)
CHECK_PROXY = TaskFunction(TaskType.check_proxy, _check, _takes_proxy)
TASKS = (VALIDATE, CHECK_PROXY)
