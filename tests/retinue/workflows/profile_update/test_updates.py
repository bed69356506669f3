"""Profiles changed as the queue does it, against a real Sandgram."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.foundation import failpoints
from retinue.workflows.profile_update import functions
from tests.factories.crew import Crew

UPDATE = TaskType.update_profile
PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 20
TEXTS = {"name": "Ava Lind", "description": "Boats 🚤", "location": "Oslo", "lang": "nb"}


def ask(crew: Crew, account: Account, **fields: str) -> str:
    return crew.ask(UPDATE, account, params={"fields": fields})


def edits(crew: Crew, account: Account) -> int:
    return len(crew.effects(account, action="edit_profile"))


def seen(crew: Crew, account: Account) -> dict[str, Any]:
    found: dict[str, Any] = crew.sandgram.account().get(f"/sg/v1/people/by-handle/{account.login}")
    return found


@pytest.fixture
def shop() -> Iterator[str]:
    """Pictures, and what is none, on this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PNG if "good" in self.path else b"<html>")

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class TestUpdateProfile:
    def test_all_fields_are_changed_in_one_edit(self, crew: Crew, shop: str) -> None:
        account = crew.account()
        pictures = {"profile_image": f"{shop}/good.png", "profile_banner": f"{shop}/good.png"}
        task_id = ask(crew, account, url="https://example.com/ava", **TEXTS, **pictures)
        crew.work()
        task = crew.task(task_id)
        assert task.status is TaskStatus.completed, task.error
        assert len((task.result or {})["changed"]) == 7
        shown = seen(crew, account)
        assert (shown["name"], shown["bio"], shown["location"]) == ("Ava Lind", "Boats 🚤", "Oslo")
        assert shown["link"] == "https://example.com/ava"
        assert edits(crew, account) == 1

    def test_what_stands_there_already_is_not_sent_again(self, crew: Crew, shop: str) -> None:
        account = crew.account()
        for _ in range(2):
            task_id = ask(crew, account, profile_image=f"{shop}/good.jpg", **TEXTS)
            crew.work()
            crew.pass_time(minutes=1)
        assert (crew.task(task_id).result or {})["changed"] == []
        assert edits(crew, account) == 1

    def test_an_empty_text_clears_a_field(self, crew: Crew) -> None:
        account = crew.account()
        for text in ("Oslo", ""):
            ask(crew, account, location=text)
            crew.work()
        assert seen(crew, account)["location"] == ""

    def test_what_is_no_picture_ends_the_task_and_changes_nothing(
        self, crew: Crew, shop: str
    ) -> None:
        account = crew.account()
        task_id = ask(crew, account, name="Ava", profile_image=f"{shop}/bad.png")
        crew.work()
        assert (crew.task(task_id).error or {})["class"] == "media"
        assert edits(crew, account) == 0

    @pytest.mark.parametrize(
        ("fields", "place"),
        [
            ({}, "fields"),
            ({"name": "x" * 51}, "name"),
            ({"name": ""}, "name"),
            ({"description": "x" * 161}, "description"),
            ({"location": "x" * 31}, "location"),
            ({"url": "example"}, "url"),
            ({"url": "javascript:alert(1)"}, "url"),
            ({"lang": "english"}, "lang"),
            ({"lang": "xx"}, "lang"),
            ({"profile_image": "https://example.com/a.png"}, "profile_image"),
            ({"profile_image": "http://127.0.0.1/a.gif"}, "profile_image"),
            ({"profile_image": "http://u:p@127.0.0.1/a.png"}, "profile_image"),
            ({"colour": "red"}, "colour"),
            ({"name": 5}, "name"),
        ],
    )
    def test_what_does_not_fit_is_named(
        self, crew: Crew, fields: dict[str, Any], place: str
    ) -> None:
        del crew
        problems = functions.UPDATE_PROFILE.lint(None, {"fields": fields})  # type: ignore[arg-type]
        assert problems
        assert place in {str(part) for one in problems for part in one.loc}


class TestLostAnswers:
    @pytest.mark.parametrize("kind", ["reset_after", "server_error_after", "html_after"])
    def test_it_is_read_back_and_not_repeated(self, crew: Crew, kind: str) -> None:
        account = crew.account()
        crew.sandgram.fault(kind, account=account.login, action="edit_profile", count=1)
        task_id = ask(crew, account, **TEXTS)
        crew.work()
        task = crew.task(task_id)
        assert task.status is TaskStatus.completed, task
        assert "read back" in (task.result or {})["proof"]
        assert edits(crew, account) == 1

    def test_what_has_not_arrived_is_sent_again_after_a_wait(self, crew: Crew) -> None:
        account = crew.account()
        crew.sandgram.fault("reset", account=account.login, action="edit_profile", count=1)
        task_id = ask(crew, account, **TEXTS)
        crew.work()
        task = crew.task(task_id)
        assert (task.status, task.waiting_for) == (TaskStatus.pending, WaitingFor.retry)
        crew.pass_time(minutes=11)
        crew.work()
        assert crew.task(task_id).status is TaskStatus.completed
        assert edits(crew, account) == 1

    @pytest.mark.parametrize("point", ["after_intent_commit", "after_answer"])
    def test_a_worker_that_dies_leads_to_one_edit(self, crew: Crew, point: str) -> None:
        account = crew.account()
        task_id = ask(crew, account, **TEXTS)

        def die(name: str) -> None:
            if name == point:
                raise Died

        failpoints.install(die)
        try:
            with pytest.raises(Died):
                crew.work()
        finally:
            failpoints.install(None)
        for _ in range(3):
            crew.pass_time(minutes=5)
            crew.work()
        assert crew.task(task_id).status is TaskStatus.completed
        assert edits(crew, account) == 1


class Died(BaseException):
    pass
