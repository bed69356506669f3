from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retinue.capabilities.tasks.rules import budgets
from retinue.capabilities.tasks.rules.budgets import Budget, Budgets, Operation, Used
from tests.factories.engaging import settings_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

some_budgets = st.builds(
    Budgets,
    of_account=st.lists(
        st.builds(Budget, st.integers(1, 6), st.integers(1, 60).map(lambda n: n * SECOND)),
        min_size=1,
        max_size=2,
    ).map(tuple),
    apart=st.sampled_from([timedelta(0), SECOND, 5 * SECOND]),
)
past = st.lists(st.integers(0, 90).map(lambda n: NOW - n * SECOND), max_size=8)


def is_allowed(uses: Sequence[datetime], rules: Budgets, at: datetime) -> bool:
    """Counted out, use by use: the rule as it is told to people."""
    apart = all(at - use >= rules.apart for use in uses)
    within = all(
        sum(use > at - budget.span for use in uses) < budget.limit for budget in rules.of_account
    )
    return apart and within


def has_room(rows: Sequence[Sequence[datetime]], rules: Budgets, at: datetime) -> bool:
    if rules.of_all is None:
        return True
    return sum(use > at - rules.of_all.span for row in rows for use in row) < rules.of_all.limit


def simulated(uses: Sequence[Sequence[datetime]], rules: Budgets, number: int) -> datetime:
    """Second by second, every account begins whatever it may."""
    rows = [list(row) for row in uses]
    at, begun = NOW, 0
    while True:
        for row in rows:
            while begun < number and is_allowed(row, rules, at) and has_room(rows, rules, at):
                row.append(at)
                begun += 1
        if begun == number:
            return at
        at += SECOND


class TestNextAt:
    @given(uses=past, rules=some_budgets)
    def test_it_is_the_first_moment_at_which_the_rule_allows_one_more(
        self, uses: list[datetime], rules: Budgets
    ) -> None:
        found = budgets.next_at(uses, rules.of_account, apart=rules.apart, now=NOW)
        assert found is not None
        assert found == simulated([uses], rules, 1)

    def test_a_limit_of_nothing_never_ends(self) -> None:
        none = [Budget(0, SECOND)]
        assert budgets.next_at([], none, apart=timedelta(0), now=NOW) is None


class TestFreeAt:
    @given(uses=past, rules=some_budgets)
    def test_counts_say_the_same_as_the_uses_themselves(
        self, uses: list[datetime], rules: Budgets
    ) -> None:
        counted = []
        for budget in rules.of_account:
            within = [use for use in uses if use > NOW - budget.span]
            # A budget that was overdrawn, by a limit that was lowered, is looked at again at its next end.
            assume(len(within) <= budget.limit)
            counted.append(Used(len(within), min(within, default=None), max(within, default=None)))
        assume(not uses or rules.apart <= min(b.span for b in rules.of_account))
        found = budgets.free_at(counted, rules.of_account, apart=rules.apart, now=NOW)
        assert found == budgets.next_at(uses, rules.of_account, apart=rules.apart, now=NOW)


class TestFreeNow:
    @given(uses=past, rules=some_budgets)
    def test_so_many_may_begin_at_this_moment_and_no_more(
        self, uses: list[datetime], rules: Budgets
    ) -> None:
        free = budgets.free_now(uses, rules, now=NOW)
        row = list(uses)
        begun = 0
        while is_allowed(row, rules, NOW):
            row.append(NOW)
            begun += 1
        assert free == begun


class TestDoneAt:
    @settings(max_examples=150)
    @given(
        uses=st.lists(past, min_size=1, max_size=3), rules=some_budgets, number=st.integers(1, 25)
    )
    def test_the_forecast_is_when_a_simulated_run_begins_its_last(
        self, uses: list[list[datetime]], rules: Budgets, number: int
    ) -> None:
        assert budgets.done_at(uses, rules, number=number, now=NOW) == simulated(
            uses, rules, number
        )

    def test_without_accounts_it_never_comes(self) -> None:
        rules = budgets.in_force(settings_of())[Operation.follow]
        assert budgets.done_at([], rules, number=1, now=NOW) is None

    def test_four_hundred_and_one_follows_take_a_day_and_fifty_one_an_hour(self) -> None:
        rules = budgets.in_force(settings_of())[Operation.follow]
        assert budgets.done_at([[]], rules, number=51, now=NOW) == NOW + timedelta(hours=1)
        assert budgets.done_at([[]], rules, number=401, now=NOW) == NOW + timedelta(hours=24)

    def test_an_account_looks_up_a_hundred_times_in_a_quarter_of_an_hour(self) -> None:
        rules = budgets.in_force(settings_of())[Operation.look_up]
        assert budgets.free_in_all([[]], rules, of_all=[], now=NOW) == 100
        assert budgets.done_at([[]], rules, number=100, now=NOW) == NOW
        assert budgets.done_at([[]], rules, number=101, now=NOW) == NOW + timedelta(minutes=15)

    def test_all_accounts_together_look_up_nine_hundred_times(self) -> None:
        rules = budgets.in_force(settings_of())[Operation.look_up]
        many: list[list[datetime]] = [[] for _ in range(20)]
        assert budgets.free_in_all(many, rules, of_all=[], now=NOW) == 900
        assert budgets.done_at(many, rules, number=900, now=NOW) == NOW
        assert budgets.done_at(many, rules, number=901, now=NOW) == NOW + timedelta(minutes=15)
        # What others have used up, who are away now, counts too.
        others = [NOW - timedelta(minutes=5)] * 850
        assert budgets.free_in_all(many, rules, of_all=others, now=NOW) == 50
        assert budgets.done_at(many, rules, number=51, now=NOW, of_all=others) == NOW + timedelta(
            minutes=10
        )

    @settings(max_examples=100)
    @given(
        uses=st.lists(past, min_size=1, max_size=3),
        own=st.builds(Budget, st.integers(1, 4), st.integers(1, 60).map(lambda n: n * SECOND)),
        shared=st.builds(Budget, st.integers(1, 6), st.integers(1, 60).map(lambda n: n * SECOND)),
        number=st.integers(1, 15),
    )
    def test_the_forecast_keeps_to_the_budget_of_all_together(
        self, uses: list[list[datetime]], own: Budget, shared: Budget, number: int
    ) -> None:
        rules = Budgets((own,), of_all=shared)
        together = [use for row in uses for use in row]
        found = budgets.done_at(uses, rules, number=number, now=NOW, of_all=together)
        assert found == simulated(uses, rules, number)
