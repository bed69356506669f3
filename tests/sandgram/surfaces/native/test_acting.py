from __future__ import annotations

from tests.fixtures.sandgram import Account, RunningSandgram
from tests.sandgram.surfaces.refusals import code_of


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
