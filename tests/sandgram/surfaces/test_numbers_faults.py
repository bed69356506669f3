"""Planned trouble on the surfaces that sell numbers, in the words of whoever it imitates."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.sandgram.conftest import Numbers


class TestFaults:
    PATH = "instagram/v2/fetch_user_info"

    @pytest.mark.parametrize(
        ("kind", "status"),
        [
            ("upstream_failed", 400),
            ("key_refused", 401),
            ("payment_required", 402),
            ("permission_missing", 403),
            ("not_found", 404),
            ("rate_limit_429", 429),
            ("server_error", 503),
        ],
    )
    def test_they_speak_tikhubs_language_on_its_surface(
        self, numbers: Numbers, kind: str, status: int
    ) -> None:
        numbers.running.fault(kind, surface="tikhub", target="instagram", retry_after=7)
        answer = numbers.tikhub(self.PATH, username="instagram")
        assert answer.status_code == status
        assert answer.json()["detail"]["code"] == status
        assert answer.headers["retry-after"] == "7"
        assert numbers.tikhub(self.PATH, username="harbour_lights").status_code == 200
        assert numbers.oracle("calls", subject="instagram")["items"][0]["by_status"] == {
            str(status): 1
        }
        assert numbers.control.get("/tikhub").json()["billed"] == 1

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"kind": "rate_limit_429"}, (403, 4, None)),
            ({"kind": "rate_limit_text"}, (400, 17, 2446079)),
            ({"kind": "session_expired"}, (400, 190, 463)),
            ({"kind": "challenge"}, (400, 190, 459)),
            ({"kind": "action_block"}, (400, 368, None)),
            ({"kind": "account_locked"}, (400, 25, 2207050)),
            ({"kind": "server_error"}, (500, 2, None)),
            ({"kind": "upstream_failed"}, (400, 1, None)),
            ({"kind": "server_error", "code": 80002, "status": 400}, (400, 80002, None)),
            ({"kind": "action_block", "code": 4, "subcode": 2207051}, (400, 4, 2207051)),
        ],
    )
    def test_they_speak_metas_language_on_its_surface(
        self, numbers: Numbers, fields: dict[str, object], expected: tuple[int, int, int | None]
    ) -> None:
        kind = str(fields["kind"])
        rest = {name: one for name, one in fields.items() if name != "kind"}
        numbers.running.fault(kind, surface="graph", account="test_account", **rest)
        assert numbers.graph_error("me") == expected

    def test_pages_and_broken_answers_are_the_same_everywhere(self, numbers: Numbers) -> None:
        numbers.running.fault("html", surface="tikhub", action="user_info", count=1)
        page = numbers.tikhub(self.PATH, username="instagram")
        assert page.headers["content-type"].startswith("text/html")
        numbers.running.fault("bad_json", surface="tikhub", count=1)
        with pytest.raises(json.JSONDecodeError):
            numbers.tikhub(self.PATH, username="instagram").json()
        numbers.running.fault("slow", surface="tikhub", seconds=0.2, count=1)
        assert numbers.tikhub(self.PATH, username="instagram").elapsed >= timedelta(seconds=0.2)

    def test_a_reset_is_noted_as_one(self, numbers: Numbers) -> None:
        numbers.running.fault("reset", surface="tikhub", count=1)
        with pytest.raises(Exception, match=r"(?i)reset|disconnect"):
            numbers.tikhub(self.PATH, username="instagram")
        assert numbers.oracle("calls")["by_status"] == {"reset": 1}

    def test_another_surface_is_left_alone(self, numbers: Numbers) -> None:
        me = numbers.running.account()
        numbers.running.fault("server_error", surface="tikhub")
        assert me.client.get("/sg/v1/me").status_code == 200
        assert numbers.graph("me").status_code == 200
        assert numbers.tikhub("tikhub/user/get_user_info").status_code == 503
