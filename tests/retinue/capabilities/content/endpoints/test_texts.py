"""Texts are added, changed, archived and removed over HTTP."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.content import service as content
from retinue.capabilities.content.models import ContentKind
from retinue.foundation.runtime import Runtime
from tests.factories.engaging import make_account
from tests.factories.pooling import add_text, wanted


class TestTexts:
    def test_texts_are_added_changed_and_removed(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        body = {"persona": "ava", "kind": "bio", "text": "Sun & sea 🌊", "tags": ["Sun"]}
        added = caller.post("/api/texts", json=body)
        assert (added.status_code, added.json()["text"]) == (201, "Sun & sea 🌊")
        assert caller.post("/api/texts", json=body).status_code == 200
        path = f"/api/texts/{added.json()['id']}"
        assert caller.patch(path, json={"text": "Sun only", "quality": 70}).json()["quality"] == 70
        other = caller.post("/api/texts", json={**body, "text": "Other"}).json()["id"]
        taken = caller.patch(f"/api/texts/{other}", json={"text": "Sun only"})
        assert (taken.status_code, taken.json()["code"]) == (409, "text_exists")
        assert caller.get("/api/texts", params={"q": "only"}).json()["total"] == 1
        assert caller.get("/api/texts", params={"kind": "caption"}).json()["total"] == 0
        assert caller.post(f"{path}/archive").json()["state"] == "archived"
        assert caller.delete(path).status_code == 204
        assert caller.get(path).status_code == 404

    def test_the_words_of_a_text_that_was_given_stay(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            text = add_text(db, 1, "Hello", now=now)
            account = make_account(db, now=now).id
            content.assign(db, wanted(1, account, kind=ContentKind.caption), now=now)
        refused = caller.patch(f"/api/texts/{text}", json={"text": "Bye"})
        assert (refused.status_code, refused.json()["code"]) == (409, "content_in_use")

    @pytest.mark.parametrize("text", ["", "  ", "a\x00b", "a\x07", "x" * 2201])
    def test_what_cannot_be_shown_is_refused(self, caller: TestClient, text: str) -> None:
        body = {"persona": 1, "kind": "caption", "text": text}
        assert caller.post("/api/texts", json=body).status_code == 422
