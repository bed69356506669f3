"""The CSV forms, whatever is in the file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.capabilities.tasks.models import TaskType
from retinue.workflows.batch_files import rules
from retinue.workflows.batch_files.errors import NoForm

TYPES = st.sampled_from(sorted(rules.FORMS))
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789._", min_size=1, max_size=30)
CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def file_of(columns: list[str], rows: list[list[str]], delimiter: str = ",") -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(rows)
    return target.getvalue().encode()


class TestRead:
    @given(kind=TYPES, content=st.binary(max_size=300))
    def test_any_bytes_become_rows_or_errors(self, kind: TaskType, content: bytes) -> None:
        found = rules.read(content, rules.form_of(kind))
        assert found.rows or found.errors

    @given(kind=TYPES, rows=st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=8))
    def test_every_row_is_a_task_or_an_error_with_a_way_to_mend_it(
        self, kind: TaskType, rows: list[list[str]]
    ) -> None:
        form = rules.form_of(kind)
        width = len(form.columns)
        content = file_of(list(form.columns), [row[:width] for row in rows])
        found = rules.read(content, form)
        assert all(one.reason and one.fix and one.line >= 1 for one in found.errors)
        assert len(found.rows) + len(found.errors) <= max(1, len(rows))

    @given(
        names=st.lists(NAMES, min_size=1, max_size=50, unique=True),
        delimiter=st.sampled_from([",", ";", "\t"]),
    )
    def test_a_list_of_names_is_read_in_its_order(self, names: list[str], delimiter: str) -> None:
        content = file_of(["username", "max_items"], [[one, ""] for one in names], delimiter)
        found = rules.read(content, rules.form_of(TaskType.lookup_posts))
        assert not found.errors
        assert [one.item.params["username"] for one in found.rows] == names
        assert [one.line for one in found.rows] == list(range(2, len(names) + 2))

    @pytest.mark.parametrize("extra", [0, 1])
    def test_a_thousand_rows_and_no_more(self, extra: int) -> None:
        names = "\n".join(f"person_{n}" for n in range(1000 + extra))
        found = rules.read(f"username\n{names}\n".encode(), rules.form_of(TaskType.follow))
        assert (len(found.rows), len(found.errors)) == ((1000, 0) if extra == 0 else (0, 1))

    @pytest.mark.parametrize(
        ("line", "column"),
        [
            ("@otter,,", "username"),
            ("two words,,", "username"),
            (",5,", "username"),
            ("otter,many,", "max_items"),
            ("otter,,perhaps", "include_replies"),
            ("first,,", "username"),
        ],
    )
    def test_what_does_not_fit_is_named_with_line_and_column(self, line: str, column: str) -> None:
        content = f"username,max_items,include_replies\nfirst,5,yes\n{line}\n".encode()
        found = rules.read(content, rules.form_of(TaskType.lookup_posts))
        (error,) = found.errors
        assert (error.line, error.column) == (3, column)

    def test_empty_cells_of_a_profile_stay_as_they_are(self) -> None:
        content = b"account_no,name,description,url,location,profile_image,profile_banner,lang\nW1,Ava,,,Oslo,,,\n"
        (row,) = rules.read(content, rules.form_of(TaskType.update_profile)).rows
        assert row.item.params == {"fields": {"name": "Ava", "location": "Oslo"}}

    def test_a_type_without_a_form_is_refused(self) -> None:
        with pytest.raises(NoForm, match="lookup_profile"):
            rules.form_of(TaskType.check_proxy)
