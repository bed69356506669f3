"""What is behind the log-in: the profile, the password, the way out."""

from importlib import resources

from fastapi import APIRouter, Response

from sandgram.surfaces.web import pages
from sandgram.surfaces.web.entering import LOG_IN, onward
from sandgram.surfaces.web.visitors import (
    TheVisitor,
    Visitor,
    sent_to,
    with_pair,
    without_pair,
)
from sandgram.world import cookies, deeds, steps, views
from sandgram.world.errors import Refusal, wrong_password
from sandgram.world.steps import Stage

router = APIRouter(prefix="/web", tags=["web"])

_FILES = resources.files("sandgram.surfaces.web")


@router.get("/home")
def home(visitor: TheVisitor) -> Response:
    number = visitor.number()
    if number is None or _is_held(visitor, number):
        return _outside(visitor, number)
    caller = visitor.caller(number)
    profile = views.profile(visitor.world, caller, caller.index)
    return visitor.shown(
        pages.home(visitor.look(is_signed_in=True), profile, login=caller.login)
    )  # fmt: skip


@router.get("/password")
def password_page(visitor: TheVisitor) -> Response:
    number = visitor.number()
    if number is None or _is_held(visitor, number):
        return _outside(visitor, number)
    return visitor.shown(pages.password(visitor.look(is_signed_in=True)))


@router.post("/password")
def change_password(visitor: TheVisitor) -> Response:
    """Every session and pair of the account ends; this browser is given a fresh pair."""
    number = visitor.number()
    if number is None or _is_held(visitor, number):
        return _outside(visitor, number)
    if not visitor.has_fresh_form:
        page = pages.stale_form(visitor.look(is_signed_in=True), back="/web/password")
        return visitor.shown(page, status=403)
    old, new, repeat = (
        visitor.fields.get(name, "") for name in ("old_password", "new_password", "repeat_password")
    )
    error, status = "", 422
    if new != repeat:
        error = "The two new passwords differ."
    else:
        try:
            if "wrong_password" in visitor.struck:
                raise wrong_password()
            deeds.change_password(visitor.world, visitor.caller(number), old=old, new=new)
        except Refusal as refusal:
            error, status = _password_error(refusal), refusal.status
    if error:
        look = visitor.look(error=error, is_signed_in=True)
        return visitor.shown(pages.password(look), status=status)
    done = visitor.shown(pages.password_changed(visitor.look(is_signed_in=True)))
    return with_pair(done, cookies.make(visitor.world, number))


@router.post("/logout")
def log_out(visitor: TheVisitor) -> Response:
    if not visitor.has_fresh_form:
        return visitor.shown(pages.stale_form(visitor.look(), back="/web/home"), status=403)
    cookies.end(visitor.world, visitor.pair().auth_token)
    page = pages.log_in(visitor.look(note="You are logged out."))
    return without_pair(visitor.shown(page))


@router.get("/style.css")
def style() -> Response:
    return _asset("style.css", "text/css; charset=utf-8")


@router.get("/icon.svg")
def icon() -> Response:
    return _asset("icon.svg", "image/svg+xml")


def _is_held(visitor: Visitor, number: int) -> bool:
    return steps.stage_of(visitor.world, number) is not Stage.open


def _outside(visitor: Visitor, number: int | None) -> Response:
    """To the log-in; or, with cookies of an account in trouble, to what it must pass."""
    if number is None:
        return without_pair(sent_to(LOG_IN))
    return onward(visitor, steps.resume(visitor.world, number))


def _password_error(refusal: Refusal) -> str:
    if refusal.code == "wrong_password":
        return "The present password is not right."
    return "The new password needs 8 to 200 characters, and must not be the old one."


def _asset(name: str, media_type: str) -> Response:
    return Response(
        (_FILES / name).read_bytes(),
        media_type=media_type,
        headers={"Cache-Control": "public, max-age=3600"},
    )
