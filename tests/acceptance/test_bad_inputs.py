"""A hundred bad inputs: each is refused by name, and nothing of it is left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.bad_inputs import Case, cases
from tests.acceptance.envelopes import problem, refused
from tests.acceptance.product import Product, start

pytestmark = [pytest.mark.slow]


CASES = list(cases())

# A refused file is kept as a report, so that its errors can be fetched; it has nothing of the rows themselves.
REPORTS = {"account_imports", "account_import_rows"}


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product with its session stopped, so that nothing but the inputs could change anything."""
    product = start(tmp_path_factory.mktemp("calm") / "data")
    for one in product.http.get("/sessions").json()["items"]:
        product.http.post("/stop_session", json={"account": one["account"]})
    yield product
    product.end()


def left_behind(product: Product) -> tuple[dict[str, int], set[str]]:
    counts = {name: number for name, number in product.counts().items() if name not in REPORTS}
    parent = product.data_dir.parent
    return counts, {str(path.relative_to(parent)) for path in parent.rglob("*") if path.is_file()}


class TestBadInputs:
    def test_there_are_a_hundred_and_each_has_a_name(self) -> None:
        assert len({case.name for case in CASES}) == len(CASES) >= 100

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_it_is_refused_by_name(self, calm: Product, case: Case) -> None:
        before = left_behind(calm)

        answer = calm.http.request(case.method, case.path, **case.sent)

        assert 400 <= answer.status_code < 500, answer.text
        check = problem if case.path.startswith("/api/") else refused
        check(answer, answer.status_code, names=case.names)
        assert len(answer.content) < 20_000, "an answer does not repeat what it was sent"
        assert left_behind(calm) == before

    def test_nothing_was_a_surprise_to_the_server(self, calm: Product) -> None:
        log = (calm.data_dir / "logs" / "server.log").read_text(encoding="utf-8")
        assert "Traceback" not in log
        errors = [
            line
            for line in log.splitlines()
            if '"level": "error"' in line or '"level":"error"' in line
        ]
        assert errors == []
        assert calm.http.get("/").json() == {"status": "ok"}
        assert json.loads((calm.data_dir / "server.lock").read_text())["pid"] == calm.process.pid
        assert not Path("/etc/retinue").exists()
