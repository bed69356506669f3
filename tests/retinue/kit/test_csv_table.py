from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.kit import csv_table
from retinue.kit.csv_table import BadTable, Limits

KNOWN = frozenset({"a", "b", "c"})


def cells_of(content: bytes) -> list[list[str]]:
    return [row.cells for row in csv_table.open_table(content, known=KNOWN).rows()]


class TestOpenTable:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_the_delimiter_is_found_by_the_header(self, delimiter: str) -> None:
        content = f"A{delimiter} b {delimiter}c\n1;,{delimiter}2{delimiter}3\n".encode()
        table = csv_table.open_table(content.replace(b"1;,", b"1"), known=KNOWN)
        assert (table.delimiter, table.columns) == (delimiter, ("a", "b", "c"))

    def test_a_byte_order_mark_belongs_to_no_name(self) -> None:
        table = csv_table.open_table("a,b\n1,2\n".encode("utf-8-sig"), known=KNOWN)
        assert table.columns == ("a", "b")
        assert [row.cells for row in table.rows()] == [["1", "2"]]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "no header"),
            (b"\n\n", "no header"),
            (b"a,b\n\xff\xfe,1\n", "line 2 is not UTF-8"),
            ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
            (b"a,a,b\n1,2,3\n", "names a twice"),
            (",".join(f"c{n}" for n in range(201)).encode(), "201 columns"),
            (b'"a,b\n1,2\n', "no header"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_the_reason(
        self, content: bytes, said: str
    ) -> None:
        with pytest.raises(BadTable, match=said):
            csv_table.open_table(content, known=KNOWN)


class TestRows:
    def test_a_row_of_another_width_is_at_fault_and_the_next_is_not(self) -> None:
        table = csv_table.open_table(b"a,b\n1\n1,2,3\n\n4,5\n", known=KNOWN)
        rows = list(table.rows())
        assert [(row.line, row.fault is None) for row in rows] == [
            (2, False),
            (3, False),
            (5, True),
        ]

    def test_a_quote_that_is_never_closed_is_a_fault_and_not_a_value(self) -> None:
        table = csv_table.open_table(b'a,b\n1,"2\n3,4\n', known=KNOWN)
        assert [row.fault for row in table.rows()] == ["a quote is opened and never closed"]

    def test_a_cell_beyond_the_limit_is_a_fault(self) -> None:
        for length in (65_537, 200_000):
            table = csv_table.open_table(b"a,b\n1," + b"x" * length + b"\n1,2\n", known=KNOWN)
            assert [row.fault is None for row in table.rows()] == [False, True]

    def test_more_rows_than_the_limit_end_the_reading(self) -> None:
        table = csv_table.open_table(b"a,b\n1,2\n1,2\n1,2\n", known=KNOWN, limits=Limits(rows=2))
        with pytest.raises(BadTable, match="more than 2 rows"):
            list(table.rows())

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_lines_may_end_in_any_way(self, end: str) -> None:
        assert cells_of(end.join(["a,b", "1,2", "3,4"]).encode()) == [["1", "2"], ["3", "4"]]

    @given(st.binary(max_size=400))
    def test_no_bytes_raise_anything_but_a_refusal(self, tail: bytes) -> None:
        for content in (tail, b"a,b\n" + tail):
            try:
                table = csv_table.open_table(content, known=KNOWN)
                rows = list(table.rows())
            except BadTable:
                continue
            assert all(
                (row.fault is None) == (len(row.cells) == len(table.columns)) for row in rows
            )


class TestNeutralise:
    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "'=1"])
    def test_a_formula_is_made_harmless_and_comes_back(self, cell: str) -> None:
        assert csv_table.neutralise(cell) == f"'{cell}"
        assert csv_table.restore(csv_table.neutralise(cell)) == cell

    @given(st.text())
    def test_every_cell_comes_back(self, cell: str) -> None:
        assert csv_table.restore(csv_table.neutralise(cell)) == cell
        assert not csv_table.neutralise(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
