"""
Insights into one's own account and media, from what accounts really did.

Only the numbers that this world can know are larger than 0: likes, comments,
follows and views by accounts. They are of now; there is no delay of two days.
"""

from datetime import datetime, timedelta
from typing import Any

from sandgram.clock import to_text
from sandgram.store import history
from sandgram.surfaces.graph import errors
from sandgram.surfaces.graph.asking import Question, time_text
from sandgram.world import counts
from sandgram.world.posts import Post

Json = dict[str, Any]

_SERIES = ("reach", "follower_count")
_TOTALS = (
    "views", "reach", "accounts_engaged", "total_interactions", "likes", "comments", "shares",
    "saves", "replies", "reposts", "follows_and_unfollows", "profile_links_taps",
)  # fmt: skip
_MEDIA = ("views", "reach", "likes", "comments", "shares", "saved", "total_interactions",
          "ig_reels_avg_watch_time")  # fmt: skip
_GONE = ("impressions", "plays")
_FEWEST_FOLLOWERS = 100
_MOST_DAYS = 30


def of_account(question: Question) -> Json:
    params = question.params
    metrics = _metrics(params, known=(*_SERIES, *_TOTALS))
    if params.get("period", "day") not in ("day", "week", "days_28"):
        raise errors.bad_parameter("period", "must be one of day, week, days_28")
    until = question.moment("until", question.now)
    since = question.moment("since", until - timedelta(days=1))
    if not timedelta(0) < until - since <= timedelta(days=_MOST_DAYS):
        raise errors.bad_parameter("since", f"must be before until, by {_MOST_DAYS} days at most")
    if params.get("metric_type", "time_series") == "total_value":
        return {"data": _totals(question, metrics, since, until)}
    if wrong := [one for one in metrics if one not in _SERIES]:
        raise errors.bad_parameter("metric_type", f"{wrong[0]} wants metric_type=total_value")
    return {"data": [row for one in metrics for row in _series(question, one, since, until)]}


def of_post(question: Question, post: Post) -> Json:
    metrics = _metrics(question.params, known=_MEDIA)
    numbers = counts.of_post(question.world, post, question.now)
    reach = history.reach_of(question.world.db, post.id, author_id=question.caller.person_id)
    values = {
        "views": numbers.likes + numbers.comments,
        "reach": reach,
        "likes": numbers.likes,
        "comments": numbers.comments,
        "total_interactions": numbers.likes + numbers.comments,
    }
    return {
        "data": [
            {**_row(post.id, one, "lifetime"), "values": [{"value": values.get(one, 0)}]}
            for one in metrics
            if one != "ig_reels_avg_watch_time" or post.kind == "video"
        ]
    }


def _metrics(params: dict[str, str], *, known: tuple[str, ...]) -> list[str]:
    asked = [one.strip() for one in params.get("metric", "").split(",") if one.strip()]
    if not asked:
        raise errors.bad_parameter("metric", "is required")
    for one in asked:
        if one in _GONE:
            raise errors.bad_parameter("metric", f"{one} is no longer there; use views")
        if one not in known:
            raise errors.bad_parameter(
                "metric", f"must be one of {', '.join(dict.fromkeys(known))}"
            )
    return list(dict.fromkeys(asked))


def _totals(question: Question, metrics: list[str], since: datetime, until: datetime) -> list[Json]:
    caller = question.caller
    done = history.engagement(
        question.world.db, caller.person_id, since=to_text(since), until=to_text(until)
    )
    likes, comments = done.counts.get("like", 0), done.counts.get("comment", 0)
    values = {
        "views": done.counts.get("view", 0) + likes + comments,
        "reach": done.accounts,
        "accounts_engaged": done.engaged,
        "total_interactions": likes + comments,
        "likes": likes,
        "comments": comments,
        "follows_and_unfollows": done.counts.get("follow", 0) + done.counts.get("unfollow", 0),
    }
    return [
        {**_row(caller.person_id, one, "day"), "total_value": {"value": values.get(one, 0)}}
        for one in metrics
    ]


def _series(question: Question, metric: str, since: datetime, until: datetime) -> list[Json]:
    """One row, or none for an account that is too small for the metric."""
    world, caller = question.world, question.caller
    numbers = counts.of_person(world, caller.index, question.now)
    if metric == "follower_count" and numbers.followers < _FEWEST_FOLLOWERS:
        return []
    values = []
    begins = since
    while begins < until:
        ends = min(begins + timedelta(days=1), until)
        if metric == "reach":
            value = history.engagement(
                world.db, caller.person_id, since=to_text(begins), until=to_text(ends)
            ).accounts
        else:
            value = (
                counts.of_person_at(world, caller.index, ends).followers
                - counts.of_person_at(world, caller.index, begins).followers
            )
        values.append({"value": value, "end_time": time_text(ends)})
        begins = ends
    return [{**_row(caller.person_id, metric, "day"), "values": values}]


def _row(subject: str, metric: str, period: str) -> Json:
    title = metric.replace("_", " ").capitalize()
    return {
        "name": metric,
        "period": period,
        "title": title,
        "description": title,
        "id": f"{subject}/insights/{metric}/{period}",
    }
