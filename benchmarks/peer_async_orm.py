"""The peer of `bench_http_read.py`: how a tutorial would serve one account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class PersonaRow(Base):
    __tablename__ = "personas"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class AccountRow(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(unique=True)
    login: Mapped[str]
    network: Mapped[str]
    kind: Mapped[str]
    lifecycle: Mapped[str]
    health: Mapped[str]
    validation_status: Mapped[str]
    timezone: Mapped[str]
    labels: Mapped[str]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    persona_id: Mapped[int | None] = mapped_column(ForeignKey("personas.id"))
    persona: Mapped[PersonaRow | None] = relationship()


class Persona(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str


class Account(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    account_no: str
    login: str
    network: str
    kind: str
    lifecycle: str
    health: str
    validation_status: str
    timezone: str
    labels: str
    revision: int
    created_at: datetime
    persona: Persona | None


router = APIRouter()


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions() as session:
        yield session


@router.get("/accounts/{account_id}")
async def read_account(account_id: int, db: Annotated[AsyncSession, Depends(get_db)]) -> Account:
    row = await db.scalar(
        select(AccountRow)
        .where(AccountRow.id == account_id)
        .options(selectinload(AccountRow.persona))
    )
    if row is None:
        raise HTTPException(404)
    return Account.model_validate(row)


async def create_app(path: Path, *, accounts: int) -> FastAPI:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.close()

    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with sessions() as session:
        session.add_all(
            AccountRow(
                account_no=f"person_{number}", login=f"person_{number}", network="sandgram",
                kind="normal", lifecycle="imported", health="unknown", timezone="UTC", labels="",
                validation_status="pending", revision=1, created_at=datetime.now(UTC),
            )
            for number in range(accounts)
        )  # fmt: skip
        await session.commit()
    await engine.dispose()
    app = FastAPI()
    app.state.sessions = sessions
    app.include_router(router)
    return app
