from __future__ import annotations

from datetime import UTC, datetime

import pytest

from retinue.foundation.errors import Invalid
from retinue.foundation.http import decode_cursor, decode_moment_cursor, encode_cursor

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


class TestDecodeCursor:
    def test_it_gives_back_what_was_put_in(self) -> None:
        assert decode_cursor(encode_cursor("a", 7), str, int) == ("a", 7)

    def test_no_cursor_is_the_beginning(self) -> None:
        assert decode_cursor(None, int) is None

    @pytest.mark.parametrize(
        "cursor",
        [
            "",
            "!",
            "é",
            encode_cursor("a"),
            encode_cursor(7),
            encode_cursor("a", True),
            encode_cursor("a", 2**70),
            encode_cursor("a", -(2**63)),
            encode_cursor("a", 7, 8),
        ],
    )
    def test_a_made_up_one_is_refused_by_name(self, cursor: str) -> None:
        with pytest.raises(Invalid, match="cursor"):
            decode_cursor(cursor, str, int)


class TestDecodeMomentCursor:
    def test_it_gives_back_time_and_number(self) -> None:
        assert decode_moment_cursor(encode_cursor(NOON.isoformat(), 7)) == (NOON, 7)

    @pytest.mark.parametrize("moment", ["yesterday", "", "2026-01-31T12:00:00", "2026-13-01"])
    def test_what_is_no_moment_with_a_zone_is_refused_by_name(self, moment: str) -> None:
        with pytest.raises(Invalid, match="cursor"):
            decode_moment_cursor(encode_cursor(moment, 7))
