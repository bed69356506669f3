from __future__ import annotations

import pytest

from retinue.kit.packed import Packed


def packed(count: int) -> Packed[str]:
    items = Packed[str](piece=3)
    for number in range(count):
        items.append(str(number))
    return items


class TestPacked:
    @pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 8])
    def test_what_went_in_comes_out_in_order(self, count: int) -> None:
        items = packed(count)
        assert len(items) == count
        assert list(items) == [str(number) for number in range(count)]
        assert list(items) == list(items)

    def test_it_comes_in_pieces(self) -> None:
        assert list(packed(5).pieces()) == [["0", "1", "2"], ["3", "4"]]

    @pytest.mark.parametrize("after", range(10))
    def test_it_goes_on_from_where_it_was_left(self, after: int) -> None:
        pieces = list(packed(8).pieces(after=after))
        assert [item for piece in pieces for item in piece] == [str(n) for n in range(after, 8)]
        assert all(pieces)
