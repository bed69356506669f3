from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import DecisionTrace, EventStatus, InteractionEvent
from retinue.capabilities.ledger.schemas import Declined, DeclineKind, Reserved
from retinue.capabilities.personas import service as personas
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.errors import ContactEntryNotFound
from retinue.capabilities.safety.schemas import DoNotContactCreate
from retinue.foundation.errors import Invalid
from tests.factories.engaging import engage, settings_of

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SETTINGS = settings_of()
OTTER_HASH = hashlib.sha256(b"otter").hexdigest()


def listed(db: Session, now: datetime, *, scope_key: str = "fleet", **more: Any) -> Any:
    given_by = {"reason": "asked us to", **more}
    if "hash" not in given_by:
        given_by.setdefault("handle", "@Otter")
    wanted = DoNotContactCreate.model_validate(given_by)
    return safety.add_contact(db, wanted, scope_key=scope_key, actor="a test", now=now)


def audited(db: Session) -> list[str]:
    rows = db.execute(select(AuditEntry.action).order_by(AuditEntry.id)).scalars()
    return [action for action in rows if action.startswith("safety.do_not")]


class TestAdd:
    def test_a_handle_is_kept_folded_and_with_its_fingerprint(
        self, db: Session, noon: datetime
    ) -> None:
        entry = listed(db, noon).entry
        assert (entry.handle, entry.handle_hash, entry.scope, entry.scope_id) == (
            "otter",
            OTTER_HASH,
            "fleet",
            None,
        )
        assert audited(db) == ["safety.do_not_contact_added"]

    def test_the_same_again_is_no_second_entry(self, db: Session, noon: datetime) -> None:
        first = listed(db, noon)
        again = listed(db, noon, handle="OTTER")
        other = listed(db, noon, reason="a lawyer wrote", hash=OTTER_HASH)
        assert (first.is_new, again.is_new, other.is_new) == (True, False, False)
        assert (other.entry.id, other.entry.handle) == (first.entry.id, "otter")
        assert other.entry.reason == "a lawyer wrote"
        assert len(audited(db)) == 2

    def test_an_end_in_the_past_is_refused(self, db: Session, noon: datetime) -> None:
        with pytest.raises(Invalid, match="expires_at"):
            listed(db, noon, expires_at=noon - timedelta(seconds=1))

    @pytest.mark.parametrize("handle", ["@", "a\x00b", "x" * 256, "username,reason", "bob smith"])
    def test_what_is_no_handle_is_refused(self, db: Session, noon: datetime, handle: str) -> None:
        with pytest.raises((Invalid, ValueError), match="handle"):
            listed(db, noon, handle=handle)

    def test_it_names_a_handle_or_a_fingerprint(self) -> None:
        for names in ({}, {"handle": "otter", "hash": OTTER_HASH}):
            with pytest.raises(ValueError, match="either"):
                DoNotContactCreate.model_validate({"reason": "x", **names})


class TestEntries:
    def test_they_are_found_by_handle_reason_and_fingerprint(
        self, db: Session, noon: datetime
    ) -> None:
        listed(db, noon)
        listed(db, noon, handle="seal", reason="100% sure")
        for search, found in (
            ("@OTT", ["otter"]),
            ("asked", ["otter"]),
            (OTTER_HASH.upper(), ["otter"]),
            ("100%", ["seal"]),
            ("%", ["seal"]),
            ("_", []),
            (None, ["seal", "otter"]),
        ):
            assert [entry.handle for entry in safety.contact_entries(db, search=search)] == found

    def test_they_come_in_pages(self, db: Session, noon: datetime) -> None:
        for number in range(3):
            listed(db, noon, handle=f"p{number}")
        first = safety.contact_entries(db, limit=2)
        rest = safety.contact_entries(db, before_id=first[-1].id, limit=2)
        assert [entry.handle for entry in (*first, *rest)] == ["p2", "p1", "p0"]

    def test_a_restricted_caller_sees_and_removes_only_its_own(
        self, db: Session, noon: datetime
    ) -> None:
        ava = engage(db, "ava", now=noon)
        fleet = listed(db, noon).entry
        own = listed(db, noon, scope_key=f"account:{ava.id}").entry
        only = frozenset({ava.id})
        assert [entry.id for entry in safety.contact_entries(db, only=only)] == [own.id]
        with pytest.raises(ContactEntryNotFound):
            safety.remove_contact(db, fleet.id, actor="a test", now=noon, only=only)
        safety.remove_contact(db, own.id, actor="a test", now=noon, only=only)
        assert audited(db)[-1] == "safety.do_not_contact_removed"


class TestObeyed:
    def test_nothing_is_begun_with_them_and_the_trace_says_why(
        self, db: Session, noon: datetime
    ) -> None:
        ava = engage(db, "ava", now=noon)
        listed(db, noon)
        answer = ledger.reserve(db, ava.wants("OTTER"), settings=SETTINGS, now=noon)
        assert isinstance(answer, Declined)
        assert (answer.kind, answer.is_about_target) == (DeclineKind.do_not_contact, True)
        trace = db.execute(select(DecisionTrace)).scalar_one()
        assert (trace.verdict, trace.rule) == ("skipped", "do_not_contact")
        assert trace.rules[-1] == {
            "rule": "do_not_contact",
            "value": {"scope": "fleet", "reason": "asked us to", "until": None},
            "threshold": "not on the list",
            "verdict": "stop",
            "message": "@otter is to be left alone: asked us to",
        }
        event = db.execute(select(InteractionEvent)).scalar_one()
        assert (event.status, event.reason) == (EventStatus.skipped, "do_not_contact")

    def test_a_fingerprint_alone_is_enough(self, db: Session, noon: datetime) -> None:
        ava = engage(db, "ava", now=noon)
        listed(db, noon, hash=OTTER_HASH)
        answer = ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon)
        assert isinstance(answer, Declined)

    def test_it_ends_by_itself(self, db: Session, noon: datetime) -> None:
        ava = engage(db, "ava", now=noon)
        end = noon + timedelta(days=1)
        listed(db, noon, expires_at=end)
        answer = ledger.reserve(db, ava.wants(), settings=SETTINGS, now=end - timedelta(seconds=1))
        assert isinstance(answer, Declined)
        assert answer.until == end
        assert isinstance(ledger.reserve(db, ava.wants(), settings=SETTINGS, now=end), Reserved)

    def test_each_scope_binds_its_own_accounts(self, db: Session, noon: datetime) -> None:
        anna, bea = (
            personas.ensure(db, name, actor="a test", now=noon) for name in ("anna", "bea")
        )
        ava = engage(db, "ava", now=noon, persona_id=anna.id)
        ben = engage(db, "ben", now=noon, persona_id=bea.id)
        listed(db, noon, handle="of_ava", scope_key=f"account:{ava.id}")
        listed(db, noon, handle="of_anna", scope_key=f"persona:{anna.id}")
        for account, handle, is_left_alone in (
            (ava, "of_ava", True),
            (ben, "of_ava", False),
            (ava, "of_anna", True),
            (ben, "of_anna", False),
        ):
            answer = ledger.reserve(db, account.wants(handle), settings=SETTINGS, now=noon)
            assert isinstance(answer, Declined) is is_left_alone
            (checked,) = ledger.check(
                db,
                accounts.get(db, account.id),
                "comment",
                [handle],
                settings=SETTINGS,
                now=noon,
            )
            assert (checked.reason == "do_not_contact") is is_left_alone

    def test_another_network_has_a_list_of_its_own(self, db: Session, noon: datetime) -> None:
        ava = engage(db, "ava", now=noon)
        listed(db, noon, network="x")
        answer = ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon)
        assert isinstance(answer, Reserved)

    def test_a_person_is_met_under_the_handle_of_today(self, db: Session, noon: datetime) -> None:
        ava = engage(db, "ava", now=noon)
        listed(db, noon, handle="renamed")
        first = ledger.reserve(db, ava.wants("otter"), settings=SETTINGS, now=noon)
        assert isinstance(first, Reserved)
        renamed = ava.wants("renamed", "comment", network_id="id-otter")
        answer = ledger.reserve(db, renamed, settings=SETTINGS, now=noon)
        assert isinstance(answer, Declined)
        assert answer.kind is DeclineKind.do_not_contact

    def test_many_are_asked_for_at_once(self, db: Session, noon: datetime) -> None:
        ava = engage(db, "ava", now=noon)
        listed(db, noon, handle="p3", expires_at=noon + timedelta(days=1))
        listed(db, noon, handle="p3", scope_key=f"account:{ava.id}")
        listed(db, noon, handle="p4", expires_at=noon + timedelta(days=2))
        names = [f"p{number}" for number in range(6)]
        checked = ledger.check(
            db, accounts.get(db, ava.id), "like", names, settings=SETTINGS, now=noon
        )
        found = {one.target: one.until for one in checked if one.reason == "do_not_contact"}
        # Of two entries the one that holds longer counts.
        assert found == {"p3": None, "p4": noon + timedelta(days=2)}
