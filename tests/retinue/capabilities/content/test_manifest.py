from __future__ import annotations

import pytest

from retinue.capabilities.content.models import ContentKind
from retinue.capabilities.content.rules import manifest
from retinue.capabilities.content.schemas.bulk import Plan
from retinue.kit.csv_table import BadTable

NAMES = {"a.jpg", "story/b.PNG", "notes.txt", "manifest.csv"}


def read(text: str | None, names: set[str] = NAMES) -> Plan:
    return manifest.read(None if text is None else text.encode(), names, persona_id=1)


class TestRead:
    def test_without_one_every_picture_is_taken_and_its_folder_is_its_category(self) -> None:
        plan = read(None)
        assert [(row.file, row.details and row.details.category) for row in plan.rows] == [
            ("a.jpg", "any"),
            ("story/b.PNG", "story"),
        ]
        assert plan.ignored_files == ("manifest.csv", "notes.txt")

    def test_pictures_and_texts(self) -> None:
        plan = read(
            "file,category,title,tags,quality,max_usage,kind,text\n"
            "a.jpg,post,Morning,sun;sea,90,2,,\n"
            "story\\b.PNG,story,,,,unlimited,,\n"
            ",bio,,sun,80,,bio,Sun and sea\n"
        )
        first, second, third = plan.rows
        assert first.details is not None
        assert first.details.model_dump() == {
            "category": "post",
            "title": "Morning",
            "tags": ["sun", "sea"],
            "quality": 90,
            "max_usage": 2,
        }
        assert second.file == "story/b.PNG"
        assert second.details is not None
        assert second.details.max_usage is None
        assert third.text is not None
        assert (third.text.kind, third.text.text) == (ContentKind.bio, "Sun and sea")
        assert plan.ignored_files == ("notes.txt",)

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            ("gone.jpg,,,", "file"),
            ("../../etc/passwd,,,", "file"),
            ("/etc/passwd,,,", "file"),
            ("C:\\a.jpg,,,", "file"),
            ("a.jpg,No Such,,", "category"),
            ("a.jpg,,101,", "quality"),
            ("a.jpg,,,hello", "file"),
            (",,,", "file"),
            ("a.jpg,,,,too many", None),
        ],
    )
    def test_a_wrong_line_is_told_and_the_others_stand(self, row: str, column: str | None) -> None:
        plan = read(f"file,category,quality,text\n{row}\nstory/b.PNG,post,1,\n")
        wrong, right = plan.rows
        assert (wrong.line, wrong.column) == (2, column)
        assert wrong.fault
        assert right.fault is None

    def test_a_file_that_is_named_twice_is_taken_once(self) -> None:
        plan = read("file\na.jpg\na.jpg\n")
        assert [row.fault for row in plan.rows] == [None, "is named twice"]

    @pytest.mark.parametrize("text", ["", "picture\na.jpg\n", "category\npost\n", "\xff\xfe"])
    def test_what_is_no_manifest_is_refused(self, text: str) -> None:
        with pytest.raises(BadTable):
            read(text)
