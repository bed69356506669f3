from __future__ import annotations

from datetime import datetime

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.capabilities.plans import repository, service
from retinue.capabilities.plans.errors import (
    PlanChanged,
    PlanRefused,
    PlanUnusable,
    VersionNotFound,
)
from retinue.capabilities.plans.models import PlanVersion
from retinue.capabilities.plans.schemas import Change, PlanEdit, Range
from retinue.capabilities.plans.service import Author
from retinue.foundation.database import Database

ANNA = Author("operator:anna", request_id="r-1")
TEXT = "# mine\nblogger: [luna]   # one\nlikes-percentage: 50\n"


def save(
    database: Database,
    account: Account,
    text: str = TEXT,
    *,
    now: datetime,
    if_version: int | None = None,
) -> Change:
    with database.writing() as db:
        return service.save(db, account, text, author=ANNA, now=now, if_version=if_version)


def change(database: Database, account: Account, edit: PlanEdit, *, now: datetime) -> Change:
    with database.writing() as db:
        return service.change(db, account, edit, author=ANNA, now=now)


def stored(database: Database, account: Account) -> list[int]:
    with database.reading() as db:
        return [row.version for row in service.versions(db, account)]


class TestCurrent:
    def test_an_account_that_never_had_one_has_the_default(
        self, database: Database, account: Account
    ) -> None:
        with database.reading() as db:
            plan = service.current(db, account.id)

        assert plan.version == 0
        assert plan.text == service.DEFAULT_TEXT
        assert plan.plan.working_hours.timezone == "Europe/Berlin"
        assert all("no job" in found.message for found in plan.findings)

    def test_it_is_the_last_that_was_saved(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        save(database, account, now=noon)
        save(database, account, TEXT.replace("50", "60-70"), now=noon)

        with database.reading() as db:
            plan = service.current(db, account.id)

        assert plan.version == 2
        assert plan.plan.likes_percentage == Range(60, 70)
        assert plan.config["blogger"] == ["luna"]

    def test_a_text_that_is_an_error_by_now_is_not_carried_out(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        old = PlanVersion(
            account_id=account.id,
            version=1,
            text="old-key: 1\n",
            saved_by="x",
            saved_at=noon,
            note=None,
        )
        with database.writing() as db:
            repository.insert_version(db, old)

        with (
            database.reading() as db,
            pytest.raises(PlanUnusable, match="line 1: `old-key` is not a key"),
        ):
            service.current(db, account.id)


class TestSave:
    def test_it_makes_a_version_and_an_audit_entry(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        assert save(database, account, now=noon).version == 1

        with database.reading() as db:
            entry = audit.newest(db, AuditFilter(action="plan.saved"))[0]
        assert (entry.actor, entry.subject_id, entry.after) == (
            "operator:anna",
            str(account.id),
            {"version": 1},
        )

    def test_the_same_text_makes_no_version(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        save(database, account, now=noon)

        assert save(database, account, now=noon).is_saved is False
        assert stored(database, account) == [1]

    def test_a_text_with_errors_is_refused_with_each_line(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        with pytest.raises(PlanRefused) as caught:
            save(database, account, "blogger: [a]\nlikes: 5\nfeed: x\n", now=noon)

        assert [problem.loc for problem in caught.value.problems] == [
            ("text", 2, "likes"),
            ("text", 3, "feed"),
        ]
        assert stored(database, account) == []

    def test_another_version_in_force_is_a_conflict(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        save(database, account, now=noon)

        with pytest.raises(PlanChanged, match="at version 1, the change was made for 0"):
            save(database, account, "blogger: [x]\n", now=noon, if_version=0)


class TestChange:
    def test_only_what_was_asked_for_changes(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        save(database, account, now=noon)

        done = change(
            database,
            account,
            PlanEdit(set={"likes-percentage": 70}, add={"blogger": ["mia"]}),
            now=noon,
        )

        assert done.version == 2
        assert done.text == "# mine\nblogger: [luna, mia]   # one\nlikes-percentage: 70\n"
        assert "+likes-percentage: 70" in done.diff.splitlines()

    def test_a_dry_run_shows_the_change_and_saves_nothing(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        save(database, account, now=noon)

        done = change(
            database, account, PlanEdit(set={"follow-percentage": 5}, dry_run=True), now=noon
        )

        assert done.diff.endswith("+follow-percentage: 5")
        assert (done.version, done.is_saved) == (1, False)
        assert stored(database, account) == [1]

    def test_the_default_can_be_edited(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        done = change(
            database, account, PlanEdit(set={"blogger-followers": ["mia"]}, if_version=0), now=noon
        )

        assert done.version == 1
        assert done.text.startswith(service.DEFAULT_TEXT.splitlines()[0])
        assert done.findings == ()

    def test_a_wrong_value_is_named_by_its_field(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        with pytest.raises(PlanRefused) as caught:
            change(database, account, PlanEdit(set={"likes-percentage": 500}), now=noon)

        assert caught.value.problems[0].loc == ("set", "likes-percentage")
        assert stored(database, account) == []

    def test_two_writers_of_one_version_cannot_both_win(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        rival = PlanVersion(
            account_id=account.id, version=1, text="", saved_by="x", saved_at=noon, note=None
        )

        with database.writing() as db:
            assert repository.insert_version(db, rival)
            assert not repository.insert_version(db, rival)


class TestRestore:
    def test_an_old_text_comes_back_as_a_new_version(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        save(database, account, now=noon)
        save(database, account, "blogger: [x]\n", now=noon)

        with database.writing() as db:
            back = service.restore(db, account, 1, author=ANNA, now=noon)

        assert (back.version, back.text) == (3, TEXT)
        with database.reading() as db:
            rows = service.versions(db, account)
        assert [(row.version, row.note) for row in rows] == [
            (3, "restored version 1"),
            (2, None),
            (1, None),
        ]

    def test_a_version_that_never_was_is_not_found(
        self, database: Database, account: Account, noon: datetime
    ) -> None:
        with database.writing() as db, pytest.raises(VersionNotFound, match="no version 7"):
            service.restore(db, account, 7, author=ANNA, now=noon)
