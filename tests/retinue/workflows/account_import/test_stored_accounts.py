"""Accounts that are there already: each row finds its own, and costs the same however many they are."""

from __future__ import annotations

import pytest

from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import service
from tests.factories import query_plans
from tests.factories.importing import file_of, row, upload


@pytest.mark.databases("sqlite")
def test_the_accounts_of_a_file_are_found_by_indexes(runtime: Runtime) -> None:
    service.import_now(runtime, upload(file_of(row(1), row(2, network="x"))))
    again = upload(file_of(row(1, email="new@mail.example"), row(2, network="x"), row(3)))
    with (
        query_plans.noted(runtime.database.reader) as read,
        query_plans.noted(runtime.database.writer) as written,
    ):
        report = service.import_now(runtime, again)

    assert (report.counts["update"], report.counts["unchanged"], report.counts["create"]) == (
        1,
        1,
        1,
    )
    looked_up = [one for one in (*read, *written) if "accounts" in one.split()]
    assert looked_up
    assert {one for one in looked_up if not one.startswith("SEARCH")} == set()


def test_a_login_is_looked_for_on_the_network_that_the_account_is_on(runtime: Runtime) -> None:
    """The row does not say it, and the default network has nobody of that login."""
    service.import_now(runtime, upload(file_of(row(1, network="x"), row(2, network="x"))))
    report = service.rehearse(runtime, upload(file_of(row(2, login=row(1)["login"]))))
    assert report.counts["error"] == 1
    assert [one.column for one in report.rows or ()] == ["login"]
