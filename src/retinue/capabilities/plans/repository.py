from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from retinue.capabilities.plans.models import PlanVersion


def latest(db: Session, account_id: int) -> PlanVersion | None:
    return db.execute(
        select(PlanVersion)
        .where(PlanVersion.account_id == account_id)
        .order_by(PlanVersion.version.desc())
        .limit(1)
    ).scalar_one_or_none()


def version_of(db: Session, account_id: int, version: int) -> PlanVersion | None:
    return db.get(PlanVersion, (account_id, version))


def newest_first(db: Session, account_id: int) -> list[PlanVersion]:
    """Without the texts, which may be long and many."""
    return list(
        db.execute(
            select(PlanVersion)
            .options(defer(PlanVersion.text, raiseload=True))
            .where(PlanVersion.account_id == account_id)
            .order_by(PlanVersion.version.desc())
        ).scalars()
    )


def insert_version(db: Session, version: PlanVersion) -> bool:
    """False when another writer has taken this number."""
    columns = PlanVersion.__table__.columns.keys()
    try:
        with db.begin_nested():
            db.execute(
                insert(PlanVersion).values({name: getattr(version, name) for name in columns})
            )
    except IntegrityError:
        return False
    return True
