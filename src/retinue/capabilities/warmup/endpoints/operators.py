"""What operators see and decide."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.warmup import service
from retinue.capabilities.warmup.errors import PhaseNotReady, WarmupRefused
from retinue.capabilities.warmup.models import Phase
from retinue.capabilities.warmup.schemas import (
    Asked,
    PipelineCounts,
    PipelineFilter,
    PipelineQuery,
    PipelineRow,
    ReportBy,
    RetryRequest,
    ReviewRequest,
    SkipRequest,
    WarmupReportRow,
)
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    Principal,
    ReadDb,
    Router,
    RowId,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)

router = Router(prefix="/api/warmup", tags=["Warm-up"])

_READ = requires(Scope.warmup_read)
_DECIDE = requires(Scope.warmup_write, is_for_restricted=True)
_REFUSALS = documented(AccountNotFound, PhaseNotReady)


@router.get("", dependencies=[_READ], responses=documented(Invalid))
def list_pipeline(
    db: ReadDb, rt: Rt, caller: Caller, asked: Annotated[PipelineQuery, Query()]
) -> Page[PipelineRow]:
    """Accounts that are ready, warmed up or have been, with their phases, in the order of their ids."""
    now = rt.clock.now()
    wanted = PipelineFilter(
        search=asked.search,
        persona_id=asked.persona_id,
        phase=asked.phase,
        status=asked.status,
        lifecycle=asked.lifecycle,
        account_ids=caller.account_ids,
    )
    key = decode_cursor(asked.cursor, int)
    rows = service.pipeline(
        db, wanted, after_id=key[0] if key else 0, now=now, limit=asked.limit + 1
    )
    items = rows[: asked.limit]
    has_more = len(rows) > asked.limit
    return Page(
        items=items,
        next_cursor=encode_cursor(items[-1].account_id) if has_more else None,
        total=service.count(db, wanted, now=now),
    )


@router.get("/counts", dependencies=[_READ])
def read_counts(db: ReadDb, rt: Rt, caller: Caller) -> PipelineCounts:
    """How many accounts and phases stand where."""
    return service.counts(db, now=rt.clock.now(), only_ids=caller.account_ids)


@router.get("/report", dependencies=[_READ], responses=documented(Invalid))
def read_report(
    db: ReadDb,
    rt: Rt,
    caller: Caller,
    *,
    by: ReportBy = ReportBy.persona,
    days: Annotated[int, Query(ge=1, le=3650)] = 90,
    persona_id: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> list[WarmupReportRow]:
    """What became of what was chosen: use, success and score by persona, category or item; at most 1000 rows."""
    caller.check_is_for_all_accounts()
    return service.report(db, by, days=days, persona_id=persona_id, now=rt.clock.now())


@router.get("/{account_id}", dependencies=[_READ], responses=documented(AccountNotFound))
def read_account(account_id: RowId, db: ReadDb, rt: Rt, caller: Caller) -> PipelineRow:
    """One account with its phases."""
    return service.pipeline_row(db, account_id, now=rt.clock.now(), only_ids=caller.account_ids)


@router.post(
    "/{account_id}/start",
    dependencies=[_DECIDE],
    responses=documented(AccountNotFound, WarmupRefused),
)
def start(account_id: RowId, db: Db, rt: Rt, caller: Caller) -> PipelineRow:
    """Make the five phases; bots find the account from then on. A second time changes nothing."""
    now = rt.clock.now()
    accounts.get(db, account_id, only_ids=caller.account_ids)
    service.start(db, account_id, actor=caller.actor, now=now, request_id=caller.request_id)
    return service.pipeline_row(db, account_id, now=now)


@router.post("/{account_id}/phases/{phase}/retry", dependencies=[_DECIDE], responses=_REFUSALS)
def retry(
    account_id: RowId, phase: Phase, body: RetryRequest, *, db: Db, rt: Rt, caller: Caller
) -> PipelineRow:
    """Available again at once, with all its tries. 409 while a bot is at work with it."""
    asked = _asked(db, caller, account_id, phase, note=body.note)
    service.retry(db, asked, now=rt.clock.now())
    return service.pipeline_row(db, account_id, now=rt.clock.now())


@router.post("/{account_id}/phases/{phase}/skip", dependencies=[_DECIDE], responses=_REFUSALS)
def skip(
    account_id: RowId, phase: Phase, body: SkipRequest, *, db: Db, rt: Rt, caller: Caller
) -> PipelineRow:
    """Leave a phase out: it counts as completed, and the next one gets its time."""
    asked = _asked(db, caller, account_id, phase, note=body.note)
    service.skip(db, asked, rng=rt.rng, now=rt.clock.now())
    return service.pipeline_row(db, account_id, now=rt.clock.now())


@router.post("/{account_id}/phases/{phase}/review", dependencies=[_DECIDE], responses=_REFUSALS)
def review(
    account_id: RowId, phase: Phase, body: ReviewRequest, *, db: Db, rt: Rt, caller: Caller
) -> PipelineRow:
    """
    With a `decision` (`retry` or `skip`) a review is ended; without one the phase waits for a person.

    The inbox item of the review is closed, or made.
    """
    asked, now = _asked(db, caller, account_id, phase, note=body.note), rt.clock.now()
    if body.decision is None:
        service.send_to_review(db, asked, now=now)
    else:
        service.decide(db, asked, body.decision, rng=rt.rng, now=now)
    return service.pipeline_row(db, account_id, now=now)


def _asked(db: Db, caller: Principal, account_id: int, phase: Phase, *, note: str | None) -> Asked:
    accounts.get(db, account_id, only_ids=caller.account_ids)
    return Asked(account_id, phase, caller.actor, note, caller.request_id)
