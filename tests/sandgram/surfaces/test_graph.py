from __future__ import annotations

from typing import Any

import httpx2
import pytest

from sandgram.surfaces.graph.desk import GraphDesk, token_of
from sandgram.surfaces.graph.errors import GraphError
from sandgram.surfaces.graph.fields import Field, parse
from sandgram.world.world import World
from tests.fixtures.sandgram import Account
from tests.sandgram.conftest import Numbers


@pytest.fixture
def me(numbers: Numbers) -> Account:
    return numbers.running.account()


@pytest.fixture
def token(numbers: Numbers, me: Account) -> str:
    found: str = numbers.control.get(f"/accounts/{me.login}").json()["graph_token"]
    return found


def publish(me: Account, caption: str = "Ours") -> str:
    media = me.client.post(
        "/sg/v1/media", content=b"\xff\xd8x", headers={"Content-Type": "image/jpeg"}
    ).json()
    made = me.post("/sg/v1/posts", {"caption": caption, "media_ids": [media["media_id"]]}).json()
    found: str = made["id"]
    return found


class TestFields:
    def test_names_arguments_and_fields_of_fields(self) -> None:
        text = "id, business_discovery.username(x_1){name,media.limit(3).after(9){id}}"
        assert parse(text) == (
            Field("id"),
            Field(
                "business_discovery",
                {"username": "x_1"},
                (Field("name"), Field("media", {"limit": "3", "after": "9"}, (Field("id"),))),
            ),
        )

    @pytest.mark.parametrize(
        "text", ["", ",", "a,", "a{", "a{b", "a}", "a.b", "a.b(", "a b", "é", "a{" * 9, "a" * 5000]
    )
    def test_what_follows_no_grammar_is_refused(self, text: str) -> None:
        with pytest.raises(GraphError):
            parse(text)


class TestOwnAccount:
    FIELDS = (
        "id,user_id,username,name,biography,followers_count,follows_count,media_count,account_type"
    )

    def test_the_fields_that_are_asked_for_and_the_id(
        self, numbers: Numbers, me: Account, token: str
    ) -> None:
        found = numbers.graph("me", token=token, fields=self.FIELDS).json()
        assert found["username"] == me.login
        assert found["id"] == found["user_id"] == me.person_id
        assert (found["followers_count"], found["media_count"]) == (0, 0)
        assert "biography" not in found
        assert numbers.graph("me", token=token).json() == {"id": me.person_id}
        assert numbers.graph(me.person_id, token=token, fields="username").json() == {
            "username": me.login, "id": me.person_id,
        }  # fmt: skip

    def test_the_documented_token_is_the_first_accounts(self, numbers: Numbers) -> None:
        assert numbers.graph("me", fields="username").json()["username"] == "test_account"
        for given in ("/graph/v26.0/me", "/graph/me"):
            answer = numbers.client.get(
                given, params={"fields": "username", "access_token": "sandgram-graph-token"}
            )
            assert answer.json()["username"] == "test_account"

    def test_what_accounts_do_is_counted(self, numbers: Numbers, me: Account, token: str) -> None:
        other = numbers.running.account()
        post_id = publish(me)
        other.post(f"/sg/v1/people/{me.person_id}/follow")
        other.post(f"/sg/v1/posts/{post_id}/like")
        other.post(f"/sg/v1/posts/{post_id}/comments", {"text": "One"})
        other.post(f"/sg/v1/posts/{post_id}/comments", {"text": "Two"})
        numbers.step(60)
        found = numbers.graph("me", token=token, fields="followers_count,media_count").json()
        assert (found["followers_count"], found["media_count"]) == (1, 1)
        fields = "id,caption,media_type,shortcode,like_count,comments_count,timestamp,permalink"
        media = numbers.graph("me/media", token=token, fields=fields).json()["data"]
        assert [(one["like_count"], one["comments_count"]) for one in media] == [(1, 2)]
        assert media[0]["media_type"] == "IMAGE"
        assert media[0]["timestamp"].endswith("+0000")
        assert numbers.graph(post_id, token=token, fields="caption").json()["caption"] == "Ours"
        comments = numbers.graph(
            f"{post_id}/comments", token=token, fields="id,text,username,from"
        ).json()["data"]
        assert [one["text"] for one in comments] == ["Two", "One"]
        assert comments[0]["from"]["username"] == other.login
        one = numbers.graph(comments[0]["id"], token=token, fields="text,timestamp").json()
        assert one["text"] == "Two"
        replies = numbers.graph(f"{comments[0]['id']}/replies", token=token).json()
        assert replies == {"data": []}

    def test_media_and_comments_page(self, numbers: Numbers, me: Account, token: str) -> None:
        ids = [publish(me, str(number)) for number in range(5)]
        first = numbers.graph("me/media", token=token, limit=2).json()
        after = first["paging"]["cursors"]["after"]
        assert token not in first["paging"]["next"]
        second = numbers.graph("me/media", token=token, limit=3, after=after).json()
        seen = [one["id"] for one in first["data"] + second["data"]]
        assert seen == ids[::-1]
        end = second["paging"]["cursors"]["after"]
        assert numbers.graph("me/media", token=token, limit=3, after=end).json()["data"] == []
        nested = numbers.graph("me", token=token, fields="media.limit(2){caption}").json()
        assert [one["caption"] for one in nested["media"]["data"]] == ["4", "3"]

    def test_insights_tell_what_happened_and_no_more(
        self, numbers: Numbers, me: Account, token: str
    ) -> None:
        others = [numbers.running.account() for _ in range(2)]
        post_id = publish(me)
        for one in others:
            one.post(f"/sg/v1/posts/{post_id}/like")
        others[0].post(f"/sg/v1/people/{me.person_id}/follow")
        numbers.step(60)
        metrics = "reach,accounts_engaged,likes,total_interactions,follows_and_unfollows,shares"
        found = numbers.graph(
            "me/insights", token=token, metric=metrics, metric_type="total_value"
        ).json()["data"]
        values = {one["name"]: one["total_value"]["value"] for one in found}
        assert values == {
            "reach": 2, "accounts_engaged": 2, "likes": 2, "total_interactions": 2,
            "follows_and_unfollows": 1, "shares": 0,
        }  # fmt: skip
        series = numbers.graph("me/insights", token=token, metric="reach", period="day").json()
        assert [one["value"] for one in series["data"][0]["values"]] == [2]
        of_media = numbers.graph(
            f"{post_id}/insights", token=token, metric="likes,reach,ig_reels_avg_watch_time"
        ).json()["data"]
        assert {one["name"]: one["values"][0]["value"] for one in of_media} == {
            "likes": 2, "reach": 2,
        }  # fmt: skip

    def test_a_small_account_has_no_follower_insight_rather_than_nought(
        self, numbers: Numbers, token: str
    ) -> None:
        found = numbers.graph("me/insights", token=token, metric="follower_count").json()
        assert found == {"data": []}

    @pytest.mark.parametrize(
        ("path", "given", "code", "subcode"),
        [
            ("me", {"fields": "nonsense"}, 100, None),
            ("me", {"fields": "a{"}, 2500, None),
            ("me/nonsense", {}, 2500, None),
            ("12345", {}, 100, 33),
            ("", {}, 100, 33),
            ("me/media", {"limit": "0"}, 100, None),
            ("me/media", {"limit": "101"}, 100, None),
            ("me/media", {"after": "../x"}, 100, None),
            ("me/insights", {}, 100, None),
            ("me/insights", {"metric": "impressions"}, 100, None),
            ("me/insights", {"metric": "likes"}, 100, None),
            ("me/insights", {"metric": "reach", "since": "yesterday"}, 100, None),
            ("me/insights", {"metric": "reach", "since": "99999999999999"}, 100, None),
            ("me/insights", {"metric": "reach", "period": "year"}, 100, None),
        ],
    )  # fmt: skip
    def test_what_cannot_be_answered_has_metas_error(
        self, numbers: Numbers, path: str, given: dict[str, str], code: int, subcode: int | None
    ) -> None:
        assert numbers.graph_error(path, **given) == (400, code, subcode)

    def test_the_error_object_is_whole(self, numbers: Numbers) -> None:
        error = numbers.graph("12345").json()["error"]
        assert set(error) == {
            "message", "type", "code", "error_subcode", "is_transient", "fbtrace_id",
        }  # fmt: skip
        assert error["type"] == "OAuthException"
        assert error["is_transient"] is False

    def test_somebody_elses_media_are_not_there(self, numbers: Numbers, token: str) -> None:
        other = publish(numbers.running.account())
        for path in (other, f"{other}/comments", f"{other}/insights"):
            assert numbers.graph_error(path, token=token, metric="likes") == (400, 100, 33)

    def test_nothing_can_be_written(self, numbers: Numbers, me: Account, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        answer = numbers.client.post("/graph/v25.0/me/media", headers=headers)
        assert answer.json()["error"]["code"] == 100


class TestTokens:
    @pytest.mark.parametrize("token", ["nonsense", "SGG", "SGG" + "0" * 48, "SGGzzzzzzzz", "é"])
    def test_what_is_no_token_is_190(self, numbers: Numbers, token: str) -> None:
        headers = [(b"Authorization", f"Bearer {token}".encode())]
        answer = numbers.client.get("/graph/v25.0/me", headers=headers)
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == 190
        assert numbers.client.get("/graph/v25.0/me").json()["error"]["code"] == 190

    def test_an_account_in_trouble_meets_a_checkpoint(
        self, numbers: Numbers, me: Account, token: str
    ) -> None:
        numbers.control.patch(f"/accounts/{me.login}", json={"status": "challenge"})
        assert numbers.graph_error("me", token=token) == (400, 190, 459)

    def test_the_documented_token_can_be_set_and_stand_for_another(
        self, numbers: Numbers, me: Account
    ) -> None:
        numbers.set("graph", token="another", login=me.login)
        assert numbers.graph("me", token="another").json()["id"] == me.person_id
        assert numbers.graph_error("me")[1] == 190
        assert numbers.control.patch("/graph", json={"login": "nobody"}).status_code == 422


class TestBusinessDiscovery:
    FIELDS = "id,username,followers_count,follows_count,media_count,biography"

    def discover(self, numbers: Numbers, name: str, fields: str = FIELDS) -> httpx2.Response:
        return numbers.graph("me", fields=f"business_discovery.username({name}){{{fields}}}")

    def test_it_tells_the_truth(self, numbers: Numbers) -> None:
        for handle in ("instagram", "harbour_lights"):
            truth = numbers.oracle("metrics", username=handle)
            found = self.discover(numbers, handle).json()["business_discovery"]
            assert found["id"] == truth["id"]
            assert found["followers_count"] == truth["items"][0]["follower_count"]
            assert found["follows_count"] == truth["items"][0]["following_count"]
            assert found["media_count"] == truth["items"][0]["post_count"]

    def test_media_come_with_it(self, numbers: Numbers) -> None:
        fields = "media.limit(3){id,like_count,comments_count,view_count,media_type}"
        found = self.discover(numbers, "slow_tram", fields).json()["business_discovery"]["media"]
        assert len(found["data"]) == 3
        after = found["paging"]["cursors"]["after"]
        more = self.discover(numbers, "slow_tram", f"media.limit(3).after({after}){{id}}").json()
        seen = [one["id"] for one in found["data"] + more["business_discovery"]["media"]["data"]]
        assert len(set(seen)) == 6
        assert all(("view_count" in one) == (one["media_type"] == "VIDEO") for one in found["data"])

    def test_hidden_likes_are_left_out(self, numbers: Numbers) -> None:
        for handle in numbers.oracle("subjects", limit=600)["items"]:
            answer = self.discover(numbers, handle, "media.limit(1){like_count,comments_count}")
            if answer.status_code != 200:
                continue
            media = answer.json()["business_discovery"].get("media", {"data": []})["data"]
            if media and "like_count" not in media[0]:
                assert "comments_count" in media[0]
                return
        pytest.fail("nobody hides anything")

    @pytest.mark.parametrize("name", ["nobody", "faded_neon", "quiet_orchard", "%00"])
    def test_who_is_not_there_or_private_is_110(self, numbers: Numbers, name: str) -> None:
        answer = self.discover(numbers, name)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["error_subcode"]) == (400, 110, 2207013)
        assert error["error_user_title"]

    def test_who_is_not_professional_is_110(self, numbers: Numbers) -> None:
        me = numbers.running.account()
        follower = next(
            one
            for one in me.get(
                f"/sg/v1/people/{me.get('/sg/v1/people/by-handle/slow_tram')['id']}/followers"
            )["items"]
            if not one["is_business"]
        )
        assert self.discover(numbers, follower["handle"]).json()["error"]["code"] == 110

    @pytest.mark.parametrize("fields", ["business_discovery", "business_discovery.username(){id}"])
    def test_it_wants_a_name(self, numbers: Numbers, fields: str) -> None:
        assert numbers.graph_error("me", fields=fields)[1] == 100


class TestUsage:
    def test_it_is_told_when_enough_calls_were_made_and_then_refused(
        self, numbers: Numbers
    ) -> None:
        numbers.set("graph", calls_per_hour=40)
        first = numbers.graph("me")
        assert "x-app-usage" not in first.headers
        answers = [numbers.graph("me") for _ in range(60)]
        told = next(one for one in answers if "x-app-usage" in one.headers)
        assert httpx2.Response(200, text=told.headers["x-app-usage"]).json()["call_count"] == 5
        assert "x-business-use-case-usage" in told.headers
        last: dict[str, Any] = answers[-1].json()["error"]
        assert (last["code"], last["is_transient"]) == (80002, True)
        fields = "business_discovery.username(instagram){id}"
        assert numbers.graph("me", fields=fields).status_code == 200
        found = [numbers.graph("me", fields=fields) for _ in range(50)][-1]
        assert (found.status_code, found.json()["error"]["code"]) == (403, 4)

    def test_an_hour_later_all_is_forgotten(self, tmp_path: Any) -> None:
        world = World(seed=7, size=100, directory=tmp_path)
        at = [0.0]
        desk = GraphDesk(world, ticks=lambda: at[0])
        desk.change(token=None, account=None, calls_per_hour=100)
        for _ in range(99):
            desk.count(1, kind="app")
        assert desk.count(1, kind="app") == 100
        assert desk.count(2, kind="app") == desk.count(1, kind="account") == 1
        at[0] = 3_661.0
        assert desk.count(1, kind="app") == 1
        assert desk.number_of(token_of(7, 1_234)) == 1_234
        assert desk.number_of(token_of(8, 1_234)) is None
        world.close()
