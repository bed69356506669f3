"""Whatever is in a file, each of its rows is accepted or refused, and nothing else happens."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from retinue.capabilities.accounts.errors import FileUnreadable
from retinue.capabilities.accounts.service import importing
from tests.factories.importing import REQUIRED, file_of, row
from tests.factories.serving import SEALER

cells = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
rows = st.lists(
    st.builds(
        lambda number, changed: {**row(number), **changed},
        st.integers(1, 6),
        st.dictionaries(
            st.sampled_from([*REQUIRED, "two_fa", "labels", "proxy_url", "kind"]), cells
        ),
    ),
    min_size=1,
    max_size=8,
)


class TestAnyFile:
    @given(rows=rows)
    @settings(deadline=None)
    def test_what_is_accepted_and_what_is_refused_is_every_row(
        self, rows: list[dict[str, str]]
    ) -> None:
        checked = importing.check_file(file_of(*rows), SEALER)
        assert checked.total == len(rows)
        lines = [*(one.line for one in checked.rows), *(one.line for one in checked.errors)]
        assert len(set(lines)) == len(rows)

    @given(content=st.binary(max_size=300))
    @settings(deadline=None)
    def test_no_bytes_do_more_than_be_refused(self, content: bytes) -> None:
        for bytes_ in (content, ",".join(REQUIRED).encode() + b"\n" + content):
            try:
                importing.check_file(bytes_, SEALER)
            except FileUnreadable:
                continue
