"""X by its API v2, as the tier of the app decides."""

from __future__ import annotations

from retinue.workflows.connecting.models import Tier
from retinue.workflows.connecting.rules.titles import capability
from retinue.workflows.connecting.schemas import Ability, CapabilityRead, Level

_NOT_THERE = "X has no such thing."
_TIMED_LIKE = (
    "X wants each like to be a person's own choice; scheduled or automatic likes are banned."
)
_FIXED: dict[Ability, tuple[Level, str, str | None, bool]] = {
    Ability.look_up_profile: (
        Level.official,
        "Public profiles and their counts are told; each look-up is billed.",
        "900 in 15 minutes for an account, 300 for the app",
        True,
    ),
    Ability.look_up_posts: (
        Level.official,
        "Posts of public accounts are told; each post is billed.",
        "900 in 15 minutes for an account, 10,000 for the app",
        True,
    ),
    Ability.list_followers: (
        Level.official,
        "Who follows and who is followed is told.",
        "300 in 15 minutes",
        True,
    ),
    Ability.own_figures: (
        Level.official,
        "The account's own counts are told.",
        "75 in 15 minutes",
        True,
    ),
    Ability.view_story: (Level.none, _NOT_THERE, None, False),
    Ability.publish_story: (Level.none, _NOT_THERE, None, False),
    Ability.highlight: (Level.none, _NOT_THERE, None, False),
    Ability.publish_post: (
        Level.official,
        "Posts with up to four pictures; the same text twice is refused. No task of Retinue publishes them yet.",
        "100 in 15 minutes for an account, 10,000 a day for the app",
        False,
    ),
    Ability.delete_post: (
        Level.official,
        "Its own posts can be deleted. No task of Retinue does it.",
        "50 in 15 minutes",
        False,
    ),
    Ability.profile_texts: (
        Level.restricted,
        "The interface takes them; some apps without an enterprise contract are refused.",
        None,
        True,
    ),
    Ability.profile_picture: (
        Level.restricted,
        "As the texts. X keeps a copy of its own, so that it cannot be told apart from another picture.",
        "5 MB, JPG or PNG",
        True,
    ),
    Ability.profile_banner: (
        Level.assisted,
        "Only an older interface with another kind of log-in has it: a person changes it on the site.",
        None,
        False,
    ),
    Ability.sessions: (
        Level.none,
        "X bans bulk and automated engagement; acts are ordered one by one, as tasks.",
        None,
        False,
    ),
}
_SELF_SERVE: dict[Ability, tuple[Level, str, str | None, bool]] = {
    Ability.follow: (
        Level.assisted,
        "Only enterprise apps may follow by the interface since April 2026: a person does it on the site.",
        "400 a day for an account",
        True,
    ),
    Ability.like: (
        Level.assisted,
        f"Only enterprise apps may like by the interface. {_TIMED_LIKE}",
        None,
        False,
    ),
    Ability.comment: (
        Level.restricted,
        "A reply is taken only where its author has mentioned or quoted the account.",
        "100 in 15 minutes for an account",
        False,
    ),
    Ability.reply_to_own: (
        Level.restricted,
        "A reply is taken only where its author has mentioned or quoted the account.",
        "100 in 15 minutes for an account",
        False,
    ),
}
_ENTERPRISE: dict[Ability, tuple[Level, str, str | None, bool]] = {
    Ability.follow: (
        Level.restricted,
        "Enterprise apps may; following in bulk is banned.",
        "50 in 15 minutes, 400 a day for an account",
        True,
    ),
    Ability.like: (
        Level.restricted,
        f"Enterprise apps may. {_TIMED_LIKE}",
        "50 in 15 minutes, 1000 a day",
        False,
    ),
    Ability.comment: (
        Level.restricted,
        "Enterprise apps may; the same text from several accounts is banned.",
        "100 in 15 minutes for an account",
        False,
    ),
    Ability.reply_to_own: (
        Level.official,
        "Replies to its own posts are taken.",
        "100 in 15 minutes for an account",
        False,
    ),
}


def table(tier: Tier) -> list[CapabilityRead]:
    known = _FIXED | (_ENTERPRISE if tier is Tier.enterprise else _SELF_SERVE)
    rows = [(name, *known[name]) for name in Ability]
    return [
        capability(name, level, reason, limit=limit, performed=performed)
        for name, level, reason, limit, performed in rows
    ]


def level_of(name: Ability, tier: Tier) -> Level:
    return next(one.level for one in table(tier) if one.name is name)
