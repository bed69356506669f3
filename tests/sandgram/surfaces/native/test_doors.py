from __future__ import annotations

import hashlib

import httpx2
import pyotp
import pytest

from sandgram.world import accounts
from tests.factories import plain_http
from tests.fixtures.sandgram import SEED, Account, RunningSandgram
from tests.sandgram.surfaces.refusals import code_of


def log_in(sandgram: RunningSandgram, **body: str) -> httpx2.Response:
    return plain_http.ask("POST", f"{sandgram.url}/sg/v1/login", json=body)


class TestLogIn:
    def test_an_exported_account_opens_without_further_steps(
        self, sandgram: RunningSandgram
    ) -> None:
        known = accounts.credentials(SEED, 0)
        answer = log_in(sandgram, login=known.login, password=known.password)
        assert answer.json()["account"]["login"] == "test_account"

    def test_a_wrong_password_is_refused(self, sandgram: RunningSandgram) -> None:
        assert code_of(log_in(sandgram, login="test_account", password="x")) == (
            401,
            "wrong_password",
        )
        assert code_of(log_in(sandgram, login="nobody", password="x")) == (401, "wrong_password")

    def test_an_authenticator_is_asked_for_and_accepted(self, sandgram: RunningSandgram) -> None:
        known = accounts.credentials(SEED, 2)
        body = {"login": known.login, "password": known.password}
        assert code_of(log_in(sandgram, **body)) == (401, "second_factor_required")
        assert code_of(log_in(sandgram, **body, code="000000")) == (401, "wrong_code")
        assert log_in(sandgram, **body, code=pyotp.TOTP(known.totp_secret).now()).status_code == 200

    def test_a_backup_code_opens_once(self, sandgram: RunningSandgram) -> None:
        known = accounts.credentials(SEED, 6)
        body = {"login": known.login, "password": known.password, "code": known.backup_code}
        assert log_in(sandgram, **body).status_code == 200
        assert code_of(log_in(sandgram, **body)) == (401, "wrong_code")

    def test_a_mailed_code_is_asked_for_and_opens_once(self, sandgram: RunningSandgram) -> None:
        made = sandgram.credentials()
        login = made["login"]
        sandgram.control.patch(f"/accounts/{login}", json={"status": "email_code"})
        body = {"login": login, "password": made["password"]}
        assert code_of(log_in(sandgram, **body)) == (401, "email_code_required")
        code = sandgram.control.get(f"/accounts/{login}/mailbox").json()["items"][0]["code"]
        assert log_in(sandgram, **body, code=code).status_code == 200

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            ("suspended", "account_suspended"),
            ("locked", "account_locked"),
            ("challenge", "challenge_required"),
        ],
    )
    def test_an_account_in_trouble_is_told_so_everywhere(
        self, sandgram: RunningSandgram, me: Account, status: str, code: str
    ) -> None:
        sandgram.control.patch(f"/accounts/{me.login}", json={"status": status})
        assert code_of(me.client.get("/sg/v1/me")) == (403, code)
        assert code_of(log_in(sandgram, login=me.login, password=me.password)) == (403, code)

    def test_log_out_ends_the_session(self, me: Account) -> None:
        assert me.post("/sg/v1/logout").status_code == 200
        assert code_of(me.client.get("/sg/v1/me")) == (401, "session_expired")

    def test_a_changed_password_replaces_the_old_one(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        body = {"old_password": me.password, "new_password": "Quite-another-2026"}
        assert me.post("/sg/v1/me/password", body).status_code == 200
        assert code_of(log_in(sandgram, login=me.login, password=me.password)) == (
            401,
            "wrong_password",
        )
        assert me.client.get("/sg/v1/me").status_code == 200


class TestOwnProfile:
    def test_an_edit_shows_to_oneself_and_to_others(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        picture = b"\xff\xd8\xff" + b"0" * 50
        media = me.client.post(
            "/sg/v1/media", content=picture, headers={"Content-Type": "image/jpeg"}
        ).json()
        body = {"location": "Oslo", "lang": "nb", "banner": media["media_id"]}
        assert me.client.patch("/sg/v1/me", json=body).status_code == 200
        own = me.get("/sg/v1/me")["profile"]
        assert (own["location"], own["lang"]) == ("Oslo", "nb")
        assert own["banner_sha256"] == hashlib.sha256(picture).hexdigest()
        assert own["avatar_sha256"] is None
        seen = sandgram.account().get(f"/sg/v1/people/by-handle/{me.login}")
        assert seen["location"] == "Oslo"
        assert "lang" not in seen


PICTURE = b"\x89PNG\r\n\x1a\n of nobody in particular"


def upload(me: Account) -> str:
    answer = me.client.post("/sg/v1/media", content=PICTURE, headers={"Content-Type": "image/png"})
    media_id: str = answer.json()["media_id"]
    return media_id


class TestWhatAnAccountSaysOfItself:
    def test_the_oracle_tells_a_new_picture_from_a_new_bio(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        digest = hashlib.sha256(PICTURE).hexdigest()
        me.client.patch("/sg/v1/me", json={"avatar": upload(me)})
        me.client.patch("/sg/v1/me", json={"bio": "Boats 🚤"})
        found = sandgram.effects(account=me.login, action="edit_profile")
        assert [one["details"] for one in found] == [{"avatar": digest}, {"bio": "Boats 🚤"}]

    @pytest.mark.parametrize(
        ("kind", "path", "word"),
        [
            ("post", "posts", "caption"),
            ("story", "stories", "caption"),
            ("highlight", "highlights", "title"),
        ],
    )
    def test_it_finds_its_own_publications_again_by_text_and_picture(
        self, sandgram: RunningSandgram, me: Account, kind: str, path: str, word: str
    ) -> None:
        digest = hashlib.sha256(PICTURE).hexdigest()
        made = me.post(f"/sg/v1/{path}", {word: "Low tide", "media_ids": [upload(me)]}).json()
        found = me.get("/sg/v1/me/published", kind=kind)["items"]
        assert [(one["id"], one["text"], one["media_sha256"]) for one in found] == [
            (made["id"], "Low tide", [digest])
        ]
        effect = sandgram.effects(account=me.login, action=f"publish_{kind}")[0]
        assert effect["details"] == {"text": "Low tide", "media": [digest]}
        others = {"post", "story", "highlight"} - {kind}
        assert not any(me.get("/sg/v1/me/published", kind=one)["items"] for one in others)

    def test_the_archive_is_paged(self, me: Account) -> None:
        media = upload(me)
        for number in range(5):
            me.post("/sg/v1/stories", {"caption": f"{number}", "media_ids": [media]})
        first = me.get("/sg/v1/me/published", kind="story", limit=3)
        rest = me.get("/sg/v1/me/published", kind="story", cursor=first["next_cursor"])
        assert [one["text"] for one in first["items"] + rest["items"]] == list("43210")
