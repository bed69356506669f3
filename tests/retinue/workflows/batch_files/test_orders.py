"""A file at one end, effects and results at the other."""

from __future__ import annotations

import pytest

from retinue.capabilities.access import service as access
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.foundation.errors import Invalid
from retinue.workflows.batch_files import endpoints, service
from retinue.workflows.batch_files.errors import RowsUnusable
from retinue.workflows.batch_files.schemas import FileOptions
from tests.factories import serving
from tests.factories.crew import ACTOR, Crew


def options(kind: str, **more: object) -> FileOptions:
    return FileOptions.model_validate({"type": TaskType(kind), **more})


class TestOrder:
    def test_profiles_are_changed_from_a_sheet(self, crew: Crew) -> None:
        accounts = [crew.account() for _ in range(2)]
        lines = [f"{one.account_no},Name {n},,," for n, one in enumerate(accounts)]
        content = "\n".join(["account_no,name,description,url,location", *lines]).encode()
        report = service.order(crew.runtime, content, options("update_profile"), actor=ACTOR)
        crew.work()
        rows = crew.of_batch(report.batches[0].id or "")
        assert [row.status for row in rows] == [TaskStatus.completed] * 2
        assert [len(crew.effects(one, action="edit_profile")) for one in accounts] == [1, 1]

    def test_a_list_of_people_is_followed(self, crew: Crew) -> None:
        accounts = [crew.account() for _ in range(2)]
        wanted = options("follow", accounts=[one.account_no for one in accounts], per_account_max=1)
        content = b"username\r\nslow_tram\r\nmoss_and_rye\r\n"
        report = service.order(crew.runtime, content, wanted, actor=ACTOR)
        assert (report.rows, report.tasks) == (2, 2)
        crew.work()
        met = [crew.effects(one, action="follow")[0]["handle"] for one in accounts]
        assert sorted(met) == ["moss_and_rye", "slow_tram"]

    def test_people_are_looked_up(self, crew: Crew) -> None:
        crew.worker()
        content = b"username,fields\nslow_tram,bio metrics\nno_such_person,\n"
        report = service.order(crew.runtime, content, options("lookup_profile"), actor=ACTOR)
        for _ in range(3):
            crew.work()
            crew.pass_time(seconds=1)
        rows = crew.of_batch(report.batches[0].id or "")
        assert [row.status for row in rows] == [TaskStatus.completed, TaskStatus.failed]

    def test_a_preview_makes_nothing_and_names_every_row(self, crew: Crew) -> None:
        account = crew.account()
        content = (
            "account_no,name,url,shoes\n"
            f"{account.account_no},{'x' * 51},,\n"
            "NOBODY,Ava,,\n"
            "W9,Ava,nowhere,\n"
        ).encode()
        wanted = options("update_profile", dry_run=True)
        report = service.order(crew.runtime, content, wanted, actor=ACTOR)
        places = {(one.line, one.column) for one in report.errors}
        assert places >= {(2, "name"), (3, "account_no"), (4, "url")}
        assert report.tasks == 0
        assert crew.work() == 0

    def test_a_good_preview_makes_nothing_either(self, crew: Crew) -> None:
        wanted = options("lookup_profile", dry_run=True)
        report = service.order(crew.runtime, b"username\notter\n", wanted, actor=ACTOR)
        assert (report.tasks, report.batches[0].id, report.errors) == (1, None, [])
        assert crew.work() == 0

    def test_one_bad_row_refuses_the_file(self, crew: Crew) -> None:
        with pytest.raises(RowsUnusable, match="line 3, username") as caught:
            service.order(
                crew.runtime, b"username\notter\n@seal\n", options("lookup_profile"), actor=ACTOR
            )
        assert caught.value.facts["errors"][0]["fix"] == "write seal"
        assert crew.work() == 0

    def test_a_follow_list_needs_somebody_who_follows(self, crew: Crew) -> None:
        with pytest.raises(Invalid, match="accounts"):
            service.order(crew.runtime, b"username\notter\n", options("follow"), actor=ACTOR)


class TestRoute:
    def test_it_takes_a_form(self, crew: Crew) -> None:
        with crew.runtime.database.writing() as db:
            access.initialise(db, crew.runtime.sealer, is_demo=True, now=crew.clock.now())
        client = serving.client(serving.make_app(crew.runtime, [endpoints.router]))
        file = {"file": ("a.csv", b"username\notter\n", "text/csv")}
        url = "/api/batches/csv?type=lookup_profile"
        preview = client.post(f"{url}&dry_run=true", files=file)
        assert preview.json()["tasks"] == 1, preview.text
        assert client.post(url, files=file).status_code == 201
        bad = {"file": ("a.csv", b"username\n@otter\n", "text/csv")}
        refused = client.post(url, files=bad)
        assert (refused.status_code, refused.json()["code"]) == (422, "rows_unusable")
        assert client.post("/api/batches/csv?type=check_proxy", files=file).status_code == 422
