"""The calls of bots as they come over HTTP."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.content import service as content
from retinue.capabilities.warmup.endpoints import router
from retinue.capabilities.warmup.models import Phase
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories import phasing, pooling
from tests.factories.serving import ELSEWHERE, client, make_app, make_runtime


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
        phasing.fill_pools(db, now=clock.now())
    return runtime


@pytest.fixture
def account(runtime: Runtime) -> int:
    with runtime.database.writing() as db:
        return phasing.ready_account(db, "ava.dawn", now=runtime.clock.now())


def bot(runtime: Runtime, name: str = "bot-1", account_ids: list[int] | None = None) -> TestClient:
    with runtime.database.writing() as db:
        made = phasing.make_bot(db, name, now=runtime.clock.now(), account_ids=account_ids)
    return client(make_app(runtime, [router]), peer=ELSEWHERE, **made.headers)


class Calls:
    """The paths of one account."""

    def __init__(self, account: int) -> None:
        self._start = f"/api/bot/accounts/{account}"

    def __getattr__(self, name: str) -> Any:
        verb = name.replace("_", "-")
        return lambda phase=None: f"{self._start}/{verb}" + (f"/{phase}" if phase else "")


def follow(caller: TestClient, answer: dict[str, Any]) -> Any:
    following = answer["next"]
    body: dict[str, Any] | None = {} if following["action"] == "complete_phase" else None
    return caller.request(following["method"], following["path"], json=body)


class TestAWholeWarmUp:
    def test_whoever_only_follows_next_gets_through_it(
        self, runtime: Runtime, clock: ManualClock, account: int
    ) -> None:
        caller = bot(runtime)
        answer = caller.get("/api/bot/accounts/ready").json()
        done: list[tuple[str, str | None]] = []
        for _ in range(60):
            following = answer["next"]
            done.append((following["action"], following["phase"]))
            if following["action"] == "done":
                break
            if following["at"] is not None:
                clock.set(datetime.fromisoformat(following["at"]))
            got = follow(caller, answer)
            assert got.status_code == 200, got.text
            answer = got.json()
        expected: list[tuple[str, str | None]] = [("start_warmup", None)]
        for phase in phasing.PHASES:
            if phase is not Phase.pfp:
                expected.append(("wait", phase))
            expected += [
                ("get_content", phase),
                ("start_phase", phase),
                ("complete_phase", phase),
            ]
        assert done == [*expected, ("complete_warmup", None), ("done", None)]
        assert (answer["lifecycle"], answer["progress_percent"]) == ("active", 100)

    def test_phases_are_between_one_and_two_days_apart(
        self, runtime: Runtime, clock: ManualClock, account: int
    ) -> None:
        caller, path = bot(runtime), Calls(account)
        caller.post(path.start_warmup())
        for phase in phasing.PHASES[:-1]:
            assert caller.get(path.content(phase)).status_code == 200
            begun = clock.now()
            answer = caller.post(path.complete_phase(phase), json={}).json()
            at = datetime.fromisoformat(answer["next_available_at"])
            assert timedelta(hours=24) <= at - begun <= timedelta(hours=48)
            clock.set(at)


class TestContent:
    def test_it_is_the_same_until_the_phase_fails(self, runtime: Runtime, account: int) -> None:
        caller, path = bot(runtime), Calls(account)
        caller.post(path.start_warmup())
        first = caller.get(path.content("pfp")).json()
        again = caller.get(path.warmup_content("pfp")).json()
        assert again == first
        assert first["image"]["url"] == f"/api/bot/content/{first['assignment_id']}/file"
        assert set(first["parts"]) == {"quality", "freshness", "success_rate", "relevance"}
        caller.post(path.report_error(), json={"phase": "pfp", "error": "no line"})
        clock = runtime.clock
        assert isinstance(clock, ManualClock)
        clock.advance(timedelta(minutes=15))
        anew = caller.get(path.content("pfp")).json()
        assert anew["assignment_id"] != first["assignment_id"]

    def test_a_phase_before_its_time_says_when(self, runtime: Runtime, account: int) -> None:
        caller, path = bot(runtime), Calls(account)
        caller.post(path.start_warmup())
        early = caller.get(path.content("bio"))
        assert (early.status_code, early.json()["code"]) == (409, "phase_not_available")
        assert early.json()["next"]["path"] == path.content("pfp")
        caller.get(path.content("pfp"))
        caller.post(path.complete_phase("pfp"), json={})
        early = caller.get(path.content("bio")).json()
        assert early["code"] == "phase_not_available"
        assert early["available_at"] == early["next"]["at"]

    def test_nothing_left_is_asked_for_once(self, runtime: Runtime) -> None:
        with runtime.database.writing() as db:
            one, two = (
                phasing.ready_account(db, f"mia{n}", persona="Mia", now=runtime.clock.now())
                for n in range(2)
            )
        caller = bot(runtime)
        for account in (one, two, one):
            calls = Calls(account)
            caller.post(calls.start_warmup())
            missing = caller.get(calls.content("pfp"))
            assert (missing.status_code, missing.json()["code"]) == (404, "no_content_left")
            assert missing.json()["next"]["action"] == "wait"
            assert missing.json()["next"]["path"] == calls.content("pfp")
        status = caller.get(Calls(one).warmup_status()).json()
        assert status["phases"][0]["status"] == "available"
        assert status["phases"][0]["content_missing_at"] is not None


class TestFile:
    def test_the_bot_that_holds_the_account_gets_it(self, runtime: Runtime, account: int) -> None:
        caller, other, calls = bot(runtime), bot(runtime, "two"), Calls(account)
        caller.post(calls.start_warmup())
        image = caller.get(calls.content("pfp")).json()["image"]
        missing = caller.get(image["url"])
        assert (missing.status_code, missing.json()["code"]) == (503, "picture_missing")
        for name in ("Ava pfp 0", "Ava pfp 1", "Ava pfp 2"):
            content.keeping.keep(runtime.configuration.data_dir, pooling.drawn(name))
        found = caller.get(image["url"])
        assert found.headers["content-type"] == image["media_type"]
        assert hashlib.sha256(found.content).hexdigest() == image["sha256"]
        assert other.get(image["url"]).status_code == 404


class TestWhoMayCall:
    def test_only_a_bot(self, runtime: Runtime, account: int) -> None:
        local = client(make_app(runtime, [router]))
        answer = local.get("/api/bot/accounts/ready")
        assert (answer.status_code, answer.json()["code"]) == (403, "bots_only")

    def test_a_bot_sees_the_accounts_of_its_list_alone(
        self, runtime: Runtime, account: int
    ) -> None:
        with runtime.database.writing() as db:
            other = phasing.ready_account(db, "ava.dusk", now=runtime.clock.now())
        caller = bot(runtime, account_ids=[account])
        items = caller.get("/api/bot/accounts/ready").json()["items"]
        assert [one["account_id"] for one in items] == [account]
        for answer in (
            caller.post(Calls(other).start_warmup()),
            caller.get(Calls(other).warmup_status()),
            caller.get(Calls(other).content("pfp")),
        ):
            assert answer.status_code == 404

    @pytest.mark.parametrize("is_restricted", [True, False])
    def test_where_there_is_nothing_to_take_it_says_when_there_will_be(
        self, runtime: Runtime, account: int, is_restricted: bool
    ) -> None:
        caller = bot(runtime, account_ids=[account] if is_restricted else None)
        calls = Calls(account)
        assert caller.get("/api/bot/accounts/ready").json()["next"]["action"] == "start_warmup"
        caller.post(calls.start_warmup())
        caller.get(calls.content("pfp"))
        ended = caller.post(calls.complete_phase("pfp"), json={}).json()
        ready = caller.get("/api/bot/accounts/ready").json()
        assert ready["items"] == []
        assert ready["next"]["at"] == ended["next_available_at"]

    def test_one_bot_has_an_account_until_its_lease_ends(
        self, runtime: Runtime, clock: ManualClock, account: int
    ) -> None:
        first, second, path = bot(runtime, "one"), bot(runtime, "two"), Calls(account)
        first.post(path.start_warmup())
        clock.advance(timedelta(minutes=20))
        first.get(path.warmup_status())
        refused = second.get(path.content("pfp")).json()
        assert refused["code"] == "account_held"
        until = clock.now() + timedelta(minutes=30)
        assert datetime.fromisoformat(refused["until"]) == until
        assert refused["next"]["at"] == refused["until"]
        assert second.get("/api/bot/accounts/ready").json()["items"] == []
        clock.set(until)
        content = second.get(path.content("pfp"))
        assert content.status_code == 200
        assert first.post(path.start_phase("pfp")).json()["code"] == "account_held"


class TestStart:
    @pytest.mark.parametrize("lifecycle", [Lifecycle.imported, Lifecycle.active])
    def test_only_of_accounts_that_are_ready(
        self, runtime: Runtime, account: int, lifecycle: Lifecycle
    ) -> None:
        with runtime.database.writing() as db:
            change = AccountChange(lifecycle=lifecycle, reason="a test")
            accounts.change(db, account, change, actor="a test", now=runtime.clock.now())
        answer = bot(runtime).post(Calls(account).start_warmup())
        assert (answer.status_code, answer.json()["code"]) == (409, "warmup_refused")

    def test_an_account_without_a_persona_is_refused_with_the_way(self, runtime: Runtime) -> None:
        with runtime.database.writing() as db:
            alone = phasing.ready_account(db, "nobody", persona=None, now=runtime.clock.now())
        answer = bot(runtime).post(Calls(alone).start_warmup()).json()
        assert answer["code"] == "warmup_refused"
        assert f"PATCH /api/accounts/{alone}" in answer["detail"]

    def test_twice_is_once(self, runtime: Runtime, account: int) -> None:
        caller, path = bot(runtime), Calls(account)
        first = caller.post(path.start_warmup()).json()
        assert caller.post(path.start_warmup()).json() == first
        assert [one["status"] for one in first["phases"]] == ["available", *["pending"] * 4]


class TestCompleteWarmUp:
    def test_it_lists_what_is_missing(self, runtime: Runtime, account: int) -> None:
        caller, path = bot(runtime), Calls(account)
        caller.post(path.start_warmup())
        caller.get(path.content("pfp"))
        caller.post(path.complete_phase("pfp"), json={})
        answer = caller.post(path.complete_warmup())
        assert answer.status_code == 409
        assert answer.json()["missing"] == ["bio", "post", "highlight", "story"]
