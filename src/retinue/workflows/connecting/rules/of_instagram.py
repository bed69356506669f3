"""
Instagram by its official interfaces: what could be done once there is an adapter, and what never.

For professional accounts through Facebook Login. A personal account has no interface at all.
"""

from __future__ import annotations

from retinue.workflows.connecting.rules.titles import capability
from retinue.workflows.connecting.schemas import Ability, CapabilityRead, Level

_ONLY_APP = "The official interface has no such call; it is done in the app, by a person."
_ROWS: dict[Ability, tuple[Level, str, str | None]] = {
    Ability.look_up_profile: (
        Level.restricted,
        "Only professional accounts without an age gate can be looked up (business_discovery).",
        None,
    ),
    Ability.look_up_posts: (
        Level.restricted,
        "Only posts of professional accounts are shown (business_discovery).",
        None,
    ),
    Ability.list_followers: (Level.none, "Only how many there are is told, not who.", None),
    Ability.own_figures: (Level.official, "Counts and insights of its own account are told.", None),
    Ability.follow: (Level.assisted, _ONLY_APP, None),
    Ability.like: (
        Level.restricted,
        "Posts, reels and carousels of public accounts, for apps with instagram_manage_engagement.",
        "50 requests in 5 seconds; above that nothing for an hour",
    ),
    Ability.comment: (
        Level.restricted,
        "Only where the account is mentioned; elsewhere a person comments in the app.",
        None,
    ),
    Ability.reply_to_own: (Level.official, "Comments on its own media can be answered.", None),
    Ability.view_story: (Level.assisted, _ONLY_APP, None),
    Ability.publish_post: (
        Level.official,
        "Pictures, carousels and reels of professional accounts.",
        "50 or 100 in 24 hours, as the network says",
    ),
    Ability.publish_story: (
        Level.restricted,
        "Without stickers: no link, no poll, no place.",
        "counts to the posts",
    ),
    Ability.highlight: (Level.assisted, _ONLY_APP, None),
    Ability.delete_post: (
        Level.restricted,
        "Through Facebook Login only, with instagram_manage_contents.",
        None,
    ),
    Ability.profile_texts: (Level.assisted, _ONLY_APP, None),
    Ability.profile_picture: (Level.assisted, _ONLY_APP, None),
    Ability.profile_banner: (Level.none, "Its profiles have none.", None),
    Ability.sessions: (
        Level.none,
        "Its terms let no software drive the app, and the interface has too little for a session.",
        None,
    ),
}


def table() -> list[CapabilityRead]:
    """Nothing of it is performed: this version has no adapter."""
    return [capability(name, *_ROWS[name][:2], limit=_ROWS[name][2]) for name in Ability]
