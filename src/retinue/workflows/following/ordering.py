"""From accounts and people to tasks, one for each pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import ABOUT_TARGET
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem
from retinue.foundation.errors import Invalid, Problem, Refusal
from retinue.foundation.runtime import Runtime
from retinue.workflows.following import rules
from retinue.workflows.following.schemas import (
    BATCH,
    MOST_PAIRS,
    FollowReport,
    FollowRequest,
    LeftOut,
    PairRead,
    PlannedBatch,
)

_SHOWN = 100
_MOST_ASKED = 200_000
"""Pairs of which the ledger is asked at once."""
Pair = tuple[Account, str]


def order(runtime: Runtime, wanted: FollowRequest, *, actor: str) -> FollowReport:
    """
    Put the follows into the queue, a thousand to a batch, each batch in a transaction of its own.

    Whom the ledger would refuse now is left out and counted; the ledger is asked again before each act.

    Raises:
        Invalid: an account is not known, or there are too many pairs, or none.
        TypeNotRunnable: nothing in this installation follows.
    """
    tasks.catalogue.lint_of(TaskType.follow)
    with runtime.database.reading() as db:
        report, pairs = _planned(db, runtime, wanted)
    if wanted.dry_run:
        return report
    if not pairs:
        told = ", ".join(f"{number} {why}" for why, number in report.left_out.items()) or "none"
        raise Invalid(f"targets: nobody is left to follow (left out: {told}).", left_out=told)
    made: list[PlannedBatch] = []
    for planned, start in zip(report.batches, range(0, len(pairs), BATCH), strict=True):
        batch = BatchCreate(
            type=TaskType.follow,
            name=planned.name,
            priority=wanted.priority,
            tasks=[
                BatchItem(account_id=account.id, params={"username": username})
                for account, username in pairs[start : start + BATCH]
            ],
        )
        with runtime.database.writing() as db:
            row = tasks.create_batch(db, batch, actor=actor, now=runtime.clock.now())
            made.append(planned.model_copy(update={"id": row.id}))
    return report.model_copy(update={"batches": made})


def _planned(
    db: Session, runtime: Runtime, wanted: FollowRequest
) -> tuple[FollowReport, list[Pair]]:
    followers = _accounts(db, wanted.accounts, "accounts")
    targets, own = _targets(db, wanted, followers)
    _check_size(len(followers), len(targets))
    left_out: Counter[LeftOut] = Counter()
    barred = _barred(db, runtime, followers, targets)

    def is_allowed(account: Account, username: str) -> bool:
        why = _why_not(account, username, wanted, own, barred)
        if why is not None:
            left_out[why] += 1
        return why is None

    pairs = rules.pairs(followers, targets, most=wanted.per_account_max, is_allowed=is_allowed)
    over = len(followers) * len(targets) - sum(left_out.values()) - len(pairs)
    if over:
        left_out[LeftOut.per_account_max] = over
    if len(pairs) > MOST_PAIRS:
        message = f"that is {len(pairs):,} follows, more than {MOST_PAIRS:,}; lower it, or split the lists"
        raise Invalid.field("per_account_max", message)
    report = FollowReport(
        dry_run=wanted.dry_run,
        accounts=len(followers),
        targets=len(targets),
        pairs=len(pairs),
        left_out=dict(left_out),
        batches=_batches(wanted.name or "follow", len(pairs)),
        first=[PairRead(account=one.account_no, username=name) for one, name in pairs[:_SHOWN]],
    )
    return report, pairs


def _check_size(accounts: int, targets: int) -> None:
    if accounts * targets > _MOST_ASKED:
        message = f"{accounts:,} accounts times {targets:,} people is more than {_MOST_ASKED:,}; split one of the lists"
        raise Invalid.field("targets", message)


def _accounts(db: Session, names: Sequence[str], field: str) -> list[Account]:
    found: dict[int, Account] = {}
    problems: list[Problem] = []
    for index, name in enumerate(names):
        try:
            account = accounts.find(db, name)
        except Refusal as refusal:
            problems.append(Problem((field, index), refusal.message))
        else:
            found[account.id] = account
    if problems:
        first = problems[0]
        raise Invalid(f"{field}.{first.loc[1]}: {first.msg}", problems=problems[:_SHOWN])
    return list(found.values())


def _targets(
    db: Session, wanted: FollowRequest, followers: Sequence[Account]
) -> tuple[list[str], frozenset[str]]:
    """Whom to follow, each once, and the folded logins of all own accounts."""
    networks = {one.network for one in followers}
    own = frozenset().union(*(accounts.own_logins(db, name) for name in networks))
    if wanted.internal:
        meant = _accounts(db, wanted.targets, "targets") if wanted.targets else followers
        return [one.login for one in meant], own
    return list({name.casefold(): name for name in wanted.targets}.values()), own


def _barred(
    db: Session, runtime: Runtime, followers: Sequence[Account], targets: Sequence[str]
) -> dict[tuple[int, str], str]:
    in_force, now = settings.current(db), runtime.clock.now()
    keys = [name.casefold() for name in targets]
    return {
        (account.id, answer.target): answer.reason
        for account in followers
        for answer in ledger.check(db, account, "follow", keys, settings=in_force, now=now)
        # What is about the account itself may have passed when its turn comes.
        if answer.reason in ABOUT_TARGET
    }


def _why_not(
    account: Account,
    username: str,
    wanted: FollowRequest,
    own: frozenset[str],
    barred: dict[tuple[int, str], str],
) -> LeftOut | None:
    key = username.casefold()
    if key == account.login.casefold():
        return LeftOut.itself
    if key in own and not wanted.internal:
        return LeftOut.own_account
    reason = barred.get((account.id, key))
    return None if reason is None else LeftOut(reason)


def _batches(name: str, number: int) -> list[PlannedBatch]:
    sizes = [min(BATCH, number - start) for start in range(0, number, BATCH)]
    return [
        PlannedBatch(
            id=None,
            name=name if len(sizes) == 1 else f"{name} ({place} of {len(sizes)})",
            size=size,
        )
        for place, size in enumerate(sizes, start=1)
    ]
