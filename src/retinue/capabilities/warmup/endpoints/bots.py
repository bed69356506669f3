"""What bots call. Only a bearer token of the role bot: a GET that writes is never open to a cookie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from retinue.capabilities.access.models import Role
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.content import service as content
from retinue.capabilities.warmup import service
from retinue.capabilities.warmup.endpoints import examples
from retinue.capabilities.warmup.errors import (
    AccountHeld,
    AssignmentNotFound,
    BotsOnly,
    NoContentLeft,
    PhaseNotAvailable,
    PictureMissing,
    WarmupIncomplete,
    WarmupRefused,
)
from retinue.capabilities.warmup.models import Phase
from retinue.capabilities.warmup.schemas import (
    AssignedContent,
    Bot,
    CompleteRequest,
    Completion,
    ErrorReport,
    Picture,
    ReadyAccounts,
    WarmupStatus,
)
from retinue.foundation.errors import Refusal
from retinue.foundation.http import Db, Router, RowId, Rt, Scope, documented, requires
from retinue.foundation.http.principals import Principal
from retinue.foundation.runtime import Runtime

router = Router(prefix="/api/bot", tags=["Bots"])

_BOTS = requires(Scope.bot, is_for_restricted=True)


async def _bot(request: Request) -> Bot:
    caller: Principal = request.state.principal
    if caller.kind != "token" or caller.role != Role.bot:
        raise BotsOnly(
            "These calls are for bots: send a bearer token of the role bot (`retinue warmup bots add NAME`)."
        )
    return Bot(
        id=str(caller.facts["token_id"]),
        name=caller.name,
        account_ids=caller.account_ids,
        address=caller.address,
        request_id=caller.request_id,
    )


BotCaller = Annotated[Bot, Depends(_bot)]
_UNKNOWN = documented(AccountNotFound)
_HELD = documented(AccountNotFound, AccountHeld)


@contextmanager
def _heard(rt: Runtime, bot: Bot, *, only_reads: bool = False) -> Iterator[None]:
    """A call that has written nothing is noted too; one that has says so itself."""
    try:
        yield
    except Refusal:
        service.note(bot, is_error=True, at=rt.clock.now())
        raise
    if only_reads:
        now = rt.clock.now()
        service.note(bot, is_error=False, at=now)
        if service.is_writing_due(bot, at=now):
            with rt.database.writing() as db:
                service.write_notes_of(db, bot)


def _go_on(rt: Runtime, bot: Bot, account_id: int) -> None:
    """The lease of a bot that has only read is renewed as by any other call."""
    now = rt.clock.now()
    with rt.database.reading() as db:
        is_due = service.is_renewal_due(db, bot, account_id, now=now)
    if is_due:
        with rt.database.writing() as db:
            service.renew(db, bot, account_id, now=now)


@router.get(
    "/accounts/ready",
    dependencies=[_BOTS],
    responses=examples.of(ReadyAccounts, examples.READY),
)
def list_ready(
    rt: Rt,
    bot: BotCaller,
    limit: Annotated[int, Query(ge=1, le=200, description="How many accounts at most.")] = 50,
) -> ReadyAccounts:
    """
    Accounts that this bot may take now: those it holds, then phases that wait, then accounts that are ready.

    Where there are none, `next.at` says when the next phase becomes available.
    """
    with _heard(rt, bot, only_reads=True), rt.database.reading() as db:
        return service.accounts_ready(db, bot, now=rt.clock.now(), limit=limit)


@router.post(
    "/accounts/{account_id}/start-warmup",
    dependencies=[_BOTS],
    responses=documented(AccountNotFound, WarmupRefused)
    | examples.of(WarmupStatus, examples.BEGUN),
)
def start_warmup(account_id: RowId, db: Db, rt: Rt, bot: BotCaller) -> WarmupStatus:
    """
    Make the five phases; the first one is available at once. A second time changes nothing.

    409 says why the account cannot be warmed up and what mends it, or until when somebody else has it.
    """
    with _heard(rt, bot):
        return service.start_warmup(db, bot, account_id, now=rt.clock.now())


@router.get(
    "/accounts/{account_id}/warmup-status",
    dependencies=[_BOTS],
    responses=_UNKNOWN | examples.of(WarmupStatus, examples.WAITING),
)
def read_status(account_id: RowId, rt: Rt, bot: BotCaller) -> WarmupStatus:
    """The phases with their times, what keeps the account still, who has it, and what comes next."""
    with _heard(rt, bot, only_reads=True):
        _go_on(rt, bot, account_id)
        with rt.database.reading() as db:
            return service.status(db, bot, account_id, now=rt.clock.now())


@router.get(
    "/accounts/{account_id}/content/{phase}",
    dependencies=[_BOTS],
    responses=documented(NoContentLeft, PhaseNotAvailable)
    | examples.of(AssignedContent, examples.CONTENT),
)
def read_content(account_id: RowId, phase: Phase, rt: Rt, bot: BotCaller) -> AssignedContent:
    """
    What to do the phase with. The first call chooses; every later one answers the same, until the phase fails.

    404 `no_content_left` has `cut`: how many each filter has taken away. A person is asked for more then.
    """
    return _content(account_id, phase, rt, bot)


@router.get(
    "/accounts/{account_id}/warmup-content/{phase}",
    dependencies=[_BOTS],
    responses=documented(NoContentLeft, PhaseNotAvailable)
    | examples.of(AssignedContent, examples.CONTENT),
)
def read_warmup_content(account_id: RowId, phase: Phase, rt: Rt, bot: BotCaller) -> AssignedContent:
    """The same as `/content/{phase}`."""
    return _content(account_id, phase, rt, bot)


def _content(account_id: int, phase: Phase, rt: Runtime, bot: Bot) -> AssignedContent:
    now = rt.clock.now()
    with _heard(rt, bot):
        try:
            with rt.database.writing() as db:
                return service.assign_content(db, bot, account_id, phase, now=now)
        except NoContentLeft as missing:
            # What the choice had promised already is taken back; the question is kept.
            with rt.database.writing() as db:
                service.ask_for_content(db, bot, account_id, phase, missing=missing, now=now)
            raise


@router.get(
    "/content/{assignment_id}/file",
    dependencies=[_BOTS],
    responses=documented(AssignmentNotFound, PictureMissing)
    | {200: {"description": "The picture.", "content": {"image/*": {}}}},
    response_class=Response,
)
def read_file(assignment_id: RowId, rt: Rt, bot: BotCaller) -> Response:
    """The picture of an assignment, for the bot that holds its account."""
    now = rt.clock.now()
    with _heard(rt, bot, only_reads=True):
        with rt.database.reading() as db:
            picture = service.picture_of(db, bot, assignment_id, now=now)
        _go_on(rt, bot, picture.account_id)
        return _file(rt, picture)


@router.post(
    "/accounts/{account_id}/start-phase/{phase}",
    dependencies=[_BOTS],
    responses=_HELD | examples.of(WarmupStatus, examples.AT_WORK),
)
def start_phase(account_id: RowId, phase: Phase, db: Db, rt: Rt, bot: BotCaller) -> WarmupStatus:
    """Begin a phase whose content was asked for. A second time changes nothing."""
    with _heard(rt, bot):
        return service.start_phase(db, bot, account_id, phase, now=rt.clock.now())


@router.post(
    "/accounts/{account_id}/complete-phase/{phase}",
    dependencies=[_BOTS],
    responses=_HELD | examples.of(WarmupStatus, examples.WAITING),
)
def complete_phase(
    account_id: RowId, phase: Phase, body: CompleteRequest, *, db: Db, rt: Rt, bot: BotCaller
) -> WarmupStatus:
    """
    The phase is done. A second time changes nothing. The next phase gets its time, once.

    Also while the account is on hold: what has begun may end.
    """
    with _heard(rt, bot):
        done = Completion(account_id, phase, body)
        return service.complete_phase(db, bot, done, rng=rt.rng, now=rt.clock.now())


@router.post(
    "/accounts/{account_id}/report-error",
    dependencies=[_BOTS],
    responses=_HELD | examples.of(WarmupStatus, examples.FAILED),
)
def report_error(
    account_id: RowId, body: ErrorReport, db: Db, rt: Rt, bot: BotCaller
) -> WarmupStatus:
    """
    The phase has failed: its content goes back, and it is available again after 15 minutes, an hour, four hours.

    After the fourth failure, or with `retryable` false, a person looks at it.
    """
    with _heard(rt, bot):
        return service.report_error(db, bot, account_id, body, now=rt.clock.now())


@router.post(
    "/accounts/{account_id}/complete-warmup",
    dependencies=[_BOTS],
    responses=documented(AccountNotFound, WarmupIncomplete)
    | examples.of(WarmupStatus, examples.DONE),
)
def complete_warmup(account_id: RowId, db: Db, rt: Rt, bot: BotCaller) -> WarmupStatus:
    """All five phases are completed: the account becomes active. 409 lists in `missing` what is not."""
    with _heard(rt, bot):
        return service.complete_warmup(db, bot, account_id, now=rt.clock.now())


def _file(rt: Runtime, picture: Picture) -> Response:
    path = content.keeping.picture_path(
        rt.configuration.data_dir, picture.sha256, picture.media_type
    )
    try:
        held = path.read_bytes()
    except FileNotFoundError as error:
        raise PictureMissing(
            f"The file of picture {picture.item_id} is not in the data directory; put its `content` folder back."
        ) from error
    headers = {"ETag": f'"{picture.sha256}"', "Cache-Control": "private, max-age=86400"}
    return Response(held, media_type=picture.media_type, headers=headers)
