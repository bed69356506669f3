"""
The steps of one rotation.

    settle    a pending password of an earlier run: does it open?
    pending   the new password is stored beside the one in force      COMMIT
    change    the site is told                                         (may be cut off at any point)
    verify    a log-in with the new one
    promote   the new one is in force, the old one is kept             COMMIT

Until the log-in has told, both are kept, and the same new password is sent again: however often a change
arrives, and however late, it leads to one that is stored.
"""

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
from retinue.drivers.browser.protocol import (
    BrowserUnavailable,
    PageNotUnderstood,
    PageState,
    Visit,
)
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation import failpoints, redaction
from retinue.foundation.redaction import redact
from retinue.workflows.rotation.failing import ours, unsure
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.signing_in.schemas import Asker, Station, Subject
from retinue.workflows.signing_in.service import Arrival, Signing
from retinue.workflows.working.errors import TaskCancelled, TaskFailed, TaskLost, TaskWaits
from retinue.workflows.working.schemas import Reporting

ACTION = "rotation.step"
_MAY_PASS = frozenset({FailureClass.transient, FailureClass.unknown})


def rotate(station: Station, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    """
    Raises:
        TaskFailed: the password is not changed, or it is not known yet whether it is.
        TaskWaits: it is being tried again by itself, and the log-ins of the day are used up.
        DriverError: the site lets nobody in, with the reason.
        ProxyDown: nobody goes through the account's proxy now; nothing was done.
    """
    runtime = station.runtime
    if claimed.account_id is None:
        raise TaskFailed(ours("a password belongs to an account", "invalid_input"))
    with runtime.database.reading() as db:
        account = accounts.get(db, claimed.account_id)
        if account.lifecycle is Lifecycle.retired:
            raise TaskFailed(ours("the account is retired; revive it first", "retired"))
        subject = signing_in.open_subject(db, runtime.sealer, account.id)
        asked_by = tasks.get(db, claimed.id).requested_by
    if not subject.known.password:
        raise TaskFailed(ours("no password is stored that could be changed", "no_password"))
    # Somebody has asked for a rotation, and nobody for what the queue repeats of it.
    asker = Asker(asked_by, is_person=claimed.retries == 0, task_id=claimed.id)
    rotation = _Rotation(station, subject, asker, claimed, report, steps=[])
    with signing_in.surprises_kept(station, subject, asker=asker):
        try:
            return rotation.run()
        except (PageNotUnderstood, BrowserUnavailable):
            raise
        except DriverError as error:
            if error.had_no_effect or error.failure not in _MAY_PASS:
                raise
            # Both passwords are stored, and the next run begins by asking which of them is right.
            raise TaskFailed(unsure(error.message)) from error


@dataclass(slots=True)
class _Rotation:
    station: Station
    subject: Subject
    asker: Asker
    claimed: ClaimedTask
    report: Reporting
    steps: list[dict[str, Any]]

    def run(self) -> Mapping[str, Any]:
        pending = self.subject.known.password_pending
        if pending is not None and self._opens(pending, "settle"):
            return self._result(is_settled=True)
        new = self._change()
        failpoints.reach("rotation_changed")
        if not self._opens(new, "verify"):
            # The site has said that it holds, and then that it does not: an older change may still be under way.
            message = "the new password does not open the account yet; both are kept"
            raise TaskFailed(unsure(message))
        return self._result(is_settled=False)

    def tell(self, step: str, *, ok: bool, message: str) -> None:
        runtime = self.station.runtime
        found = {"step": step, "ok": ok, "message": redact(message)[:500]}
        self.steps.append(found)
        with runtime.database.writing() as db:
            audit.record(
                db,
                actor=self.asker.name,
                action=ACTION,
                subject=("account", str(self.subject.account_id)),
                now=runtime.clock.now(),
                before={"task": self.asker.task_id},
                after=found,
            )
        self.report(min(90, 10 * len(self.steps)), f"{step}: {found['message']}")

    def _opens(self, password: str, step: str) -> bool:
        """
        Whether a log-in with it succeeds, which puts it in force.

        Raises:
            DriverError: the site has taken the password, and lets nobody in for another reason.
        """
        self._may_log_in()
        arrival = signing_in.log_in(
            self.station, self.subject, password, asker=self.asker, tell=self.tell
        )
        failpoints.reach("rotation_logged_in")
        if arrival.outcome.state is PageState.wrong_password:
            self.tell(step, ok=False, message="the new password does not open the account")
            return False
        if not arrival.outcome.is_in:
            self._keep(arrival)
            raise signing_in.refusal_of(arrival.outcome)
        runtime = self.station.runtime
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            account = accounts.hold(db, self.subject.account_id)
            accounts.promote_password(db, account, now=now)
            signing_in.store_jar(db, runtime.sealer, account, arrival.jar, now=now)
        failpoints.reach("rotation_promoted")
        self.tell(step, ok=True, message="a log-in with the new password has succeeded")
        return True

    def _change(self) -> str:
        """Have the site take a new password; the answer is the one that it was told."""
        for jar in self.subject.jars:
            with signing_in.visiting_with(self.station, self.subject, jar) as opened:
                if opened is not None and opened.look().state is PageState.signed_in:
                    return self._send(opened)
        self._may_log_in()
        with signing_in.visiting(self.station, self.subject) as visit:
            signing = Signing(self.station, self.subject, visit, self.asker, self.tell)
            outcome = signing.log_in(self.subject.known.password or "")
            arrival = signing_in.arrived(visit, outcome)
            if outcome.state is PageState.wrong_password:
                self._note_refused(outcome.text)
            if not outcome.is_in:
                self._keep(arrival)
                raise signing_in.refusal_of(outcome)
            self._keep_jar(arrival)
            return self._send(visit)

    def _send(self, visit: Visit) -> str:
        new = self._propose()
        failpoints.reach("rotation_pending")
        self._still_wanted()
        try:
            seen = visit.change_password(self.subject.known.password or "", new)
        except PageNotUnderstood:
            self.tell("change", ok=False, message="the site's answer is a page that is not known")
            raise
        except DriverError as error:
            failpoints.reach("rotation_sent")
            raise self._cut_off(error) from error
        failpoints.reach("rotation_sent")
        if seen.state is PageState.wrong_password:
            self.tell("change", ok=False, message="the site refused the present password")
            if self._opens(new, "settle"):
                return new
            self._drop_own()
            self._note_refused(seen.text)
            raise TaskFailed(
                TaskFailure(
                    FailureClass.auth_expired,
                    "the site refused the stored password, and the new one does not open it either;"
                    " store the right one",
                    CallPhase.answered,
                    code="wrong_password",
                )
            )
        if seen.state is not PageState.signed_in:
            raise TaskFailed(unsure(f"it is not known whether the site took it: {seen.text}"))
        self.tell("change", ok=True, message="the site has taken the new password")
        return new

    def _propose(self) -> str:
        """The password to send, stored before it is sent."""
        runtime = self.station.runtime
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            account = accounts.hold(db, self.subject.account_id)
            made = accounts.new_password(account, rng=runtime.rng, now=now)
            redaction.know(made)
            new = accounts.propose_password(db, runtime.sealer, account, made, now=now)
        redaction.know(new)
        self.tell("pending", ok=True, message="the new password is stored beside the present one")
        return new

    def _still_wanted(self) -> None:
        runtime = self.station.runtime
        with runtime.database.writing() as db:
            is_ours = tasks.report(
                db, self.claimed, 50, "changing the password", now=runtime.clock.now()
            )
            is_cancelled = is_ours and tasks.is_cancel_asked(db, self.claimed)
        if not is_ours:
            raise TaskLost
        if is_cancelled:
            self._drop_own()
            raise TaskCancelled

    def _cut_off(self, error: DriverError) -> Exception:
        """What was certainly not taken is forgotten; of everything else the next run's log-in tells."""
        self.tell("change", ok=False, message=error.message)
        if not error.had_no_effect:
            return TaskFailed(
                unsure(f"it is not known whether the site took the new password: {error.message}")
            )
        if error.is_refusal and error.failure is FailureClass.invalid_input:
            # It would refuse the same password whenever it came.
            self._drop()
        else:
            self._drop_own()
        return error

    def _drop_own(self) -> None:
        """Not one of an earlier run, which may be on its way still."""
        if self.subject.known.password_pending is None:
            self._drop()

    def _drop(self) -> None:
        runtime = self.station.runtime
        with runtime.database.writing() as db:
            account = accounts.hold(db, self.subject.account_id)
            accounts.drop_pending(db, account, now=runtime.clock.now())

    def _note_refused(self, text: str) -> None:
        """The present password; and the pending one of an earlier run, which has been refused before it."""
        known, runtime = self.subject.known, self.station.runtime
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            account = accounts.hold(db, self.subject.account_id)
            for one in (known.password_pending, known.password):
                if one is not None:
                    accounts.note_refused_password(db, runtime.sealer, account, one, now=now)
            signing_in.ask_for_password(db, account, text=text, now=now)

    def _keep_jar(self, arrival: Arrival) -> None:
        """Whoever has to try it again needs no log-in to send the password."""
        runtime = self.station.runtime
        with runtime.database.writing() as db:
            account = accounts.hold(db, self.subject.account_id)
            now = runtime.clock.now()
            signing_in.store_jar(db, runtime.sealer, account, arrival.jar, now=now)

    def _may_log_in(self) -> None:
        if self.asker.is_person:
            return
        runtime = self.station.runtime
        with runtime.database.reading() as db:
            budget = accounts.log_in_budget(db, self.subject.account_id, now=runtime.clock.now())
        if budget.left == 0:
            why = "Two log-ins were tried within a day without a person; the next one waits."
            raise TaskWaits(WaitingFor.account_backoff, budget.free_at, why)

    def _keep(self, arrival: Arrival) -> None:
        signing_in.ask_to_mend(self.station, self.subject, arrival.outcome)
        signing_in.keep_evidence(
            self.station,
            self.subject,
            arrival.evidence,
            asker=self.asker,
            title=arrival.outcome.text,
        )

    def _result(self, *, is_settled: bool) -> Mapping[str, Any]:
        message = (
            "the new password of an earlier run opens the account and is in force"
            if is_settled
            else "the password is changed"
        )
        return {
            "account_no": self.subject.account_no,
            "rotated": True,
            "message": message,
            "steps": self.steps,
        }
