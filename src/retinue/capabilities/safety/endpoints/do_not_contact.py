from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import File, Query, Response, UploadFile
from fastapi import status as http_status
from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.schemas import NetworkName
from retinue.capabilities.personas.errors import PersonaNotFound
from retinue.capabilities.safety import service
from retinue.capabilities.safety.errors import (
    ContactEntryNotFound,
    ListTooLarge,
    ListUnreadable,
)
from retinue.capabilities.safety.schemas import (
    ContactList,
    ContactScope,
    DoNotContactCreate,
    DoNotContactImport,
    DoNotContactRead,
    ListFaultRead,
    PrintableText,
)
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Cursor,
    Db,
    Limit,
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
    heavy,
    requires,
)

router = Router(prefix="/api/do-not-contact", tags=["Interactions"])

_read = [requires(Scope.interactions_read)]
_write = [requires(Scope.interactions_write, is_for_restricted=True)]
_FAULTS_SHOWN = 1000


class ListForm(BaseModel):
    """A list, and for whom it holds. `reason` is for the rows that give none."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile = Field(
        description="CSV with the columns `handle` (or `username`) or `hash`, and `reason` and `expires_at` where"
        " wanted; or one handle per line. UTF-8, at most 10 MB."
    )
    reason: PrintableText = Field(max_length=500)
    dry_run: bool = False
    network: NetworkName = "sandgram"
    scope: ContactScope = ContactScope.fleet
    account: PrintableText | None = Field(default=None, max_length=255)
    persona: PrintableText | None = Field(default=None, max_length=255)


@router.get("", dependencies=_read, responses=documented(Invalid))
def list_do_not_contact(
    db: ReadDb,
    caller: Caller,
    *,
    search: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=255,
            pattern=r"^[^\x00]*$",
            description="Part of a handle or a reason, or a whole fingerprint.",
        ),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[DoNotContactRead]:
    """The people who are left alone, the newest entry first. One whose end has passed has no effect any more."""
    key = decode_cursor(cursor, int)
    found = service.contact_entries(
        db,
        search=search,
        before_id=key[0] if key else None,
        limit=limit + 1,
        only=caller.account_ids,
    )
    items = found[:limit]
    following = encode_cursor(items[-1].id) if len(found) > limit else None
    return Page(items=items, next_cursor=following)


@router.post(
    "",
    status_code=http_status.HTTP_201_CREATED,
    dependencies=_write,
    responses=documented(AccountNotFound, PersonaNotFound, Invalid)
    | {200: {"model": DoNotContactRead, "description": "The person was on the list already."}},
)
def add_do_not_contact(
    wanted: DoNotContactCreate, response: Response, db: Db, rt: Rt, caller: Caller
) -> DoNotContactRead:
    """Leave a person alone: nothing new is begun with them from now on."""
    _check_reach(wanted.scope, caller)
    key = service.contact_scope_key(
        db,
        wanted.scope,
        account=wanted.account,
        persona=wanted.persona,
        only=caller.account_ids,
    )
    kept = service.add_contact(
        db,
        wanted,
        scope_key=key,
        actor=caller.actor,
        now=rt.clock.now(),
        request_id=caller.request_id,
    )
    if not kept.is_new:
        response.status_code = http_status.HTTP_200_OK
    return kept.entry


@router.delete(
    "/{entry_id}",
    status_code=http_status.HTTP_204_NO_CONTENT,
    dependencies=_write,
    responses=documented(ContactEntryNotFound),
)
def remove_do_not_contact(entry_id: RowId, db: Db, rt: Rt, caller: Caller) -> None:
    """Take an entry off the list; the person may be contacted again."""
    service.remove_contact(
        db,
        entry_id,
        actor=caller.actor,
        now=rt.clock.now(),
        only=caller.account_ids,
        request_id=caller.request_id,
    )


@router.post(
    "/import",
    dependencies=[*_write, heavy()],
    responses=documented(AccountNotFound, PersonaNotFound, ListTooLarge, ListUnreadable, Invalid),
)
def import_do_not_contact(
    form: Annotated[ListForm, File()], rt: Rt, caller: Caller
) -> DoNotContactImport:
    """
    Put a list of people in force. The same list twice changes nothing.

    Where a row has a fault nothing is changed, and the faults are told.
    """
    _check_reach(form.scope, caller)
    with rt.database.reading() as db:
        key = service.contact_scope_key(
            db,
            form.scope,
            account=form.account,
            persona=form.persona,
            only=caller.account_ids,
        )
    parsed = service.parse_contact_list(form.file.file.read(), now=rt.clock.now())
    kept_in = ContactList(form.network, key, form.reason)
    if parsed.faults or form.dry_run:
        with rt.database.reading() as db:
            counts = service.preview_contacts(db, parsed, kept_in)
    else:
        counts = service.import_contacts(
            rt.database,
            parsed,
            kept_in,
            actor=caller.actor,
            now=rt.clock.now(),
            request_id=caller.request_id,
        )
    return DoNotContactImport(
        dry_run=form.dry_run,
        **asdict(counts),
        errors=[ListFaultRead.model_validate(fault) for fault in parsed.faults[:_FAULTS_SHOWN]],
        errors_omitted=max(0, len(parsed.faults) - _FAULTS_SHOWN),
    )


def _check_reach(scope: ContactScope, caller: Principal) -> None:
    """The fleet's list and a persona's bind accounts that a restricted caller may not touch."""
    if scope is not ContactScope.account:
        caller.check_is_for_all_accounts()
