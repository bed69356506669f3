from __future__ import annotations

import base64
from typing import Any

import pytest
from sqlalchemy import text

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import FileTooLarge, FileUnreadable, RowsRefused
from retinue.capabilities.accounts.models import Account, ImportState, Lifecycle
from retinue.capabilities.accounts.schemas import AccountChange, ImportReport
from retinue.capabilities.proxies import service as proxies
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import service
from tests.factories.importing import REQUIRED, file_of, row, upload


def bring(runtime: Runtime, *rows: dict[str, str], **given: Any) -> ImportReport:
    return service.import_now(runtime, upload(file_of(*rows), **given))


def errors_of(runtime: Runtime, *rows: dict[str, str]) -> list[tuple[int, str | None]]:
    report = service.rehearse(runtime, upload(file_of(*rows)))
    return [(found.line, found.column) for found in report.rows or () if found.outcome == "error"]


def account(runtime: Runtime, name: str = "WACC001") -> Account:
    with runtime.database.reading() as db:
        return accounts.find(db, name, include_retired=True)


def opened(runtime: Runtime, name: str = "WACC001") -> Any:
    with runtime.database.reading() as db:
        return accounts.open_credentials(db, runtime.sealer, accounts.find(db, name))


def unsealed(runtime: Runtime, blob: Any, *, row: str, column: str) -> str:
    return runtime.sealer.open(bytes(blob), table="account_credentials", row=row, column=column)


def number_of(runtime: Runtime, table: str) -> int:
    with runtime.database.reading() as db:
        return int(db.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


class TestImport:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_a_row_becomes_an_account_with_sealed_secrets(
        self, runtime: Runtime, delimiter: str
    ) -> None:
        cells = row(
            1, login="@Luna.Sol", two_fa="jbsw y3dp ehpk 3pxp", kind="worker", persona="Luna",
            labels="a; b|a", timezone="Europe/Berlin", user_agent="Phone/1.0", network="X",
            proxy_url="socks5://Proxy.Example", proxy_port="1080",
            proxy_username="me", proxy_password=" p w ",
        )  # fmt: skip
        content = file_of(cells, delimiter=delimiter, mark=True)
        report = service.import_now(runtime, upload(content))
        assert report.counts == {
            "rows": 1, "create": 1, "update": 0, "unchanged": 0, "error": 0, "revived": 0,
        }  # fmt: skip
        found, secrets = account(runtime), opened(runtime)
        assert (found.login, found.network, found.kind) == ("Luna.Sol", "x", "worker")
        assert (found.lifecycle, found.labels) == (Lifecycle.imported, ["a", "b"])
        assert (found.timezone, found.authorised_by) == ("Europe/Berlin", "operator:anna")
        assert (secrets.password, secrets.totp_secret) == ("pass word 1!", "JBSWY3DPEHPK3PXP")
        with runtime.database.reading() as db:
            assert found.proxy_id is not None
            proxy = proxies.open(db, runtime.sealer, found.proxy_id)
        assert (proxy.url, proxy.username, proxy.password) == (
            "socks5://proxy.example:1080", "me", " p w ",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "code", ["12345678", "ABCDEFGHIJKLMNO", "0000111122223333", "a1b2-c3d4"]
    )
    def test_a_short_second_factor_is_a_backup_code(self, runtime: Runtime, code: str) -> None:
        bring(runtime, row(two_fa=code))
        assert (opened(runtime).totp_secret, opened(runtime).backup_codes) == (None, (code,))

    def test_the_same_file_twice_changes_nothing(self, runtime: Runtime) -> None:
        rows = [row(n, persona="Luna", labels="a") for n in range(1, 6)]
        bring(runtime, *rows)
        before = number_of(runtime, "audit_entries")
        reordered = [dict(reversed(list(one.items()))) for one in reversed(rows)]
        report = bring(runtime, *reordered)
        assert (report.counts["unchanged"], report.counts["update"]) == (5, 0)
        assert account(runtime).revision == 1
        # One import, one entry: not one for each account.
        assert number_of(runtime, "audit_entries") == before + 1

    def test_an_update_changes_what_the_file_says_and_keeps_the_rest(
        self, runtime: Runtime
    ) -> None:
        bring(runtime, row(labels="a", timezone="Europe/Berlin", two_fa="JBSWY3DPEHPK3PXP"))
        made = account(runtime)
        with runtime.database.writing() as db:
            change = AccountChange(lifecycle=Lifecycle.active, reason="known")
            accounts.change(db, made.id, change, actor="me", now=runtime.clock.now())
        report = bring(
            runtime, row(password="brand new", labels="", timezone="", email="n@e.example")
        )
        found = account(runtime)
        assert report.counts["update"] == 1
        assert (found.id, found.lifecycle, found.revision) == (made.id, Lifecycle.active, 3)
        assert (found.labels, found.timezone, found.email) == (
            ["a"],
            "Europe/Berlin",
            "n@e.example",
        )
        assert (opened(runtime).password, opened(runtime).totp_secret) == (
            "brand new",
            "JBSWY3DPEHPK3PXP",
        )
        with runtime.database.reading() as db:
            blobs = db.execute(
                text("SELECT password_previous, ct0_previous FROM account_credentials")
            ).one()
        assert unsealed(runtime, blobs[0], row=made.uid, column="password") == "pass word 1!"
        assert blobs[1] is None

    def test_a_new_proxy_password_reaches_the_proxy(self, runtime: Runtime) -> None:
        given = {"proxy_url": "p.example", "proxy_port": "80", "proxy_username": "me"}
        for password in ("one", "two"):
            bring(runtime, row() | given | {"proxy_password": password})
        with runtime.database.reading() as db:
            found = proxies.open(db, runtime.sealer, account(runtime).proxy_id or 0)
        assert (found.password, number_of(runtime, "proxies")) == ("two", 1)

    def test_a_retired_account_is_revived_and_the_audit_log_says_so(self, runtime: Runtime) -> None:
        bring(runtime, row())
        with runtime.database.writing() as db:
            found = accounts.find(db, "WACC001")
            accounts.retire(db, found, actor="me", now=runtime.clock.now())
        assert bring(runtime, row()).counts["revived"] == 1
        assert account(runtime).lifecycle is Lifecycle.imported
        with runtime.database.reading() as db:
            last = db.scalar(text("SELECT after FROM audit_entries ORDER BY id DESC LIMIT 1"))
        assert "WACC001" in str(last)

    def test_more_rows_than_one_transaction_holds(self, runtime: Runtime) -> None:
        told: list[tuple[int, int]] = []
        content = file_of(*(row(n) for n in range(2_500)))
        report = service.import_now(
            runtime, upload(content), on_progress=lambda done, of: told.append((done, of))
        )
        assert (report.counts["create"], report.progress) == (2_500, 100)
        assert told == [(1000, 2500), (2000, 2500), (2500, 2500)]
        assert number_of(runtime, "account_import_parts") == 0


class TestErrors:
    @pytest.mark.parametrize("column", REQUIRED)
    def test_an_empty_required_cell_is_named(self, runtime: Runtime, column: str) -> None:
        for blank in ("", "   "):
            assert errors_of(runtime, row(1, **{column: blank})) == [(2, column)]

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"account_no": ".."}, "account_no"),
            ({"account_no": "x" * 10_000}, "account_no"),
            ({"login": "lu na"}, "login"),
            ({"login": "lu/na"}, "login"),
            ({"email": "nobody"}, "email"),
            ({"password": "a\x00b"}, "password"),
            ({"ct0": "line\nbreak"}, "ct0"),
            ({"auth_token": "x" * 9_000}, "auth_token"),
            ({"network": "myspace"}, "network"),
            ({"kind": "boss"}, "kind"),
            ({"timezone": "Mars/Olympus"}, "timezone"),
            ({"persona": "x" * 101}, "persona"),
            ({"labels": "x" * 51}, "labels"),
            ({"user_agent": "é"}, "user_agent"),
            ({"proxy_url": "http://p.example"}, "proxy_port"),
            (dict.fromkeys(("proxy_url", "proxy_port", "proxy_username"), "8"), "proxy_password"),
            ({"proxy_url": "ftp://p", "proxy_port": "1", "proxy_username": "a", "proxy_password": "b"}, "proxy_url"),
            ({"proxy_url": "p", "proxy_port": "0", "proxy_username": "a", "proxy_password": "b"}, "proxy_port"),
            ({"proxy_url": "http://u:p@h", "proxy_port": "1", "proxy_username": "a", "proxy_password": "b"}, "proxy_url"),
        ],
    )  # fmt: skip
    def test_a_bad_cell_is_named_with_its_line_and_a_fix(
        self, runtime: Runtime, cells: dict[str, str], column: str
    ) -> None:
        content = file_of(row(1), row(2, **cells))
        report = service.rehearse(runtime, upload(content))
        wrong = [found for found in report.rows or () if found.outcome == "error"]
        assert [(found.line, found.column) for found in wrong] == [(3, column)]
        assert all(found.reason and found.fix for found in wrong)

    def test_a_repeated_account_is_wrong_on_every_line(self, runtime: Runtime) -> None:
        by_number = errors_of(runtime, row(1), row(2), row(1, login="other"))
        by_login = errors_of(runtime, row(1), row(2, login="@LUNA_1"), row(3))
        assert by_number == [(2, "account_no"), (4, "account_no")]
        assert by_login == [(2, "login"), (3, "login")]

    def test_a_login_of_another_account_is_refused(self, runtime: Runtime) -> None:
        bring(runtime, row(1))
        assert errors_of(runtime, row(2, login="luna_1")) == [(2, "login")]
        assert errors_of(runtime, row(2, login="luna_1", network="x")) == []
        assert errors_of(runtime, row(1, network="x")) == [(2, "network")]

    def test_all_or_nothing_imports_nothing_and_keeps_the_errors(self, runtime: Runtime) -> None:
        with pytest.raises(RowsRefused) as refused:
            bring(runtime, row(1, persona="Luna"), row(2, email="nobody"))
        assert refused.value.problems[0].loc == ("body", "file", 3, "email")
        assert [number_of(runtime, table) for table in ("accounts", "personas", "proxies")] == [
            0
        ] * 3
        with runtime.database.reading() as db:
            report = service.report_of(db, refused.value.facts["import_id"])
        assert (report.state, report.counts["error"]) == (ImportState.failed, 1)
        assert number_of(runtime, "account_import_parts") == 0

    def test_valid_rows_imports_the_others(self, runtime: Runtime) -> None:
        bring(runtime, row(9))
        report = bring(
            runtime, row(1), row(2, email="nobody"), row(3, login="luna_9"), mode="valid_rows"
        )
        assert (report.counts["create"], report.counts["error"]) == (1, 2)
        assert [found.line for found in report.rows or ()] == [3, 4]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "header"),
            (
                b"account_no,login\nW1,luna\n",
                "lacks password, email, email_password, auth_token, ct0",
            ),
            (",".join(REQUIRED).encode(), "no rows"),
            (file_of(row()).replace(b"luna_1,", b"luna\xff,"), "line 2 is not UTF-8"),
        ],
    )
    def test_a_file_that_is_none_is_refused_and_leaves_nothing(
        self, runtime: Runtime, content: bytes, said: str
    ) -> None:
        for attempt in (service.receive, service.rehearse, service.import_now):
            with pytest.raises(FileUnreadable, match=said):
                attempt(runtime, upload(content))
        assert number_of(runtime, "account_imports") == 0

    def test_a_file_beyond_the_limit_is_not_even_read(self, runtime: Runtime) -> None:
        with pytest.raises(FileTooLarge):
            service.receive(runtime, upload(b"x" * (service.LARGEST_FILE + 1)))

    def test_columns_that_nobody_knows_are_told(self, runtime: Runtime) -> None:
        report = bring(runtime, row(1, notes="call her", extra="x"))
        assert (report.ignored_columns, report.counts["create"]) == (["notes", "extra"], 1)


class TestSecrets:
    def test_forty_planted_secrets_stand_in_no_column_in_the_clear(
        self, runtime: Runtime, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        planted = [f"canary-{n:02d}-{n * 7919:06x}" for n in range(40)]
        secret = iter(planted)
        names = ("password", "email_password", "auth_token", "ct0", "two_fa", "proxy_password")
        given = []
        for number in range(6):
            taken = {name: next(secret) for name in names}
            given.append(
                row(
                    number,
                    proxy_url="p.example",
                    proxy_port="80",
                    proxy_username=f"u{number}",
                    **taken,
                )
            )
        wrong = [
            row(10, email="nobody", password=next(secret), ct0=next(secret)),
            row(11, kind=next(secret), timezone=next(secret)),
        ]  # fmt: skip
        report = bring(runtime, *given, *wrong, mode="valid_rows")
        said = report.model_dump_json() + caplog.text + "".join(capsys.readouterr())
        assert (report.counts["create"], report.counts["error"]) == (6, 2)
        stored = dump(runtime)
        for canary in planted:
            for shape in (
                canary,
                base64.b64encode(canary.encode()).decode(),
                canary.encode().hex(),
            ):
                assert shape not in said
                assert shape not in stored


def dump(runtime: Runtime) -> str:
    """Every cell of every table, the sealed ones as the bytes they are."""
    from retinue.entrypoints.models import metadata

    with runtime.database.reading() as db:
        return "\n".join(
            cell.decode("latin-1") if isinstance(cell, bytes) else str(cell)
            for table in metadata.sorted_tables
            for found in db.execute(table.select())
            for cell in found
        )
