"""Remarks that need more than one key: settings that cancel each other, or do nothing together."""

from __future__ import annotations

from retinue.capabilities.plans.rules.findings import Report
from retinue.capabilities.plans.rules.tree import Mapping, Node
from retinue.capabilities.plans.rules.vocabulary import ACTIONS, FILTERS
from retinue.capabilities.plans.schemas import Plan

_BOUNDS = ("followers", "followings", "potency_ratio", "likers")


def check(report: Report, root: Mapping, plan: Plan) -> None:
    _check_jobs(report, root, plan)
    _check_actions(report, root, plan)
    _check_limits(report, root, plan)
    _check_schedule(report, root, plan)
    _check_filters(report, root, plan)


def _place(root: Mapping, key: str) -> Node:
    entry = root.find(key)
    return entry.key if entry is not None else root


def _check_jobs(report: Report, root: Mapping, plan: Plan) -> None:
    for job in plan.jobs:
        if not job.sources:
            report.warn(
                _place(root, job.kind), job.kind, "has no sources, so there is nothing to do for it"
            )
    if not any(job.sources for job in plan.jobs) and not report.is_broken:
        hint = "add a job, for example `blogger-followers: [some_handle]`"
        report.warn(root, "", "no job to carry out: a session would end at once", hint)


def _check_actions(report: Report, root: Mapping, plan: Plan) -> None:
    if plan.likes_count.high > 1:
        message = "at most one like per person and window; more are not given"
        report.warn(_place(root, "likes-count"), "likes-count", message, "write `likes-count: 1`")
    if plan.comment_percentage.high > 0:
        where = _place(root, "comment-percentage")
        if not plan.comments and not plan.comments_by_media:
            hint = "add a list `comments:` with at least one text"
            report.warn(where, "comment-percentage", "there is no text to comment with", hint)
        if plan.total_comments_limit.high == 0:
            hint = "add `total-comments-limit: 10`"
            message = "no comment will be made: total-comments-limit is 0"
            report.warn(where, "comment-percentage", message, hint)
    if plan.stories_count.high == 0 and root.find("stories-percentage"):
        where = _place(root, "stories-percentage")
        message = "no story will be watched: stories-count is 0"
        report.warn(where, "stories-percentage", message, "add `stories-count: 1`")


def _check_limits(report: Report, root: Mapping, plan: Plan) -> None:
    for action in ACTIONS:
        hourly, daily = plan.hourly_limits.get(action), plan.daily_limits.get(action)
        if hourly is not None and daily is not None and hourly > daily:
            key = f"hourly-{action}-limit"
            report.warn(_place(root, key), key, f"never reached: daily-{action}-limit is {daily}")


def _check_schedule(report: Report, root: Mapping, plan: Plan) -> None:
    if plan.total_sessions is not None and plan.repeat is None:
        where = _place(root, "total-sessions")
        message = "counts only together with `repeat`"
        report.warn(where, "total-sessions", message, "add `repeat: 120-180`")
    if plan.working_hours.time_delta.high and not plan.working_hours.windows:
        message = "moves no window: the working hours are the whole day"
        report.warn(_place(root, "time-delta"), "time-delta", message)


def _check_filters(report: Report, root: Mapping, plan: Plan) -> None:
    entry = root.find(FILTERS)
    if entry is None or not isinstance(entry.value, Mapping):
        return
    filters = plan.filters
    for name in _BOUNDS:
        low, high = getattr(filters, f"min_{name}"), getattr(filters, f"max_{name}")
        if low is not None and high is not None and low > high:
            where = _place(entry.value, f"min_{name}")
            message = f"{low:g} is above max_{name}, {high:g}: nobody could pass"
            report.error(where, f"{FILTERS}.min_{name}", message, "exchange the two values")
    for one, other in (
        ("skip_if_private", "skip_if_public"),
        ("skip_business", "skip_non_business"),
    ):
        if getattr(filters, one) and getattr(filters, other):
            where = _place(entry.value, other)
            report.warn(where, f"{FILTERS}.{other}", f"together with {one} nobody is left")
