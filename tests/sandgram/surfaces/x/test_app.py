from __future__ import annotations

import base64

import httpx2
import pytest

from tests.fixtures.sandgram import RunningSandgram
from tests.sandgram.conftest import Numbers
from tests.sandgram.surfaces.x.owner import Owner

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50
POPULAR, PRIVATE = "harbour_lights", "quiet_orchard"


def enterprise(running: RunningSandgram) -> None:
    assert running.control.patch("/x", json={"tier": "enterprise"}).status_code == 200


def code_of(answer: httpx2.Response) -> int:
    found: int = answer.json()["errors"][0]["code"]
    return found


class TestPeople:
    def test_fields_come_when_they_are_asked_for(self, me: Owner) -> None:
        plain = me.get(f"/2/users/by/username/{POPULAR}")["data"]
        assert set(plain) == {"id", "name", "username"}
        wanted = "description,public_metrics,protected,created_at,connection_status"
        full = me.get(f"/2/users/by/username/{POPULAR}", **{"user.fields": wanted})["data"]
        assert full["public_metrics"]["followers_count"] > 0
        assert full["connection_status"] == ["none"]

    def test_nobody_is_an_error_beside_an_empty_answer(self, me: Owner) -> None:
        found = me.get("/2/users/by/username/no_such_person")
        assert "data" not in found
        assert found["errors"][0]["title"] == "Not Found Error"

    def test_a_name_that_is_none_is_a_400(self, me: Owner) -> None:
        answer = me.call("GET", "/2/users/by/username/a b")
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"

    def test_followers_page_to_the_end(self, me: Owner) -> None:
        person, found, cursor = me.id_of(POPULAR), [], None
        while True:
            more: dict[str, str] = {"pagination_token": cursor} if cursor else {}
            page = me.get(f"/2/users/{person}/followers", max_results=50, **more)
            found += [one["id"] for one in page.get("data", [])]
            cursor = page["meta"].get("next_token")
            if cursor is None:
                break
        assert len(found) == len(set(found)) > 50

    def test_a_protected_person_shows_no_list(self, me: Owner) -> None:
        answer = me.call("GET", f"/2/users/{me.id_of(PRIVATE)}/followers")
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("not-authorized-for-resource")


class TestTiers:
    def test_follow_and_like_are_for_enterprises(self, me: Owner) -> None:
        own = me.get("/2/users/me")["data"]["id"]
        wanted = {"target_user_id": me.id_of(POPULAR)}
        answer = me.call("POST", f"/2/users/{own}/following", json=wanted)
        assert (answer.status_code, answer.json()["reason"]) == (403, "client-not-enrolled")
        assert "errors" not in answer.json()

    def test_an_enterprise_follows_once(self, me: Owner, running: RunningSandgram) -> None:
        enterprise(running)
        own, person = me.get("/2/users/me")["data"]["id"], me.id_of(POPULAR)
        wanted = {"target_user_id": person}
        first = me.call("POST", f"/2/users/{own}/following", json=wanted)
        assert first.json() == {"data": {"following": True, "pending_follow": False}}
        assert code_of(me.call("POST", f"/2/users/{own}/following", json=wanted)) == 160
        effects = running.effects(account=me.account.login)
        assert [(one["action"], one["person_id"]) for one in effects] == [("follow", person)]

    def test_a_protected_person_is_asked_first(self, me: Owner, running: RunningSandgram) -> None:
        enterprise(running)
        own = me.get("/2/users/me")["data"]["id"]
        wanted = {"target_user_id": me.id_of(PRIVATE)}
        answer = me.call("POST", f"/2/users/{own}/following", json=wanted).json()
        assert answer["data"] == {"following": False, "pending_follow": True}

    def test_an_older_interface_is_not_for_this_app(self, me: Owner) -> None:
        answer = me.call("POST", "/1.1/account/update_profile.json", data={"name": "A"})
        assert (answer.status_code, code_of(answer)) == (403, 453)


class TestPosts:
    def test_both_vocabularies(self, me: Owner) -> None:
        person = me.id_of(POPULAR)
        old = me.get(f"/2/users/{person}/tweets", **{"tweet.fields": "public_metrics"})["data"][0]
        new = me.get(f"/2/users/{person}/tweets", **{"post.fields": "public_metrics"})["data"][0]
        assert "edit_history_tweet_ids" in old
        assert "edit_history_post_ids" in new
        assert "retweet_count" in old["public_metrics"]
        assert "repost_count" in new["public_metrics"]

    def test_whoever_has_posted_nothing_has_no_data(self, me: Owner) -> None:
        own = me.get("/2/users/me")["data"]["id"]
        assert me.get(f"/2/users/{own}/tweets") == {"meta": {"result_count": 0}}

    def test_a_post_is_made_once(self, me: Owner) -> None:
        made = me.call("POST", "/2/tweets", json={"text": "Such light"})
        assert made.status_code == 201
        again = me.call("POST", "/2/tweets", json={"text": "Such light"})
        assert again.status_code == 403
        assert "duplicate content" in again.json()["detail"]
        found = me.get(f"/2/tweets/{made.json()['data']['id']}")
        assert found["data"]["text"] == "Such light"

    def test_a_post_carries_a_picture(self, me: Owner) -> None:
        held = {"media": base64.b64encode(PNG).decode(), "media_category": "tweet_image"}
        uploaded = me.call("POST", "/2/media/upload", json=held).json()["data"]
        body = {"text": "Look", "media": {"media_ids": [uploaded["id"]]}}
        assert me.call("POST", "/2/tweets", json=body).status_code == 201

    def test_media_come_as_forms_too(self, me: Owner) -> None:
        answer = me.call("POST", "/2/media/upload", files={"media": ("a.png", PNG)})
        assert answer.json()["data"]["size"] == len(PNG)

    def test_a_reply_wants_to_be_summoned(self, me: Owner, running: RunningSandgram) -> None:
        post = me.get(f"/2/users/{me.id_of(POPULAR)}/tweets")["data"][0]["id"]
        body = {"text": "Yes", "reply": {"in_reply_to_tweet_id": post}}
        assert code_of(me.call("POST", "/2/tweets", json=body)) == 433
        running.control.patch("/x", json={"summoned": [post]})
        assert me.call("POST", "/2/tweets", json=body).status_code == 201
        replies = me.get("/2/tweets/search/recent", query=f"conversation_id:{post}")
        assert replies["data"][0]["text"] == "Yes"


class TestProfile:
    def test_only_what_is_sent_changes(self, me: Owner) -> None:
        me.call("PUT", "/2/users/me", json={"name": "Ava Lind", "location": "Oslo"})
        me.call("PUT", "/2/users/me", json={"description": "Boats"})
        found = me.get("/2/users/me", **{"user.fields": "description,location"})["data"]
        assert (found["name"], found["description"], found["location"]) == (
            "Ava Lind",
            "Boats",
            "Oslo",
        )

    def test_what_is_too_long_is_refused(self, me: Owner) -> None:
        assert code_of(me.call("PUT", "/2/users/me", json={"name": "x" * 51})) == 120

    def test_a_picture_is_set_by_its_upload(self, me: Owner, running: RunningSandgram) -> None:
        held = me.call("POST", "/2/media/upload", files={"media": ("a.png", PNG)}).json()["data"]
        answer = me.call("PUT", "/2/users/me/profile_image", json={"media_id": held["id"]})
        assert answer.status_code == 200, answer.text
        actions = [one["action"] for one in running.effects(account=me.account.login)]
        assert actions == ["upload", "edit_profile"]


class TestWindows:
    def test_they_are_told_and_end_with_a_429(self, me: Owner, running: RunningSandgram) -> None:
        running.control.patch("/x", json={"limits": {"me": 2}})
        left = [me.call("GET", "/2/users/me").headers["x-rate-limit-remaining"] for _ in range(2)]
        assert left == ["1", "0"]
        over = me.call("GET", "/2/users/me")
        assert (over.status_code, over.json()["title"]) == (429, "Too Many Requests")
        assert int(over.headers["x-rate-limit-reset"]) > 0

    def test_they_open_again(self, me: Owner, running: RunningSandgram, numbers: Numbers) -> None:
        running.control.patch("/x", json={"limits": {"me": 1}})
        assert [me.call("GET", "/2/users/me").status_code for _ in range(2)] == [200, 429]
        numbers.step(901)
        assert me.call("GET", "/2/users/me").status_code == 200


class TestTroubles:
    @pytest.mark.parametrize(
        ("status", "code"), [("suspended", 64), ("locked", 326), ("challenge", 326)]
    )
    def test_an_account_that_is_closed(
        self, me: Owner, running: RunningSandgram, status: str, code: int
    ) -> None:
        running.control.patch(f"/accounts/{me.account.login}", json={"status": status})
        answer = me.call("GET", "/2/users/me")
        assert (answer.status_code, code_of(answer)) == (403, code)

    @pytest.mark.parametrize(
        ("kind", "status", "sign"),
        [
            ("rate_limit_429", 429, "Too Many Requests"),
            ("rate_limit_text", 429, '"code": 88'),
            ("action_block", 403, '"code": 226'),
            ("session_expired", 401, "Unauthorized"),
            ("permission_missing", 403, "client-not-enrolled"),
            ("payment_required", 402, "problems/credits"),
            ("server_error", 503, "resource-unavailable"),
        ],
    )
    def test_faults_speak_its_language(
        self, me: Owner, running: RunningSandgram, kind: str, status: int, sign: str
    ) -> None:
        running.fault(kind, surface="x", account=me.account.login)
        answer = me.call("GET", "/2/users/me")
        assert answer.status_code == status
        assert sign in answer.text

    def test_a_fault_may_name_a_code(self, me: Owner, running: RunningSandgram) -> None:
        running.fault("action_block", surface="x", action="publish_post", code=187)
        assert code_of(me.call("POST", "/2/tweets", json={"text": "A"})) == 187

    def test_an_answer_is_lost_and_the_post_is_there(
        self, me: Owner, running: RunningSandgram
    ) -> None:
        running.fault("reset_after", surface="x", action="publish_post", count=1)
        with pytest.raises(httpx2.HTTPError):
            me.call("POST", "/2/tweets", json={"text": "Once"})
        actions = [one["action"] for one in running.effects(account=me.account.login)]
        assert actions == ["publish_post"]
