"""An intent that began before an order is over once the order is answered; none is committed afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import Declined, Reserved
from retinue.capabilities.personas import service as personas
from retinue.capabilities.personas.schemas import PersonaChange, PersonaCreate
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.models import Pause
from retinue.capabilities.safety.schemas import DoNotContactCreate
from retinue.foundation.database import Database
from retinue.workflows.pausing import service as pausing
from retinue.workflows.pausing.schemas import PauseScope, Switch
from tests.factories.engaging import Engaged, engage
from tests.retinue.capabilities.safety.test_do_not_contact import SETTINGS

Order = Callable[[Session, datetime], object]
PATIENCE = 0.3


def switched(scope: PauseScope, name: str | None) -> Order:
    wanted = Switch(scope=scope, name=name, reason="lunch")
    return lambda db, now: pausing.switch(db, wanted, is_paused=True, actor="a test", now=now)


def list_otter(db: Session, now: datetime) -> object:
    wanted = DoNotContactCreate(handle="otter", reason="asked us to")
    return safety.add_contact(db, wanted, scope_key="fleet", actor="a test", now=now)


def patch_account(db: Session, now: datetime) -> object:
    wanted = AccountChange(paused=True, reason="lunch")
    return accounts.change(db, accounts.find(db, "ava").id, wanted, actor="a test", now=now)


def patch_persona(db: Session, now: datetime) -> object:
    persona = personas.find(db, "Luna")
    assert persona is not None
    wanted = PersonaChange(paused=True, reason="lunch")
    return personas.change(db, persona.id, wanted, actor="a test", now=now)


ORDERS = {
    "fleet": switched(PauseScope.fleet, None),
    "action": switched(PauseScope.action, "like"),
    "persona": switched(PauseScope.persona, "Luna"),
    "account": switched(PauseScope.account, "ava"),
    "do_not_contact": list_otter,
    "patched account": patch_account,
    "patched persona": patch_persona,
}


@pytest.fixture
def ava(database: Database, noon: datetime) -> Engaged:
    with database.writing() as db:
        persona = personas.add(db, PersonaCreate(name="Luna"), actor="a test", now=noon)
        return engage(db, "ava", now=noon, persona_id=persona.id)


@pytest.mark.parametrize("order", ORDERS)
class TestAnOrder:
    def test_is_answered_after_what_began_before_it(
        self, database: Database, ava: Engaged, noon: datetime, order: str
    ) -> None:
        happened: list[str] = []

        def give() -> None:
            with database.writing() as db:
                ORDERS[order](db, noon)
            happened.append("answered")

        with ThreadPoolExecutor(1) as others:
            with database.writing() as db:
                began = ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon)
                answered = others.submit(give)
                threading.Event().wait(PATIENCE)
                happened.append("committed")
            answered.result()

        assert isinstance(began, Reserved)
        assert happened == ["committed", "answered"]

    def test_is_obeyed_by_what_begins_after_it(
        self, database: Database, ava: Engaged, noon: datetime, order: str
    ) -> None:
        with database.writing() as db:
            ORDERS[order](db, noon)
        with database.writing() as db:
            answer = ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon)
        assert isinstance(answer, Declined)

    def test_keeps_nobody_who_waits_for_it_from_going_on(
        self, database: Database, ava: Engaged, noon: datetime, order: str
    ) -> None:
        """An intent that has not read yet waits for nothing that waits for it."""
        with database.writing() as db:
            ben = engage(db, "ben", now=noon)

        def give() -> None:
            with database.writing() as db:
                ORDERS[order](db, noon)

        with ThreadPoolExecutor(2) as others, database.writing() as db:
            ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon)
            answered = others.submit(give)
            if database.backend != "sqlite":
                with database.writing() as other:
                    ledger.reserve(other, ben.wants("seal"), settings=SETTINGS, now=noon)
            assert not answered.done()


@pytest.mark.databases("postgresql", "mariadb")
class TestControl:
    def test_a_pause_that_nobody_sees_to_is_answered_while_an_intent_has_yet_to_be_committed(
        self, database: Database, ava: Engaged, noon: datetime
    ) -> None:
        with database.writing() as db:
            began = ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon)
            with database.writing() as other:
                other.add(Pause(key="fleet", reason="x", paused_by="a test", paused_at=noon))
        assert isinstance(began, Reserved)
