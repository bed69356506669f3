from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from retinue.entrypoints.api import create_app
from retinue.foundation.clock import ManualClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database
from tests.factories.serving import client, make_runtime


@pytest.fixture
def caller(database: Database, clock: ManualClock, data_dir: Path) -> TestClient:
    return client(create_app(make_runtime(database, clock, data_dir, url_path="/ops")))


class TestUnderPath:
    @pytest.mark.parametrize("prefix", ["", "/ops"])
    def test_a_path_is_understood_with_the_prefix_and_without(
        self, caller: TestClient, prefix: str
    ) -> None:
        assert caller.get(f"{prefix}/health/live").status_code == 200
        assert "/ops/docs/assets/" in caller.get(f"{prefix}/docs").text
        front = caller.get(f"{prefix}/", headers={"accept": "text/html"}, follow_redirects=False)
        assert front.headers["location"] == "/ops/ui/"

    def test_a_name_that_only_begins_like_the_prefix_is_another_path(
        self, caller: TestClient
    ) -> None:
        assert caller.get("/opshealth/live").status_code == 404

    @pytest.mark.parametrize("path", ["ops", "/ops/", "/", "/o ps", "https://ops"])
    def test_what_is_no_path_is_refused_at_the_start(self, path: str) -> None:
        with pytest.raises(ValidationError, match="url_path"):
            Configuration(url_path=path)
