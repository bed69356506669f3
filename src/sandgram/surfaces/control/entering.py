"""How accounts get in: challenges and their solutions, backup codes, cookies, mails."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from sandgram.seeding import draw
from sandgram.store import doors as rows
from sandgram.store import mails
from sandgram.surfaces.control.guard import require_control
from sandgram.surfaces.control.world import number_of
from sandgram.surfaces.wire import Json, TheWorld
from sandgram.world import challenges, cookies, mail

router = APIRouter(prefix="/sg/control", tags=["entering"], dependencies=[Depends(require_control)])

_BACKUP = 739
Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\r\n]+$")]


class Codes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    count: Annotated[int, Field(ge=1, le=20)] = 8


class MailCreate(BaseModel):
    """Anybody's mail: a newsletter, or somebody who claims to be the network."""

    model_config = ConfigDict(extra="forbid")

    sender: Line = "Sandgram News <news@letters.sandgram.test>"
    subject: Line = "This week on Sandgram"
    text: Annotated[str, Field(max_length=20_000)] = "123456 people were here this week.\n"
    recipient: Line | None = None
    """Instead of the account's own address."""
    is_authentic: bool = True
    """Whether the receiving host says that DKIM and SPF have passed."""
    age: Annotated[float, Field(ge=-86_400, le=31_536_000)] = 0
    """Seconds before now at which it says it was written."""


@router.get("/challenges")
def list_challenges(world: TheWorld, login: str | None = None) -> Json:
    """Newest first, with the solutions."""
    found = challenges.listed(world)
    return {"items": [one for one in found if login in (None, one["login"])]}


@router.post("/accounts/{login}/backup-codes", status_code=201)
def add_backup_codes(login: str, body: Codes, world: TheWorld) -> Json:
    """Further codes, each good for one log-in. The account asks for a second factor from now on."""
    number = number_of(world, login)
    made = len(rows.backup_codes(world.db, number))
    codes = [
        f"{draw(world.seed, _BACKUP, number, made + place) % 10**8:08d}"
        for place in range(body.count)
    ]
    rows.add_backup_codes(world.db, number, codes, at=world.now_text())
    return {"items": codes}


@router.get("/accounts/{login}/backup-codes")
def list_backup_codes(login: str, world: TheWorld) -> Json:
    """The added ones, and that of the seed once it is used."""
    return {"items": rows.backup_codes(world.db, number_of(world, login))}


@router.post("/accounts/{login}/cookies", status_code=201)
def make_cookies(login: str, world: TheWorld) -> Json:
    """A fresh pair, as a log-in at the web site gives it."""
    pair = cookies.make(world, number_of(world, login))
    return {"auth_token": pair.auth_token, "ct0": pair.ct0}


@router.delete("/accounts/{login}/cookies")
def end_cookies(login: str, world: TheWorld) -> Json:
    """Every pair of the account ends, the one in exported files too."""
    return {"ended": cookies.end_all(world, number_of(world, login))}


@router.post("/accounts/{login}/mails", status_code=201)
def send_mail(login: str, body: MailCreate, world: TheWorld) -> Json:
    draft = mail.Draft(
        sender=body.sender,
        subject=body.subject,
        text=body.text,
        is_authentic=body.is_authentic,
        recipient=body.recipient,
        age=timedelta(seconds=body.age),
    )
    return {"sent": mail.send(world, number_of(world, login), draft)}


@router.get("/accounts/{login}/mails")
def list_mails(login: str, world: TheWorld) -> Json:
    """What has arrived, oldest first, without the texts."""
    found = mails.arrived(world.db, number_of(world, login), now=world.now_text())
    return {"items": [{**one, "is_seen": bool(one["is_seen"])} for one in found]}
