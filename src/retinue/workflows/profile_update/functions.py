"""The function behind the task `update_profile`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, TaskFailure
from retinue.drivers import pictures
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.protocol import Line, OwnProfile, ProfileEdit
from retinue.drivers.pictures import Picture
from retinue.foundation import failpoints
from retinue.foundation.errors import Problem
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import SealBroken
from retinue.foundation.wording import problems_of
from retinue.workflows.connecting import service as connecting
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.schemas import OpenNetwork
from retinue.workflows.profile_update.schemas import ProfileFields, UpdateParams, UpdateResult
from retinue.workflows.working import service as working
from retinue.workflows.working.errors import TaskCancelled, TaskFailed, TaskLost, TaskWaits
from retinue.workflows.working.schemas import Reporting, TaskFunction

_SENT = "sent at "
_MAY_PASS = frozenset({FailureClass.transient, FailureClass.unknown})
_TEXTS = {
    "name": "name",
    "description": "bio",
    "url": "link",
    "location": "location",
    "lang": "lang",
}
_PICTURES = {"profile_image": "avatar", "profile_banner": "banner"}


def update_profile(
    runtime: Runtime, open_network: OpenNetwork, claimed: ClaimedTask
) -> Mapping[str, Any]:
    """
    Its note in the queue keeps when an edit was sent, so nothing else is noted of it.

    Raises:
        TaskWaits: an edit is on its way of which nobody knows whether it has arrived.
        TaskFailed: the network refused it, or a picture cannot be had.
        DriverError: the account's line, or its standing.
    """
    wanted = UpdateParams.model_validate(claimed.params).fields
    account_id = claimed.account_id
    if account_id is None:
        raise TaskFailed(_ours("a profile belongs to an account"))
    with runtime.database.reading() as db:
        name = accounts.get(db, account_id).account_no
        sent_at = _sent_at(tasks.get(db, claimed.id).note)
    held = {
        field: pictures.fetch(url, clock=runtime.clock)
        for field in _PICTURES
        if (url := getattr(wanted, field)) is not None
    }
    try:
        doors = engagement.Doors(
            runtime.database, runtime.sealer, runtime.clock, working.wish_of_task(claimed.id)
        )
        opened = engagement.open_line(doors, open_network, account_id)
    except SealBroken as broken:
        message = "what is stored was not sealed for this account; store its credentials anew"
        raise TaskFailed(_ours(message)) from broken
    with closing(opened) as line:
        differing = _read(line, wanted, held)
        if not differing:
            proof = "it was read back" if sent_at else "it stood there already"
            return _result(name, [], proof)
        _wait_until_shown(runtime, sent_at)
        edit = _edit(line, wanted, held, differing)
        _promise(runtime, claimed)
        failpoints.reach("after_intent_commit")
        proof = _send(line, edit, wanted, held)
        failpoints.reach("after_answer")
    return _result(name, sorted(differing), proof)


def _read(line: Line, wanted: ProfileFields, held: Mapping[str, Picture]) -> set[str]:
    """Log in, and say which fields differ from what is wanted."""
    try:
        line.log_in()
        return _differing(line.own_profile(), wanted, held)
    except DriverError as error:
        if error.failure in _MAY_PASS and not error.had_no_effect:
            # Nothing but reading was on its way, which does no harm twice.
            raise DriverError(
                error.failure, phase=CallPhase.not_sent, message=error.message
            ) from error
        raise


def _differing(own: OwnProfile, wanted: ProfileFields, held: Mapping[str, Picture]) -> set[str]:
    found = {
        field
        for field, theirs in _TEXTS.items()
        if (value := getattr(wanted, field)) is not None and value != getattr(own, theirs)
    }
    shown = {"profile_image": own.avatar_sha256, "profile_banner": own.banner_sha256}
    return found | {
        field
        for field, picture in held.items()
        if hashlib.sha256(picture.content).hexdigest() != shown[field]
    }


def _edit(
    line: Line, wanted: ProfileFields, held: Mapping[str, Picture], differing: set[str]
) -> ProfileEdit:
    changes = {
        theirs: getattr(wanted, field) for field, theirs in _TEXTS.items() if field in differing
    }
    for field, picture in held.items():
        if field in differing:
            changes[_PICTURES[field]] = _uploaded(line, picture)
    return ProfileEdit(**changes)


def _uploaded(line: Line, picture: Picture) -> str:
    try:
        return line.upload(picture.content, picture.media_type)
    except DriverError as error:
        if error.failure in _MAY_PASS and not error.had_no_effect:
            # What was uploaded and is not used is seen by nobody.
            raise DriverError(
                error.failure, phase=CallPhase.not_sent, message=error.message
            ) from error
        raise


def _promise(runtime: Runtime, claimed: ClaimedTask) -> None:
    """
    Committed before anything is sent: whoever comes after us reads when it was.

    Raises:
        TaskLost, TaskCancelled: nothing may be sent.
    """
    with runtime.database.writing() as db:
        now = runtime.clock.now()
        if not tasks.report(db, claimed, 60, f"{_SENT}{now.isoformat()}", now=now):
            raise TaskLost
        if tasks.is_cancel_asked(db, claimed):
            raise TaskCancelled


def _send(line: Line, edit: ProfileEdit, wanted: ProfileFields, held: Mapping[str, Picture]) -> str:
    try:
        line.edit_profile(edit)
    except DriverError as error:
        if error.had_no_effect:
            raise
        if _is_there(line, wanted, held):
            return "the answer was lost; it was read back"
        message = f"{error.message}; the profile is read again before anything is repeated"
        wait = ledger.CONSISTENCY_WAIT.total_seconds()
        raise TaskFailed(
            # The next run reads first, so it does no harm to try again.
            TaskFailure(FailureClass.transient, message, CallPhase.not_sent, wait)
        ) from error
    return "the network has answered"


def _is_there(line: Line, wanted: ProfileFields, held: Mapping[str, Picture]) -> bool:
    try:
        return not _differing(line.own_profile(), wanted, held)
    except DriverError:
        return False


def _wait_until_shown(runtime: Runtime, sent_at: datetime | None) -> None:
    """A network may show for a while what was there before."""
    if sent_at is None:
        return
    until = sent_at + ledger.CONSISTENCY_WAIT
    if until > runtime.clock.now():
        why = "It is not known whether the edit has arrived; the profile is read again first."
        raise TaskWaits(WaitingFor.retry, until + timedelta(seconds=1), why)


def _sent_at(note: str | None) -> datetime | None:
    if note is None or not note.startswith(_SENT):
        return None
    return datetime.fromisoformat(note.removeprefix(_SENT))


def _result(account_no: str, changed: list[str], proof: str) -> Mapping[str, Any]:
    return UpdateResult(account_no=account_no, changed=changed, proof=proof).model_dump(mode="json")


def _ours(message: str) -> TaskFailure:
    return TaskFailure(FailureClass.invalid_input, message, CallPhase.not_sent, source="retinue")


def _lint(_: Session, params: dict[str, Any]) -> list[Problem]:
    try:
        UpdateParams.model_validate(params)
    except ValidationError as error:
        return problems_of(error, UpdateParams)
    return []


def _run(runtime: Runtime, claimed: ClaimedTask, _: Reporting) -> Mapping[str, Any]:
    return update_profile(runtime, connecting.opener(runtime), claimed)


UPDATE_PROFILE = TaskFunction(TaskType.update_profile, _run, _lint)
TASKS = (UPDATE_PROFILE,)
