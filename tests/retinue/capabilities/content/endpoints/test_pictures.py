"""Pictures are added, listed, changed, archived and removed over HTTP."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.content import jobs
from retinue.capabilities.content import service as content
from retinue.capabilities.content.endpoints import router
from retinue.capabilities.content.service import keeping
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.http import Scope
from retinue.foundation.runtime import Runtime
from tests.factories.engaging import make_account
from tests.factories.pooling import add_picture, make_persona, wanted
from tests.factories.serving import ELSEWHERE, client, make_app


def caller_of(runtime: Runtime, role: Role, **more: Any) -> TestClient:
    with runtime.database.writing() as db:
        issued = access.issue_token(
            db,
            TokenCreate(name=role.value, role=role, **more),
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=runtime.clock.now(),
        )
    app = make_app(runtime, [router])
    return client(app, peer=ELSEWHERE, authorization=f"Bearer {issued.token}")


def picture(colour: str = "red", *, kind: str = "JPEG", **more: Any) -> bytes:
    image = Image.radial_gradient("L").convert("RGB")
    image.paste(colour, (0, 0, 128, 128))
    made = io.BytesIO()
    image.resize((400, 300)).save(made, kind, **more)
    return made.getvalue()


def upload(caller: TestClient, sent: bytes | None = None, **said: Any) -> Any:
    form = {"persona": "Ava", "category": "post", **said}
    files = {"file": ("a.jpg", picture() if sent is None else sent, "image/jpeg")}
    return caller.post("/api/content", data=form, files=files)


def seeded(runtime: Runtime, number: int = 3) -> list[int]:
    with runtime.database.writing() as db:
        ava = make_persona(db, now=runtime.clock.now())
        return [
            add_picture(
                db,
                ava,
                f"{n}",
                quality=n,
                title=f"Beach {n}",
                tags=["Sun"],
                now=runtime.clock.now(),
            )
            for n in range(number)
        ]


class TestAdd:
    def test_a_picture_is_kept_with_its_thumbnail(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        answer = upload(caller, title="Morning", tags="Sun, sea", quality=80, max_usage=2)
        assert answer.status_code == 201
        added = answer.json()
        assert (added["is_new"], added["near_duplicates"]) == (True, [])
        assert (added["persona"], added["state"], added["tags"]) == (
            "Ava",
            "available",
            ["sun", "sea"],
        )
        assert (added["width"], added["height"], added["max_usage"]) == (400, 300, 2)
        assert answer.headers["location"] == f"/api/content/{added['id']}"

        image = caller.get(added["image_url"])
        assert (image.status_code, image.headers["content-type"]) == (200, "image/jpeg")
        assert image.headers["x-content-type-options"] == "nosniff"
        assert image.headers["cache-control"] == "private, no-cache"
        assert len(image.content) == added["bytes"]
        thumbnail = caller.get(added["thumbnail_url"])
        assert Image.open(io.BytesIO(thumbnail.content)).size == (320, 240)
        for one in (image, thumbnail):
            again = caller.get(one.request.url.path, headers={"if-none-match": one.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")

        files = {path.name for path in keeping.folder(runtime.configuration.data_dir).glob("*/*")}
        assert files == {f"{added['sha256']}.jpg", f"{added['sha256']}.thumb.jpg"}

    def test_the_same_again_is_the_one_that_was_there(self, caller: TestClient) -> None:
        first = upload(caller).json()
        for sent in (picture(), picture(comment=b"a copy")):
            again = upload(caller, sent, quality=1)
            assert (again.status_code, again.json()["is_new"]) == (200, False)
            assert (again.json()["id"], again.json()["quality"]) == (first["id"], 50)

    def test_a_likeness_is_told(self, caller: TestClient) -> None:
        first = upload(caller).json()
        near = upload(caller, picture(quality=60)).json()
        assert (near["is_new"], near["near_duplicates"]) == (True, [first["id"]])

    @pytest.mark.parametrize(
        ("sent", "said", "refusal"),
        [
            (b"<svg/>", {}, (422, "picture_refused")),
            (b"", {}, (422, "picture_refused")),
            (None, {"persona": "Nobody"}, (404, "persona_not_found")),
            (None, {"category": "No Such!"}, (422, "invalid")),
            (None, {"quality": "101"}, (422, "invalid")),
            (None, {"max_usage": "0"}, (422, "invalid")),
            (None, {"tags": "x" * 51}, (422, "invalid")),
            (None, {"unknown": "1"}, (422, "invalid")),
        ],
    )
    def test_what_cannot_be_kept_is_refused_and_leaves_nothing(
        self,
        caller: TestClient,
        runtime: Runtime,
        sent: bytes | None,
        said: dict[str, str],
        refusal: tuple[int, str],
    ) -> None:
        answer = upload(caller, sent, **said)
        assert (answer.status_code, answer.json()["code"]) == refusal
        assert caller.get("/api/content").json()["total"] == 0
        assert not list(keeping.folder(runtime.configuration.data_dir).glob("*/*"))

    def test_only_operators_may_add_and_bots_see_nothing(self, runtime: Runtime) -> None:
        viewer, bot = (caller_of(runtime, role) for role in (Role.viewer, Role.bot))
        assert upload(viewer).status_code == 403
        assert viewer.get("/api/content").status_code == 200
        assert [bot.get(f"/api/{path}").status_code for path in ("content", "texts")] == [403, 403]
        assert upload(caller_of(runtime, Role.operator)).status_code == 201


class TestList:
    def test_pages_lead_on_in_every_order(self, caller: TestClient, runtime: Runtime) -> None:
        ids = seeded(runtime, 5)
        for sort in ("newest", "quality", "uses", "last_used"):
            seen: list[int] = []
            cursor = None
            while True:
                asked = {"limit": 2, "sort": sort} | ({"cursor": cursor} if cursor else {})
                page = caller.get("/api/content", params=asked).json()
                seen += [item["id"] for item in page["items"]]
                cursor = page["next_cursor"]
                if cursor is None:
                    break
            assert (seen, page["total"]) == (ids[::-1], 5)

    @pytest.mark.parametrize(
        ("asked", "number"),
        [
            ({"persona": 1}, 3),
            ({"persona": 2}, 0),
            ({"category": "post"}, 3),
            ({"category": "story"}, 0),
            ({"q": "beach 2"}, 1),
            ({"q": "SUN"}, 3),
            ({"q": "%"}, 0),
            ({"state": "available"}, 1),
            ({"state": "used_up"}, 1),
            ({"state": "archived"}, 1),
            ({"state": "resting"}, 0),
        ],
    )
    def test_filters(
        self, caller: TestClient, runtime: Runtime, asked: dict[str, Any], number: int
    ) -> None:
        ids = seeded(runtime)
        caller.post(f"/api/content/{ids[0]}/archive")
        with runtime.database.writing() as db:
            account = make_account(db, now=runtime.clock.now()).id
            content.assign(db, wanted(1, account), now=runtime.clock.now())
        assert caller.get("/api/content", params=asked).json()["total"] == number


class TestChange:
    def test_what_is_sent_changes_and_is_audited(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        (item,) = seeded(runtime, 1)
        changes = {
            "category": "story",
            "tags": ["Dog"],
            "quality": 9,
            "max_usage": None,
            "title": None,
        }
        answer = caller.patch(f"/api/content/{item}", json=changes)
        assert answer.status_code == 200
        assert {name: answer.json()[name] for name in changes} == {**changes, "tags": ["dog"]}
        with runtime.database.writing() as db:
            account = make_account(db, now=runtime.clock.now()).id
            asked = wanted(1, account, category="story", tags=("dog",))
            assert content.assign(db, asked, now=runtime.clock.now()).parts["relevance"] == 1.0
            entry = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            assert entry is not None
            assert (entry.action, entry.before["quality"], entry.after["quality"]) == (  # type: ignore[index]
                "content.changed",
                0,
                9,
            )

    def test_usage_cannot_be_set_below_what_was_given(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        (item,) = seeded(runtime, 1)
        caller.patch(f"/api/content/{item}", json={"max_usage": 5})
        with runtime.database.writing() as db:
            for login in ("ava", "mia"):
                account = make_account(db, login, now=runtime.clock.now()).id
                content.assign(db, wanted(1, account, reuse_days=0), now=runtime.clock.now())
        assert caller.patch(f"/api/content/{item}", json={"max_usage": 1}).status_code == 422
        assert (
            caller.patch(f"/api/content/{item}", json={"max_usage": 2}).json()["state"] == "used_up"
        )


class TestRemove:
    def test_what_was_given_can_only_be_archived(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        items = seeded(runtime, 2)
        with runtime.database.writing() as db:
            account = make_account(db, now=runtime.clock.now()).id
            given = content.assign(db, wanted(1, account), now=runtime.clock.now()).id
        (free,) = set(items) - {given}
        assert caller.delete(f"/api/content/{free}").status_code == 204
        refused = caller.delete(f"/api/content/{given}")
        assert (refused.status_code, refused.json()["code"]) == (409, "content_in_use")
        assert caller.get(f"/api/content/{free}").status_code == 404
        assert caller.post(f"/api/content/{given}/archive").json()["state"] == "archived"
        assert caller.post(f"/api/content/{given}/restore").json()["state"] == "used_up"

    def test_many_at_once_with_what_is_refused(self, caller: TestClient, runtime: Runtime) -> None:
        items = seeded(runtime, 3)
        asked = {"action": "archive", "ids": [*items, 99]}
        answer = caller.post("/api/content/bulk", json=asked).json()
        assert (answer["changed"], answer["unchanged"], answer["refused"]) == (3, 0, 1)
        again = caller.post("/api/content/bulk", json=asked).json()
        assert (again["changed"], again["unchanged"]) == (0, 3)
        gone = caller.post("/api/content/bulk", json={"action": "remove", "ids": items}).json()
        assert gone["changed"] == 3
        assert caller.get("/api/content").json()["total"] == 0

    def test_files_without_a_row_are_swept_away_after_an_hour(
        self, caller: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        kept, gone = upload(caller).json(), upload(caller, picture("blue")).json()
        caller.delete(f"/api/content/{gone['id']}")
        folder = keeping.folder(runtime.configuration.data_dir)
        clock.set(SystemClock().now())
        jobs.sweep_files(runtime, {})
        assert len(list(folder.glob("*/*"))) == 4
        clock.advance(timedelta(hours=2))
        jobs.sweep_files(runtime, {})
        assert {path.name.split(".")[0] for path in folder.glob("*/*")} == {kept["sha256"]}
        assert caller.get(kept["image_url"]).status_code == 200
