"""Logging in: password, code, e-mail, puzzle, and the pages where it ends."""

from fastapi import APIRouter, Response

from sandgram.surfaces.web import pages
from sandgram.surfaces.web.visitors import (
    TheVisitor,
    Visitor,
    sent_to,
    with_pair,
    with_step,
    without_pair,
)
from sandgram.world import doors, steps
from sandgram.world.errors import Refusal, wrong_code, wrong_password
from sandgram.world.steps import Stage, Step

router = APIRouter(prefix="/web", tags=["web"])

LOG_IN = "/web/login"


def place_of(visitor: Visitor, step: Step) -> str:
    """The page that a log-in under way is to be led to."""
    if step.stage is Stage.challenge:
        return f"/web/challenge/{steps.ticket(visitor.world, step)}"
    return f"/web/{step.stage}"


def onward(visitor: Visitor, step: Step) -> Response:
    """Let a log-in through where nothing is left to pass, else lead it on."""
    if step.stage is Stage.open:
        pair = steps.finish(visitor.world, step, source=visitor.source)
        return with_pair(sent_to("/web/home"), pair)
    return with_step(sent_to(place_of(visitor, step)), step)


@router.get("")
@router.get("/")
def start(visitor: TheVisitor) -> Response:
    return sent_to("/web/home" if visitor.number() is not None else LOG_IN)


@router.get("/login")
def log_in_page(visitor: TheVisitor) -> Response:
    return visitor.shown(pages.log_in(visitor.look()))


@router.post("/login")
def log_in(visitor: TheVisitor) -> Response:
    if not visitor.has_fresh_form:
        return _stale(visitor, LOG_IN)
    login = visitor.fields.get("login", "")[:100]
    try:
        if "wrong_password" in visitor.struck:
            doors.note(visitor.world, login, "wrong_password", visitor.source, surface=doors.WEB)
            raise wrong_password()
        step = steps.begin(
            visitor.world,
            login=login,
            password=visitor.fields.get("password", ""),
            source=visitor.source,
        )
    except Refusal as refusal:
        look = visitor.look(error=refusal.message)
        return visitor.shown(pages.log_in(look, login=login), status=refusal.status)
    return onward(visitor, step)


@router.get("/code")
def code_page(visitor: TheVisitor) -> Response:
    step = visitor.step()
    if step is None or step.stage is not Stage.code:
        return _elsewhere(visitor, step)
    return visitor.shown(pages.second_factor(visitor.look()))


@router.post("/code")
def give_code(visitor: TheVisitor) -> Response:
    step = visitor.step()
    if step is None or step.stage is not Stage.code:
        return _elsewhere(visitor, step)
    return _given(visitor, step)


@router.get("/verify")
def verify_page(visitor: TheVisitor) -> Response:
    step = visitor.step()
    if step is None or step.stage is not Stage.verify:
        return _elsewhere(visitor, step)
    note = "We have sent a new code." if "sent" in visitor.query else ""
    return visitor.shown(_verify(visitor, step, note=note))


@router.post("/verify")
def verify(visitor: TheVisitor) -> Response:
    step = visitor.step()
    if step is None or step.stage is not Stage.verify:
        return _elsewhere(visitor, step)
    return _given(visitor, step)


@router.post("/verify/send")
def send_again(visitor: TheVisitor) -> Response:
    step = visitor.step()
    if step is None or step.stage is not Stage.verify:
        return _elsewhere(visitor, step)
    if not visitor.has_fresh_form:
        return _stale(visitor, "/web/verify")
    doors.mail_code(visitor.world, step.number)
    return sent_to("/web/verify?sent")


@router.get("/locked")
def locked(visitor: TheVisitor) -> Response:
    return without_pair(visitor.shown(pages.locked(visitor.look())))


@router.get("/suspended")
def suspended(visitor: TheVisitor) -> Response:
    return without_pair(visitor.shown(pages.suspended(visitor.look())))


def _given(visitor: Visitor, step: Step) -> Response:
    if not visitor.has_fresh_form:
        return _stale(visitor, f"/web/{step.stage}")
    code = "".join(visitor.fields.get("code", "").split())[:40]
    try:
        if "wrong_code" in visitor.struck:
            steps.refuse_code(visitor.world, step, source=visitor.source)
            raise wrong_code()
        pair = steps.give_code(visitor.world, step, code, source=visitor.source)
    except Refusal as refusal:
        if visitor.step() is None:
            error = "Too many wrong codes. Log in again."
            return visitor.shown(pages.log_in(visitor.look(error=error)), status=refusal.status)
        if step.stage is Stage.verify:
            page = _verify(visitor, step, error=refusal.message)
        else:
            page = pages.second_factor(visitor.look(error=refusal.message))
        return visitor.shown(page, status=refusal.status)
    return with_pair(sent_to("/web/home"), pair)


def _verify(visitor: Visitor, step: Step, *, note: str = "", error: str = "") -> str:
    address = visitor.world.credentials(step.number).email
    name, _, domain = address.partition("@")
    return pages.verify(
        visitor.look(note=note, error=error), address=f"{name[:2]}…{name[-1:]}@{domain}"
    )


def _elsewhere(visitor: Visitor, step: Step | None) -> Response:
    return sent_to(LOG_IN) if step is None else onward(visitor, step)


def _stale(visitor: Visitor, back: str) -> Response:
    return visitor.shown(pages.stale_form(visitor.look(), back=back), status=403)
