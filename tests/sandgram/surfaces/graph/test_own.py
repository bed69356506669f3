"""What an account is told of itself, its media and their insights."""

from __future__ import annotations

import pytest

from tests.fixtures.sandgram import Account
from tests.sandgram.conftest import Numbers


def publish(me: Account, caption: str = "Ours") -> str:
    media = me.client.post(
        "/sg/v1/media", content=b"\xff\xd8x", headers={"Content-Type": "image/jpeg"}
    ).json()
    made = me.post("/sg/v1/posts", {"caption": caption, "media_ids": [media["media_id"]]}).json()
    found: str = made["id"]
    return found


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
