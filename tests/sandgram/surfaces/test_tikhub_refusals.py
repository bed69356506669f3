from __future__ import annotations

import time
from typing import Any

import pytest

from sandgram.surfaces.tikhub.desk import Desk
from sandgram.surfaces.tikhub.endpoints import ENDPOINTS
from tests.sandgram.conftest import Numbers

CODE = "CxYQJO8xuC6"


class TestRefusals:
    PATH = "instagram/v2/fetch_user_info"

    def refused(self, answer: Any) -> tuple[int, int]:
        detail = answer.json()["detail"]
        assert {"code", "request_id", "message", "message_zh", "router", "params"} <= set(detail)
        return answer.status_code, detail["code"]

    @pytest.mark.parametrize("key", ["wrong", "sandgram-tikhub-key2", "sché"])
    def test_another_key_is_401(self, numbers: Numbers, key: str) -> None:
        header = [(b"Authorization", f"Bearer {key}".encode())]
        answer = numbers.client.get(f"/tikhub/api/v1/{self.PATH}?username=x", headers=header)
        assert self.refused(answer) == (401, 401)

    def test_no_key_is_401_and_a_cookie_will_do(self, numbers: Numbers) -> None:
        url = f"/tikhub/api/v1/{self.PATH}?username=instagram"
        assert self.refused(numbers.client.get(url)) == (401, 401)
        cookie = {"Cookie": "a=b; Authorization=Bearer sandgram-tikhub-key"}
        assert numbers.client.get(url, headers=cookie).status_code == 200

    def test_the_key_can_be_set(self, numbers: Numbers) -> None:
        numbers.set("tikhub", key="another")
        assert numbers.tikhub(self.PATH, username="instagram").status_code == 401
        assert numbers.tikhub(self.PATH, key="another", username="instagram").status_code == 200

    @pytest.mark.parametrize(
        ("path", "given", "field"),
        [
            ("v2/fetch_user_info", {}, "username"),
            ("v2/fetch_user_info", {"username": ""}, "username"),
            ("v3/get_user_profile", {}, "username"),
            ("v3/get_user_profile", {"username": ""}, "username"),
            ("v2/fetch_post_info", {"code": "x"}, "code_or_url"),
            ("v3/get_user_posts", {"username": "slow_tram", "first": "51"}, "first"),
            ("v3/get_user_posts", {"username": "slow_tram", "first": "many"}, "first"),
            ("v3/get_user_posts", {"username": "slow_tram", "first": "0"}, "first"),
            ("v3/get_post_info", {}, "media_id"),
        ],
    )
    def test_a_bad_parameter_is_422_in_the_form_of_a_list(
        self, numbers: Numbers, path: str, given: dict[str, str], field: str
    ) -> None:
        answer = numbers.tikhub(f"instagram/{path}", **given)
        assert answer.status_code == 422
        first = answer.json()["detail"][0]
        assert first["loc"] == ["query", field]
        assert first["msg"]
        assert first["type"]

    @pytest.mark.parametrize("handle", ["nobody_at_all", "faded_neon", "%00", "x" * 2000])
    def test_who_is_not_there_is_404_or_in_version_1_400(
        self, numbers: Numbers, handle: str
    ) -> None:
        given = {"username": handle}
        assert self.refused(numbers.tikhub(self.PATH, **given)) == (404, 404)
        assert self.refused(numbers.tikhub("instagram/v3/get_user_profile", **given)) == (404, 404)
        one = numbers.tikhub("instagram/v1/fetch_user_info_by_username", **given)
        assert self.refused(one) == (400, 400)

    @pytest.mark.parametrize("code", ["AAAAAAAAAAA", "nonsense", "https://example.org/x", "??"])
    def test_a_post_that_is_not_there(self, numbers: Numbers, code: str) -> None:
        answer = numbers.tikhub("instagram/v2/fetch_post_info", code_or_url=code)
        assert self.refused(answer) == (404, 404)

    def test_what_is_private_or_closed_is_400(self, numbers: Numbers) -> None:
        for path, name in (
            ("v2/fetch_user_posts", "quiet_orchard"),
            ("v2/fetch_user_followers", "quiet_orchard"),
            ("v2/fetch_user_followers", "instagram"),
        ):
            answer = numbers.tikhub(f"instagram/{path}", username=name)
            assert self.refused(answer) == (400, 400)
            assert "not charged" in answer.json()["detail"]["message"]

    def test_an_unknown_path_is_404_and_another_method_405(self, numbers: Numbers) -> None:
        for path in ("instagram/web_app/x", "tikhub/user/x", "..", ""):
            assert self.refused(numbers.tikhub(path)) == (404, 404)
        answer = numbers.client.post(
            f"/tikhub/api/v1/{self.PATH}", headers={"Authorization": "Bearer sandgram-tikhub-key"}
        )
        assert answer.status_code == 405

    def test_a_key_without_the_scope_is_403(self, numbers: Numbers) -> None:
        numbers.set("tikhub", scopes=["/api/v1/instagram/v3/"])
        assert self.refused(numbers.tikhub(self.PATH, username="instagram")) == (403, 403)
        assert numbers.data("v3/get_user_profile", username="instagram")
        assert numbers.control.patch("/tikhub", json={"scopes": ["/x"]}).status_code == 422


class TestMoney:
    def balance(self, numbers: Numbers) -> float:
        body = numbers.tikhub("tikhub/user/get_user_info").json()
        assert body["code"] == 200
        assert body["api_key_data"]["api_key_scopes"]
        assert body["user_data"]["is_active"]
        found: float = body["user_data"]["balance"]
        return found

    def test_only_a_200_is_billed_and_at_the_price_of_its_version(self, numbers: Numbers) -> None:
        numbers.set("tikhub", balance=1)
        numbers.data("v1/fetch_user_info_by_username", username="instagram")
        assert self.balance(numbers) == 0.999
        numbers.data("v2/fetch_user_info", username="instagram")
        assert self.balance(numbers) == 0.997
        numbers.data("v3/get_post_info_by_code", code=CODE)
        assert self.balance(numbers) == 0.989
        numbers.tikhub("instagram/v2/fetch_user_info", username="nobody")
        numbers.tikhub("instagram/v2/fetch_user_info")
        numbers.tikhub("instagram/v2/fetch_user_posts", username="quiet_orchard")
        numbers.tikhub("instagram/v2/fetch_user_info", key="x", username="instagram")
        assert self.balance(numbers) == 0.989
        shown = numbers.control.get("/tikhub").json()
        assert (shown["billed"], shown["spent"]) == (3, 0.011)

    def test_an_empty_purse_is_402_until_it_is_filled(self, numbers: Numbers) -> None:
        numbers.set("tikhub", balance=0.003)
        path = "instagram/v2/fetch_user_info"
        assert numbers.tikhub(path, username="instagram").status_code == 200
        answer = numbers.tikhub(path, username="instagram")
        assert answer.status_code == 402
        assert "Insufficient balance" in answer.json()["detail"]["message"]
        assert self.balance(numbers) == 0.001
        numbers.set("tikhub", balance=5)
        assert numbers.tikhub(path, username="instagram").status_code == 200

    def test_prices_can_be_asked_for(self, numbers: Numbers) -> None:
        path = "/api/v1/instagram/v3/get_post_info_by_code"
        info = numbers.tikhub("tikhub/user/get_endpoint_info", endpoint=path).json()["data"]
        assert info["price"] == 0.008
        total = numbers.tikhub("tikhub/user/calculate_price", endpoint=path, request_per_day=1000)
        assert total.json()["data"]["total_price"] == 8
        assert numbers.tikhub("tikhub/user/get_endpoint_info", endpoint="/x").status_code == 404
        assert numbers.tikhub("tikhub/user/get_endpoint_info").status_code == 422
        every = numbers.tikhub("tikhub/user/get_all_endpoints_info").json()["data"]
        assert len(every) == len(ENDPOINTS)
        assert numbers.tikhub("tikhub/user/get_user_daily_usage").status_code == 200
        assert numbers.tikhub("tikhub/user/get_tiered_discount_info").status_code == 200


class TestRate:
    def test_what_is_too_fast_is_429_with_the_time_to_wait(self, numbers: Numbers) -> None:
        numbers.set("tikhub", rate=5)
        answers = [
            numbers.tikhub("instagram/v2/fetch_user_info", username="instagram") for _ in range(30)
        ]
        refused = [one for one in answers if one.status_code == 429]
        assert refused
        assert refused[0].json()["detail"]["code"] == 429
        assert refused[0].headers["retry-after"] == "1"
        assert refused[0].headers["x-ratelimit-limit"] == "5"
        assert refused[0].headers["x-ratelimit-remaining"] == "0"
        assert 0 < int(refused[0].headers["x-ratelimit-reset"]) < 10
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            if numbers.tikhub("instagram/v2/fetch_user_info", username="x").status_code == 404:
                return
        pytest.fail("nothing passes any more")

    def test_without_a_limit_there_is_no_header(self, numbers: Numbers) -> None:
        answer = numbers.tikhub("instagram/v2/fetch_user_info", username="instagram")
        assert "x-ratelimit-limit" not in answer.headers

    def test_the_desk_lets_so_many_pass_a_second_and_no_more(self) -> None:
        at = [0.0]
        desk = Desk(ticks=lambda: at[0])
        passed = 0
        for tick in range(1, 10_001):
            at[0] = tick / 1_000
            passed += desk.admit() == 0
        assert passed == pytest.approx(10 * 10 + 10, abs=1)
        at[0] += 60
        assert [desk.admit() == 0 for _ in range(11)] == [True] * 10 + [False]
        assert 0 < desk.admit() <= 0.1

    def test_a_rate_below_one_still_lets_one_pass(self) -> None:
        at = [0.0]
        desk = Desk(ticks=lambda: at[0])
        desk.change(key=None, rate=0.5, balance=None, scopes=None)
        assert desk.admit() == 0
        assert desk.admit() == pytest.approx(2)
        at[0] = 2.0
        assert desk.admit() == 0
