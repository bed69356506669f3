"""One act on many accounts, and the files of all of them."""

from __future__ import annotations

import itertools
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select, update
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.accounts import endpoints, repository, service
from retinue.capabilities.accounts.models import Account, AccountLabel, Health, Lifecycle
from retinue.capabilities.accounts.schemas import (
    AccountFilter,
    BulkAction,
    BulkRequest,
    FilterQuery,
    SortBy,
    SortOrder,
)
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.models import AuditEntry
from retinue.foundation.clock import ManualClock
from retinue.foundation.http.principals import Scope
from retinue.foundation.leases import service as leases
from retinue.foundation.runtime import Runtime
from retinue.workflows.validation import endpoints as validation
from tests.factories import query_plans, serving
from tests.retinue.capabilities.accounts.conftest import MakeAccount

BULK = "/api/accounts/bulk"
EXPORT = "/api/accounts/export"


@pytest.fixture
def accounts(make_account: MakeAccount) -> list[Account]:
    return [make_account(name, labels=("old",)) for name in ("luna", "mia", "noor")]


def restricted(runtime: Runtime, *ids: int) -> TestClient:
    wanted = TokenCreate(
        name="some", role=Role.operator, scopes=[Scope.accounts_read, Scope.accounts_write],
        account_ids=list(ids),
    )  # fmt: skip
    with runtime.database.writing() as db:
        issued = access.issue_token(
            db,
            wanted,
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=runtime.clock.now(),
        )
    return serving.client(
        serving.make_app(runtime, [validation.router, endpoints.router]),
        peer=serving.ELSEWHERE,
        authorization=f"Bearer {issued.token}",
    )


def audited(runtime: Runtime) -> list[tuple[str, str]]:
    with runtime.database.reading() as db:
        rows = db.execute(select(AuditEntry.action, AuditEntry.subject_id).order_by(AuditEntry.id))
        return [(row[0], row[1]) for row in rows]


class TestBulk:
    def test_each_account_has_an_outcome_and_an_entry_and_the_act_has_one(
        self, local: TestClient, runtime: Runtime, accounts: list[Account]
    ) -> None:
        ids = [account.id for account in accounts]
        before = len(audited(runtime))
        body = {"action": "pause", "reason": "summer", "ids": [*ids, 999, ids[0]]}
        answer = local.post(BULK, json=body).json()
        assert {name: answer[name] for name in ("matched", "changed", "unchanged", "refused")} == {
            "matched": 4, "changed": 3, "unchanged": 0, "refused": 1,
        }  # fmt: skip
        assert answer["rows"][0] == {
            "id": 999, "account": None, "outcome": "refused", "reason": "there is no such account",
        }  # fmt: skip
        assert audited(runtime)[before:] == [
            ("accounts.bulk_ordered", "pause"),
            *(("accounts.paused", str(one)) for one in ids),
        ]
        again = local.post(BULK, json=body).json()
        assert (again["changed"], again["unchanged"]) == (0, 3)
        with runtime.database.reading() as db:
            assert audit.verify(db) is None
            assert {service.get(db, one).revision for one in ids} == {2}

    def test_a_dry_run_says_the_same_and_changes_nothing(
        self, local: TestClient, runtime: Runtime, accounts: list[Account]
    ) -> None:
        body = {"action": "label", "labels": ["new", "old"], "filter": {}}
        before = audited(runtime)
        tried = local.post(BULK, json={**body, "dry_run": True}).json()
        assert (tried["changed"], audited(runtime)) == (3, before)
        done = local.post(BULK, json=body).json()
        assert {**tried, "dry_run": False} == done
        labels = local.get("/api/accounts", params={"label": ["new", "old"]}).json()
        assert [one["labels"] for one in labels["items"]] == [["old", "new"]] * len(accounts)
        local.post(BULK, json={"action": "unlabel", "labels": ["old"], "filter": {"search": "lu"}})
        assert local.get("/api/accounts", params={"label": "old"}).json()["total"] == 2

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ({"action": "resume"}, "either ids or filter"),
            ({"action": "resume", "ids": [1], "filter": {}}, "either ids or filter"),
            ({"action": "pause", "filter": {}}, "reason"),
            ({"action": "label", "filter": {}}, "labels"),
            ({"action": "resume", "labels": ["a"], "filter": {}}, "labels"),
            ({"action": "resume", "filter": {"colour": "red"}}, "colour"),
            ({"action": "delete", "filter": {}}, "action"),
            ({"action": "label", "labels": ["\u202e"], "filter": {}}, "labels"),
        ],
    )
    def test_what_does_not_fit_together_is_refused_whole(
        self, local: TestClient, accounts: list[Account], body: dict[str, Any], said: str
    ) -> None:
        answer = local.post(BULK, json=body)
        assert (answer.status_code, said in answer.json()["detail"]) == (422, True)
        assert local.get("/api/accounts").json()["items"][0]["revision"] == accounts[0].revision

    def test_who_cannot_go_there_is_refused_and_the_others_go(
        self, local: TestClient, runtime: Runtime, accounts: list[Account]
    ) -> None:
        with runtime.database.writing() as db:
            leases.acquire(
                db,
                service.lease_key(accounts[1].id),
                holder="session:1",
                ttl=timedelta(seconds=30),
                now=runtime.clock.now(),
            )
        answer = local.post(BULK, json={"action": "retire", "reason": "over", "filter": {}}).json()
        assert (answer["changed"], answer["refused"]) == (2, 1)
        assert (answer["rows"][0]["account"], "at work" in answer["rows"][0]["reason"]) == (
            "mia", True,
        )  # fmt: skip

    def test_a_restricted_token_touches_its_own_only(
        self, runtime: Runtime, local: TestClient, accounts: list[Account]
    ) -> None:
        own, other = accounts[0].id, accounts[1].id
        caller = restricted(runtime, own)
        by_ids = {"action": "pause", "reason": "x", "ids": [own, other]}
        answer = caller.post(BULK, json=by_ids).json()
        assert [(row["id"], row["account"], row["outcome"]) for row in answer["rows"]] == [
            (other, None, "refused"), (own, "luna", "changed"),
        ]  # fmt: skip
        everyone = caller.post(BULK, json={"action": "resume", "filter": {}}).json()
        assert (everyone["matched"], everyone["changed"]) == (1, 1)
        exported = caller.get(EXPORT, params={"format": "json", "ids": f"{own},{other}"}).json()
        assert [one["id"] for one in exported] == [own]
        assert local.get("/api/accounts", params={"paused": True}).json()["total"] == 0

    def test_no_transaction_holds_more_than_200_accounts_and_an_interruption_is_made_up(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        add_many(runtime, 450, clock)
        commits: list[int] = []
        wanted = BulkRequest(action=BulkAction.pause, reason="x", filter=FilterQuery())
        engine = runtime.database.writer

        def die(*_: Any) -> None:
            commits.append(1)
            if len(commits) == 2:
                raise ConnectionError("the power went")

        event.listen(engine, "commit", die)
        try:
            with pytest.raises(ConnectionError):
                service.act_on_many(runtime, wanted, by=service.Initiator("a test"))
        finally:
            event.remove(engine, "commit", die)
        with runtime.database.reading() as db:
            paused = repository.count(db, AccountFilter(is_paused=True))
        assert 0 < paused <= 200
        report = service.act_on_many(runtime, wanted, by=service.Initiator("a test"))
        assert (report.unchanged, report.changed) == (paused, 450 - paused)
        with runtime.database.reading() as db:
            assert audit.verify(db) is None
            per_account = [one for one in audited(runtime) if one[0] == "accounts.paused"]
        assert len(per_account) == len(set(per_account)) == 450

    def test_at_most_1000_rows_are_shown(self, runtime: Runtime, clock: ManualClock) -> None:
        add_many(runtime, 1010, clock)
        wanted = BulkRequest(action=BulkAction.resume, filter=FilterQuery(), dry_run=True)
        report = service.act_on_many(runtime, wanted, by=service.Initiator("a test"))
        assert (report.matched, len(report.rows), report.rows_omitted) == (1010, 1000, 10)


MOST_STEPS = 1500


@pytest.mark.databases("sqlite")
class TestLargePool:
    """By SQLite's own plans."""

    def test_the_first_page_is_found_without_reading_the_rows(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        add_many(runtime, 50_000, clock)
        wanted: tuple[dict[str, Any], ...] = (
            {}, {"healths": (Health.ok,)}, {"healths": (Health.locked,)}, {"is_paused": False},
            {"lifecycles": (Lifecycle.retired,)}, {"labels": ("berlin",)}, {"labels": ("none",)},
            {"search": "User1"}, {"search": "nobody"}, {"persona": "Luna"},
        )  # fmt: skip
        with query_plans.noted(runtime.database.reader) as plans:
            work = {
                (number, sort, order): first_page(runtime, one, sort, order)
                for number, one in enumerate(wanted)
                for sort, order in itertools.product(SortBy, SortOrder)
            }
        scans = {one for one in plans if "accounts" in one and "SCAN" in one}
        assert plans
        assert not {one for one in scans if "COVERING INDEX" not in one}
        assert {case: steps for case, steps in work.items() if steps > MOST_STEPS} == {}


def first_page(runtime: Runtime, wanted: dict[str, Any], sort: SortBy, order: SortOrder) -> int:
    """Thousands of steps of SQLite's machine: the same on every computer, busy or not."""
    steps: list[None] = []
    with runtime.database.reading() as db:
        sqlite = db.connection().connection.dbapi_connection
        assert isinstance(sqlite, sqlite3.Connection)
        sqlite.set_progress_handler(lambda: steps.append(None), 1000)
        service.page(db, AccountFilter(**wanted), sort_by=sort, order=order)
        sqlite.set_progress_handler(None, 1000)
    return len(steps)


def add_many(runtime: Runtime, count: int, clock: ManualClock) -> None:
    """As they are after an import, but all at once; what was there goes."""
    now = clock.now()
    plain = {
        "network": "sandgram", "kind": "normal", "validation_status": "pending",
        "timezone": "UTC", "labels": [], "is_test": False, "authorised_by": "a test", "revision": 1,
        "authorised_at": now, "created_at": now, "updated_at": now,
    }  # fmt: skip
    rows = [
        {
            **plain,
            "uid": f"uid-{number}",
            "account_no": f"WACC{number:06}",
            "login": f"User{number * 7919 % 100_003}",
            "login_key": f"user{number * 7919 % 100_003}",
            "email": f"user{number}@example.com",
            "lifecycle": Lifecycle.retired
            if number % 19 == 18 and count > 9000
            else Lifecycle.active,
            "health": Health.locked if number % 500 == 0 else Health.ok,
            "paused_at": now if number % 11 == 3 and count > 9000 else None,
            "last_validated_at": None if number % 3 else now,
        }
        for number in range(count)
    ]
    with runtime.database.writing() as db:
        db.execute(delete(AccountLabel))
        db.execute(update(Account).values(labels=[]))
        db.execute(delete(Account))
        for start in range(0, count, 5000):
            db.execute(insert(Account), rows[start : start + 5000])
        ids = db.scalars(select(Account.id)).all()
        db.execute(
            insert(AccountLabel),
            [{"account_id": one, "label": "berlin"} for one in ids if one % 3 == 0],
        )
