"""
A follow where the network lets no software do it: promised in the ledger, then handed to a person.

The promise and the question to the person are one transaction, so that neither is there without the
other. What the person says settles the promise; where they say nothing, it is looked for as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlsplit

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import (
    AttemptFilter,
    Declined,
    IntentRequest,
    Reserved,
)
from retinue.capabilities.plans import service as plans
from retinue.capabilities.safety.schemas import PlanLimits
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks.models import WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, TaskFailure
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.drivers.network.protocol import Person
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import SealBroken
from retinue.workflows.assisting import service as assisting
from retinue.workflows.assisting.schemas import AnswerState, Assistance
from retinue.workflows.connecting import service as connecting
from retinue.workflows.connecting.schemas import Ability, Level
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.schemas import Actor, OpenNetwork
from retinue.workflows.following.performing import (
    actor_of,
    declined,
    earlier,
    ours,
    person_of,
    shown,
    taken_already,
)
from retinue.workflows.following.schemas import FollowOutcome, FollowParams, FollowResult
from retinue.workflows.following.warrant import TaskWarrant
from retinue.workflows.working import service as working
from retinue.workflows.working.errors import TaskFailed, TaskWaits
from retinue.workflows.working.schemas import Reporting

_X_HOSTS = frozenset({"api.x.com", "api.twitter.com"})
_GONE = {
    AnswerState.not_done: "a person has said that it was not done",
    AnswerState.expired: "nobody has done it in time",
    AnswerState.withdrawn: "it was settled elsewhere",
}


def is_a_persons(runtime: Runtime, claimed: ClaimedTask) -> bool:
    """Whether the account's network, as it is connected now, lets only people follow."""
    if claimed.account_id is None:
        return False
    with runtime.database.reading() as db:
        network = accounts.get(db, claimed.account_id).network
        return connecting.level_of(db, network, Ability.follow) is Level.assisted


def hand_over(
    runtime: Runtime, open_network: OpenNetwork, claimed: ClaimedTask, report: Reporting
) -> Mapping[str, Any]:
    """
    Raises:
        TaskWaits: a person has been asked and has not answered yet, or the ledger says not now.
        TaskFailed: the person has not done it, or there is nobody to follow.
        TaskLost, TaskCancelled: as the queue says.
    """
    username = FollowParams.model_validate(claimed.params).username
    if claimed.account_id is None or claimed.account_fence is None:
        raise TaskFailed(ours("a follow is done by an account"))
    _check_answer(runtime, claimed, username)
    known = earlier(runtime, claimed, username)
    if known is not None:
        return shown(known)
    actor = actor_of(runtime, claimed)
    taken = taken_already(runtime, actor, username)
    if taken is not None:
        return shown(taken)
    report(20, f"looking at @{username}")
    try:
        doors = engagement.Doors(
            runtime.database, runtime.sealer, runtime.clock, working.wish_of_task(claimed.id)
        )
        opened = engagement.open_line(doors, open_network, actor.account_id)
    except SealBroken as broken:
        message = "what is stored was not sealed for this account; store its credentials anew"
        raise TaskFailed(ours(message)) from broken
    with closing(opened) as line:
        person, is_followed = person_of(runtime, line, actor, username)
    if is_followed:
        return shown(FollowResult(username=username, outcome=FollowOutcome.already))
    answer = _asked(runtime, claimed, actor, person)
    if isinstance(answer, Declined):
        return shown(declined(runtime, answer, username))
    raise _waits(username)


def _check_answer(runtime: Runtime, claimed: ClaimedTask, username: str) -> None:
    """
    Raises:
        TaskWaits: the person has not answered yet.
        TaskFailed: they have, and it was not done.
    """
    wanted = AttemptFilter(account_id=claimed.account_id, action="follow", task_id=claimed.id)
    with runtime.database.reading() as db:
        row = next(iter(ledger.list_attempts(db, wanted, limit=1)), None)
        found = None if row is None else assisting.answer(db, ("attempt", row.id))
    if found is None or row is None or found.state is AnswerState.done:
        return
    if found.state is AnswerState.waiting:
        raise _waits(username)
    if row.state.value in {"absent", "refused"}:
        said = f"{_GONE[found.state]}{f': {found.note}' if found.note else ''}; order it again"
        raise TaskFailed(
            TaskFailure(
                FailureClass.invalid_input,
                f"@{username} was not followed: {said}",
                CallPhase.not_sent,
                code="not_done_by_hand",
                source="retinue",
            )
        )


def _asked(
    runtime: Runtime, claimed: ClaimedTask, actor: Actor, person: Person
) -> Reserved | Declined:
    """Promise it and ask, in one transaction."""
    with runtime.database.writing() as db:
        now = runtime.clock.now()
        TaskWarrant(claimed).ensure(db, now=now)
        plan = plans.current(db, actor.account_id).plan
        request = IntentRequest(
            account_id=actor.account_id,
            network=actor.network,
            action="follow",
            target=person,
            fence=actor.fence,
            source="task",
            task_id=claimed.id,
            plan_limits=PlanLimits(
                per_hour=plan.hourly_limits.get("follow"),
                per_day=plan.daily_limits.get("follow"),
                seconds_apart=None,
            ),
        )
        answer = ledger.reserve(db, request, settings=settings.current(db), now=now)
        if isinstance(answer, Reserved):
            wanted = _prepared(
                claimed,
                actor,
                person,
                attempt_id=answer.attempt_id,
                link=_link(db, runtime, person),
            )
            assisting.ask(db, wanted, rng=runtime.rng, now=now)
    return answer


def _prepared(
    claimed: ClaimedTask, actor: Actor, person: Person, *, attempt_id: str, link: str | None
) -> Assistance:
    title = f"Follow @{person.handle} as @{actor.login}"
    text = (
        f"{actor.network.capitalize()} lets no app of this tier follow anybody, so a person does it.\n"
        f"1. Log in as @{actor.login}.\n"
        f"2. Open the profile of @{person.handle} (its id there is {person.network_id}).\n"
        "3. Press Follow, once. If the account follows them already, that counts as done."
    )
    return Assistance(
        account_id=actor.account_id,
        title=title,
        text=text,
        task_id=claimed.id,
        attempt_id=attempt_id,
        link=link,
        details={"action": "follow", "target": person.handle, "target_id": person.network_id},
    )


def _link(db: Session, runtime: Runtime, person: Person) -> str | None:
    """The page on which X asks whether to follow; Sandgram has none."""
    connection = connecting.x_connection(db, runtime)
    if connection is None or urlsplit(connection.base_url).hostname not in _X_HOSTS:
        return None
    return f"https://x.com/intent/follow?screen_name={quote(person.handle, safe='')}"


def _waits(username: str) -> TaskWaits:
    why = f"A person has been asked in the inbox to follow @{username}."
    return TaskWaits(WaitingFor.person, None, why)
