from __future__ import annotations

import itertools

import pytest

from retinue.capabilities.accounts.models import Health
from retinue.drivers.errors import CallPhase, DriverError, FailureClass, ProxyFailed
from retinue.workflows.validation import rules
from retinue.workflows.validation.gate import Gate, GateFull
from retinue.workflows.validation.rules import Width
from retinue.workflows.validation.schemas import Finding, Source

CLOSING = {Health.locked, Health.suspended, Health.needs_human}


def refused(
    failure: FailureClass, *, phase: CallPhase = CallPhase.answered, is_refusal: bool = True
) -> DriverError:
    return DriverError(failure, phase=phase, message="no", is_refusal=is_refusal)


class TestFinding:
    @pytest.mark.parametrize(
        ("failure", "health"),
        [
            (FailureClass.account_locked, Health.locked),
            (FailureClass.account_suspended, Health.suspended),
            (FailureClass.challenge, Health.needs_human),
            (FailureClass.action_block, Health.needs_human),
            (FailureClass.auth_expired, Health.error),
            (FailureClass.permission, Health.error),
            (FailureClass.not_found, Health.error),
        ],
    )
    def test_the_networks_own_word_is_taken(self, failure: FailureClass, health: Health) -> None:
        finding = rules.finding_of(refused(failure))
        assert (finding.health, finding.has_verdict, finding.source) == (
            health,
            True,
            Source.network,
        )

    @pytest.mark.parametrize("failure", list(FailureClass))
    @pytest.mark.parametrize("phase", [CallPhase.not_sent, CallPhase.sent])
    def test_without_an_answer_nothing_closes_an_account(
        self, failure: FailureClass, phase: CallPhase
    ) -> None:
        finding = rules.finding_of(refused(failure, phase=phase, is_refusal=False))
        assert finding.health not in CLOSING
        assert not finding.has_verdict

    @pytest.mark.parametrize("failure", list(FailureClass))
    def test_an_answer_that_is_no_documented_refusal_closes_nothing(
        self, failure: FailureClass
    ) -> None:
        assert rules.finding_of(refused(failure, is_refusal=False)).health not in CLOSING

    @pytest.mark.parametrize("failure", list(FailureClass))
    def test_what_a_proxy_does_is_never_the_accounts_doing(self, failure: FailureClass) -> None:
        finding = rules.finding_of(ProxyFailed(failure, message="the proxy said no"))
        assert finding.health in {None, Health.error}
        assert (finding.source, finding.has_verdict) == (Source.proxy, False)

    def test_a_limit_leaves_the_health_alone(self) -> None:
        finding = rules.finding_of(refused(FailureClass.rate_limit))
        assert (finding.health, finding.has_verdict) == (None, False)


class TestHealthAfter:
    def of(
        self, current: Health, wanted: Health | None, *, evidence: str | None = None
    ) -> Health | None:
        return rules.health_after(current, evidence, Finding(False, "x", "y", health=wanted))

    @pytest.mark.parametrize("current", sorted(CLOSING))
    def test_an_error_takes_nothing_back_that_the_network_has_said(self, current: Health) -> None:
        assert self.of(current, Health.error) is None

    def test_a_passed_validation_opens_what_was_closed(self) -> None:
        for current in (*CLOSING, Health.error, Health.unknown):
            assert self.of(current, Health.ok) is Health.ok

    def test_being_let_in_says_nothing_of_being_barred_from_acting(self) -> None:
        assert self.of(Health.needs_human, Health.ok, evidence="action_block") is None
        assert self.of(Health.needs_human, Health.ok, evidence="challenge") is Health.ok

    def test_a_cooldown_ends_by_itself(self) -> None:
        assert self.of(Health.cooldown, Health.ok) is None

    def test_a_worse_word_replaces_a_bad_one(self) -> None:
        assert self.of(Health.locked, Health.suspended) is Health.suspended

    @pytest.mark.parametrize(
        ("status", "health"),
        [("ok", Health.ok), ("locked", Health.locked), ("suspended", Health.suspended),
         ("email_code", Health.needs_human), ("sleeping", Health.error)],
    )  # fmt: skip
    def test_the_status_that_the_network_tells(self, status: str, health: Health) -> None:
        finding = rules.finding_of_status(status)
        assert (finding.health, finding.passed) == (health, status == "ok")


class TestWidth:
    def test_it_halves_on_a_limit_and_never_below_one(self) -> None:
        widths = [Width(12)]
        for _ in range(5):
            widths.append(rules.after_rate_limit(widths[-1]))
        assert [one.now for one in widths] == [12, 6, 3, 1, 1, 1]

    def test_it_grows_by_one_after_a_batch_without_a_limit(self) -> None:
        width, seen = Width(3), []
        for _ in range(3 + 4 + 5 + 6 + 6):
            width = rules.after_clean(width, 6)
            seen.append(width.now)
        assert [(value, len(list(group))) for value, group in itertools.groupby(seen)] == [
            (3, 2), (4, 4), (5, 5), (6, 13),
        ]  # fmt: skip

    def test_a_limit_begins_the_count_anew(self) -> None:
        width = rules.after_clean(rules.after_clean(Width(3), 6), 6)
        assert rules.after_rate_limit(width) == Width(1, 0)

    @pytest.mark.parametrize(("most", "now"), [(1, 1), (6, 6), (12, 12), (99, 12), (0, 1)])
    def test_it_stays_between_one_and_twelve(self, most: int, now: int) -> None:
        assert rules.bounded(Width(40), most).now == now


class TestGate:
    def test_it_holds_as_many_as_it_is_wide(self) -> None:
        gate = Gate()
        with gate.place(most=2), gate.place(most=2), pytest.raises(GateFull), gate.place(most=2):
            pass
        with gate.place(most=2):
            assert gate.width == 2

    def test_a_limit_narrows_it_for_those_who_come(self) -> None:
        gate = Gate()
        with gate.place(most=4):
            gate.limited()
            with gate.place(most=4), pytest.raises(GateFull), gate.place(most=4):
                pass
        for _ in range(2 + 3):
            gate.passed(most=4)
        assert gate.width == 4

    def test_a_lower_setting_counts_at_once(self) -> None:
        gate = Gate()
        with gate.place(most=6), gate.place(most=6), pytest.raises(GateFull), gate.place(most=1):
            pass
