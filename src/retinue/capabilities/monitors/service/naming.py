"""What people write, as monitors keep it."""

from __future__ import annotations

from urllib.parse import urlsplit

from retinue.capabilities.monitors.models import MonitorKind
from retinue.capabilities.monitors.rules import intervals, subjects
from retinue.capabilities.monitors.schemas import Subject
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime


def seconds_of(interval: str) -> int:
    """
    Raises:
        Invalid: it is not one of the intervals.
    """
    found = intervals.seconds_of(interval)
    if found is None:
        raise Invalid.field("interval", f"must be one of {', '.join(intervals.INTERVALS)}")
    return found


def person(text: str, *, field: str = "subject") -> Subject:
    """
    Raises:
        Invalid: it cannot be a user name.
    """
    name = subjects.username_of(text)
    if name is None:
        raise Invalid.field(
            field, "is no user name: up to 30 letters, digits, dots and underscores, as `instagram`"
        )
    return Subject(MonitorKind.influencer, name)


def post(text: str, runtime: Runtime, *, field: str = "subject") -> Subject:
    """
    Raises:
        Invalid: it leads to no post.
    """
    sandgram = urlsplit(runtime.configuration.sandgram_url or "").hostname
    code = subjects.shortcode_of(text, hosts=(sandgram,) if sandgram else ())
    if code is None:
        raise Invalid.field(
            field,
            "leads to no post: give https://www.instagram.com/p/CODE/ (or /reel/, /tv/), or a bare shortcode",
        )
    return Subject(MonitorKind.post, code)


def subject_of(kind: MonitorKind, text: str, runtime: Runtime) -> Subject:
    """
    Raises:
        Invalid: it names no subject of the kind.
    """
    return person(text) if kind is MonitorKind.influencer else post(text, runtime)
