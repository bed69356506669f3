from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.errors import AttemptNotFound, AttemptSettled
from retinue.capabilities.ledger.models import (
    Attempt,
    AttemptState,
    EventStatus,
    InteractionEvent,
    InteractionLatest,
    Window,
)
from retinue.capabilities.ledger.schemas import DeclineKind, Outcome, Reserved, SettledBy
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation.database import Database
from retinue.foundation.leases import service as leases
from tests.factories.engaging import Engaged, engage
from tests.retinue.capabilities.ledger.conftest import DONE, FLEET, Ledger

UNKNOWN = Outcome(AttemptState.unknown, failure=FailureClass.transient, phase=CallPhase.sent)


def no(failure: FailureClass, **more: object) -> Outcome:
    return Outcome(
        AttemptState.refused,
        failure=failure,
        phase=CallPhase.answered,
        message=f"the network says {failure}",
        **more,  # type: ignore[arg-type]
    )


class TestOutcomeOf:
    @pytest.mark.parametrize(
        ("phase", "is_refusal", "state"),
        [
            (CallPhase.not_sent, False, AttemptState.refused),
            (CallPhase.sent, False, AttemptState.unknown),
            (CallPhase.answered, False, AttemptState.unknown),
            (CallPhase.answered, True, AttemptState.refused),
        ],
    )
    def test_only_what_cannot_have_had_an_effect_is_refused(
        self, phase: CallPhase, is_refusal: bool, state: AttemptState
    ) -> None:
        error = DriverError(
            FailureClass.rate_limit, phase=phase, message="slow down", is_refusal=is_refusal
        )
        assert ledger.outcome_of(error).state is state

    def test_already_done_means_that_the_effect_is_there(self) -> None:
        error = DriverError(
            FailureClass.already_done,
            phase=CallPhase.answered,
            message="liked before",
            is_refusal=True,
        )
        outcome = ledger.outcome_of(error)
        assert (outcome.state, outcome.settled_by) == (
            AttemptState.confirmed,
            SettledBy.platform_duplicate,
        )


class TestSettle:
    def test_a_success_is_an_event_and_the_last_word(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava)
        event = book.db.execute(select(InteractionEvent)).scalar_one()
        assert (event.status, event.latency_ms, event.account_id) == (
            EventStatus.success,
            120,
            ava.id,
        )
        last = book.db.execute(select(InteractionLatest)).scalar_one()
        assert (last.last_status, last.expires_at) == (
            EventStatus.success,
            book.noon + timedelta(days=30),
        )

    def test_the_same_outcome_again_changes_nothing(self, book: Ledger, ava: Engaged) -> None:
        reserved = book.act(ava)
        again = book.settle(reserved)
        assert (again.changed, again.state) == (False, AttemptState.confirmed)
        assert len(book.events()) == 1

    def test_the_first_definite_outcome_stays(self, book: Ledger, ava: Engaged) -> None:
        reserved = book.act(ava)
        assert not book.settle(reserved, no(FailureClass.rate_limit)).changed
        assert book.state(reserved) is AttemptState.confirmed

    def test_a_definite_no_frees_the_person_for_everybody(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        reserved = book.reserve(ava, settings=FLEET)
        book.settle(reserved, no(FailureClass.target_private))
        assert book.count(Window) == 0
        assert isinstance(book.ask(ben, settings=FLEET), Reserved)

    def test_a_no_does_not_free_what_another_account_holds(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        book.act(ava)
        later = book.reserve(ben, now=book.noon + timedelta(hours=1))
        book.settle(later, no(FailureClass.target_private))
        assert book.ask(ben, settings=FLEET).kind is DeclineKind.dedupe_hit
        fleet = book.db.execute(select(Window.expires_at).where(Window.scope_key == "fleet"))
        assert fleet.scalar_one() == book.noon + timedelta(days=30)

    def test_an_unknown_outcome_keeps_the_person_taken(self, book: Ledger, ava: Engaged) -> None:
        book.settle(book.reserve(ava), UNKNOWN)
        assert book.ask(ava).kind is DeclineKind.dedupe_hit
        assert book.events()[0] == ("unknown", "otter")
        assert ledger.unknowns(book.db).count == 1

    def test_a_late_answer_settles_what_a_recovery_gave_up(
        self, book: Ledger, ava: Engaged
    ) -> None:
        reserved = book.reserve(ava, session_id="s1")
        ledger.settle_open_of_session(book.db, "s1", now=book.noon)
        late = book.settle(reserved, DONE)
        assert (late.changed, late.state) == (True, AttemptState.confirmed)
        attempt = book.db.get(Attempt, reserved.attempt_id, populate_existing=True)
        assert attempt is not None
        assert attempt.settled_by == "late-response"
        assert [status for status, _ in book.events()] == ["unknown", "success"]

    def test_a_late_no_means_that_nothing_is_there(self, book: Ledger, ava: Engaged) -> None:
        reserved = book.reserve(ava)
        book.settle(reserved, UNKNOWN)
        assert book.settle(reserved, no(FailureClass.transient)).state is AttemptState.absent
        assert isinstance(book.ask(ava), Reserved)

    @pytest.mark.parametrize(
        ("failure", "expected"),
        [
            (FailureClass.target_private, ("skipped", Health.unknown, False)),
            (FailureClass.not_found, ("skipped", Health.unknown, False)),
            (FailureClass.no_content, ("skipped", Health.unknown, False)),
            (FailureClass.rate_limit, ("failed", Health.unknown, False)),
            (FailureClass.action_block, ("failed", Health.needs_human, True)),
            (FailureClass.account_locked, ("failed", Health.locked, True)),
            (FailureClass.account_suspended, ("failed", Health.suspended, True)),
            (FailureClass.auth_expired, ("failed", Health.error, True)),
            (FailureClass.permission, ("failed", Health.error, True)),
            (FailureClass.challenge, ("failed", Health.needs_human, True)),
            (FailureClass.transient, ("failed", Health.unknown, False)),
        ],
    )
    def test_each_refusal_has_its_consequence(
        self,
        book: Ledger,
        ava: Engaged,
        failure: FailureClass,
        expected: tuple[str, Health, bool],
    ) -> None:
        status, health, ends_session = expected
        settled = book.settle(book.reserve(ava), no(failure))
        assert (settled.status, settled.ends_session) == (EventStatus(status), ends_session)
        account = book.db.get(Account, ava.id, populate_existing=True)
        assert account is not None
        assert account.health is health
        if health is not Health.unknown:
            assert account.health_evidence is not None
            assert account.health_evidence["class"] == failure.value
            assert book.ask(ava, "next").kind is DeclineKind.account_unavailable

    def test_a_broken_connection_says_nothing_about_the_account(
        self, book: Ledger, ava: Engaged
    ) -> None:
        outcome = Outcome(
            AttemptState.unknown, failure=FailureClass.account_locked, phase=CallPhase.sent
        )
        assert not book.settle(book.reserve(ava), outcome).ends_session
        account = book.db.get(Account, ava.id, populate_existing=True)
        assert account is not None
        assert account.health is Health.unknown

    def test_rate_limits_make_the_account_wait_and_then_cool_down(
        self, book: Ledger, ava: Engaged
    ) -> None:
        now = book.noon
        waits = []
        for number in range(3):
            settled = book.settle(
                book.reserve(ava, f"p{number}", now=now), no(FailureClass.rate_limit), now=now
            )
            assert book.ask(ava, "other", now=now).kind is DeclineKind.cooldown
            waits.append((settled.consequence.wait_until - now).total_seconds())
            now = settled.consequence.wait_until
        assert 45 <= waits[0] <= 75
        assert 90 <= waits[1] <= 150
        assert waits[2] == 45 * 60
        assert isinstance(book.ask(ava, "other", now=now), Reserved)

    def test_an_attempt_that_does_not_exist_is_named(self, book: Ledger) -> None:
        with pytest.raises(AttemptNotFound, match="attempt_id"):
            book.settle(Reserved("no-such-attempt", 1))


class TestResolve:
    def test_a_person_may_settle_an_unknown(self, book: Ledger, ava: Engaged) -> None:
        reserved = book.reserve(ava)
        book.settle(reserved, UNKNOWN)
        gone = Outcome(AttemptState.absent, settled_by=SettledBy.operator, evidence={"seen": False})
        ledger.resolve(book.db, reserved.attempt_id, gone, actor="operator:anna", now=book.noon)
        assert book.state(reserved) is AttemptState.absent
        assert isinstance(book.ask(ava), Reserved)
        entry = book.db.execute(select(AuditEntry)).scalar_one()
        assert (entry.actor, entry.action) == ("operator:anna", "ledger.resolved")

    def test_a_known_outcome_cannot_be_changed(self, book: Ledger, ava: Engaged) -> None:
        reserved = book.act(ava)
        with pytest.raises(AttemptSettled, match="confirmed"):
            ledger.resolve(
                book.db,
                reserved.attempt_id,
                Outcome(AttemptState.absent),
                actor="operator:anna",
                now=book.noon,
            )


class TestSettleOpen:
    def test_what_a_lost_session_left_open_becomes_unknown(
        self, book: Ledger, ava: Engaged
    ) -> None:
        lost = book.reserve(ava, "p0", session_id="s1")
        other = book.reserve(ava, "p1", session_id="s2")
        done = book.act(ava, "p2", session_id="s1")
        assert ledger.settle_open_of_session(book.db, "s1", now=book.noon) == 1
        assert [book.state(one) for one in (lost, other, done)] == [
            AttemptState.unknown,
            AttemptState.intent,
            AttemptState.confirmed,
        ]
        assert ledger.settle_open_of_session(book.db, "s1", now=book.noon) == 0

    def test_an_intent_without_a_lease_behind_it_is_given_up(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        orphan, alive = book.reserve(ava, "p0"), book.reserve(ben, "p1")
        lease = leases.holder_of(book.db, f"account:{ava.id}", now=book.noon)
        assert lease is not None
        leases.release(book.db, lease)
        later = book.noon + timedelta(minutes=10)
        given_up = ledger.settle_orphans(book.db, started_before=later, now=later, limit=10)
        assert given_up == 1
        assert [book.state(one) for one in (orphan, alive)] == [
            AttemptState.unknown,
            AttemptState.intent,
        ]


class TestEventsAreForEver:
    @pytest.mark.parametrize(
        "statement",
        ["DELETE FROM interaction_events", "UPDATE interaction_events SET reason = 'x'"],
    )
    def test_no_statement_changes_them(self, database: Database, statement: str) -> None:
        with database.writing() as db:
            book = Ledger(db, engaged_at())
            book.act(engage(db, now=book.noon))
        with pytest.raises(DBAPIError, match="never changed"), database.writing() as db:
            db.execute(text(statement))


def engaged_at() -> datetime:
    return datetime(2026, 1, 31, 12, tzinfo=UTC)
