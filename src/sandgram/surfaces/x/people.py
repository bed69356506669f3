"""Profiles, followers and follows."""

import re

from sandgram.surfaces.x import errors
from sandgram.surfaces.x.asking import Json, Question, brief, listed, refused, told, user
from sandgram.world import deeds, views
from sandgram.world.errors import Refusal

_NAME = re.compile(r"[A-Za-z0-9_.]{1,50}")
_MOST_NAMES = 100


def me(question: Question) -> Json:
    found = views.profile(question.world, question.caller, question.caller.index)
    return {"data": user(question, found)}


def by_name(question: Question) -> Json:
    name = question.parts[0]
    _check_name(name)
    try:
        index = views.find_handle(question.world, name)
        found = views.profile(question.world, question.caller, index)
    except Refusal as refusal:
        return told(refusal, parameter="username", value=name)
    return {"data": user(question, found)}


def by_names(question: Question) -> Json:
    names = [one for one in question.params.get("usernames", "").split(",") if one]
    if not 1 <= len(names) <= _MOST_NAMES:
        raise errors.invalid("usernames", f"1 to {_MOST_NAMES} names", len(names))
    data, missing = [], []
    for name in names:
        _check_name(name)
        try:
            index = views.find_handle(question.world, name)
            found = views.profile(question.world, question.caller, index)
            data.append(user(question, found))
        except Refusal as refusal:
            missing += told(refusal, parameter="usernames", value=name)["errors"]
    return {**({"data": data} if data else {}), **({"errors": missing} if missing else {})}


def by_id(question: Question) -> Json:
    person_id = question.parts[0]
    try:
        index = question.world.index_of(person_id)
        found = views.profile(question.world, question.caller, index)
    except Refusal as refusal:
        return told(refusal, parameter="id", value=person_id)
    return {"data": user(question, found)}


def followers(question: Question) -> Json:
    return _list(question, views.followers)


def following(question: Question) -> Json:
    return _list(question, views.following)


def follow(question: Question) -> Json:
    _check_own(question)
    target = question.text("target_user_id")
    try:
        index = question.world.index_of(target)
        made = deeds.follow(question.world, question.caller, index)
    except Refusal as refusal:
        if refusal.code == "already_done":
            raise errors.coded(403, 160, "You've already requested to follow this user.") from None
        if refusal.code == "user_suspended":
            raise errors.coded(403, 63, "User has been suspended.") from None
        if refusal.status == 404:
            raise errors.coded(404, 50, "User not found.") from None
        raise refused(refusal, subject=target) from None
    is_pending = made["state"] == "requested"
    return {"data": {"following": not is_pending, "pending_follow": is_pending}}


def unfollow(question: Question) -> Json:
    _check_own(question)
    try:
        deeds.unfollow(question.world, question.caller, question.world.index_of(question.parts[1]))
    except Refusal as refusal:
        # To stop what was never begun is no error there.
        if refusal.code != "already_done":
            raise refused(refusal, subject=question.parts[1]) from None
    return {"data": {"following": False}}


def _list(question: Question, lister: object) -> Json:
    person_id = question.parts[0]
    limit, cursor = question.page(least=1, most=1000, default=100)
    try:
        index = question.world.index_of(person_id)
        page = lister(question.world, question.caller, index, cursor=cursor, limit=limit)  # type: ignore[operator]
    except Refusal as refusal:
        return told(refusal, parameter="id", value=person_id)
    return listed([brief(question, one) for one in page.items], more=page.next_cursor)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        message = f"The `username` query parameter value [{name[:60]}] does not match ^[A-Za-z0-9_.]{{1,50}}$"
        raise errors.invalid("username", message, name)


def _check_own(question: Question) -> None:
    if question.parts[0] != question.caller.person_id:
        raise errors.problem(
            403, "Forbidden", "The `id` in the path must be the id of the authenticated user."
        )
