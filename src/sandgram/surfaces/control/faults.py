"""Setting, listing and clearing faults."""

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from sandgram.faults import scenarios
from sandgram.faults.book import FaultBook
from sandgram.faults.requests import ACTIONS
from sandgram.faults.rules import FaultRule
from sandgram.surfaces.control.guard import require_control
from sandgram.surfaces.wire import Json
from sandgram.world import errors

router = APIRouter(prefix="/sg/control", tags=["faults"], dependencies=[Depends(require_control)])


class ScenarioChoice(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str


def _book(request: Request) -> FaultBook:
    book: FaultBook = request.app.state.faults
    return book


@router.get("/faults")
def list_faults(request: Request) -> Json:
    return {"items": _book(request).listed()}


@router.post("/faults", status_code=201)
def set_fault(body: FaultRule, request: Request) -> Json:
    if body.action is not None and body.action not in ACTIONS:
        raise errors.invalid("action", f"one of {', '.join(ACTIONS)}")
    return _book(request).add(body)


@router.delete("/faults")
def clear_faults(request: Request) -> Json:
    return {"cleared": _book(request).clear()}


@router.delete("/faults/{number}")
def clear_fault(number: int, request: Request) -> Json:
    if not _book(request).remove(number):
        raise errors.Refusal(404, "fault_not_found", f"no fault has the id {number}")
    return {"cleared": 1}


@router.post("/scenario")
def play_scenario(body: ScenarioChoice, request: Request) -> Json:
    """Put a shipped scenario in the place of all rules."""
    # By name only: over the wire a path would read files of the server's machine.
    if body.name not in scenarios.names():
        raise errors.invalid("name", f"one of {', '.join(scenarios.names())}")
    book = _book(request)
    book.clear()
    return {"items": [book.add(rule) for rule in scenarios.load(body.name)]}
