"""Sums over pools and uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, null, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.content.models import ContentItem, ContentKind, ContentText, ContentUse
from retinue.capabilities.content.repository.choosing import Table
from retinue.capabilities.content.schemas.figures import ReportBy, ReportFilter

_WAITING = (Lifecycle.ready, Lifecycle.warming_up)


def pools(db: Session, *, persona_id: int | None) -> Sequence[Any]:
    """Every pool with what is in it, the archived items left out."""
    found: list[Any] = []
    tables: tuple[Table, ...] = (ContentItem, ContentText)
    for table in tables:
        kind: Any = literal(ContentKind.image.value) if table is ContentItem else ContentText.kind
        is_left = table.shortfall.is_not(None)
        limited = and_(is_left, table.max_usage.is_not(None))
        summed = (
            select(
                table.persona_id,
                kind.label("kind"),
                table.category,
                func.count().label("total"),
                _number(is_left).label("left"),
                _number(and_(is_left, table.resting_since.is_not(None))).label("resting"),
                _number(and_(is_left, table.max_usage.is_(None))).label("endless"),
                func.coalesce(
                    func.sum(case((limited, table.max_usage - table.use_count - table.held_count))),
                    0,
                ).label("uses_left"),
            )
            .where(table.archived_at.is_(None))
            .group_by(table.persona_id, *((ContentText.kind,) if table is ContentText else ()))
            .group_by(table.category)
        )
        if persona_id is not None:
            summed = summed.where(table.persona_id == persona_id)
        found += db.execute(summed).all()
    return found


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def pace(db: Session, *, since: datetime) -> dict[tuple[int, str, str], tuple[int, datetime]]:
    """By persona, kind and category: how many were given since then and kept, and the first of them."""
    found = (
        select(
            ContentUse.persona_id,
            ContentUse.kind,
            ContentUse.category_used,
            func.count(),
            func.min(ContentUse.reserved_at),
        )
        .where(ContentUse.reserved_at >= since, ContentUse.released_at.is_(None))
        .group_by(ContentUse.persona_id, ContentUse.kind, ContentUse.category_used)
    )
    return {(row[0], row[1].value, row[2]): (row[3], row[4]) for row in db.execute(found)}


def waiting_accounts(db: Session) -> dict[int, int]:
    """By persona: accounts that are about to be warmed up, or are being."""
    found = select(Account.persona_id, func.count()).where(*_is_waiting())
    return {
        row[0]: row[1]
        for row in db.execute(found.group_by(Account.persona_id))
        if row[0] is not None
    }


def served_accounts(db: Session) -> dict[tuple[int, str, str], int]:
    """By persona, kind and category: how many of those have been given one."""
    found = (
        select(
            ContentUse.persona_id,
            ContentUse.kind,
            ContentUse.category,
            func.count(ContentUse.account_id.distinct()),
        )
        .join(Account, Account.id == ContentUse.account_id)
        .where(
            *_is_waiting(),
            Account.persona_id == ContentUse.persona_id,
            ContentUse.released_at.is_(None),
        )
        .group_by(ContentUse.persona_id, ContentUse.kind, ContentUse.category)
    )
    return {(row[0], row[1].value, row[2]): row[3] for row in db.execute(found)}


def _is_waiting() -> tuple[ColumnElement[bool], ...]:
    return (
        Account.persona_id.is_not(None),
        Account.lifecycle.in_(_WAITING),
        Account.is_test.is_(False),
    )


def report(
    db: Session, wanted: ReportFilter, *, after: tuple[int, int] | None, limit: int
) -> Sequence[Any]:
    """
    By item: the pictures first and then the texts, each by their ids; (0 or 1, id) is where
    the page before has ended.
    """
    is_item = wanted.by is ReportBy.item
    text_id = func.coalesce(ContentUse.text_id, 0)
    item_id = func.coalesce(ContentUse.item_id, 0)
    of_kind = wanted.by is not ReportBy.persona
    keys: list[Any] = [ContentUse.persona_id]
    keys += [ContentUse.kind, ContentUse.category_used] if of_kind else []
    keys += [item_id, text_id] if is_item else []
    keyed: Any = select(
        ContentUse.persona_id,
        (ContentUse.kind if of_kind else null()).label("kind"),
        (ContentUse.category_used if of_kind else null()).label("category"),
        (item_id if is_item else literal(0)).label("item_id"),
        (text_id if is_item else literal(0)).label("text_id"),
    )
    query = _counted(keyed).where(*_fitting(wanted)).group_by(*keys)
    if is_item and after is not None:
        is_text, last = after
        later_text = ContentUse.text_id > (last if is_text else 0)
        query = query.where(later_text if is_text else later_text | (ContentUse.item_id > last))
    order = [text_id, item_id] if is_item else []
    return db.execute(query.order_by(*order, *keys[:3]).limit(limit)).all()


def _counted(query: Select[Any]) -> Select[Any]:
    is_used = ContentUse.used_at.is_not(None)
    is_back = ContentUse.released_at.is_not(None)
    return query.add_columns(
        func.count().label("given"),
        _number(is_used).label("used"),
        _number(is_back).label("given_back"),
        func.count(ContentUse.account_id.distinct()).label("accounts"),
        _number(ContentUse.success.is_(True)).label("successes"),
        func.avg(ContentUse.success_score).label("success_score"),
        func.avg(ContentUse.score).label("assignment_score"),
        func.max(ContentUse.reserved_at).label("last_given_at"),
    )


def _fitting(wanted: ReportFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.persona_id is not None:
        conditions.append(ContentUse.persona_id == wanted.persona_id)
    if wanted.kind is not None:
        conditions.append(ContentUse.kind == wanted.kind)
    if wanted.category is not None:
        conditions.append(ContentUse.category_used == wanted.category)
    if wanted.since is not None:
        conditions.append(ContentUse.reserved_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(ContentUse.reserved_at < wanted.until)
    return conditions
