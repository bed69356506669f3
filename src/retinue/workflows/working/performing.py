"""One run of one task, and what its errors mean."""

from __future__ import annotations

import logging
import traceback
from typing import Any

from retinue.capabilities.accounts.errors import LogInWithheld
from retinue.capabilities.proxies.errors import ProxyDown
from retinue.capabilities.safety.schemas import Failure
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import WaitingFor
from retinue.capabilities.tasks.schemas import PROXY, ClaimedTask, TaskFailure
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation.database import DatabaseBusy
from retinue.foundation.errors import Refusal, Unavailable
from retinue.foundation.runtime import Runtime
from retinue.workflows.working.errors import TaskCancelled, TaskFailed, TaskLost, TaskWaits
from retinue.workflows.working.schemas import Outcome, TaskFunction, Wish

logger = logging.getLogger(__name__)

_REPORT_SECONDS = 1.0


class Report:
    """Writes progress in transactions of its own, so that it is seen while the task runs."""

    def __init__(self, runtime: Runtime, task: ClaimedTask) -> None:
        self._runtime = runtime
        self._task = task
        self._next_at = runtime.clock.monotonic() + _REPORT_SECONDS

    def __call__(self, progress: int, note: str | None = None) -> None:
        elapsed = self._runtime.clock.monotonic()
        if elapsed < self._next_at:
            return
        self._next_at = elapsed + _REPORT_SECONDS
        try:
            with self._runtime.database.writing() as db:
                now = self._runtime.clock.now()
                is_ours = tasks.report(db, self._task, progress, note, now=now)
                is_cancelled = is_ours and tasks.is_cancel_asked(db, self._task)
        except DatabaseBusy:
            # Nothing is lost but a number on a page.
            return
        if not is_ours:
            raise TaskLost
        if is_cancelled:
            raise TaskCancelled


def perform(runtime: Runtime, function: TaskFunction, task: ClaimedTask) -> Outcome:
    """Run it here and now. Whatever it raises becomes an outcome."""
    began = runtime.clock.monotonic()
    found: dict[str, Any]
    try:
        result = function.run(runtime, task, Report(runtime, task))
        found = {"is_done": True, "result": result}
    except TaskFailed as failed:
        found = {"failure": failed.failure}
    except TaskWaits as waits:
        found = {"wish": Wish(waits.waiting_for, waits.until, waits.why)}
    except TaskCancelled:
        found = {"failure": TaskFailure(FailureClass.unknown, "cancelled", source="operator")}
    except TaskLost:
        found = {"is_lost": True}
    except ProxyDown as down:
        found = {"wish": Wish(WaitingFor.proxy, down.facts.get("until"), down.message)}
    except LogInWithheld as withheld:
        waiting_for = WaitingFor.person if withheld.is_refused else WaitingFor.account_backoff
        found = {"wish": Wish(waiting_for, withheld.until, withheld.message)}
    except DriverError as error:
        found = _of_driver(error, task)
    except Refusal as refusal:
        found = {"failure": _of_refusal(refusal)}
    except Exception as error:
        logger.exception("task %s %s broke (attempt %s)", task.type, task.id, task.attempts)
        message = "".join(traceback.format_exception_only(error)).strip()
        found = {"failure": broken(message)}
    return Outcome(task, seconds=runtime.clock.monotonic() - began, **found)


def broken(message: str) -> TaskFailure:
    """A fault of ours. What it had done by then is not known."""
    return TaskFailure(
        FailureClass.unknown, message, CallPhase.sent, code="internal_error", source="retinue"
    )


def _of_driver(error: DriverError, task: ClaimedTask) -> dict[str, Any]:
    phase = CallPhase.not_sent if error.had_no_effect else error.phase
    source = PROXY if error.is_of_proxy else "network"
    failure = TaskFailure(error.failure, error.message, phase, error.retry_after, source=source)
    action = task.type.value if task.worker_account_id is None else "look_up"
    of_account = Failure(
        failure=error.failure,
        phase=error.phase,
        message=error.message,
        action=action,
        retry_after=error.retry_after,
        is_of_proxy=error.is_of_proxy,
    )
    return {"failure": failure, "account_failure": of_account}


def _of_refusal(refusal: Refusal) -> TaskFailure:
    """What is not there now may be there soon; whatever else we refuse, we refuse again."""
    kind = (
        FailureClass.transient if isinstance(refusal, Unavailable) else FailureClass.invalid_input
    )
    return TaskFailure(
        kind,
        refusal.message,
        CallPhase.not_sent,
        refusal.retry_after,
        code=refusal.code,
        source="retinue",
    )
