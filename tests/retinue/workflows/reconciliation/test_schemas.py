from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from retinue.workflows.reconciliation.schemas import Deed, reconcile

deeds = st.builds(
    Deed,
    st.sampled_from(["ava", "mira"]),
    st.sampled_from(["like", "follow"]),
    st.sampled_from(["1", "2", "3"]),
)
many_deeds = st.lists(deeds, max_size=12).map(Counter)

LIKED = Deed("ava", "like", "1")


class TestReconcile:
    def test_a_deed_that_both_sides_know_agrees(self) -> None:
        found = reconcile(confirmed=Counter([LIKED]), unknown=Counter(), effects=Counter([LIKED]))

        assert found.agrees

    def test_an_effect_that_nobody_wrote_down_is_unflagged(self) -> None:
        found = reconcile(confirmed=Counter(), unknown=Counter(), effects=Counter([LIKED]))

        assert found.unflagged == [LIKED]
        assert not found.agrees

    def test_a_confirmed_deed_without_effect_is_unfounded(self) -> None:
        found = reconcile(confirmed=Counter([LIKED]), unknown=Counter(), effects=Counter())

        assert found.unfounded == [LIKED]
        assert not found.agrees

    def test_an_unknown_agrees_with_and_without_its_effect(self) -> None:
        unknown = Counter([LIKED])

        assert reconcile(confirmed=Counter(), unknown=unknown, effects=Counter()).agrees
        assert reconcile(confirmed=Counter(), unknown=unknown, effects=Counter([LIKED])).agrees

    def test_the_same_deed_twice_is_a_duplicate_even_where_both_are_written_down(self) -> None:
        twice = Counter([LIKED, LIKED])

        found = reconcile(confirmed=twice, unknown=Counter(), effects=twice)

        assert found.duplicates == [LIKED]
        assert not found.agrees

    def test_two_accounts_on_one_person_are_a_duplicate_of_the_fleet_only(self) -> None:
        both = Counter([LIKED, Deed("mira", "like", "1")])

        found = reconcile(confirmed=both, unknown=Counter(), effects=both)

        assert found.fleet_duplicates == [("like", "1")]
        assert found.agrees

    @given(confirmed=many_deeds, unknown=many_deeds, effects=many_deeds)
    def test_agreement_means_that_every_effect_is_accounted_for_once(
        self, confirmed: Counter[Deed], unknown: Counter[Deed], effects: Counter[Deed]
    ) -> None:
        found = reconcile(confirmed=confirmed, unknown=unknown, effects=effects)

        accounted = all(
            confirmed[deed] <= effects[deed] <= confirmed[deed] + unknown[deed]
            for deed in confirmed | unknown | effects
        )
        assert found.agrees == (accounted and max(effects.values(), default=0) <= 1)
