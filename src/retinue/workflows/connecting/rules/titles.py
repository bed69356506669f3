"""The abilities' names as people read them, and how a row of a table is made."""

from __future__ import annotations

from retinue.workflows.connecting.schemas import Ability, CapabilityRead, Level

_TITLES = {
    Ability.look_up_profile: "Look up a profile",
    Ability.look_up_posts: "Look up somebody's posts",
    Ability.list_followers: "List followers and followed",
    Ability.own_figures: "Read its own figures",
    Ability.follow: "Follow somebody",
    Ability.like: "Like a post",
    Ability.comment: "Comment on somebody's post",
    Ability.reply_to_own: "Answer comments on its own posts",
    Ability.view_story: "Watch a story",
    Ability.publish_post: "Publish a post",
    Ability.publish_story: "Publish a story",
    Ability.highlight: "Make a highlight",
    Ability.delete_post: "Delete its own post",
    Ability.profile_texts: "Change name, bio, link and location",
    Ability.profile_picture: "Change the profile picture",
    Ability.profile_banner: "Change the banner",
    Ability.sessions: "Engage in sessions",
}


def capability(
    name: Ability, level: Level, reason: str, *, limit: str | None = None, performed: bool = False
) -> CapabilityRead:
    return CapabilityRead(
        name=name,
        title=_TITLES[name],
        level=level,
        reason=reason,
        limit=limit,
        performed=performed,
    )
