from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from retinue.capabilities.content import jobs
from retinue.capabilities.content.cli import app
from retinue.capabilities.content.models import ContentItem, ContentText, ContentUpload
from retinue.capabilities.content.service import keeping
from retinue.foundation import failpoints
from retinue.foundation.cli import CommandContext
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.runtime import Runtime

MANIFEST = (
    "file,category,quality,kind,text\n"
    "a.jpg,post,80,,\n"
    "b.jpg,post,70,,\n"
    "bad.jpg,post,1,,\n"
    "gone.jpg,post,1,,\n"
    ",bio,50,bio,Sun & sea\n"
)


def picture(colour: str) -> bytes:
    image = Image.radial_gradient("L").convert("RGB")
    image.paste(colour, (0, 0, 100, 200))
    made = io.BytesIO()
    image.save(made, "JPEG")
    return made.getvalue()


FILES = {"a.jpg": picture("red"), "b.jpg": picture("blue"), "bad.jpg": b"\xff\xd8\xffnonsense"}


def archive(files: dict[str, bytes] | None = None, manifest: str | None = MANIFEST) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in (FILES if files is None else files).items():
            opened.writestr(name, content)
        if manifest is not None:
            opened.writestr("manifest.csv", manifest)
    return made.getvalue()


def send(caller: TestClient, sent: bytes | None = None, **said: Any) -> Any:
    files = {"file": ("a.zip", archive() if sent is None else sent, "application/zip")}
    return caller.post("/api/content/bulk-upload", data={"persona": "Ava", **said}, files=files)


def numbers(runtime: Runtime) -> tuple[int, int]:
    with runtime.database.reading() as db:
        counts = [
            db.scalar(select(func.count()).select_from(table)) or 0
            for table in (ContentItem, ContentText)
        ]
    return counts[0], counts[1]


def kept(runtime: Runtime) -> list[Path]:
    return list(keeping.folder(runtime.configuration.data_dir).glob("??/*"))


class TestUpload:
    def test_what_is_right_is_taken_in_and_what_is_wrong_is_told_by_line(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        answer = send(caller)
        assert answer.status_code == 202
        report = answer.json()
        assert (report["state"], report["total_rows"]) == ("waiting", 5)
        jobs.run_upload(runtime, {"upload_id": report["id"]})

        report = caller.get(answer.headers["location"]).json()
        assert (report["state"], report["progress"]) == ("completed", 100)
        assert report["counts"] == {"added": 3, "error": 2}
        assert [(row["line"], row["file"], row["column"]) for row in report["problems"]] == [
            (4, "bad.jpg", "file"),
            (5, "gone.jpg", "file"),
        ]
        assert numbers(runtime) == (2, 1)
        rows = caller.get(f"{answer.headers['location']}/rows", params={"limit": 2}).json()
        assert [row["seq"] for row in rows["items"]] == [1, 2]
        assert rows["next_cursor"]
        assert not list((keeping.folder(runtime.configuration.data_dir) / "uploads").iterdir())

    def test_the_same_again_changes_nothing(self, caller: TestClient, runtime: Runtime) -> None:
        for wanted in ({"added": 3, "error": 2}, {"unchanged": 3, "error": 2}):
            upload_id = send(caller).json()["id"]
            jobs.run_upload(runtime, {"upload_id": upload_id})
            assert caller.get(f"/api/content/uploads/{upload_id}").json()["counts"] == wanted
        assert numbers(runtime) == (2, 1)

    def test_a_dry_run_keeps_only_its_report(self, caller: TestClient, runtime: Runtime) -> None:
        upload_id = send(caller, dry_run="true").json()["id"]
        jobs.run_upload(runtime, {"upload_id": upload_id})
        report = caller.get(f"/api/content/uploads/{upload_id}").json()
        assert (report["dry_run"], report["counts"]) == (True, {"added": 3, "error": 2})
        assert numbers(runtime) == (0, 0)
        assert not kept(runtime)

    def test_it_goes_on_where_it_broke_off(self, caller: TestClient, runtime: Runtime) -> None:
        upload_id = send(caller).json()["id"]
        reached = []

        def die(name: str) -> None:
            reached.append(name)
            if len(reached) == 2:
                raise KeyboardInterrupt

        failpoints.install(die)
        try:
            with pytest.raises(KeyboardInterrupt):
                jobs.run_upload(runtime, {"upload_id": upload_id})
        finally:
            failpoints.install(None)
        with runtime.database.reading() as db:
            assert db.get_one(ContentUpload, upload_id).done_rows == 2
        jobs.run_upload(runtime, {"upload_id": upload_id})
        report = caller.get(f"/api/content/uploads/{upload_id}").json()
        assert (report["state"], report["counts"]) == ("completed", {"added": 3, "error": 2})

    def test_many_pictures_with_a_manifest_beside_them(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        files = [("file", (name, content, "image/jpeg")) for name, content in FILES.items()]
        files.append(("manifest", ("m.csv", MANIFEST.encode(), "text/csv")))
        answer = caller.post("/api/content/bulk-upload", data={"persona": "1"}, files=files)
        jobs.run_upload(runtime, {"upload_id": answer.json()["id"]})
        assert numbers(runtime) == (2, 1)

    @pytest.mark.parametrize(
        ("sent", "why"),
        [
            (b"no archive", "no zip archive"),
            (archive({}, None), "holds no picture"),
            (archive({"../../evil.jpg": b"x"}, None), "leads out of it"),
            (archive({"/etc/evil.jpg": b"x"}, None), "leads out of it"),
            (archive({"a\\..\\..\\evil.jpg": b"x"}, None), "leads out of it"),
            (archive(manifest="nothing\n1\n"), "manifest"),
            (archive()[:-30], "no zip archive"),
        ],
    )
    def test_archives_that_cannot_be_taken_are_refused_at_once(
        self, caller: TestClient, runtime: Runtime, sent: bytes, why: str
    ) -> None:
        answer = send(caller, sent)
        assert answer.status_code == 422
        assert why in answer.json()["detail"]
        assert not list((keeping.folder(runtime.configuration.data_dir) / "uploads").iterdir())

    def test_links_in_an_archive_are_refused(self, caller: TestClient) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as opened:
            link = zipfile.ZipInfo("a.jpg")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            opened.writestr(link, "/etc/passwd")
        answer = send(caller, made.getvalue())
        assert (answer.status_code, "a link" in answer.json()["detail"]) == (422, True)

    def test_a_bomb_is_read_no_further_than_a_picture_may_be(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        sent = archive({"a.jpg": b"\xff\xd8\xff" + bytes(300_000_000)}, None)
        assert len(sent) < 1_000_000
        upload_id = send(caller, sent).json()["id"]
        jobs.run_upload(runtime, {"upload_id": upload_id})
        report = caller.get(f"/api/content/uploads/{upload_id}").json()
        assert report["problems"][0]["reason"] == "is larger than 10 MB"

    def test_archives_that_nobody_needs_are_swept_away(
        self, caller: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        clock.set(SystemClock().now())
        send(caller)
        folder = keeping.folder(runtime.configuration.data_dir) / "uploads"
        (folder / "stray.zip").write_bytes(b"x")
        clock.sleep(2 * 86_400)
        jobs.sweep_files(runtime, {})
        assert [path.name for path in folder.iterdir()] != []
        assert not (folder / "stray.zip").exists()


def run(runtime: Runtime, *arguments: object) -> Result:
    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield runtime

    given = [str(one) for one in arguments]
    return CliRunner().invoke(app, given, obj=CommandContext(open=opened))


class TestCommand:
    def test_a_folder_is_taken_in_and_links_are_not_followed(
        self, runtime: Runtime, tmp_path: Path
    ) -> None:
        folder, manifest = tmp_path / "pictures", tmp_path / "m.csv"
        folder.mkdir()
        for name, content in FILES.items():
            (folder / name).write_bytes(content)
        (folder / "link.jpg").symlink_to(folder / "a.jpg")
        manifest.write_text(MANIFEST + "link.jpg,post,1,,\n")
        asked = ("add", folder, "--persona", "ava", "--manifest", manifest)

        rehearsed = run(runtime, *asked, "--dry-run", "--json")
        assert rehearsed.exit_code == 5
        assert json.loads(rehearsed.stdout)["counts"] == {"added": 3, "error": 3}
        assert numbers(runtime) == (0, 0)

        done = run(runtime, *asked)
        assert done.exit_code == 5
        assert "gone.jpg: is not there" in done.stdout
        assert "link.jpg: is not there" in done.stdout
        assert numbers(runtime) == (2, 1)
        again = run(runtime, *asked, "--json")
        assert json.loads(again.stdout)["counts"] == {"unchanged": 3, "error": 3}

    def test_lists_and_availability(self, runtime: Runtime, tmp_path: Path) -> None:
        (tmp_path / "story").mkdir()
        (tmp_path / "story" / "a.jpg").write_bytes(FILES["a.jpg"])
        assert run(runtime, "add", tmp_path, "--persona", "Ava").exit_code == 0
        listed = json.loads(run(runtime, "list", "--category", "story", "--json").stdout)
        assert [one["state"] for one in listed] == ["available"]
        assert run(runtime, "list", "--state", "lost").exit_code == 2
        assert json.loads(run(runtime, "texts", "--json").stdout) == []
        told = run(runtime, "availability", "--persona", "Ava")
        assert told.stdout == "1 story picture left for Ava\n"
