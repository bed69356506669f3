from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.ledger import endpoints
from retinue.capabilities.ledger import service as ledger
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http.principals import Scope
from tests.factories import serving
from tests.factories.engaging import Engaged, engage
from tests.retinue.capabilities.ledger.conftest import Ledger


class TestSources:
    @pytest.fixture
    def board(self, database: Database, noon: datetime) -> tuple[Engaged, Engaged]:
        with database.writing() as db:
            ava, ben = engage(db, "ava", now=noon), engage(db, "ben", now=noon)
            book = Ledger(db, noon)
            book.act(ava, "otter", source="blogger-followers:gulls")
            book.act(ben, "otter", source="hashtag-posts-recent:terns")
            ledger.tally(db, now=noon)
        return ava, ben

    def test_it_is_a_page_of_sources(
        self, local: TestClient, board: tuple[Engaged, Engaged]
    ) -> None:
        found = local.get("/api/sources").json()
        assert (found["total"], found["next_cursor"]) == (2, None)
        assert found["items"][0] == {
            "source": "blogger-followers:gulls",
            "contacted": 1,
            "followed_back": 0,
            "rate": 0.0,
            "low": 0.0,
            "high": pytest.approx(0.7935, abs=5e-5),
            "accounts": 1,
            "first_at": "2026-01-31T12:00:00Z",
            "last_at": "2026-01-31T12:00:00Z",
        }
        only = local.get("/api/sources", params={"account_id": board[1].id}).json()["items"]
        assert [one["source"] for one in only] == ["hashtag-posts-recent:terns"]

    @pytest.mark.parametrize("params", [{"days": 0}, {"days": 366}, {"account_id": 0}])
    def test_what_makes_no_sense_is_refused(
        self, local: TestClient, params: dict[str, int]
    ) -> None:
        assert local.get("/api/sources", params=params).status_code == 422

    def test_a_restricted_token_sees_its_accounts_only(
        self,
        database: Database,
        clock: ManualClock,
        data_dir: Path,
        local: TestClient,
        board: tuple[Engaged, Engaged],
    ) -> None:
        ava, ben = board
        with database.writing() as db:
            token = access.issue_token(
                db,
                TokenCreate(name="t", role=Role.viewer, account_ids=[ava.id]),
                granted_by=frozenset(Scope),
                origin=Origin("a test"),
                now=clock.now(),
            ).token
        runtime = serving.make_runtime(database, clock, data_dir)
        client = serving.client(
            serving.make_app(runtime, [endpoints.router]),
            peer=serving.ELSEWHERE,
            Authorization=f"Bearer {token}",
        )
        items = client.get("/api/sources").json()["items"]
        assert [one["source"] for one in items] == ["blogger-followers:gulls"]
        assert client.get("/api/sources", params={"account_id": ben.id}).status_code == 404
