"""What a look at the network proves, and what it leaves open."""

from __future__ import annotations

import pytest

from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Outcome
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import DriverError, FailureClass
from retinue.drivers.network.protocol import Credentials
from tests.retinue.workflows.probing.conftest import LOST, Doubts, refused


class TestLook:
    @pytest.mark.parametrize("action", ["like", "follow", "comment"])
    def test_what_is_there_is_confirmed(self, doubts: Doubts, action: str) -> None:
        attempt_id = doubts.act(action, has_effect=True)
        doubts.wait(1)
        assert doubts.probe() == 1
        found = doubts.attempt(attempt_id)
        assert (found.state, found.settled_by) == (AttemptState.confirmed, "probe")
        assert found.held_until is not None
        assert [one["saw"] for one in (found.evidence or {})["probes"]] == ["present"]
        assert doubts.items() == []

    @pytest.mark.parametrize("action", ["like", "follow"])
    def test_absence_is_believed_only_after_ten_minutes(self, doubts: Doubts, action: str) -> None:
        attempt_id = doubts.act(action, has_effect=False)
        doubts.wait(1)
        doubts.probe()
        assert doubts.attempt(attempt_id).state is AttemptState.unknown
        doubts.wait(9)
        doubts.probe()
        found = doubts.attempt(attempt_id)
        assert (found.state, found.settled_by, found.probes) == (AttemptState.absent, "probe", 2)
        assert found.held_until is None
        # The person is free again, and the second act is the one that counts.
        again = doubts.act(action, has_effect=True)
        doubts.wait(1)
        doubts.probe()
        assert doubts.attempt(again).state is AttemptState.confirmed
        assert len(doubts.network.effects) == 1

    def test_a_comment_that_is_not_found_is_for_a_person_to_decide(self, doubts: Doubts) -> None:
        attempt_id = doubts.act("comment", has_effect=False)
        doubts.wait(60)
        assert doubts.probe() == 1
        assert doubts.probe() == 0
        assert doubts.attempt(attempt_id).state is AttemptState.unknown
        assert [item.kind for item in doubts.items()] == [ItemKind.unknown_outcome]

    def test_a_comment_of_another_time_proves_nothing(self, doubts: Doubts) -> None:
        line = doubts.network.open(Credentials("ava", password="opens-7-doors"))
        line.log_in()
        line.comment(doubts.network.find("person_1").posts[0].network_id, "what light")
        doubts.wait(60)
        attempt_id = doubts.act("comment", has_effect=False)
        doubts.wait(1)
        doubts.probe()
        assert doubts.attempt(attempt_id).state is AttemptState.unknown

    def test_a_person_whose_handle_somebody_else_has_now_is_not_mixed_up(
        self, doubts: Doubts
    ) -> None:
        attempt_id = doubts.act("follow", has_effect=True)
        doubts.network.people["person_1"] = doubts.network.people["person_2"]
        doubts.wait(60)
        doubts.probe()
        found = doubts.attempt(attempt_id)
        assert found.state is AttemptState.unknown
        assert [one["saw"] for one in (found.evidence or {})["probes"]] == ["unreadable"]

    @pytest.mark.parametrize(
        "error", [LOST, refused(FailureClass.no_content), refused(FailureClass.target_private)]
    )
    def test_a_look_that_fails_is_no_verdict(self, doubts: Doubts, error: DriverError) -> None:
        attempt_id = doubts.act("like", has_effect=False)
        doubts.wait(20)
        doubts.network.fail_next("post", error)
        doubts.probe(limit=1)
        found = doubts.attempt(attempt_id)
        assert (found.state, found.probes) == (AttemptState.unknown, 1)
        evidence = (found.evidence or {})["probes"][0]
        assert (evidence["saw"], evidence["failure"]) == ("unreadable", error.failure)

    def test_no_more_looks_than_the_run_may_take(self, doubts: Doubts) -> None:
        for number in range(1, 5):
            doubts.act("like", has_effect=True, person=f"person_{number}")
        doubts.wait(1)
        assert doubts.probe(limit=3) == 3
        assert doubts.probe(limit=3) == 1


class TestSettledMeanwhile:
    def test_a_late_answer_that_comes_during_the_look_stays(self, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=False)
        doubts.wait(20)

        def answer_late() -> None:
            with doubts.runtime.database.writing() as db:
                ledger.settle(
                    db,
                    attempt_id,
                    Outcome(AttemptState.confirmed),
                    settings=settings.current(db),
                    rng=doubts.runtime.rng,
                    now=doubts.clock.now(),
                )

        doubts.network.watch = answer_late
        doubts.probe()
        found = doubts.attempt(attempt_id)
        assert (found.state, found.settled_by) == (AttemptState.confirmed, "late-response")
