"""What a warm-up needs before it begins."""

from __future__ import annotations

import csv
import io
import socket
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL import Image

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.capabilities.content import service as content
from retinue.capabilities.content.models import ContentKind
from retinue.capabilities.content.schemas.adding import Details, Drawn, TextCreate
from retinue.capabilities.personas import service as personas
from retinue.capabilities.personas.schemas import PersonaCreate
from retinue.capabilities.settings import service as settings
from retinue.entrypoints import demo_seed, starting
from retinue.foundation import clock_file
from retinue.foundation.configuration import Configuration
from retinue.foundation.runtime import Runtime
from tests.factories.rehearsing import Rehearsal
from tests.fixtures.sandgram import start_sandgram

PICTURED = ("pfp", "post", "highlight", "story")
PERSONA = "Ava"
ACTOR = "a test"


def rehearse(
    folder: Path,
    *,
    number: int,
    bots: int,
    factor: float,
    variables: Mapping[str, str] | None = None,
    **warmup: Any,
) -> Rehearsal:
    """`warmup` are settings of that group. The server is not started yet."""
    data_dir = folder / "data"
    data_dir.mkdir(parents=True)
    anchor = clock_file.settle(data_dir, factor=factor)
    in_step = () if anchor is None else ("--clock-file", str(anchor))
    sandgram = start_sandgram(folder / "sandgram", *in_step)
    made = [sandgram.credentials() for _ in range(number)]
    file = folder / "accounts.csv"
    file.write_text(_csv(made), encoding="utf-8")
    configuration = Configuration(data_dir=data_dir, sandgram_url=sandgram.url)
    with starting.open_installation(configuration, is_demo=True) as runtime:
        tokens = _seed(runtime, made, bots=bots, warmup=warmup)
    return Rehearsal(
        data_dir=data_dir,
        sandgram=sandgram,
        factor=factor,
        port=_free_port(),
        tokens=tokens,
        accounts_file=file,
        logins=[one["login"] for one in made],
        variables=variables or {},
    )


def _seed(
    runtime: Runtime, made: Sequence[dict[str, Any]], *, bots: int, warmup: dict[str, Any]
) -> list[str]:
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        # The examples of the demo are no part of this.
        access.remember(db, demo_seed.DONE, now.isoformat())
        if warmup:
            settings.update(db, {"warmup": warmup}, actor=ACTOR, now=now)
        persona = personas.add(db, PersonaCreate(name=PERSONA), actor=ACTOR, now=now)
        for one in made:
            pair = OpenCredentials(auth_token=one["auth_token"], ct0=one["ct0"])
            wanted = AccountCreate(login=one["login"], persona=PERSONA, credentials=pair)
            account = accounts.add(db, runtime.sealer, wanted, actor=ACTOR, now=now)
            account.persona_id = persona.id
            accounts.move(db, account, Lifecycle.ready, reason=ACTOR, actor=ACTOR, now=now)
        fill_pools(runtime, db, persona.id, each=len(made) + max(2, len(made) // 3))
        origin = Origin(actor=ACTOR)
        return [
            access.issue_token(
                db,
                TokenCreate(name=f"bot-{number}", role=Role.bot),
                granted_by=access.scopes_of(Role.admin),
                origin=origin,
                now=now,
            ).token
            for number in range(bots)
        ]


def fill_pools(runtime: Runtime, db: Any, persona_id: int, *, each: int) -> None:
    """So many pictures and texts of every sort, each to be used once."""
    now = runtime.clock.now()
    for category in PICTURED:
        for number in range(each):
            drawn = picture(f"{category} {number}")
            content.keeping.keep(runtime.configuration.data_dir, drawn)
            details = Details(category=category, title=f"{category} {number}", max_usage=1)
            content.add_picture(db, persona_id, drawn, details, actor=ACTOR, now=now)
    kinds = {
        "bio": ContentKind.bio,
        "post": ContentKind.caption,
        "story": ContentKind.caption,
        "highlight": ContentKind.title,
    }
    for category, kind in kinds.items():
        for number in range(each):
            text = TextCreate.model_validate(
                {
                    "persona": persona_id,
                    "kind": kind,
                    "text": f"{category} number {number}",
                    "category": category,
                    "max_usage": 1,
                }
            )
            content.add_text(db, text, actor=ACTOR, now=now)


def picture(name: str) -> Drawn:
    """A small one of its own."""
    digest = sha256(name.encode()).digest()
    image = Image.new("RGB", (24, 24), tuple(digest[:3]))
    image.putpixel((digest[3] % 24, digest[4] % 24), tuple(digest[5:8]))
    out = io.BytesIO()
    image.save(out, "PNG")
    made = out.getvalue()
    return Drawn(
        content=made,
        thumbnail=made,
        media_type="image/png",
        width=24,
        height=24,
        phash=int.from_bytes(digest[:8], "big", signed=True),
        sha256=sha256(made).hexdigest(),
        source_sha256=sha256(made).hexdigest(),
    )


def _csv(made: Sequence[dict[str, Any]]) -> str:
    out = io.StringIO()
    rows = [one["row"] for one in made]
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
