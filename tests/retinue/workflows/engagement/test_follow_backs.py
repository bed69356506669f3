from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.sessions.models import SessionStatus
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.fake_world import FakePerson
from tests.retinue.workflows.engagement.conftest import Engagement

SOURCE = "blogger-followers:person_0"


def own_page(work: Engagement, *followers: str) -> FakePerson:
    """The account as the network shows it, with these followers."""
    profile = replace(work.network.people["person_1"].profile, network_id="93", handle="ava")
    work.network.people["ava"] = FakePerson(profile, followers=list(followers))
    return work.network.people["ava"]


def board(work: Engagement) -> dict[str, tuple[int, int]]:
    with work.database.writing() as db:
        ledger.tally(db, now=work.clock.now())
        rows = ledger.scoreboard(db, accounts=None, days=14)
    return {one.source: (one.contacted, one.followed_back) for one in rows}


class TestFollowBacks:
    def test_the_next_session_sees_who_has_followed_back(self, work: Engagement) -> None:
        page = own_page(work)
        work.run()
        assert board(work) == {SOURCE: (6, 0)}
        page.followers = ["person_3", "person_5", "person_7"]
        work.clock.advance(timedelta(days=2))
        assert work.run().status is SessionStatus.completed
        assert board(work) == {SOURCE: (6, 2)}

    def test_whoever_follows_already_when_looked_at_is_left_out(self, work: Engagement) -> None:
        page = own_page(work, "person_3")
        person = work.network.people["person_3"]
        person.profile = replace(person.profile, is_follower=True)
        work.run()
        assert ("like", "1003") in work.done
        page.followers.append("person_4")
        work.clock.advance(timedelta(days=1))
        work.run()
        assert board(work) == {SOURCE: (5, 1)}

    def test_before_the_first_contact_nothing_is_read(self, work: Engagement) -> None:
        own_page(work)
        work.network.fail_next("followers", _REFUSED)
        work.run("blogger: [person_2]\nlikes-percentage: 100\nworking-hours: [00.00-23.59]\n")
        # The failure was met at the end, after the first contact.
        assert work.network.next_failure("followers") is None
        assert board(work) == {"blogger:person_2": (1, 0)}

    def test_own_followers_that_cannot_be_read_do_not_end_the_session(
        self, work: Engagement
    ) -> None:
        work.run()
        work.clock.advance(timedelta(days=1))
        ending = work.run()
        assert (ending.status, ending.reason) == (
            SessionStatus.completed,
            "all sources are worked through",
        )


_REFUSED = DriverError(
    FailureClass.not_found, phase=CallPhase.answered, message="gone", is_refusal=True
)
