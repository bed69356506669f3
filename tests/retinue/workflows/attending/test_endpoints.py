from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.inbox import endpoints as inbox_endpoints
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind, ItemState
from retinue.capabilities.inbox.schemas import ItemFilter
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Outcome, SettledBy
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Failure
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs.executor import Executor
from retinue.foundation.runtime import Runtime
from retinue.workflows.attending import endpoints as attending
from retinue.workflows.attending.jobs import JOBS
from tests.factories.engaging import engage, make_account, settings_of
from tests.factories.serving import client, make_app, make_runtime


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return client(make_app(runtime, [inbox_endpoints.router, attending.router]))


def doubtful_view(runtime: Runtime) -> tuple[str, int]:
    """An attempt that nobody can look for, and the item that asks about it."""
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        ava = engage(db, "ava", now=now)
        promise = ledger.reserve(db, ava.wants(action="view"), settings=settings_of(), now=now)
        ledger.settle(
            db,
            promise.attempt_id,  # type: ignore[union-attr]
            Outcome(AttemptState.unknown, failure=FailureClass.transient, phase=CallPhase.sent),
            settings=settings_of(),
            rng=runtime.rng,
            now=now,
        )
        (item,) = inbox.page(db, ItemFilter())
        return item.subject_id, item.id


def trouble(
    runtime: Runtime, failure: FailureClass, *, phase: CallPhase = CallPhase.answered
) -> int:
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        found = make_account(db, "ava", now=now)
        safety.record_failure(
            db,
            found,
            Failure(failure, phase, "Action Blocked", action="like", session_id="s1"),
            settings=settings.current(db),
            rng=runtime.rng,
            now=now,
        )
        return found.id


def items(runtime: Runtime) -> list[tuple[ItemKind, ItemState]]:
    with runtime.database.reading() as db:
        return [(item.kind, item.state) for item in inbox.page(db, ItemFilter())]


def account(runtime: Runtime, account_id: int) -> Account:
    with runtime.database.reading() as db:
        return accounts.get(db, account_id)


class TestUnknownOutcome:
    @pytest.mark.parametrize("choice", ["confirmed", "absent"])
    def test_what_is_chosen_becomes_of_the_attempt(
        self, caller: TestClient, runtime: Runtime, choice: str
    ) -> None:
        attempt_id, item_id = doubtful_view(runtime)

        body = {"resolution": choice, "note": "looked myself"}
        answer = caller.post(f"/api/inbox/{item_id}/resolve", json=body)

        shown = answer.json()
        assert (shown["state"], shown["resolution"], shown["note"]) == (
            "resolved",
            choice,
            "looked myself",
        )
        with runtime.database.reading() as db:
            attempt = ledger.find_attempt(db, attempt_id)
        assert (attempt.state.value, attempt.settled_by) == (choice, "operator")
        assert attempt.evidence["operator"] == "looked myself"
        assert attempt.evidence["inbox_item"] == item_id

    def test_twice_is_once(self, caller: TestClient, runtime: Runtime) -> None:
        _, item_id = doubtful_view(runtime)
        path = f"/api/inbox/{item_id}/resolve"
        assert caller.post(path, json={"resolution": "confirmed"}).status_code == 200
        assert caller.post(path, json={"resolution": "absent"}).status_code == 409

    @pytest.mark.parametrize(
        "body",
        [
            {"resolution": "perhaps"},
            {},
            {"resolution": "absent", "note": ""},
            {"resolution": "absent", "note": "a\x00b"},
            {"resolution": "absent", "note": "a\ud800b"},
        ],
    )
    def test_a_wrong_choice_changes_nothing(
        self, caller: TestClient, runtime: Runtime, body: dict[str, Any]
    ) -> None:
        attempt_id, item_id = doubtful_view(runtime)
        answer = caller.post(
            f"/api/inbox/{item_id}/resolve",
            content=json.dumps(body),
            headers={"content-type": "application/json"},
        )
        assert answer.status_code == 422
        assert items(runtime) == [(ItemKind.unknown_outcome, ItemState.open)]
        with runtime.database.reading() as db:
            assert ledger.find_attempt(db, attempt_id).state is AttemptState.unknown

    def test_what_was_settled_otherwise_has_closed_its_item(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        attempt_id, item_id = doubtful_view(runtime)
        with runtime.database.writing() as db:
            said = Outcome(AttemptState.confirmed, settled_by=SettledBy.operator, evidence={})
            ledger.resolve(db, attempt_id, said, actor="operator:ben", now=runtime.clock.now())
        refused = caller.post(f"/api/inbox/{item_id}/resolve", json={"resolution": "absent"})
        assert (refused.status_code, refused.json()["code"]) == (409, "inbox_item_closed")


class TestTroubles:
    @pytest.mark.parametrize(
        ("failure", "kind"),
        [
            (FailureClass.action_block, ItemKind.action_block),
            (FailureClass.challenge, ItemKind.challenge),
            (FailureClass.account_locked, ItemKind.locked),
            (FailureClass.account_suspended, ItemKind.locked),
        ],
    )
    def test_what_only_a_person_can_end_is_asked_once(
        self, runtime: Runtime, failure: FailureClass, kind: ItemKind
    ) -> None:
        account_id = trouble(runtime, failure)
        with runtime.database.writing() as db:
            safety.record_failure(
                db,
                accounts.get(db, account_id),
                Failure(failure, CallPhase.answered, "again"),
                settings=settings.current(db),
                rng=runtime.rng,
                now=runtime.clock.now(),
            )
        assert items(runtime) == [(kind, ItemState.open)]

    @pytest.mark.parametrize(
        "failure", [FailureClass.rate_limit, FailureClass.auth_expired, FailureClass.transient]
    )
    def test_what_mends_by_itself_is_not(self, runtime: Runtime, failure: FailureClass) -> None:
        trouble(runtime, failure)
        assert items(runtime) == []

    def test_a_broken_line_says_nothing_of_the_account(self, runtime: Runtime) -> None:
        trouble(runtime, FailureClass.account_locked, phase=CallPhase.sent)
        assert items(runtime) == []

    def test_try_again_forgets_what_was_found_out(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        account_id = trouble(runtime, FailureClass.action_block)
        assert account(runtime, account_id).health is Health.needs_human

        body = {"resolution": "try_again", "note": "rested for two days"}
        assert caller.post("/api/inbox/1/resolve", json=body).status_code == 200

        assert account(runtime, account_id).health is Health.unknown

    def test_what_is_decided_at_the_account_itself_closes_the_item(self, runtime: Runtime) -> None:
        account_id = trouble(runtime, FailureClass.action_block)
        with runtime.database.writing() as db:
            accounts.change(
                db,
                account_id,
                AccountChange(health="unknown", reason="looked at it"),
                actor="operator:ben",
                now=runtime.clock.now(),
            )
        assert items(runtime) == [(ItemKind.action_block, ItemState.resolved)]

    def test_pause_keeps_it_still(self, caller: TestClient, runtime: Runtime) -> None:
        account_id = trouble(runtime, FailureClass.account_locked)

        assert caller.post("/api/inbox/1/resolve", json={"resolution": "pause"}).is_success

        found = account(runtime, account_id)
        assert found.paused_at is not None
        assert (found.health, found.pause_reason) == (Health.locked, "inbox item 1: ava is locked")


class TestExpiry:
    def test_the_choice_for_that_case_takes_effect(
        self, caller: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        account_id = trouble(runtime, FailureClass.account_locked)
        with runtime.database.writing() as db:
            (item,) = inbox.page(db, ItemFilter())
            item.due_at, item.at_expiry = clock.now() + timedelta(days=1), "pause"
        Executor(runtime, JOBS).step()
        assert account(runtime, account_id).paused_at is None

        clock.advance(timedelta(days=1))
        Executor(runtime, JOBS).step()

        assert account(runtime, account_id).paused_at is not None
        shown = caller.get("/api/inbox/1").json()
        assert (shown["state"], shown["resolution"]) == ("expired", "pause")
        refused = caller.post("/api/inbox/1/claim", json={})
        assert refused.json()["code"] == "inbox_item_closed"

    def test_what_comes_too_late_is_left(self, runtime: Runtime, clock: ManualClock) -> None:
        account_id = trouble(runtime, FailureClass.account_locked)
        with runtime.database.writing() as db:
            (item,) = inbox.page(db, ItemFilter())
            item.due_at, item.at_expiry = clock.now(), "pause"
            item.subject_id = str(account_id + 1)
        Executor(runtime, JOBS).step()
        assert account(runtime, account_id).paused_at is None
