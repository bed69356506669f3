"""Opening, troubling and closing proxies."""

from fastapi import APIRouter, Depends, Request

from sandgram.proxies.facts import Weather
from sandgram.proxies.running import Proxies
from sandgram.surfaces.control.guard import require_control
from sandgram.surfaces.wire import Json

router = APIRouter(prefix="/sg/control", tags=["proxies"], dependencies=[Depends(require_control)])


# All of them async: the proxies live in the loop that serves these requests.
def _proxies(request: Request) -> Proxies:
    proxies: Proxies = request.app.state.proxies
    return proxies


@router.get("/proxies")
async def list_proxies(request: Request) -> Json:
    return {"items": _proxies(request).listed()}


@router.post("/proxies", status_code=201)
async def add_proxy(request: Request) -> Json:
    return await _proxies(request).add()


@router.patch("/proxies/{number}")
async def trouble_proxy(number: int, body: Weather, request: Request) -> Json:
    return await _proxies(request).change(number, body)


@router.delete("/proxies/{number}")
async def remove_proxy(number: int, request: Request) -> Json:
    _proxies(request).remove(number)
    return {"removed": number}
