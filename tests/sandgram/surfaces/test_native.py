from __future__ import annotations

import hashlib

import httpx2
import pyotp
import pytest

from sandgram.world import accounts
from tests.fixtures.sandgram import SEED, Account, RunningSandgram


@pytest.fixture
def me(sandgram: RunningSandgram) -> Account:
    return sandgram.account()


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def log_in(sandgram: RunningSandgram, **body: str) -> httpx2.Response:
    return httpx2.post(f"{sandgram.url}/sg/v1/login", json=body, trust_env=False)


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


class TestPeople:
    def test_followers_page_without_gaps_or_repeats(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/harbour_lights")
        seen: list[str] = []
        cursor = None
        while True:
            asked = {"limit": 97} | ({"cursor": cursor} if cursor else {})
            page = me.get(f"/sg/v1/people/{person['id']}/followers", **asked)
            seen += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == person["follower_count"]

    def test_an_account_that_follows_is_in_the_list_and_in_the_count(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/slow_tram")
        assert me.post(f"/sg/v1/people/{person['id']}/follow").status_code == 200
        after = me.get("/sg/v1/people/by-handle/slow_tram")
        assert after["relation"]["i_follow"]
        assert after["follower_count"] == person["follower_count"] + 1
        cursor, seen = None, []
        while True:
            asked = {"limit": 200} | ({"cursor": cursor} if cursor else {})
            page = me.get(f"/sg/v1/people/{person['id']}/followers", **asked)
            seen += [one["handle"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert me.login in seen
        assert len(seen) == after["follower_count"]

    def test_a_private_person_shows_the_profile_and_nothing_else(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/quiet_orchard")
        assert person["is_private"]
        for what in ("followers", "following", "posts", "stories"):
            answer = me.client.get(f"/sg/v1/people/{person['id']}/{what}")
            assert code_of(answer) == (403, "private_account")
        assert me.post(f"/sg/v1/people/{person['id']}/follow").json()["state"] == "requested"

    @pytest.mark.parametrize("handle", ["nobody", "harbour_lights999", "%00", "%2e%2e", "x" * 3000])
    def test_an_unknown_handle_is_not_found(self, me: Account, handle: str) -> None:
        assert code_of(me.client.get(f"/sg/v1/people/by-handle/{handle}")) == (
            404,
            "user_not_found",
        )

    def test_a_suspended_person_is_gone(self, me: Account) -> None:
        assert code_of(me.client.get("/sg/v1/people/by-handle/faded_neon")) == (
            404,
            "user_suspended",
        )

    def test_a_cursor_of_ones_own_invention_is_refused(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/harbour_lights")
        answer = me.client.get(f"/sg/v1/people/{person['id']}/followers", params={"cursor": "../x"})
        assert code_of(answer) == (422, "invalid_input")


class TestPosts:
    def test_some_posts_answer_or_pass_on_somebody_elses(self, me: Account) -> None:
        found = [
            post
            for handle in ("harbour_lights", "slow_tram", "moss_and_rye")
            for post in me.get(
                f"/sg/v1/people/{me.get(f'/sg/v1/people/by-handle/{handle}')['id']}/posts",
                limit=100,
            )["items"]
        ]
        replies = [post for post in found if post["reply_to"]]
        reposts = [post for post in found if post["repost_of"]]
        assert 0 < len(replies) < len(found) / 3
        assert 0 < len(reposts) < len(found) / 3
        assert not [post for post in replies if post["repost_of"]]
        assert all(post["reply_to"] != post["author"]["handle"] for post in replies)

    def test_posts_page_newest_first(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/harbour_lights")
        path = f"/sg/v1/people/{person['id']}/posts"
        first = me.get(path, limit=5)
        second = me.get(path, limit=5, cursor=first["next_cursor"])
        times = [post["posted_at"] for post in first["items"] + second["items"]]
        assert len(set(times)) == 10
        assert times == sorted(times, reverse=True)

    def test_a_hashtag_pages_newest_first_and_carries_the_tag(self, me: Account) -> None:
        path = "/sg/v1/hashtags/harbour/posts"
        first = me.get(path, limit=10)
        second = me.get(path, limit=10, cursor=first["next_cursor"])
        found = first["items"] + second["items"]
        assert len({post["id"] for post in found}) == 20
        assert [p["posted_at"] for p in found] == sorted(
            (p["posted_at"] for p in found), reverse=True
        )
        assert all("harbour" in post["hashtags"] for post in found)
        assert me.get(path, order="top", limit=5)["items"]

    def test_a_picture_is_a_picture(self, sandgram: RunningSandgram, me: Account) -> None:
        post = me.get("/sg/v1/hashtags/trains/posts", limit=1)["items"][0]
        answer = httpx2.get(f"{sandgram.url}{post['media'][0]}", trust_env=False)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.content[:2] == b"\xff\xd8"

    def test_what_an_account_publishes_can_be_found(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        media = me.client.post(
            "/sg/v1/media", content=b"\x89PNG", headers={"Content-Type": "image/png"}
        ).json()
        body = {"caption": "Ours #trains", "media_ids": [media["media_id"]]}
        made = me.post("/sg/v1/posts", body).json()
        assert me.get(f"/sg/v1/posts/{made['id']}")["caption"] == "Ours #trains"
        assert made["id"] in [one["id"] for one in me.get("/sg/v1/hashtags/trains/posts")["items"]]
        assert httpx2.get(f"{sandgram.url}{media['url']}", trust_env=False).content == b"\x89PNG"
        for kind in ("stories", "highlights"):
            text = {"title": "T"} if kind == "highlights" else {"caption": ""}
            assert (
                me.post(f"/sg/v1/{kind}", {**text, "media_ids": [media["media_id"]]}).status_code
                == 200
            )
            assert len(me.get(f"/sg/v1/people/{me.person_id}/{kind}")["items"]) == 1

    def test_somebody_elses_media_cannot_be_used(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        media = (
            sandgram.account()
            .client.post("/sg/v1/media", content=b"x", headers={"Content-Type": "image/png"})
            .json()
        )
        answer = me.post("/sg/v1/posts", {"media_ids": [media["media_id"]]})
        assert code_of(answer) == (422, "invalid_input")


class TestActing:
    def test_a_repeat_is_refused_and_has_no_effect(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        person = me.get("/sg/v1/people/by-handle/copper_kettle")
        post = me.get(f"/sg/v1/people/{person['id']}/posts", limit=1)["items"][0]
        for path in (f"/sg/v1/people/{person['id']}/follow", f"/sg/v1/posts/{post['id']}/like"):
            assert me.post(path).status_code == 200
            assert code_of(me.post(path)) == (409, "already_done")
        assert [one["action"] for one in sandgram.effects(account=me.login)] == ["follow", "like"]
        assert sandgram.duplicates(account=me.login)["repeats"] == 2

    def test_undoing_is_an_effect_of_its_own(self, sandgram: RunningSandgram, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/copper_kettle")
        me.post(f"/sg/v1/people/{person['id']}/follow")
        assert me.client.delete(f"/sg/v1/people/{person['id']}/follow").status_code == 200
        assert not me.get("/sg/v1/people/by-handle/copper_kettle")["relation"]["i_follow"]
        actions = [one["action"] for one in sandgram.effects(account=me.login)]
        assert actions == ["follow", "unfollow"]

    def test_comments_are_seen_and_repeats_are_duplicates(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        post = me.get("/sg/v1/hashtags/vinyl/posts", limit=1)["items"][0]
        for _ in range(2):
            assert (
                me.post(f"/sg/v1/posts/{post['id']}/comments", {"text": "Lovely"}).status_code
                == 200
            )
        newest = me.get(f"/sg/v1/posts/{post['id']}/comments", limit=1)["items"][0]
        assert (newest["author"]["handle"], newest["text"]) == (me.login, "Lovely")
        assert len(me.get("/sg/v1/me/comments")["items"]) == 2
        found = sandgram.duplicates(account=me.login)
        assert found["by_account_object_action"][0]["effects"] == 2

    def test_the_oracle_knows_who_what_and_from_where(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        person = me.get("/sg/v1/people/by-handle/moss_and_rye")
        me.client.post(
            f"/sg/v1/people/{person['id']}/follow",
            headers={"X-Request-ID": "abc", "X-Forwarded-For": "203.0.113.9"},
        )
        (effect,) = sandgram.effects(account=me.login, person="@moss_and_rye", action="follow")
        assert effect["person_id"] == effect["object_id"] == person["id"]
        assert (effect["source"], effect["request_id"]) == ("127.0.0.1", "abc")

    def test_two_accounts_at_one_person_are_seen_as_such(self, sandgram: RunningSandgram) -> None:
        one, two = sandgram.account(), sandgram.account()
        person = one.get("/sg/v1/people/by-handle/studio_marigold")
        for account in (one, two):
            account.post(f"/sg/v1/people/{person['id']}/follow")
        groups = sandgram.duplicates(action="follow", person=person["id"])["by_person_action"]
        assert set(groups[0]["accounts"]) == {one.login, two.login}

    def test_a_profile_is_edited_within_its_bounds(self, me: Account) -> None:
        assert me.client.patch("/sg/v1/me", json={"bio": "Hej", "lang": "da"}).status_code == 200
        assert me.get("/sg/v1/me")["profile"]["bio"] == "Hej"
        assert code_of(me.client.patch("/sg/v1/me", json={"name": "x" * 51})) == (
            422,
            "invalid_input",
        )
        assert code_of(me.client.patch("/sg/v1/me", json={"age": "5"})) == (422, "invalid_input")

    def test_a_story_can_be_viewed_while_it_is_up(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        for author in me.get("/sg/v1/people/by-handle/harbour_lights"), *followers(me):
            answer = me.post(f"/sg/v1/people/{author['id']}/stories/view")
            if answer.status_code == 200:
                break
            assert answer.json()["error"]["code"] in (
                "no_story",
                "private_account",
                "user_suspended",
            )
        (effect,) = sandgram.effects(account=me.login)
        assert (effect["action"], effect["person_id"]) == ("view", author["id"])


def followers(me: Account) -> list[dict[str, str]]:
    person = me.get("/sg/v1/people/by-handle/harbour_lights")
    return me.get(f"/sg/v1/people/{person['id']}/followers")["items"]


class TestControl:
    def test_an_accounts_token_is_not_the_control_token(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        assert code_of(me.client.get("/sg/control/world")) == (401, "not_control")
        answer = httpx2.get(f"{sandgram.url}/sg/control/oracle/effects", trust_env=False)
        assert answer.status_code == 401

    def test_the_health_check_is_open(self, sandgram: RunningSandgram) -> None:
        found = httpx2.get(f"{sandgram.url}/sg/health", trust_env=False).json()
        assert (found["status"], found["seed"]) == ("ok", SEED)

    def test_effects_cannot_be_rewritten_by_a_query(self, sandgram: RunningSandgram) -> None:
        answer = sandgram.control.get("/oracle/effects", params={"account": "x' OR 1=1 --"})
        assert answer.json()["items"] == []
