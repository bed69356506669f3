"""The mail server: where it listens, and whether it does."""

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from sandgram.surfaces.control.guard import require_control
from sandgram.surfaces.imap.running import Imap
from sandgram.surfaces.wire import Json

router = APIRouter(prefix="/sg/control", tags=["mail"], dependencies=[Depends(require_control)])


class MailServerChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    is_up: bool


# Both async: the mail server lives in the loop that serves these requests.
@router.get("/imap")
async def mail_server(request: Request) -> Json:
    return _shown(request.app.state.imap)


@router.patch("/imap")
async def change_mail_server(body: MailServerChange, request: Request) -> Json:
    imap: Imap = request.app.state.imap
    await imap.change(is_up=body.is_up)
    return _shown(imap)


def _shown(imap: Imap) -> Json:
    return {"address": imap.address, "is_up": imap.is_up}
