"""The ledger and its model, led through the same days: whatever one says, the other has to say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import update
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Declined, Outcome, Reserved
from retinue.capabilities.personas.models import Persona
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories.engaging import Engaged, engage
from tests.retinue.capabilities.ledger.modelled.agreeing import Agreement
from tests.retinue.capabilities.ledger.modelled.line import HonestLine
from tests.retinue.capabilities.ledger.modelled.model import OPEN, Act, Model, Worker

NOON = datetime.fromisoformat("2026-01-31T12:00:00+00:00")
HANDLES = [f"otter{number}" for number in range(5)]
PEOPLE = 3
ACTIONS = ("like", "comment", "view")
LATER = [
    timedelta(seconds=1),
    timedelta(seconds=61),
    timedelta(minutes=11),
    timedelta(minutes=61),
    timedelta(hours=7),
    timedelta(hours=25),
    timedelta(days=2),
    timedelta(days=8),
]
which = st.integers(min_value=0, max_value=99)
whom = st.integers(min_value=0, max_value=PEOPLE - 1)
actions = st.sampled_from(ACTIONS)
keepers = st.sampled_from(["fleet", "account", "persona"])
limits = st.sampled_from([2, 3, 50])


class OneTransaction:
    """A database whose every transaction is part of a larger one, which is rolled back in the end."""

    def __init__(self, db: Session) -> None:
        self._db = db

    @contextmanager
    def writing(self) -> Iterator[Session]:
        yield self._db
        self._db.flush()

    reading = writing


class _RollBack(Exception):
    pass


class Acting(RuleBasedStateMachine):
    """Three accounts, two of them of one persona, and three people who change names."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.db = self._stack.enter_context(database.writing())
        self.clock = ManualClock(NOON)
        persona = 5
        self.db.add(Persona(id=persona, name="Ava", name_key="ava", created_at=NOON))
        self.db.flush()
        engaged = [
            engage(self.db, login, now=NOON, persona_id=its)
            for login, its in (("ava", persona), ("ben", persona), ("cleo", None))
        ]
        self.db.execute(update(Account).values(network_user_id="own"))
        self.persona = persona
        self.model = Model([Worker(one.id, one.persona_id, one.fence) for one in engaged])
        self.names = HANDLES[:PEOPLE]
        self.listed: dict[tuple[str, str], int] = {}
        self.agreement = Agreement(self.db, self.model)

    def teardown(self) -> None:
        try:
            raise _RollBack
        except _RollBack as end:
            self._stack.__exit__(_RollBack, end, end.__traceback__)

    @property
    def together(self) -> Database:
        return cast("Database", OneTransaction(self.db))

    def moment(self) -> datetime:
        """A new one for each step, so that there is an order in everything."""
        self.clock.advance(timedelta(milliseconds=1))
        return self.clock.now()

    def worker(self, number: int) -> Worker:
        return self.model.workers[number % len(self.model.workers)]

    def row(self, worker: Worker) -> Account:
        return accounts.get(self.db, worker.id)

    # An act

    # Several ways to the same, so that acts are what a day consists of.

    @rule(number=which, person=whom, action=actions, knows_id=st.booleans(), happens=st.booleans())
    def try_to(self, number: int, person: int, action: str, knows_id: bool, happens: bool) -> None:
        self.reserve(number, person, action, knows_id=knows_id, happens=happens)

    @rule(number=which, person=whom, action=actions, knows_id=st.booleans(), happens=st.booleans())
    def try_and_lose_the_answer(
        self, number: int, person: int, action: str, knows_id: bool, happens: bool
    ) -> None:
        act = self.reserve(number, person, action, knows_id=knows_id, happens=happens)
        if act is not None:
            self.settle_as(act, is_certain=False, is_gone=False)

    @rule(number=which, person=whom, action=actions, knows_id=st.booleans(), happens=st.booleans())
    def engage(self, number: int, person: int, action: str, knows_id: bool, happens: bool) -> None:
        act = self.reserve(number, person, action, knows_id=knows_id, happens=happens)
        if act is not None:
            self.settle_as(act, is_certain=True, is_gone=False)

    @rule(person=whom, action=actions, knows_id=st.booleans())
    def engage_by_everybody(self, person: int, action: str, knows_id: bool) -> None:
        for number in range(len(self.model.workers)):
            act = self.reserve(number, person, action, knows_id=knows_id, happens=True)
            if act is not None:
                self.settle_as(act, is_certain=True, is_gone=False)

    def reserve(
        self, number: int, person: int, action: str, *, knows_id: bool, happens: bool
    ) -> Act | None:
        """Asked of both. What was reserved, if anything."""
        worker, handle, now = self.worker(number), self.names[person], self.moment()
        fence, object_id = worker.fence or 0, f"object{len(self.model.acts)}"
        network_id = f"id{person}" if knows_id else None
        request = Engaged(worker.id, "", worker.persona, fence).wants(
            handle, action, network_id=network_id, object_id=object_id
        )
        request = _with_text(request, session_id=f"{worker.id}-{fence}")
        answer = ledger.reserve(self.db, request, settings=self.model.settings, now=now)

        known = self.model.meet(network_id, handle)
        expected = self.model.no(worker, known, handle, action, now, network_id=network_id)
        if self.model.left_alone(worker, handle, known.network_id if known else network_id, now):
            self.model.learn(handle, network_id)
        if worker.fence is None:
            expected = "lease_lost"
        said = answer.kind.value if isinstance(answer, Declined) else None
        assert said == expected, f"{action} of @{handle}: the ledger says {said}, not {expected}"
        self.agreement.note_decision(worker.id, handle, action, expected)
        if isinstance(answer, Declined):
            self.model_decline(worker, handle, action, expected)
            return None
        return self.model_reserve(worker, known, request, answer, happens=happens)

    def model_decline(self, worker: Worker, handle: str, action: str, kind: str | None) -> None:
        status = {"dedupe_hit": "dedupe_hit", "target_unavailable": "skipped"}
        status["do_not_contact"] = "skipped"
        if kind in status:
            self.agreement.tell(status[kind], worker.id, handle, action)

    def model_reserve(
        self, worker: Worker, known: Any, request: Any, answer: Reserved, *, happens: bool
    ) -> Act:
        now = self.clock.now()
        handle, action = request.target.handle, request.action
        person = known or self.model.add(request.target.network_id or None, handle)
        window = self.model.window(action)
        act = Act(
            id=answer.attempt_id,
            account=worker.id,
            scopes=worker.scopes(),
            person=person,
            handle=handle,
            action=action,
            object_id=request.object_id,
            fence=request.fence,
            started=now,
            held_until=now + window,
            window=window,
            has_happened=happens,
        )
        scope = worker.scope_in_force(self.model.settings.dedup_scope)
        self.agreement.assert_first(act, scope, now)
        self.model.acts.append(act)
        return act

    @precondition(lambda self: any(act.state in OPEN for act in self.model.acts))
    @rule(number=which, is_certain=st.booleans(), is_gone=st.booleans())
    def settle(self, number: int, is_certain: bool, is_gone: bool) -> None:
        """The answer of the network, which is true; it may come late, or not be understood."""
        act = self.one_of([act for act in self.model.acts if act.state in OPEN], number)
        self.settle_as(act, is_certain=is_certain, is_gone=is_gone)

    def settle_as(self, act: Act, *, is_certain: bool, is_gone: bool) -> None:
        now = self.moment()
        outcome, status = Outcome(AttemptState.unknown), None
        if is_certain and act.has_happened:
            outcome = Outcome(AttemptState.confirmed, latency_ms=40)
        elif is_certain:
            outcome = Outcome(AttemptState.refused)
            if is_gone:
                failure, phase = FailureClass.not_found, CallPhase.answered
                outcome = Outcome(AttemptState.refused, failure=failure, phase=phase)
                status, act.person.gone_at = "skipped", now
        changes = self.model.settle(act, outcome.state.value, now, status=status)
        settled = ledger.settle(
            self.db, act.id, outcome, settings=self.model.settings, rng=random.Random(7), now=now
        )
        assert settled.changed is changes

    @precondition(lambda self: any(act.state not in OPEN for act in self.model.acts))
    @rule(number=which, state=st.sampled_from(["confirmed", "refused", "unknown"]))
    def settle_again(self, number: int, state: str) -> None:
        """The first outcome stays, whatever is said afterwards."""
        act = self.one_of([act for act in self.model.acts if act.state not in OPEN], number)
        outcome, now = Outcome(AttemptState(state)), self.moment()
        settled = ledger.settle(
            self.db, act.id, outcome, settings=self.model.settings, rng=random.Random(7), now=now
        )
        assert not settled.changed
        assert settled.state.value == act.state

    @invariant()
    def agrees(self) -> None:
        self.agreement.check(self.moment())

    @staticmethod
    def one_of(things: list[Any], number: int) -> Any:
        return things[number % len(things)]


def _with_text(request: Any, *, session_id: str) -> Any:
    words = HonestLine.words(request.object_id)
    return replace(request, session_id=session_id, text_hash=ledger.text_hash(words))
