"""How the dashboard's files are served; what is in them is none of this test's business."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.entrypoints import dashboard
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories.serving import client, make_app, make_runtime

INDEX = """<html><head><base href="/ui/" /><meta property="csp-nonce" nonce="" />
<script type="module" src="./assets/index-abc.js"></script></head></html>"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build, laid out as the real one is."""
    place = tmp_path / "built"
    (place / "assets").mkdir(parents=True)
    (place / "index.html").write_text(INDEX)
    (place / "favicon.svg").write_text("<svg/>")
    (place / "assets" / "index-abc.js").write_text("plain")
    (place / "assets" / "index-abc.js.gz").write_bytes(b"packed")
    (tmp_path / "secret.txt").write_text("not ours")
    monkeypatch.setattr(dashboard, "FILES", place)
    return place


@pytest.fixture
def browser(
    database: Database, clock: ManualClock, data_dir: Path, files: Path
) -> Iterator[TestClient]:
    app = make_app(make_runtime(database, clock, data_dir), [dashboard.router])
    with client(app) as browser:
        yield browser


class TestPage:
    @pytest.mark.parametrize(
        "path",
        [
            "/ui",
            "/ui/",
            "/ui/accounts/7",
            "/ui/setup?code=abc",
            # Names that no file system takes.
            "/ui/a.%00",
            f"/ui/{'a' * 300}.js",
        ],
    )
    def test_every_address_is_the_page(self, browser: TestClient, path: str) -> None:
        answer = browser.get(path)

        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        assert "index-abc.js" in answer.text

    def test_it_knows_the_path_that_it_is_served_under(
        self, database: Database, clock: ManualClock, data_dir: Path, files: Path
    ) -> None:
        app = make_app(make_runtime(database, clock, data_dir), [dashboard.router])
        with TestClient(app, base_url="http://127.0.0.1:8000", root_path="/ops") as browser:
            assert '<base href="/ops/ui/"' in browser.get("/ops/ui/accounts").text

    def test_each_answer_has_a_nonce_of_its_own(self, browser: TestClient) -> None:
        nonces = set()
        for _ in range(2):
            answer = browser.get("/ui/")
            found = re.search(r'nonce="([^"]+)"', answer.text)
            assert found is not None
            assert f"'nonce-{found[1]}'" in answer.headers["content-security-policy"]
            nonces.add(found[1])
        assert len(nonces) == 2

    def test_the_policy_lets_nothing_foreign_in(self, browser: TestClient) -> None:
        policy = browser.get("/ui/").headers["content-security-policy"]

        for part in ("script-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
            assert f"{part};" in f"{policy};"
        assert "unsafe" not in policy

    def test_without_a_build_it_says_how_to_make_one(
        self, browser: TestClient, files: Path
    ) -> None:
        (files / "index.html").unlink()
        answer = browser.get("/ui/")

        assert answer.status_code == 503
        assert "scripts/bootstrap core" in answer.text


class TestAssets:
    def test_what_has_a_hash_is_kept_for_ever(self, browser: TestClient) -> None:
        answer = browser.get("/ui/assets/index-abc.js", headers={"Accept-Encoding": "identity"})

        assert answer.text == "plain"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"

    def test_it_is_packed_for_who_can_unpack_it(self, browser: TestClient) -> None:
        with browser.stream(
            "GET", "/ui/assets/index-abc.js", headers={"Accept-Encoding": "gzip, br"}
        ) as answer:
            assert answer.headers["content-encoding"] == "gzip"
            assert answer.headers["vary"] == "Accept-Encoding"
            assert b"".join(answer.iter_raw()) == b"packed"

    def test_what_has_none_is_asked_for_again(self, browser: TestClient) -> None:
        first = browser.get("/ui/favicon.svg")
        again = browser.get("/ui/favicon.svg", headers={"If-None-Match": first.headers["etag"]})

        assert first.headers["cache-control"] == "no-cache"
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize(
        "name", ["gone.js", "../../secret.txt", "%2e%2e/%2e%2e/secret.txt", "%00"]
    )
    def test_there_is_nothing_else(self, browser: TestClient, name: str) -> None:
        answer = browser.get(f"/ui/assets/{name}")

        assert "not ours" not in answer.text
        assert answer.status_code in {200, 404}
