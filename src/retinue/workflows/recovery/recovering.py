"""The story of one recovery: look, log in, give codes, ask a person, keep the cookies, validate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Lifecycle, ValidationStatus
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask
from retinue.drivers.browser.protocol import PageState
from retinue.drivers.errors import DriverError
from retinue.foundation import failpoints
from retinue.foundation.redaction import redact
from retinue.workflows.recovery import handing, rules, stored
from retinue.workflows.recovery.rules import ACTOR, Wish
from retinue.workflows.recovery.schemas import StepName
from retinue.workflows.recovery.steps import Steps
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.signing_in.schemas import Asker, Station, Subject
from retinue.workflows.signing_in.service import Arrival
from retinue.workflows.validation import service as validation
from retinue.workflows.validation.service import Asked, Gate, GateFull, LogInsSpent
from retinue.workflows.working.errors import TaskCancelled, TaskFailed, TaskWaits
from retinue.workflows.working.schemas import Reporting

_gate = Gate()


def recover(station: Station, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    """
    The verdict on the account, also where it stays closed.

    Raises:
        TaskWaits: a person is asked, or the log-ins of the day are used up.
        TaskFailed, DriverError: nobody could find out.
        ProxyDown: nobody goes through the account's proxy now; nothing was done.
    """
    recovery = _prepared(station, claimed, report)
    try:
        with signing_in.surprises_kept(station, recovery.subject, asker=recovery.asker):
            return recovery.run()
    except TaskFailed as failed:
        recovery.give_up(failed.failure.message, failed.failure.as_json())
        raise
    except DriverError as error:
        found = {"class": error.failure.value, "source": error.source.value}
        recovery.give_up(error.message, {**found, "message": redact(error.message)})
        raise
    except TaskCancelled:
        recovery.give_up("the recovery was cancelled", None)
        raise


def _prepared(station: Station, claimed: ClaimedTask, report: Reporting) -> Recovery:
    runtime = station.runtime
    if claimed.account_id is None:
        raise TaskFailed(stored.unusable("a recovery is of one account", "invalid_input"))
    with runtime.database.reading() as db:
        account = accounts.get(db, claimed.account_id)
        if account.lifecycle is Lifecycle.retired:
            raise TaskFailed(stored.unusable("the account is retired; revive it first", "retired"))
        subject = signing_in.open_subject(db, runtime.sealer, account.id)
        candidates = stored.candidates(db, runtime.sealer, account, subject)
        asked = handing.last_asked(db, account.id)
        task = tasks.get(db, claimed.id)
        tried_at = handing.last_try(db, account.id, since=task.created_at - rules.PATIENCE)
    wish = Wish(
        asked_by=task.requested_by,
        asked_at=task.created_at,
        answered_by=asked.resolved_by if asked else None,
        answered_at=asked.resolved_at if asked and asked.resolved_at else None,
        tried_at=tried_at,
    )
    is_asked = handing.is_waiting(asked)
    is_handed_over = is_asked and bool(asked and asked.evidence)
    asker = Asker(task.requested_by, rules.is_wished_by_person(wish), claimed.id)
    is_quiet = is_asked and account.validation_status == "recovering"
    steps = Steps(runtime, account.id, asker=asker, report=report, is_quiet=is_quiet)
    word = str((account.health_evidence or {}).get("text") or "nothing is known")
    steps(StepName.status, ok=True, message=f"health {account.health.value}: {word}")
    return Recovery(
        station,
        subject,
        asker,
        steps,
        report,
        candidates=candidates,
        link=asked.link if asked and is_asked else None,
        leaves_to_person=is_handed_over and not rules.may_try_again(wish, now=runtime.clock.now()),
    )


@dataclass(slots=True)
class Recovery:
    station: Station
    subject: Subject
    asker: Asker
    steps: Steps
    report: Reporting
    candidates: tuple[str, ...] = field(repr=False)
    """Passwords to try, none of which the network has refused."""
    link: str | None = None
    """Of a challenge that a person is asked to pass."""
    leaves_to_person: bool = False
    """What is in the way was met a short while ago, and nobody has seen to it yet."""

    def run(self) -> Mapping[str, Any]:
        arrival = self._challenge() or signing_in.look_in(
            self.station,
            self.subject,
            asker=self.asker,
            tell=self.steps,
            gives_codes=not self._only_looks,
        )
        if arrival is None:
            arrival = self._log_in()
        elif arrival.outcome.is_in:
            self.steps(StepName.log_in, ok=True, message="the stored cookies open it")
        if not arrival.outcome.is_in:
            return self._stopped(arrival)
        self._keep_jar(arrival)
        return self._verified(arrival)

    def give_up(self, message: str, error: dict[str, Any] | None) -> None:
        runtime = self.station.runtime
        self.steps.speak()
        with runtime.database.writing() as db:
            accounts.set_validation(
                db,
                self.subject.account_id,
                ValidationStatus.failed,
                message=redact(message),
                now=runtime.clock.now(),
                error=error,
            )

    def _challenge(self) -> Arrival | None:
        """
        The challenge that a person is asked to pass, while nobody has passed it. To find out costs no log-in,
        and where somebody has, the log-in is with a person.
        """
        if self.link is None:
            return None
        arrival = signing_in.look_at(self.station, self.subject, self.link)
        if arrival.outcome.state is PageState.challenge:
            return arrival
        if arrival.outcome.state is PageState.challenge_passed:
            self.asker = replace(self.asker, is_person=True)
            self.steps(StepName.challenge, ok=True, message="somebody has passed the challenge")
        else:
            self.steps(StepName.challenge, ok=False, message="the link has run out")
        return None

    @property
    def _only_looks(self) -> bool:
        return self.leaves_to_person and not self.asker.is_person

    def _log_in(self) -> Arrival:
        if not self.candidates:
            raise TaskFailed(stored.nothing_to_log_in_with(self.station, self.subject))
        arrival: Arrival | None = None
        for password in self.candidates:
            self._may_log_in()
            self.steps.speak()
            arrival = signing_in.log_in(
                self.station, self.subject, password, asker=self.asker, tell=self.steps
            )
            if arrival.outcome.state is not PageState.wrong_password:
                stored.settle_pending(self.station, self.subject, password)
                return arrival
            stored.note_refused(self.station, self.subject, password)
        assert arrival is not None  # noqa: S101 - there was a candidate
        return arrival

    def _may_log_in(self) -> None:
        """
        Raises:
            TaskWaits: a person is asked, or two were tried within a day and no person has asked for another one.
        """
        if self._only_looks:
            raise TaskWaits(WaitingFor.person, None, "A person is asked in the inbox.")
        runtime = self.station.runtime
        with runtime.database.reading() as db:
            budget = accounts.log_in_budget(db, self.subject.account_id, now=runtime.clock.now())
        if rules.may_log_in(budget, is_wished=self.asker.is_person):
            return
        why = "Two log-ins were tried within a day without a person; the next one waits."
        self.steps(StepName.log_in, ok=False, message=why)
        raise TaskWaits(WaitingFor.account_backoff, budget.free_at, why)

    def _stopped(self, arrival: Arrival) -> Mapping[str, Any]:
        outcome, runtime = arrival.outcome, self.station.runtime
        with runtime.database.reading() as db:
            asked = handing.last_asked(db, self.subject.account_id)
        is_known = handing.is_waiting(asked) and bool(asked and asked.evidence)
        if outcome.state in rules.WAITS and is_known and self._is_as_before(outcome.state):
            raise TaskWaits(WaitingFor.person, None, f"A person is asked: {outcome.text}")
        self.steps(outcome.state.value, ok=False, message=outcome.text)
        self.steps.speak()
        ids = signing_in.keep_evidence(
            self.station, self.subject, arrival.evidence, asker=self.asker, title=outcome.text
        )
        link = arrival.evidence.address if arrival.evidence else None
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            account = accounts.hold(db, self.subject.account_id)
            handing.hand_over(db, account, outcome, evidence=ids, link=link, now=now)
            if outcome.state in rules.WAITS:
                # Where it waits on the site, the same page is looked at again later, without a log-in.
                text = arrival.jar.to_text()
                accounts.keep_waiting_jar(db, runtime.sealer, account, text, now=now)
        failpoints.reach("handed_over")
        if outcome.state in rules.WAITS:
            self.steps(StepName.person, ok=True, message="a person is asked in the inbox")
            raise TaskWaits(WaitingFor.person, None, f"A person is asked: {outcome.text}")
        return self._closed(arrival, ids)

    def _is_as_before(self, state: PageState) -> bool:
        """Nothing was tried, and no link has run out: what a person was shown is what there is."""
        new = {StepName.log_in, StepName.challenge}
        is_quiet = not any(step.name in new for step in self.steps.taken)
        return is_quiet and (state is PageState.challenge or self._only_looks)

    def _closed(self, arrival: Arrival, ids: tuple[str, ...]) -> Mapping[str, Any]:
        """It is known what keeps it closed, and no more of ours would open it."""
        outcome, runtime = arrival.outcome, self.station.runtime
        failure, code = signing_in.class_of(outcome.state)
        told = {"class": failure.value, "code": code, "source": "network"}
        with runtime.database.reading() as db:
            health = accounts.get(db, self.subject.account_id).health.value
        self.give_up(outcome.text, {**told, "message": redact(outcome.text)})
        return self._result(
            is_recovered=False,
            evidence=ids,
            found={
                "state": outcome.state.value,
                "health": health,
                "validation_status": ValidationStatus.failed.value,
                "message": redact(outcome.text),
            },
        )

    def _keep_jar(self, arrival: Arrival) -> None:
        runtime = self.station.runtime
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            account = accounts.hold(db, self.subject.account_id)
            signing_in.store_jar(db, runtime.sealer, account, arrival.jar, now=now)
            inbox.close_about(
                db, "account", [str(account.id)], resolution="passed", by=ACTOR, now=now
            )
        self.steps(StepName.cookies, ok=True, message="the cookies are stored")
        failpoints.reach("jar_stored")

    def _verified(self, arrival: Arrival) -> Mapping[str, Any]:
        try:
            done = validation.validate(
                self.station.runtime,
                self.station.open_network,
                self.subject.account_id,
                gate=_gate,
                tell=lambda percent, text: self.report(_late(percent), f"validation: {text}"),
                asked=Asked(self.asker.name, is_person=self.asker.is_person),
            )
        except GateFull as full:
            raise validation.no_place(self.station.runtime, full) from full
        except LogInsSpent as spent:
            raise TaskWaits(WaitingFor.account_backoff, spent.until, str(spent)) from spent
        if not done.finding.has_verdict:
            raise TaskFailed(validation.failure_of(done))
        passed = done.finding.passed
        # The status is the validation's by now, and stays.
        self.steps.record_only(StepName.verify, ok=passed, message=done.finding.message)
        told = {name: value for name, value in done.result.items() if name != "steps"}
        return self._result(
            is_recovered=passed,
            evidence=(),
            found={**told, "state": arrival.outcome.state.value, "door": arrival.outcome.door},
        )

    def _result(
        self, *, is_recovered: bool, evidence: tuple[str, ...], found: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        return {
            "account_no": self.subject.account_no,
            "recovered": is_recovered,
            **found,
            "evidence": list(evidence),
            "steps": [step.as_json() for step in self.steps.taken],
        }


def _late(percent: int) -> int:
    return 80 + percent // 10
