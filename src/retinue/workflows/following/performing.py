"""One follow: what is known of it already, the promise, the act, and what the answer means for the task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import (
    ABOUT_TARGET,
    AttemptFilter,
    Declined,
    DeclineKind,
    Outcome,
    SettledBy,
)
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks.models import WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, TaskFailure
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.protocol import Line, Person, Receipt
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import SealBroken
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.errors import EngagementEnds
from retinue.workflows.engagement.schemas import Act, Action, Actor, OpenNetwork, Workplace
from retinue.workflows.following.schemas import FollowOutcome, FollowParams, FollowResult
from retinue.workflows.following.warrant import TaskWarrant
from retinue.workflows.working import service as working
from retinue.workflows.working.errors import TaskFailed, TaskLost, TaskWaits
from retinue.workflows.working.schemas import Reporting

_AFTER_A_LOOK = timedelta(seconds=20)
_SOON = timedelta(seconds=30)
_MAY_PASS = frozenset({FailureClass.transient, FailureClass.unknown})
_WAITS = {
    DeclineKind.limit: WaitingFor.rate_budget,
    DeclineKind.paused: WaitingFor.paused,
    DeclineKind.cooldown: WaitingFor.account_backoff,
    DeclineKind.account_unavailable: WaitingFor.person,
}


def follow(
    runtime: Runtime, open_network: OpenNetwork, claimed: ClaimedTask, report: Reporting
) -> Mapping[str, Any]:
    """
    Raises:
        TaskWaits: the ledger says not now, or nobody knows yet what came of an earlier try.
        TaskFailed: the network refused, or it cannot be asked.
        TaskLost, TaskCancelled: as the queue says.
    """
    username = FollowParams.model_validate(claimed.params).username
    if claimed.account_id is None or claimed.account_fence is None:
        raise TaskFailed(ours("a follow is done by an account"))
    known = earlier(runtime, claimed, username)
    if known is not None:
        return shown(known)
    actor = actor_of(runtime, claimed)
    place = Workplace(
        database=runtime.database,
        clock=runtime.clock,
        rng=runtime.rng,
        sealer=runtime.sealer,
        data_dir=runtime.configuration.data_dir,
        open_network=open_network,
        least_free_bytes=runtime.configuration.disk_reserve_bytes,
        warrant=TaskWarrant(claimed),
        wish=working.wish_of_task(claimed.id),
    )
    try:
        with engagement.at_hand(place, actor) as (line, hands):
            return shown(_done(runtime, line, hands, actor=actor, username=username, report=report))
    except SealBroken as broken:
        message = "what is stored was not sealed for this account; store its credentials anew"
        raise TaskFailed(ours(message)) from broken
    except EngagementEnds as ends:
        failure = TaskFailure(
            FailureClass.transient, ends.ending.reason, CallPhase.not_sent, source="retinue"
        )
        raise TaskFailed(failure) from ends


def earlier(runtime: Runtime, claimed: ClaimedTask, username: str) -> FollowResult | None:
    """What an earlier run of this task has left. An intent without an outcome is never acted on again by itself."""
    wanted = AttemptFilter(account_id=claimed.account_id, action="follow", task_id=claimed.id)
    with runtime.database.reading() as db:
        row = next(iter(ledger.list_attempts(db, wanted, limit=1)), None)
    if row is None:
        return None
    if row.state is AttemptState.intent:
        _give_up(runtime, row.id)
        with runtime.database.reading() as db:
            row = ledger.find_attempt(db, row.id)
    if row.state is AttemptState.confirmed:
        is_ours = row.settled_by != SettledBy.platform_duplicate.value
        outcome = FollowOutcome.followed if is_ours else FollowOutcome.already
        return FollowResult(
            username=username, outcome=outcome, reason=row.settled_by, attempt_id=row.id
        )
    if row.state is AttemptState.unknown:
        _wait_for_proof(runtime, row, username)
    return None


def _give_up(runtime: Runtime, attempt_id: str) -> None:
    message = "The worker ended before the outcome was written down."
    outcome = Outcome(AttemptState.unknown, settled_by=SettledBy.recovery, message=message)
    with runtime.database.writing() as db:
        ledger.settle(
            db,
            attempt_id,
            outcome,
            settings=settings.current(db),
            rng=runtime.rng,
            now=runtime.clock.now(),
        )


def _wait_for_proof(runtime: Runtime, row: Any, username: str) -> None:
    why = f"It is not known whether @{username} was followed; "
    if row.next_probe_at is None:
        raise TaskWaits(WaitingFor.person, None, f"{why}a person is asked in the inbox.")
    # A look that is overdue has not been made yet: it needs the account, which this task lets go of.
    until = max(row.next_probe_at + _AFTER_A_LOOK, runtime.clock.now() + _SOON)
    raise TaskWaits(WaitingFor.retry, until, f"{why}the network is asked before anything is sent.")


def _done(
    runtime: Runtime,
    line: Line,
    hands: engagement.Hands,
    *,
    actor: Actor,
    username: str,
    report: Reporting,
) -> FollowResult:
    act = Act(Action.follow, Person("", username), _never, "task")
    taken = taken_already(runtime, actor, username)
    if taken is not None and hands.note_taken(act):
        return taken
    report(20, "logging in")
    person, _ = person_of(runtime, line, actor, username)
    report(40, f"following @{username}")
    met: list[DriverError] = []

    def call() -> Receipt:
        try:
            return line.follow(person.network_id)
        except DriverError as error:
            met.append(error)
            raise

    answer = hands.attempt(Act(Action.follow, person, call, "task"))
    if isinstance(answer, Declined):
        return declined(runtime, answer, username)
    if answer.state is AttemptState.confirmed:
        outcome = FollowOutcome.already if met else FollowOutcome.followed
        return FollowResult(username=username, outcome=outcome, attempt_id=answer.attempt_id)
    if answer.state is AttemptState.unknown:
        with runtime.database.reading() as db:
            _wait_for_proof(runtime, ledger.find_attempt(db, answer.attempt_id), username)
    if not met:
        raise TaskFailed(ours("not tried: too long after it was promised", may_pass=True))
    error = met[0]
    raise TaskFailed(
        TaskFailure(
            error.failure, error.message, CallPhase.not_sent, error.retry_after, code=error.code
        )
    )


def taken_already(runtime: Runtime, actor: Actor, username: str) -> FollowResult | None:
    """Whether the ledger would say no to this person anyway, before the network hears of it."""
    with runtime.database.reading() as db:
        account = accounts.get(db, actor.account_id)
        (answer,) = ledger.check(
            db,
            account,
            "follow",
            [username],
            settings=settings.current(db),
            now=runtime.clock.now(),
        )
    if answer.reason not in ABOUT_TARGET:
        return None
    return FollowResult(
        username=username,
        outcome=FollowOutcome.skipped,
        reason=answer.reason,
        until=answer.until,
    )


def person_of(runtime: Runtime, line: Line, actor: Actor, username: str) -> tuple[Person, bool]:
    """
    Whoever has that name now, and whether the account follows them.

    Raises:
        TaskFailed: there is nobody of that name.
        DriverError: the account's line, or its standing.
    """
    try:
        line.log_in()
        found = line.profile(username)
    except DriverError as error:
        if error.failure is FailureClass.not_found and error.phase is CallPhase.answered:
            with runtime.database.writing() as db:
                gone, now = Person("", username), runtime.clock.now()
                ledger.remember_unavailable(db, actor.network, gone, now=now)
            failure = TaskFailure(error.failure, error.message, error.phase, code=error.code)
            raise TaskFailed(failure) from error
        if error.failure in _MAY_PASS and not error.had_no_effect:
            # Nothing but reading was on its way, which does no harm twice.
            raise DriverError(
                error.failure, phase=CallPhase.not_sent, message=error.message
            ) from error
        raise
    return Person(found.network_id, found.handle), found.is_followed


def declined(runtime: Runtime, no: Declined, username: str) -> FollowResult:
    if no.is_about_target:
        return FollowResult(
            username=username, outcome=FollowOutcome.skipped, reason=no.rule, until=no.until
        )
    if no.kind is DeclineKind.lease_lost:
        raise TaskLost
    until = no.until
    if until is None and no.kind is not DeclineKind.account_unavailable:
        until = runtime.clock.now() + _SOON
    raise TaskWaits(_WAITS[no.kind], until, no.reason)


def actor_of(runtime: Runtime, claimed: ClaimedTask) -> Actor:
    with runtime.database.reading() as db:
        account = accounts.get(db, claimed.account_id or 0)
    return Actor(
        account_id=account.id,
        uid=account.uid,
        network=account.network,
        login=account.login,
        session_id=None,
        fence=claimed.account_fence or 0,
        task_id=claimed.id,
        journal=engagement.task_journal(runtime.incarnation, runtime.clock.now()),
    )


def shown(result: FollowResult) -> Mapping[str, Any]:
    return result.model_dump(mode="json")


def ours(message: str, *, may_pass: bool = False) -> TaskFailure:
    kind = FailureClass.transient if may_pass else FailureClass.invalid_input
    return TaskFailure(kind, message, CallPhase.not_sent, source="retinue")


def _never() -> Receipt:
    message = "an act that is only noted is never performed"
    raise AssertionError(message)
