from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.kit import csv_table
from retinue.kit.csv_out import PIECE, rows_as_csv


def file_of(header: list[str], rows: Any) -> list[list[str]]:
    text = "".join(rows_as_csv(header, rows))
    return list(csv.reader(io.StringIO(text, newline="")))


class TestRowsAsCsv:
    def test_the_header_stands_first_even_over_no_rows(self) -> None:
        assert file_of(["id", "name"], []) == [["id", "name"]]

    def test_values_become_cells(self) -> None:
        at = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
        rows = [(1, None, True, at, {"a": [1]}, 0.5, "plain, with comma\nand line")]
        assert file_of(list("abcdefg"), rows)[1] == [
            "1", "", "true", "2026-11-21T07:00:00Z", '{"a":[1]}', "0.5", "plain, with comma\nand line",
        ]  # fmt: skip

    @pytest.mark.parametrize("sign", list("=+-@\t\r\n＝＋－＠"))
    def test_text_that_starts_like_a_formula_is_neutralised(self, sign: str) -> None:
        assert file_of(["a"], [(f"{sign}1+1",)])[1] == [f"'{sign}1+1"]
        assert csv_table.restore(f"'{sign}1+1") == f"{sign}1+1"

    def test_a_negative_number_is_no_formula(self) -> None:
        assert file_of(["a", "b"], [(-5, "-5")])[1] == ["-5", "'-5"]

    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
    def test_every_text_comes_back_and_none_starts_a_formula(self, text: str) -> None:
        cell = file_of(["a", "b"], [("x", text)])[1][1]
        assert cell[:1] not in set("=+-@\t\r\n＝＋－＠")
        assert csv_table.restore(cell) == text

    def test_a_long_file_is_never_whole_in_memory(self) -> None:
        tracemalloc.start()
        length = sum(map(len, rows_as_csv(["a"], (("x" * 100,) for _ in range(100_000)))))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert length > 10_000_000
        assert peak < 20 * PIECE

    def test_whoever_stops_reading_closes_the_rows(self) -> None:
        closed = []

        def rows() -> Iterator[tuple[str]]:
            try:
                while True:
                    yield ("x" * 1000,)
            finally:
                closed.append(True)

        pieces = rows_as_csv(["a"], rows())
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert closed == [True]
