"""What the settings say, and what a persona says instead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.content.models import ContentItem
from retinue.capabilities.inbox.models import InboxItem, ItemState
from retinue.capabilities.personas import service as personas
from retinue.capabilities.personas.schemas import PersonaChange
from retinue.capabilities.settings import service as settings
from retinue.capabilities.warmup import service
from retinue.capabilities.warmup.models import Phase
from retinue.foundation.errors import Invalid
from tests.factories import phasing
from tests.retinue.capabilities.warmup.conftest import House


class TestTerms:
    def test_a_persona_goes_before_the_settings(self, house: House) -> None:
        with house.runtime.database.writing() as db:
            settings.update(db, {"warmup": {"gap_hours_max": 30}}, actor="t", now=house.now)
            wanted = PersonaChange.model_validate(
                {"warmup": {"gap_hours_min": 2, "gap_hours_max": 3, "categories": {"pfp": "post"}}}
            )
            personas.change(db, house.persona, wanted, actor="t", now=house.now)
        house.reach(house.one, Phase.pfp)
        with house.runtime.database.writing() as db:
            given = service.assign_content(db, house.bot, house.one, Phase.pfp, now=house.now)
            assert given.category == "post"
            answer = phasing.complete(db, house.bot, house.one, Phase.pfp, now=house.now)
        assert answer.next_available_at is not None
        gap = answer.next_available_at - house.now
        assert timedelta(hours=2) <= gap <= timedelta(hours=3)

    def test_a_range_that_is_none_is_refused(self, house: House) -> None:
        with (
            pytest.raises(Invalid, match="gap_hours_max must not be less"),
            house.runtime.database.writing() as db,
        ):
            settings.update(db, {"warmup": {"gap_hours_max": 1}}, actor="t", now=house.now)


class TestContentThatIsMissing:
    def test_who_has_added_some_says_so_in_the_inbox(self, house: House) -> None:
        with house.runtime.database.writing() as db:
            account = phasing.ready_account(db, "mia", persona="Mia", now=house.now)
        caller = house.as_bot()
        caller.post(f"/api/bot/accounts/{account}/start-warmup")
        caller.get(f"/api/bot/accounts/{account}/content/pfp")
        ready = caller.get("/api/bot/accounts/ready").json()["items"]
        assert account not in [one["account_id"] for one in ready]
        with house.runtime.database.reading() as db:
            item = db.scalars(select(InboxItem)).one().id
        answer = house.local().post(f"/api/inbox/{item}/resolve", json={"resolution": "added"})
        assert answer.json()["state"] == ItemState.resolved
        ready = caller.get("/api/bot/accounts/ready").json()["items"]
        assert account in [one["account_id"] for one in ready]


class TestAbandoned:
    def test_content_of_an_account_that_was_activated_goes_back(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        with house.runtime.database.writing() as db:
            given = service.assign_content(db, house.bot, house.one, Phase.pfp, now=house.now)
            change = AccountChange(lifecycle="active", reason="a test")  # type: ignore[arg-type]
            accounts.change(db, house.one, change, actor="t", now=house.now)
        assert given.image is not None
        service.tend(house.runtime.database, now=house.now)
        with house.runtime.database.reading() as db:
            assert db.get_one(ContentItem, given.image.id).held_count == 1
        house.clock.advance(timedelta(minutes=31))
        service.tend(house.runtime.database, now=house.now)
        with house.runtime.database.reading() as db:
            assert db.get_one(ContentItem, given.image.id).held_count == 0
