"""What is turned away before a route is asked."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from retinue.foundation.http.middleware import LARGEST_JSON
from tests.factories import serving
from tests.retinue.foundation.http.test_edge import MakeApp, app, caller, make_app

__all__ = ["app", "caller", "make_app"]


class TestHostGuard:
    @pytest.mark.parametrize(
        "host",
        [
            "evil.com",
            "127.0.0.1.evil.com",
            "127.evil",
            "localhost.evil",
            "",
            "user@127.0.0.1",
            "[::1]x",
            "0.0.0.0",
            "127.0.0.1:",
            "127.0.0.1:80:80",
            "127.0.0.1 ",
            "127.1",
            "2130706433",
            "localhost.",
            "[::]",
            "evil.com#localhost",
            "127.0.0.1/evil",
            "[::ffff:127.0.0.1]",
        ],
    )
    def test_a_foreign_name_is_refused(self, caller: TestClient, host: str) -> None:
        answer = caller.get("/open", headers={"host": host})
        assert (answer.status_code, answer.json()["code"]) == (400, "host_not_allowed")

    @pytest.mark.parametrize(
        "host", ["localhost", "LOCALHOST:1", "127.0.0.1:65535", "[::1]", "[::1]:8000"]
    )
    def test_a_loopback_name_is_ours_with_any_port(self, caller: TestClient, host: str) -> None:
        assert caller.get("/open", headers={"host": host}).status_code == 200

    def test_a_name_of_the_configuration_is_ours_and_only_as_a_whole(
        self, make_app: MakeApp
    ) -> None:
        caller = serving.client(make_app(allowed_hosts=("retinue.example",)))
        assert caller.get("/open", headers={"host": "Retinue.example:443"}).status_code == 200
        assert caller.get("/open", headers={"host": "x.retinue.example"}).status_code == 400


class TestOriginGuard:
    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "null"},
            {"origin": "http://evil.example"},
            {"origin": "http://127.0.0.1:8000.evil.example"},
            {"origin": ""},
            {"origin": "file://"},
            {"origin": "http://localhost:8000"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "x"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("path", ["/api/things", "/things", "/nowhere"])
    def test_a_change_from_another_site_is_refused(
        self, caller: TestClient, headers: dict[str, str], path: str
    ) -> None:
        answer = caller.post(path, json={"name": "x"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")

    def test_our_own_page_may(self, caller: TestClient) -> None:
        headers = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
        assert caller.post("/api/things", json={"name": "x"}, headers=headers).status_code == 200


class TestBodyGuard:
    @pytest.mark.parametrize(
        "media_type",
        [
            "text/plain",
            "application/x-www-form-urlencoded",
            "",
            "multipart/form-data; boundary=x",
            "text/plain; application/json",
            "application/xml",
        ],
    )
    def test_only_json_is_read_where_json_is_declared(
        self, caller: TestClient, media_type: str
    ) -> None:
        answer = caller.post(
            "/api/things", content=b'{"name":"x"}', headers={"content-type": media_type}
        )
        assert answer.status_code == 415, answer.text
        assert "application/json" in answer.json()["detail"]

    def test_json_is_not_read_where_a_file_is_declared(self, caller: TestClient) -> None:
        assert caller.post("/api/files", json={}).status_code == 415
        assert caller.post("/api/files", files={"file": ("a.csv", b"abc")}).json() == 3

    @pytest.mark.parametrize("length", ["-1", "x", "99999999999999999999", str(LARGEST_JSON + 1)])
    def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(
        self, caller: TestClient, length: str
    ) -> None:
        headers = {"content-type": "application/json", "content-length": length}
        assert caller.post("/api/things", content=b"{}", headers=headers).status_code == 413

    def test_a_body_without_a_length_is_measured_as_it_comes(self, caller: TestClient) -> None:
        chunks = (b" " * 1024 * 1024 for _ in range(6))
        answer = caller.post(
            "/api/things", content=chunks, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 413

    def test_a_compressed_body_is_refused(self, caller: TestClient) -> None:
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        assert caller.post("/api/things", content=b"xx", headers=headers).status_code == 415
