from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit import service as audit
from retinue.capabilities.plans import repository, rules
from retinue.capabilities.plans.errors import (
    PlanChanged,
    PlanRefused,
    PlanUnusable,
    VersionNotFound,
)
from retinue.capabilities.plans.models import PlanVersion
from retinue.capabilities.plans.rules import (
    closing_time,
    draw_shift,
    is_within,
    next_opening,
    parse,
    spin,
)
from retinue.capabilities.plans.rules.default import DEFAULT_TEXT
from retinue.capabilities.plans.schemas import Change, Finding, Parsed, PlanEdit, StoredPlan
from retinue.foundation.errors import Problem

__all__ = [
    "DEFAULT_TEXT",
    "Author",
    "change",
    "closing_time",
    "current",
    "draw_shift",
    "is_within",
    "next_opening",
    "parse",
    "restore",
    "save",
    "show",
    "spin",
    "version",
    "versions",
]


@dataclass(frozen=True, slots=True)
class Author:
    """Who saves a plan, and in which request."""

    actor: str
    request_id: str | None = None
    address: str | None = None


def current(db: Session, account_id: int) -> StoredPlan:
    """
    The plan in force; version 0 with the default text where none was ever saved.

    Raises:
        PlanUnusable: the stored text has errors by today's rules.
    """
    account = accounts.get(db, account_id)
    shown = show(db, account)
    parsed = parse(shown.text, timezone=account.timezone)
    if parsed.plan is None:
        raise PlanUnusable(
            f"The plan of {account.login} (version {shown.version}) cannot be carried out:"
            f" {_sentence(parsed.errors[0])}",
            problems=_problems(parsed, PlanEdit()),
        )
    return StoredPlan(
        account_id=account.id,
        version=shown.version,
        text=shown.text,
        plan=parsed.plan,
        findings=parsed.findings,
        config=parsed.config,
    )


def show(db: Session, account: Account) -> Change:
    """The text in force with what the linter says of it, errors included."""
    stored = repository.latest(db, account.id)
    version, text = (stored.version, stored.text) if stored else (0, DEFAULT_TEXT)
    parsed = parse(text, timezone=account.timezone)
    return Change(version, text, parsed.findings, parsed.config, diff="", is_saved=False)


def change(
    db: Session, account: Account, edit: PlanEdit, *, author: Author, now: datetime
) -> Change:
    """
    Edit the plan in force; what is not asked to change keeps every byte. A dry run of a
    whole text refuses nothing: its findings are the answer.

    Raises:
        PlanRefused: an item to remove is missing, or the result would have errors.
        PlanChanged: `if_version` is not the version in force.
    """
    before = show(db, account)
    _check_version(before, edit.if_version)
    text = edit.text
    if text is None:
        result = rules.edited(before.text, request=rules.Request(edit.set, edit.add, edit.remove))
        if result.problems:
            raise _refused(result.problems)
        text = result.text
    parsed = parse(text, timezone=account.timezone)
    is_question = edit.dry_run and edit.text is not None
    if parsed.plan is None and not is_question:
        raise _refused(_problems(parsed, edit))
    outcome = _compared(before, text, parsed)
    if edit.dry_run or not outcome.diff:
        return outcome
    return _save(db, account, outcome, author=author, now=now)


def save(
    db: Session,
    account: Account,
    text: str,
    *,
    author: Author,
    now: datetime,
    if_version: int | None = None,
) -> Change:
    """
    Put a whole text in force. The text that is in force already makes no version.

    Raises:
        PlanRefused: the text has errors.
        PlanChanged: `if_version` is not the version in force.
    """
    before = show(db, account)
    _check_version(before, if_version)
    parsed = parse(text, timezone=account.timezone)
    if parsed.plan is None:
        raise _refused(_problems(parsed, PlanEdit()))
    outcome = _compared(before, text, parsed)
    if before.version and not outcome.diff:
        return outcome
    return _save(db, account, outcome, author=author, now=now)


def version(db: Session, account: Account, number: int) -> Change:
    """
    An old text with today's findings, and how it differs from the text in force.

    Raises:
        VersionNotFound: the plan never had it.
    """
    found = _stored(db, account, number)
    parsed = parse(found.text, timezone=account.timezone)
    compared = _compared(show(db, account), found.text, parsed)
    return replace(compared, version=number)


def restore(
    db: Session, account: Account, version: int, *, author: Author, now: datetime
) -> Change:
    """
    Put an old text in force again, as a new version. Nothing happens where it is in force already.

    Raises:
        VersionNotFound: the plan never had it.
        PlanRefused: the old text has errors by today's rules.
    """
    wanted = _stored(db, account, version)
    before = show(db, account)
    parsed = parse(wanted.text, timezone=account.timezone)
    if parsed.plan is None:
        raise _refused(_problems(parsed, PlanEdit()))
    outcome = _compared(before, wanted.text, parsed)
    if not outcome.diff:
        return outcome
    return _save(db, account, outcome, author=author, now=now, note=f"restored version {version}")


def versions(db: Session, account: Account) -> list[PlanVersion]:
    """Every version, the newest first, without its text. Empty where none was ever saved."""
    return repository.newest_first(db, account.id)


def _stored(db: Session, account: Account, number: int) -> PlanVersion:
    found = repository.version_of(db, account.id, number)
    if found is None:
        raise VersionNotFound(
            f"version: the plan of {account.login} has no version {number}.",
            problems=[Problem(("version",), "there is no such version", "not_found")],
        )
    return found


def _save(
    db: Session,
    account: Account,
    outcome: Change,
    *,
    author: Author,
    now: datetime,
    note: str | None = None,
) -> Change:
    row = PlanVersion(
        account_id=account.id,
        version=outcome.version + 1,
        text=outcome.text,
        saved_by=author.actor,
        saved_at=now,
        note=note,
    )
    if not repository.insert_version(db, row):
        raise PlanChanged(
            "The plan was saved by somebody else meanwhile; read it again and repeat."
        )
    audit.record(
        db,
        actor=author.actor,
        action="plan.saved",
        subject=("account", str(account.id)),
        now=now,
        reason=note,
        before={"version": outcome.version},
        after={"version": row.version},
        request_id=author.request_id,
        address=author.address,
    )
    return Change(
        version=row.version,
        text=outcome.text,
        findings=outcome.findings,
        config=outcome.config,
        diff=outcome.diff,
        is_saved=True,
    )


def _compared(before: Change, text: str, parsed: Parsed) -> Change:
    lines = difflib.unified_diff(
        before.text.splitlines(),
        text.splitlines(),
        f"version {before.version}",
        f"version {before.version + 1}",
        lineterm="",
    )
    diff = "\n".join(lines)
    if not diff and before.text != text:
        diff = "(only line endings differ)"
    return Change(before.version, text, parsed.findings, parsed.config, diff, is_saved=False)


def _check_version(before: Change, expected: int | None) -> None:
    if expected is not None and expected != before.version:
        raise PlanChanged(
            f"if_version: the plan is at version {before.version}, the change was made for"
            f" {expected}; read it again and repeat the change.",
            version=before.version,
        )


def _refused(problems: tuple[Problem, ...]) -> PlanRefused:
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    where = "" if first.loc[0] == "text" else f"{'.'.join(str(part) for part in first.loc)}: "
    return PlanRefused(f"{where}{first.msg}{more}", problems=problems)


def _problems(parsed: Parsed, edit: PlanEdit) -> tuple[Problem, ...]:
    return tuple(
        Problem(_place(found, edit), _sentence(found), "plan_error") for found in parsed.errors
    )


def _place(found: Finding, edit: PlanEdit) -> tuple[str | int, ...]:
    """The request's own field where the key came with it, the line of the text otherwise."""
    whole = found.key.partition(".")[0]
    for verb, asked in (("set", edit.set), ("add", edit.add), ("remove", edit.remove)):
        for key in (found.key, whole):
            if key in asked:
                return (verb, key)
    return ("text", found.line, found.key) if found.key else ("text", found.line)


def _sentence(found: Finding) -> str:
    name = f"{found.key}: " if found.key and f"`{found.key}`" not in found.message else ""
    hint = f"; {found.suggestion}" if found.suggestion else ""
    return f"line {found.line}: {name}{found.message}{hint}"
