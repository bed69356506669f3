"""The functions behind the tasks `lookup_profile` and `lookup_posts`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import LogInWithheld
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Reaction
from retinue.capabilities.tasks.models import TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, TaskFailure
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.protocol import Line, Post, Profile
from retinue.foundation.errors import Problem
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import SealBroken
from retinue.foundation.wording import problems_of
from retinue.workflows.collection.schemas import (
    Metrics,
    PostFound,
    PostsFound,
    PostsParams,
    ProfileField,
    ProfileFound,
    ProfileParams,
)
from retinue.workflows.connecting import service as connecting
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.schemas import OpenNetwork
from retinue.workflows.working import service as working
from retinue.workflows.working.errors import TaskFailed, TaskWaits
from retinue.workflows.working.schemas import Reporting, TaskFunction

Seen = TypeVar("Seen")

_MOST_PAGES = 25
"""Of somebody who does little but answer others: enough is enough."""
_ANOTHER_WORKER = timedelta(minutes=5)


def look_up_profile(
    runtime: Runtime, open_network: OpenNetwork, claimed: ClaimedTask, report: Reporting
) -> Mapping[str, Any]:
    """
    Raises:
        TaskFailed: there is nobody of that name, or they cannot be looked at.
        TaskWaits: the worker account may not log in now.
        DriverError: the worker account's line, or its standing.
    """
    wanted = ProfileParams.model_validate(claimed.params)
    with _line(runtime, open_network, claimed, report) as (line, by):
        report(50, f"reading @{wanted.username}")
        found = _read(lambda: line.profile(wanted.username))
    shown = _profile(found, by=by, at=runtime)
    left_out = {one.value for one in ProfileField} - {one.value for one in wanted.fields}
    return shown.model_dump(mode="json", exclude=left_out)


def look_up_posts(
    runtime: Runtime, open_network: OpenNetwork, claimed: ClaimedTask, report: Reporting
) -> Mapping[str, Any]:
    """
    Raises:
        As `look_up_profile`.
    """
    wanted = PostsParams.model_validate(claimed.params)
    with _line(runtime, open_network, claimed, report) as (line, by):
        posts, is_complete = _posts(line, wanted, report)
    return PostsFound(
        username=posts[0].author.handle if posts else wanted.username,
        user_id=posts[0].author.network_id if posts else None,
        count=len(posts),
        is_complete=is_complete,
        posts=[_post(one) for one in posts],
        looked_up_at=runtime.clock.now(),
        looked_up_by=by,
    ).model_dump(mode="json")


def _posts(line: Line, wanted: PostsParams, report: Reporting) -> tuple[list[Post], bool]:
    found: list[Post] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        at = cursor
        page = _read(lambda at=at: line.posts(wanted.username, cursor=at))  # type: ignore[misc] # mypy cannot type a default of a lambda
        kept = [one for one in page.items if _is_wanted(one, wanted)]
        room = wanted.max_items - len(found)
        found += kept[:room]
        cursor = page.next_cursor
        if len(kept) > room or cursor is None or len(found) == wanted.max_items:
            return found, cursor is None and len(kept) <= room
        report(
            20 + 70 * len(found) // wanted.max_items, f"{len(found)} posts of @{wanted.username}"
        )
    return found, False


def _is_wanted(post: Post, wanted: PostsParams) -> bool:
    return (wanted.include_replies or not post.is_reply) and (
        wanted.include_retweets or not post.is_repost
    )


@contextmanager
def _line(
    runtime: Runtime, open_network: OpenNetwork, claimed: ClaimedTask, report: Reporting
) -> Iterator[tuple[Line, str]]:
    """The worker account's line, logged in, and the account's number. The queue holds the account."""
    worker_id = claimed.worker_account_id
    if worker_id is None:
        raise TaskFailed(_unusable("a look-up is done by a worker account"))
    with runtime.database.reading() as db:
        by = accounts.get(db, worker_id).account_no
    report(10, f"{by} logs in")
    try:
        doors = engagement.Doors(
            runtime.database, runtime.sealer, runtime.clock, working.wish_of_task(claimed.id)
        )
        opened = engagement.open_line(doors, open_network, worker_id)
    except SealBroken as broken:
        message = f"what is stored of {by} was not sealed for it; store its credentials anew"
        raise TaskFailed(_unusable(message)) from broken
    with closing(opened) as line:
        try:
            line.log_in()
        except LogInWithheld as withheld:
            # Another worker account may well have it before this one may log in again.
            until = min(withheld.until, runtime.clock.now() + _ANOTHER_WORKER)
            raise TaskWaits(WaitingFor.account_backoff, until, withheld.message) from withheld
        yield line, by


def _read(call: Callable[[], Seen]) -> Seen:
    """
    Raises:
        TaskFailed: it is about whoever is looked up, and no failure of the worker account.
    """
    try:
        return call()
    except DriverError as error:
        verdict = safety.verdict_on(error.failure, phase=error.phase)
        if verdict.reaction is not Reaction.skip_target:
            raise
        raise TaskFailed(
            TaskFailure(error.failure, error.message, error.phase, code=error.code)
        ) from error


def _profile(found: Profile, *, by: str, at: Runtime) -> ProfileFound:
    return ProfileFound(
        username=found.handle,
        user_id=found.network_id,
        name=found.name or None,
        bio=found.bio or None,
        location=found.location,
        website=found.link,
        joined_date=found.joined_at,
        is_private=found.is_private,
        is_business=found.is_business,
        metrics=Metrics(
            followers=found.follower_count,
            following=found.following_count,
            posts=found.post_count,
        ),
        looked_up_at=at.clock.now(),
        looked_up_by=by,
    )


def _post(post: Post) -> PostFound:
    return PostFound(
        id=post.network_id,
        code=post.code,
        text=post.caption,
        time=post.posted_at,
        kind=post.media.value,
        likes=post.like_count,
        comments=post.comment_count,
        plays=post.play_count,
        is_reply=post.is_reply,
        is_repost=post.is_repost,
    )


def _unusable(message: str) -> TaskFailure:
    return TaskFailure(FailureClass.invalid_input, message, CallPhase.not_sent, source="retinue")


def _lint_as(shape: type[BaseModel]) -> Callable[[Session, dict[str, Any]], list[Problem]]:
    def lint(_: Session, params: dict[str, Any]) -> list[Problem]:
        try:
            shape.model_validate(params)
        except ValidationError as error:
            return problems_of(error, shape)
        return []

    return lint


def _opener(runtime: Runtime) -> OpenNetwork:
    return connecting.opener(runtime)


def _run_profile(runtime: Runtime, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    return look_up_profile(runtime, _opener(runtime), claimed, report)


def _run_posts(runtime: Runtime, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    return look_up_posts(runtime, _opener(runtime), claimed, report)


LOOK_UP_PROFILE = TaskFunction(TaskType.lookup_profile, _run_profile, _lint_as(ProfileParams))
LOOK_UP_POSTS = TaskFunction(TaskType.lookup_posts, _run_posts, _lint_as(PostsParams))
TASKS = (LOOK_UP_PROFILE, LOOK_UP_POSTS)
