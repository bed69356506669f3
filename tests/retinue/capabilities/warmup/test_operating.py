from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health, Lifecycle
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.content.models import ContentItem
from retinue.capabilities.inbox.models import InboxItem, ItemState
from retinue.capabilities.warmup import service
from retinue.capabilities.warmup.errors import AccountHeld, OnHold, PhaseNotAvailable
from retinue.capabilities.warmup.models import Phase, PhaseStatus
from retinue.capabilities.warmup.schemas import Asked
from tests.factories import phasing
from tests.factories.pooling import add_picture
from tests.retinue.capabilities.warmup.conftest import House


def status_of(house: House, account: int, phase: Phase) -> PhaseStatus:
    with house.runtime.database.reading() as db:
        found = service.status(db, house.bot, account, now=house.now)
    return found.phases[phasing.PHASES.index(phase)].status


def items(house: House) -> list[InboxItem]:
    with house.runtime.database.reading() as db:
        found = list(db.scalars(select(InboxItem).order_by(InboxItem.id)))
        db.expunge_all()
    return found


def audited(house: House, account: int) -> list[str]:
    with house.runtime.database.reading() as db:
        found = select(AuditEntry.action).where(
            AuditEntry.subject_id == str(account), AuditEntry.action.startswith("warmup.")
        )
        return list(db.scalars(found.order_by(AuditEntry.id)))


class TestFailures:
    def test_each_waits_longer_and_the_fourth_goes_to_a_person(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        waits = []
        for _ in range(4):
            with house.runtime.database.writing() as db:
                answer = phasing.fail(db, house.bot, house.one, Phase.pfp, now=house.now)
            if answer.next_available_at is not None:
                waits.append(answer.next_available_at - house.now)
                house.clock.set(answer.next_available_at)
        assert waits == [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4)]
        assert answer.phases[0].status is PhaseStatus.requires_review
        assert answer.next.action == "review"
        assert [(one.kind, one.state) for one in items(house)] == [("review", ItemState.open)]

    def test_one_that_is_not_retryable_goes_there_at_once(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        with house.runtime.database.writing() as db:
            phasing.fail(db, house.bot, house.one, Phase.pfp, now=house.now, retryable=False)
        assert status_of(house, house.one, Phase.pfp) is PhaseStatus.requires_review

    def test_what_was_chosen_goes_back(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        with house.runtime.database.writing() as db:
            given = service.assign_content(db, house.bot, house.one, Phase.pfp, now=house.now)
            phasing.fail(db, house.bot, house.one, Phase.pfp, now=house.now)
            assert given.image is not None
            item = db.get_one(ContentItem, given.image.id)
            assert (item.held_count, item.use_count) == (0, 0)


class TestReviews:
    @pytest.mark.parametrize(("choice", "becomes"), [("retry", "available"), ("skip", "completed")])
    def test_an_answer_in_the_inbox_is_carried_out(
        self, house: House, choice: str, becomes: str
    ) -> None:
        house.reach(house.one, Phase.pfp)
        house.fail(house.one, Phase.pfp, times=4)
        (item,) = items(house)
        path = f"/api/inbox/{item.id}/resolve"
        answer = house.local().post(path, json={"resolution": choice, "note": "seen"})
        assert answer.status_code == 200, answer.text
        assert status_of(house, house.one, Phase.pfp) == becomes

    def test_deciding_elsewhere_closes_the_item(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        house.fail(house.one, Phase.pfp, times=4)
        path = f"/api/warmup/{house.one}/phases/pfp/review"
        row = house.local().post(path, json={"decision": "retry"}).json()
        assert (row["phase"], row["status"]) == ("pfp", "available")
        assert [one.state for one in items(house)] == [ItemState.resolved]

    def test_after_a_retry_all_tries_are_there_again(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        house.fail(house.one, Phase.pfp, times=4)
        with house.runtime.database.writing() as db:
            service.retry(db, Asked(house.one, Phase.pfp, "a test"), now=house.now)
        house.fail(house.one, Phase.pfp, times=1)
        assert status_of(house, house.one, Phase.pfp) is PhaseStatus.available

    def test_an_operator_can_send_a_phase_there(self, house: House) -> None:
        house.reach(house.one, Phase.bio)
        path = f"/api/warmup/{house.one}/phases/bio/review"
        assert house.local().post(path, json={"note": "wrong tone"}).json()["status"] == (
            "requires_review"
        )
        assert "wrong tone" in items(house)[0].instructions


class TestSkip:
    def test_the_next_phase_gets_its_time(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        path = f"/api/warmup/{house.one}/phases/pfp/skip"
        row = house.local().post(path, json={"note": "has one"}).json()
        assert row["phases"][0]["skipped_by"] == "local operator"
        assert (row["phase"], row["status"]) == ("bio", "pending")
        assert row["next_available_at"] is not None

    def test_only_of_the_phase_whose_turn_it_is(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        asked = Asked(house.one, Phase.post, "a test", "no")
        with (
            pytest.raises(PhaseNotAvailable, match="post comes after pfp"),
            house.runtime.database.writing() as db,
        ):
            service.skip(db, asked, rng=random.Random(7), now=house.now)

    def test_not_while_a_bot_is_at_work(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        asked = Asked(house.one, Phase.pfp, "a test", "no")
        with house.runtime.database.writing() as db:
            service.assign_content(db, house.bot, house.one, Phase.pfp, now=house.now)
        with (
            pytest.raises(AccountHeld, match="A bot is at work"),
            house.runtime.database.writing() as db,
        ):
            service.skip(db, asked, rng=random.Random(7), now=house.now)
        house.clock.advance(timedelta(minutes=30))
        with house.runtime.database.writing() as db:
            service.skip(db, asked, rng=random.Random(7), now=house.now)


class TestHold:
    def test_nothing_is_begun_with_an_account_that_is_kept_still(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        evidence = {"class": "challenge", "text": "show us a code"}
        with house.runtime.database.writing() as db:
            accounts.set_health(db, house.one, Health.locked, evidence=evidence, now=house.now)
        with (
            pytest.raises(OnHold, match="show us a code") as held,
            house.runtime.database.writing() as db,
        ):
            service.assign_content(db, house.bot, house.one, Phase.pfp, now=house.now)
        assert held.value.facts["next"]["action"] == "hold"
        with house.runtime.database.reading() as db:
            shown = service.pipeline_row(db, house.one, now=house.now)
        assert shown.hold is not None
        assert shown.hold.code == "account_locked"

    def test_what_has_begun_may_end_and_then_it_goes_on(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        with house.runtime.database.writing() as db:
            service.assign_content(db, house.bot, house.one, Phase.pfp, now=house.now)
            pause = AccountChange(paused=True, reason="a look")
            accounts.change(db, house.one, pause, actor="a test", now=house.now)
        with house.runtime.database.writing() as db:
            answer = phasing.complete(db, house.bot, house.one, Phase.pfp, now=house.now)
        assert answer.next.action == "hold"
        assert answer.next_available_at is not None
        house.clock.set(answer.next_available_at)
        with house.runtime.database.writing() as db:
            resume = AccountChange(paused=False)
            accounts.change(db, house.one, resume, actor="a test", now=house.now)
            service.assign_content(db, house.bot, house.one, Phase.bio, now=house.now)


class TestTend:
    def test_a_phase_whose_time_has_come_is_written_down_and_told(self, house: House) -> None:
        house.reach(house.one, Phase.bio)
        assert service.tend(house.runtime.database, now=house.now) == 1
        assert service.tend(house.runtime.database, now=house.now) == 0
        assert audited(house, house.one)[-1] == "warmup.phase_available"

    def test_missing_content_that_has_come_closes_the_question(self, house: House) -> None:
        with house.runtime.database.writing() as db:
            account = phasing.ready_account(db, "mia", persona="Mia", now=house.now)
        caller = house.as_bot()
        caller.post(f"/api/bot/accounts/{account}/start-warmup")
        for _ in range(2):
            answer = caller.get(f"/api/bot/accounts/{account}/content/pfp")
            assert answer.status_code == 404
        service.tend(house.runtime.database, now=house.now)
        assert [one.state for one in items(house)] == [ItemState.open]
        persona = answer.json()["persona_id"]
        with house.runtime.database.writing() as db:
            add_picture(db, persona, "mia", category="pfp", now=house.now)
        service.tend(house.runtime.database, now=house.now)
        assert [one.state for one in items(house)] == [ItemState.resolved]
        assert caller.get(f"/api/bot/accounts/{account}/content/pfp").status_code == 200


class TestAudit:
    def test_every_step_of_a_phase_is_there(self, house: House) -> None:
        house.reach(house.one, Phase.bio)
        with house.runtime.database.writing() as db:
            phasing.perform(db, house.bot, house.one, Phase.bio, now=house.now)
        assert audited(house, house.one) == [
            "warmup.started",
            "warmup.content_assigned",
            "warmup.phase_started",
            "warmup.phase_completed",
            "warmup.phase_available",
            "warmup.content_assigned",
            "warmup.phase_started",
            "warmup.phase_completed",
        ]


class TestOverview:
    def test_the_pipeline_shows_choices_and_who_has_what(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        with house.runtime.database.writing() as db:
            service.assign_content(db, house.bot, house.one, Phase.pfp, now=house.now)
        page = house.local().get("/api/warmup").json()
        assert [one["account_id"] for one in page["items"]] == [house.one, house.two]
        first = page["items"][0]
        assert (first["held_by"], first["status"]) == ("bot-1", "content_assigned")
        assert set(first["phases"][0]["assignment"]["parts"]["image"]["parts"]) == {
            "quality",
            "freshness",
            "success_rate",
            "relevance",
        }
        turned = house.local().get("/api/warmup", params={"status": "content_assigned"}).json()
        assert [one["account_id"] for one in turned["items"]] == [house.one]
        counts = house.local().get("/api/warmup/counts").json()
        assert (counts["ready"], counts["warming_up"], counts["held_by_bots"]) == (1, 1, 1)

    def test_bots_and_their_sessions(self, house: House) -> None:
        caller = house.as_bot()
        caller.get("/api/bot/accounts/ready")
        caller.get(f"/api/bot/accounts/{house.one}/content/pfp")
        caller.post(f"/api/bot/accounts/{house.one}/start-warmup")
        (bot,) = house.local().get("/api/bots").json()["items"]
        assert (bot["name"], bot["calls"], bot["errors"]) == ("bot-1", 3, 1)
        assert bot["holds"] == [house.one]
        house.clock.advance(timedelta(hours=1))
        service.tend(house.runtime.database, now=house.now)
        (session,) = house.local().get("/api/bot-sessions").json()["items"]
        assert session["ended_at"] == session["last_seen_at"]

    def test_a_bot_is_made_with_its_token_shown_once(self, house: House) -> None:
        made = house.local().post("/api/bots", json={"name": "bot-2"})
        assert made.status_code == 201
        assert made.json()["token"].startswith("rt_")
        names = [one["name"] for one in house.local().get("/api/bots").json()["items"]]
        assert names == ["bot-2", "bot-1"]

    def test_the_report_tells_use_and_success(self, house: House) -> None:
        house.reach(house.one, Phase.post)
        house.fail(house.one, Phase.post)
        for by in ("persona", "category", "item"):
            rows = house.local().get("/api/warmup/report", params={"by": by}).json()
            assert sum(row["assigned"] for row in rows) == 2
            assert sum(row["succeeded"] for row in rows) == 2

    def test_an_operator_can_begin_a_warm_up(self, house: House) -> None:
        row = house.local().post(f"/api/warmup/{house.two}/start").json()
        assert (row["lifecycle"], row["status"]) == (Lifecycle.warming_up, "available")
