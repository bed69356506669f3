"""The fictional network: everything goes through its own interface."""

from __future__ import annotations

from retinue.workflows.connecting.rules.titles import capability
from retinue.workflows.connecting.schemas import Ability, CapabilityRead, Level

_PERFORMED = frozenset(Ability) - {Ability.reply_to_own, Ability.delete_post}
_BY_BOTS = frozenset({Ability.publish_post, Ability.publish_story, Ability.highlight})
_NOT_THERE = {
    Ability.reply_to_own: "Nobody answers comments in this world.",
    Ability.delete_post: "What was published there stays.",
}


def table() -> list[CapabilityRead]:
    return [_row(name) for name in Ability]


def _row(name: Ability) -> CapabilityRead:
    if name in _NOT_THERE:
        return capability(name, Level.none, _NOT_THERE[name])
    reason = "It is fictional, and its own interface takes it."
    if name in _BY_BOTS:
        reason = "It is fictional, and its own interface takes it; bots of the warm-up do it."
    return capability(name, Level.official, reason, performed=name in _PERFORMED)
