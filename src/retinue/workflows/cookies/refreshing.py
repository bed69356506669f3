"""The steps of one refresh: a log-in without any cookies, and its jar stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.audit import service as audit
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, TaskFailure
from retinue.drivers.browser.protocol import PageState
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.redaction import redact
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.signing_in.schemas import Asker, Station, Subject
from retinue.workflows.signing_in.service import Arrival
from retinue.workflows.working.errors import TaskFailed, TaskWaits
from retinue.workflows.working.schemas import Reporting

ACTION = "cookies.step"
UPKEEP = "upkeep"


def refresh(station: Station, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    """
    Raises:
        TaskWaits: the log-ins of the day are used up, and the old cookies do not open any more.
        TaskFailed: there is nothing to log in with.
        DriverError: the site lets nobody in, with the reason; the old cookies are kept.
        ProxyDown: nobody goes through the account's proxy now; nothing was done.
    """
    runtime = station.runtime
    if claimed.account_id is None:
        raise TaskFailed(_ours("cookies belong to an account", "invalid_input"))
    with runtime.database.reading() as db:
        account = accounts.get(db, claimed.account_id)
        if account.lifecycle is Lifecycle.retired:
            raise TaskFailed(_ours("the account is retired; revive it first", "retired"))
        subject = signing_in.open_subject(db, runtime.sealer, account.id)
        task = tasks.get(db, claimed.id)
        budget = accounts.log_in_budget(db, account.id, now=runtime.clock.now())
        is_refused = accounts.refused_since(db, runtime.sealer, account, subject.known.password)
    is_person = task.requested_by not in accounts.UNASKED and claimed.retries == 0
    asker = Asker(task.requested_by, is_person=is_person, task_id=claimed.id)
    fetching = _Fetching(station, subject, asker, report)
    password = None if is_refused else subject.known.password
    with signing_in.surprises_kept(station, subject, asker=asker):
        if password is not None and (is_person or budget.left > 0):
            return fetching.log_in(password)
        found = fetching.look()
    if found is not None:
        return found
    if password is None:
        raise TaskFailed(_ours("there is no password that opens it, nor cookies", "no_password"))
    why = "Two log-ins were tried within a day without a person; the next one waits."
    raise TaskWaits(WaitingFor.account_backoff, budget.free_at, why)


@dataclass(frozen=True, slots=True)
class _Fetching:
    station: Station
    subject: Subject
    asker: Asker
    report: Reporting

    def log_in(self, password: str) -> Mapping[str, Any]:
        self.report(20, "logging in")
        arrival = signing_in.log_in(
            self.station, self.subject, password, asker=self.asker, tell=self.tell
        )
        if not arrival.outcome.is_in:
            ids = signing_in.keep_evidence(
                self.station,
                self.subject,
                arrival.evidence,
                asker=self.asker,
                title=arrival.outcome.text,
            )
            self._note_refused(arrival, password, evidence=ids)
            signing_in.ask_to_mend(self.station, self.subject, arrival.outcome)
            raise signing_in.refusal_of(arrival.outcome)
        return self._stored(arrival, "fresh cookies are stored")

    def look(self) -> Mapping[str, Any] | None:
        """What the site makes of the cookies that there are, which costs no log-in."""
        self.report(20, "looking whether the cookies still open")
        arrival = signing_in.look_in(self.station, self.subject, asker=self.asker, tell=self.tell)
        if arrival is None or not arrival.outcome.is_in:
            return None
        return self._stored(arrival, "the old cookies still open it")

    def tell(self, step: str, *, ok: bool, message: str) -> None:
        runtime = self.station.runtime
        with runtime.database.writing() as db:
            audit.record(
                db,
                actor=self.asker.name,
                action=ACTION,
                subject=("account", str(self.subject.account_id)),
                now=runtime.clock.now(),
                before={"task": self.asker.task_id},
                after={"step": step, "ok": ok, "message": redact(message)[:500]},
            )

    def _note_refused(self, arrival: Arrival, password: str, *, evidence: tuple[str, ...]) -> None:
        if arrival.outcome.state is not PageState.wrong_password:
            return
        runtime = self.station.runtime
        with runtime.database.writing() as db:
            now, text = runtime.clock.now(), arrival.outcome.text
            account = accounts.hold(db, self.subject.account_id)
            accounts.note_refused_password(db, runtime.sealer, account, password, now=now)
            signing_in.ask_for_password(db, account, text=text, evidence=evidence, now=now)

    def _stored(self, arrival: Arrival, message: str) -> Mapping[str, Any]:
        runtime = self.station.runtime
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            account = accounts.hold(db, self.subject.account_id)
            signing_in.store_jar(db, runtime.sealer, account, arrival.jar, now=now)
        self.tell("cookies", ok=True, message=message)
        return {"account_no": self.subject.account_no, "refreshed": True, "message": message}


def _ours(message: str, code: str) -> TaskFailure:
    return TaskFailure(
        FailureClass.invalid_input, message, CallPhase.not_sent, code=code, source="retinue"
    )
