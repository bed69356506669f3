"""One row of an import: from cells to a checked row, or to what is wrong with it. Never a secret in a problem."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from retinue.capabilities.accounts.models import AccountKind, RowOutcome
from retinue.capabilities.accounts.rules import names
from retinue.capabilities.accounts.rules.names import BadValue
from retinue.capabilities.accounts.schemas import ImportRow, RowProblem, RowVerdict
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import Address
from retinue.kit import csv_table

REQUIRED = (
    "account_no",
    "login",
    "password",
    "email",
    "email_password",
    "auth_token",
    "ct0",
)
PROXY = ("proxy_url", "proxy_port", "proxy_username", "proxy_password")
OPTIONAL = (
    *PROXY,
    "user_agent",
    "two_fa",
    "backup_codes",
    "cookies",
    "kind",
    "network",
    "persona",
    "labels",
    "timezone",
)
KNOWN = frozenset((*REQUIRED, *OPTIONAL))

_SECRETS = frozenset({"password", "email_password", "auth_token", "ct0", "cookies"})
_SECRET_CELLS = (*sorted(_SECRETS), "two_fa", "backup_codes", "proxy_password")
# Spaces around these can be meant.
_VERBATIM = frozenset({"password", "email_password", "proxy_password"})
# A spreadsheet may have made these safe from formulas; a secret is taken as it stands.
RESTORED = frozenset({"account_no", "login", "persona", "labels", "user_agent"})
_LONGEST_SECRET = 8192
_LONGEST_OF = {"cookies": 60_000}
_MOST_CODES = 100
_TOTP = re.compile(r"[A-Z2-7]{16,}={0,6}")
_DEFAULT_NETWORK = "sandgram"


def _kind(text: str) -> AccountKind:
    try:
        return AccountKind(text.lower())
    except ValueError:
        raise BadValue("is not a kind of account", "use normal or worker") from None


_CHECKS: dict[str, Callable[[str], Any]] = {
    "account_no": names.account_no,
    "login": names.login,
    "network": names.network,
    "email": names.email,
    "kind": _kind,
    "persona": names.persona,
    "labels": names.labels_of_cell,
    "timezone": names.timezone,
    "user_agent": names.user_agent,
}


class RowReader:
    """Made once for a header; `read` is called for every row."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.ignored = [name for name in columns if name and name not in KNOWN]
        self.missing = [name for name in REQUIRED if name not in columns]
        self._places = [(name, at) for at, name in enumerate(columns) if name in KNOWN]

    def read(self, row: csv_table.Row) -> ImportRow | RowVerdict:
        if row.fault is not None:
            # Cells may have slipped into each other's columns: none of them is repeated.
            fix = "quote cells that hold the delimiter, and give each row one cell per column"
            return _refused(row.line, None, None, [RowProblem(None, row.fault, fix)])
        cells = {
            name: text if name in _VERBATIM else text.strip()
            for name, at in self._places
            if (text := row.cells[at]) and not text.isspace()
        }
        checks = _Checks(cells)
        taken = {name: checks.take(name, check) for name, check in _CHECKS.items() if name in cells}
        for name in REQUIRED:
            if name not in cells:
                checks.problem(name, "is empty", f"give every row a value for {name}")
        secrets, proxy = checks.secrets(), checks.proxy()
        number, login = taken.get("account_no"), taken.get("login")
        if checks.problems or number is None or login is None:
            return _refused(row.line, number, login, checks.problems)
        return ImportRow(
            line=row.line,
            account_no=number,
            login=login,
            login_key=login.casefold(),
            network=taken.get("network"),
            email=taken["email"],
            kind=taken.get("kind"),
            persona=taken.get("persona"),
            labels=taken.get("labels"),
            timezone=taken.get("timezone"),
            user_agent=taken.get("user_agent"),
            secrets=secrets,
            proxy=proxy,
            proxy_password=cells.get("proxy_password"),
        )


def default_network(network: str | None) -> str:
    return network or _DEFAULT_NETWORK


def canonical(row: ImportRow) -> str:
    """What the row says, whatever the order of its columns and the shape of its file."""
    said: list[str] = []
    for name, value in (
        ("account_no", row.account_no),
        ("login", row.login),
        ("network", row.network),
        ("email", row.email),
        ("kind", row.kind),
        ("persona", row.persona),
        ("labels", None if row.labels is None else "|".join(row.labels)),
        ("timezone", row.timezone),
        ("user_agent", row.user_agent),
        ("proxy", row.proxy and f"{row.proxy.url} {row.proxy.username}"),
        ("proxy_password", row.proxy_password),
        *row.secrets.items(),
    ):
        if value is not None:
            said += (name, str(value))
    # A checked cell holds no control character, so the pieces cannot run into each other.
    return "\x1f".join(said)


class _Checks:
    """Gathers every problem of one row, so that a file is mended in one go."""

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = cells
        self.problems: list[RowProblem] = []

    def problem(self, column: str, reason: str, fix: str) -> None:
        self.problems.append(RowProblem(column, reason, fix))

    def take(self, column: str, check: Callable[[str], Any]) -> Any:
        text = self._cells[column]
        try:
            return check(csv_table.restore(text) if column in RESTORED else text)
        except BadValue as error:
            self.problem(column, error.reason, error.fix)
            return None

    def secrets(self) -> dict[str, str]:
        found = {}
        for name in _SECRET_CELLS:
            text = self._cells.get(name)
            if text is None:
                continue
            longest = _LONGEST_OF.get(name, _LONGEST_SECRET)
            # What is printable holds no control character; only the rest needs the longer look.
            if len(text) <= longest and (text.isprintable() or not names.UNPRINTABLE.search(text)):
                if name in _SECRETS:
                    found[name] = text
            elif len(text) > longest:
                self.problem(name, f"is longer than {longest:,} characters", "check it")
            else:
                self.problem(name, "holds a control character or a line break", "type it again")
        if "two_fa" in self._cells:
            found.update(_second_factor(self._cells["two_fa"]))
        if "backup_codes" in self._cells:
            codes = self._codes(self._cells["backup_codes"])
            earlier = json.loads(found.get("backup_codes", "[]"))
            found["backup_codes"] = json.dumps(list(dict.fromkeys([*earlier, *codes])))
        return found

    def _codes(self, text: str) -> list[str]:
        """As an export writes them, or with bars between them."""
        try:
            codes = json.loads(text) if text.startswith("[") else text.split("|")
        except ValueError:
            codes = None
        if (
            not isinstance(codes, list)
            or not 0 < len(codes) <= _MOST_CODES
            or not all(isinstance(code, str) and code.strip() for code in codes)
        ):
            fix = f"write them as code|code, at most {_MOST_CODES}"
            self.problem("backup_codes", "is no list of codes", fix)
            return []
        return [code.strip() for code in codes]

    def proxy(self) -> Address | None:
        given = [name for name in PROXY if name in self._cells]
        if not given:
            return None
        if len(given) < len(PROXY):
            lacking = next(name for name in PROXY if name not in given)
            self.problem(
                lacking,
                "is empty while other proxy columns are filled",
                "fill all four proxy columns, or none",
            )
            return None
        try:
            return proxies.address_of(*(self._cells[name] for name in PROXY[:3]))
        except proxies.BadAddress as error:
            self.problem(f"proxy_{error.part}", error.reason, error.fix)
            return None


def _second_factor(text: str) -> dict[str, str]:
    """Sixteen or more base32 characters, as authenticator apps show them, are a TOTP secret."""
    compact = text.replace(" ", "").replace("-", "").upper()
    if _TOTP.fullmatch(compact):
        return {"totp_secret": compact}
    return {"backup_codes": f"[{json.dumps(text)}]"}


def _refused(
    line: int, number: str | None, login: str | None, problems: list[RowProblem]
) -> RowVerdict:
    return RowVerdict(line, RowOutcome.error, number, login, tuple(problems))
