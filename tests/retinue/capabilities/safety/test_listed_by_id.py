"""Who is to be left alone stays so under another handle."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import Declined, DeclineKind, Reserved
from retinue.capabilities.safety.models import DoNotContact
from tests.factories.engaging import Engaged, engage
from tests.retinue.capabilities.safety.test_do_not_contact import SETTINGS, listed


@pytest.fixture
def ava(db: Session, noon: datetime) -> Engaged:
    return engage(db, "ava", now=noon)


def is_left_alone(db: Session, who: Engaged, handle: str, network_id: str, now: datetime) -> bool:
    wants = who.wants(handle, "comment", network_id=network_id)
    answer = ledger.reserve(db, wants, settings=SETTINGS, now=now)
    return isinstance(answer, Declined) and answer.kind is DeclineKind.do_not_contact


def ids(db: Session) -> list[str | None]:
    return list(db.scalars(select(DoNotContact.network_id).order_by(DoNotContact.id)))


class TestARename:
    def test_of_somebody_we_have_met(self, db: Session, ava: Engaged, noon: datetime) -> None:
        assert isinstance(ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon), Reserved)
        listed(db, noon)

        assert is_left_alone(db, ava, "otterly", "id-otter", noon)
        assert is_left_alone(db, ava, "otters_anonymous", "id-otter", noon)
        assert ids(db) == ["id-otter"]

    def test_of_somebody_we_have_only_declined(
        self, db: Session, ava: Engaged, noon: datetime
    ) -> None:
        listed(db, noon)
        assert is_left_alone(db, ava, "otter", "id-otter", noon)

        assert is_left_alone(db, ava, "otterly", "id-otter", noon)

    def test_of_somebody_whose_handle_has_gone_to_another(
        self, db: Session, ava: Engaged, noon: datetime
    ) -> None:
        assert isinstance(ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon), Reserved)
        listed(db, noon)

        # Whoever has it now is taken for the one who was meant, too: better once too often.
        assert is_left_alone(db, ava, "otter", "id-of-another", noon)
        assert is_left_alone(db, ava, "otterly", "id-otter", noon)
        assert ids(db) == ["id-otter"]

    def test_each_list_that_names_them_goes_on(
        self, db: Session, ava: Engaged, noon: datetime
    ) -> None:
        ben = engage(db, "ben", now=noon)
        listed(db, noon, scope_key=f"account:{ava.id}")
        assert is_left_alone(db, ava, "otter", "id-otter", noon)
        listed(db, noon, scope_key=f"account:{ben.id}")
        assert is_left_alone(db, ava, "otter", "id-otter", noon)

        assert is_left_alone(db, ben, "otterly", "id-otter", noon)

    def test_the_check_says_so_too(self, db: Session, ava: Engaged, noon: datetime) -> None:
        ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon)
        listed(db, noon)
        ledger.remember_available(
            db, "sandgram", ava.wants("otterly", network_id="id-otter").target, now=noon
        )

        account = accounts.get(db, ava.id)
        (checked,) = ledger.check(db, account, "comment", ["Otterly"], settings=SETTINGS, now=noon)

        assert (checked.reason, checked.until) == ("do_not_contact", None)

    def test_a_person_who_is_on_no_list_is_not_held_for_them(
        self, db: Session, ava: Engaged, noon: datetime
    ) -> None:
        ledger.reserve(db, ava.wants(), settings=SETTINGS, now=noon)
        listed(db, noon)
        assert is_left_alone(db, ava, "otterly", "id-otter", noon)

        answer = ledger.reserve(db, ava.wants("seal"), settings=SETTINGS, now=noon)
        assert isinstance(answer, Reserved)
