"""Whole lists of people who are left alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.errors import ListTooLarge, ListUnreadable
from retinue.capabilities.safety.schemas import ContactList
from retinue.capabilities.safety.service import contact_writing
from retinue.foundation.database import Database
from tests.retinue.capabilities.safety.test_do_not_contact import NOON, OTTER_HASH, audited


class TestParse:
    def test_a_plain_list(self) -> None:
        parsed = safety.parse_contact_list(
            f"@Otter\n\nSeal\r\n{OTTER_HASH.upper()}\n".encode(), now=NOON
        )
        assert parsed.faults == []
        assert [entry.handle for entry in parsed.entries] == [None, "seal"]

    def test_a_table_with_any_delimiter(self) -> None:
        text = "handle;reason;expires_at;note\n'@Otter;left us;2027-01-31;x\n;;;\nSeal;;;\n"
        parsed = safety.parse_contact_list(text.encode("utf-8-sig"), now=NOON)
        assert parsed.faults == []
        otter, seal = parsed.entries
        assert (otter.handle, otter.reason) == ("otter", "left us")
        assert otter.expires_at is not None
        assert otter.expires_at.isoformat() == "2027-01-31T00:00:00+00:00"
        assert (seal.handle, seal.reason, seal.expires_at) == ("seal", None, None)

    def test_each_fault_names_its_place(self) -> None:
        text = (
            "handle,hash,expires_at\n"
            ",,2027-01-01\n"
            f"otter,{'0' * 64},\n"
            "otter,12,\n"
            "otter,,tomorrow\n"
            "otter,,0001-01-01T00:00:00+14:00\n"
            "otter,\n"
            "a\x00b,,\n"
        )
        faults = safety.parse_contact_list(text.encode(), now=NOON).faults
        assert [(fault.line, fault.column) for fault in faults] == [
            (2, "handle"),
            (3, "hash"),
            (4, "hash"),
            (5, "expires_at"),
            (6, "expires_at"),
            (7, None),
            (8, "handle"),
        ]

    @pytest.mark.parametrize("header", ["username,reason", "handle,reason", "Username;Reason"])
    def test_a_header_may_say_username(self, header: str) -> None:
        row = header.lower().replace("reason", "asked me")
        parsed = safety.parse_contact_list(f"{header}\n{row}\n".encode(), now=NOON)
        assert [(entry.handle, entry.reason) for entry in parsed.entries] == [
            (row.replace(";", ",").split(",")[0], "asked me")
        ]

    @pytest.mark.parametrize(
        "line",
        [
            "account,reason",
            "account;reason",
            "a\tb",
            "bob smith",
            '"bob"',
            "https://network.example/bob/",
            "network.example/bob",
            "name:bob",
        ],
    )
    def test_what_is_no_handle_is_a_fault_and_not_a_person(self, line: str) -> None:
        parsed = safety.parse_contact_list(f"{line}\nseal\n".encode(), now=NOON)
        assert [entry.handle for entry in parsed.entries] == ["seal"]
        assert [fault.line for fault in parsed.faults] == [1]
        assert "a CSV needs a header with `handle`" in parsed.faults[0].message

    def test_an_end_that_has_passed_is_a_fault(self) -> None:
        text = "handle,expires_at\notter,2026-01-31\nseal,2026-02-01\n"
        parsed = safety.parse_contact_list(text.encode(), now=NOON)
        assert [entry.handle for entry in parsed.entries] == ["seal"]
        assert [(fault.line, fault.column) for fault in parsed.faults] == [(2, "expires_at")]

    def test_what_is_too_large_or_no_text_is_refused(self) -> None:
        with pytest.raises(ListTooLarge):
            safety.parse_contact_list(b"x" * (10 * 1024 * 1024 + 1), now=NOON)
        with pytest.raises(ListTooLarge):
            safety.parse_contact_list(b"a\n" * 100_001, now=NOON)
        for content in (b"\xff\xfea", b"\xe9t\xe9\n", b"handle,handle\na,b\n"):
            with pytest.raises(ListUnreadable):
                safety.parse_contact_list(content, now=NOON)

    @given(st.binary(max_size=300))
    def test_no_bytes_break_it(self, content: bytes) -> None:
        try:
            parsed = safety.parse_contact_list(content, now=NOON)
        except (ListUnreadable, ListTooLarge):
            return
        assert all(len(entry.handle_hash) == 64 for entry in parsed.entries)


class TestImport:
    def test_the_same_list_twice_changes_nothing(self, database: Database, noon: datetime) -> None:
        names = "\n".join(f"p{number}" for number in range(2 * contact_writing.CHUNK + 1))
        parsed = safety.parse_contact_list(names.encode(), now=NOON)
        kept_in = ContactList("sandgram", "fleet", "a campaign")
        with database.reading() as db:
            assert safety.preview_contacts(db, parsed, kept_in).added == 2001
        first = safety.import_contacts(database, parsed, kept_in, actor="a test", now=noon)
        again = safety.import_contacts(database, parsed, kept_in, actor="a test", now=noon)
        assert (first.added, first.updated, first.unchanged) == (2001, 0, 0)
        assert (again.added, again.updated, again.unchanged) == (0, 0, 2001)
        with database.reading() as db:
            # One line for each transaction that changed something.
            assert len(audited(db)) == 3

    def test_what_differs_is_updated(self, database: Database, noon: datetime) -> None:
        kept_in = ContactList("sandgram", "fleet", "a campaign")
        for text in (f"hash\n{OTTER_HASH}\n", "handle,reason\notter,a lawyer wrote\nseal,\n"):
            parsed = safety.parse_contact_list(text.encode(), now=NOON)
            counts = safety.import_contacts(database, parsed, kept_in, actor="a test", now=noon)
        assert (counts.added, counts.updated, counts.unchanged) == (1, 1, 0)
        with database.reading() as db:
            seal, otter = safety.contact_entries(db)
        assert (otter.handle, otter.reason, seal.reason) == (
            "otter",
            "a lawyer wrote",
            "a campaign",
        )
