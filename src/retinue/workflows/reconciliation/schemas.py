from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple


class Deed(NamedTuple):
    """One act as both sides can name it."""

    account: str
    action: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """
    The ledger and the oracle agree when all four lists are empty.

    `unknown` attempts may or may not have had their effect; that is what the word says.
    """

    confirmed: int
    unknown: int
    effects: int
    effects_by_action: dict[str, int]
    duplicates: list[Deed]
    """Done more than once by the same account."""
    fleet_duplicates: list[tuple[str, str]]
    """(action, person) that more than one effect fell on, by whichever account."""
    unflagged: list[Deed]
    """Effects without an attempt that is confirmed or unknown."""
    unfounded: list[Deed]
    """Attempts that are confirmed without an effect."""

    @property
    def agrees(self) -> bool:
        return not (self.duplicates or self.unflagged or self.unfounded)


def reconcile(
    *, confirmed: Counter[Deed], unknown: Counter[Deed], effects: Counter[Deed]
) -> Reconciled:
    by_person: Counter[tuple[str, str]] = Counter()
    by_action: Counter[str] = Counter()
    for deed, count in effects.items():
        by_person[deed.action, deed.person_id] += count
        by_action[deed.action] += count
    return Reconciled(
        confirmed=confirmed.total(),
        unknown=unknown.total(),
        effects=effects.total(),
        effects_by_action=dict(by_action),
        duplicates=[deed for deed, count in effects.items() if count > 1],
        fleet_duplicates=[key for key, count in by_person.items() if count > 1],
        unflagged=list((effects - confirmed - unknown).elements()),
        unfounded=list((confirmed - effects).elements()),
    )
