"""Every key of a plan: what it takes, where its value goes, and whether it is carried out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from retinue.capabilities.plans.rules import values
from retinue.capabilities.plans.rules.values import Reader
from retinue.capabilities.plans.schemas import JobKind

ACTIONS = ("like", "follow", "comment", "view")
LATER_ACTIONS = ("unfollow", "message")


class Duty(StrEnum):
    done = "done"
    pending = "pending"
    """Understood and kept; no session acts on it yet."""
    idle = "idle"
    """Belongs to another program's set-up; Retinue decides it elsewhere."""


@dataclass(frozen=True, slots=True)
class Word:
    reader: Reader
    field: str | None = None
    duty: Duty = Duty.done


def _field(key: str) -> str:
    return key.replace("-", "_")


def _done(reader: Reader, *keys: str) -> dict[str, Word]:
    return {key: Word(reader, _field(key)) for key in keys}


def _later(reader: Reader, *keys: str) -> dict[str, Word]:
    return {key: Word(reader, duty=Duty.pending) for key in keys}


def _idle(reader: Reader, *keys: str) -> dict[str, Word]:
    return {key: Word(reader, duty=Duty.idle) for key in keys}


JOBS: dict[str, Reader] = {
    JobKind.blogger_followers: values.handles,
    JobKind.blogger_following: values.handles,
    JobKind.blogger: values.handles,
    JobKind.hashtag_posts_recent: values.tags,
    JobKind.interact_from_file: values.files,
}
_LATER_JOBS = {
    **_later(values.handles, "blogger-post-likers"),
    **_later(values.tags, "hashtag-likers-top", "hashtag-likers-recent", "hashtag-posts-top"),
    **_later(
        values.words,
        "place-likers-top",
        "place-likers-recent",
        "place-posts-top",
        "place-posts-recent",
    ),
    **_later(values.files, "posts-from-file", "unfollow-from-file", "remove-followers-from-file"),
    **_later(
        values.counted,
        "feed",
        "unfollow",
        "unfollow-non-followers",
        "unfollow-any",
        "unfollow-any-non-followers",
        "unfollow-any-followers",
    ),
    **_later(values.flag, "telegram-reports", "analytics"),
}

_percent = values.percentage
_count = values.counted
_per_hour = partial(values.whole, most=100_000)
_minutes = partial(values.counted, most=10_080)

KEYS: dict[str, Word] = {
    **{key: Word(reader) for key, reader in JOBS.items()},
    **_LATER_JOBS,
    **_idle(
        values.text, "username", "device", "app-id", "pre-script", "post-script", "scrape-to-file"
    ),
    **_idle(
        values.flag,
        "use-cloned-app",
        "allow-untested-ig-version",
        "screen-sleep",
        "screen-record",
        "debug",
        "close-apps",
        "kill-atx-agent",
        "restart-atx-agent",
        "disable-block-detection",
        "dont-type",
        "count-app-crashes",
        "delete-interacted-users",
        "delete-removed-followers",
    ),
    **_idle(values.decimal, "speed-multiplier"),
    **_idle(_count, "total-crashes-limit", "fling-when-skipped", "blogger-post-limits"),
    **_idle(values.text, "uia-version", "interact", "hashtag-likers", "move-folders-in-accounts"),
    **_done(values.flag, "disable-filters", "shuffle-jobs"),
    **_done(_count, "truncate-sources"),
    **_later(_count, "watch-video-time", "watch-photo-time", "unfollow-delay", "min-following"),
    **_later(values.decimal, "can-reinteract-after"),
    **_later(values.flag, "sort-followers-newest-to-oldest"),
    **_done(partial(_count, least=1), "interactions-count"),
    **_done(partial(_count, most=12), "likes-count"),
    **_done(_count, "stories-count", "max-comments-pro-user", "follow-limit"),
    **_done(
        _percent,
        "likes-percentage",
        "stories-percentage",
        "comment-percentage",
        "follow-percentage",
        "interact-percentage",
    ),
    **_later(_percent, "carousel-percentage", "pm-percentage"),
    **_later(_count, "carousel-count", "skipped-list-limit", "skipped-posts-limit"),
    **_done(
        _count,
        "total-likes-limit",
        "total-follows-limit",
        "total-watches-limit",
        "total-comments-limit",
        "total-successful-interactions-limit",
        "total-interactions-limit",
    ),
    **_later(_count, "total-unfollows-limit", "total-pm-limit", "total-scraped-limit"),
    **_done(
        values.flag,
        "end-if-likes-limit-reached",
        "end-if-follows-limit-reached",
        "end-if-watches-limit-reached",
        "end-if-comments-limit-reached",
    ),
    **_later(values.flag, "end-if-pm-limit-reached"),
    **{f"hourly-{action}-limit": Word(_per_hour) for action in ACTIONS},
    **{f"daily-{action}-limit": Word(_per_hour) for action in ACTIONS},
    **{f"{action}-interval": Word(values.seconds) for action in ACTIONS},
    **_later(
        _per_hour,
        *(f"{span}-{action}-limit" for span in ("hourly", "daily") for action in LATER_ACTIONS),
    ),
    **_later(values.seconds, *(f"{action}-interval" for action in LATER_ACTIONS)),
    "comments": Word(values.comment_lines),
    "working-hours": Word(values.windows),
    "time-delta": Word(partial(_count, most=720)),
    "timezone": Word(values.timezone),
    **_done(_minutes, "repeat"),
    **_done(values.sessions_in_all, "total-sessions"),
}
FILTERS = "filters"

ALIASES = {
    "comments-percentage": "comment-percentage",
    "skipped-post-limit": "skipped-posts-limit",
    "detect-block": "disable-block-detection",
    "likes-limit": "total-likes-limit",
    "follows-limit": "total-follows-limit",
    "time-zone": "timezone",
    "tz": "timezone",
}
"""Names that people know from other places, some of them from wrong documentation."""

MEDIA = ("photo", "video", "carousel")
_PLURAL = {"photo": "comment_photos", "video": "comment_videos", "carousel": "comment_carousels"}
_JOBS_OF_FILTERS = (
    "blogger", "blogger_followers", "blogger_following", "blogger_post_likers",
    "hashtag_likers_top", "hashtag_likers_recent", "hashtag_posts_top", "hashtag_posts_recent",
    "place_likers_top", "place_likers_recent", "place_posts_top", "place_posts_recent",
    "interact_from_file", "feed",
)  # fmt: skip
COMMENT_BY_MEDIA = {key: media for media, key in _PLURAL.items()}
COMMENT_BY_JOB = {f"comment_{job}": job.replace("_", "-") for job in _JOBS_OF_FILTERS}

FILTER_KEYS: dict[str, Word] = {
    **_done(
        values.flag,
        "skip_if_private",
        "skip_if_public",
        "skip_business",
        "skip_non_business",
        "skip_following",
        "skip_follower",
        "skip_if_link_in_bio",
        "follow_private_or_empty",
    ),
    **_done(
        values.whole,
        "min_followers",
        "max_followers",
        "min_followings",
        "max_followings",
        "min_posts",
        "min_likers",
        "max_likers",
    ),
    **_done(values.decimal, "min_potency_ratio", "max_potency_ratio"),
    **_done(values.phrases, "blacklist_words", "mandatory_words"),
    **_later(values.flag, "pm_to_private_or_empty"),
    **_later(values.whole_or_off, "mutual_friends"),
    **_later(
        values.phrases, "specific_alphabet", "biography_language", "biography_banned_language"
    ),
    **{key: Word(values.flag) for key in (*COMMENT_BY_MEDIA, *COMMENT_BY_JOB)},
}
FILTER_ALIASES = {"blacklist": "blacklist_words", "interact_only_private": "skip_if_public"}
