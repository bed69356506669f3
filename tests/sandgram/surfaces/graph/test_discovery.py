"""What business discovery tells of other people, and of whom it tells nothing."""

from __future__ import annotations

import httpx2
import pytest

from tests.sandgram.conftest import Numbers


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
