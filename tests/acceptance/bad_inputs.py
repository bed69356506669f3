"""What a client may get wrong, and the name that the answer has to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.factories.importing import file_of, row

JSON = {"Content-Type": "application/json"}


LONG = "x" * 10_000


RTL = "ab\u202egnp.exe"


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(8)
)


PLAN = "/account_config/test_account"


IMPORT = "/api/accounts/import"


NAMES = {
    "dots": "..", "path": "../../etc/passwd", "absolute": "/etc/passwd", "nul": "a\x00b", "long": LONG, "rtl": RTL,
    "empty": "", "space": "   ", "newline": "a\nb", "dash": "-rf", "percent": "%2e%2e%2f", "emoji": "🙈",
    "cyrillic": "аdmin", "quote": "a' OR '1'='1", "template": "{{7*7}}", "backslash": "..\\..\\x",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    name: str
    method: str
    path: str
    names: str
    """What the answer must name: the field, the parameter or the line."""
    sent: dict[str, Any] = field(default_factory=dict, repr=False)


def body(name: str, path: str, given: Any, names: str, *, method: str = "POST") -> Case:
    return Case(name, method, path, names, {"json": given})


def raw(
    name: str, path: str, content: str | bytes, names: str, *, method: str = "POST", **headers: str
) -> Case:
    return Case(name, method, path, names, {"content": content, "headers": {**JSON, **headers}})


def query(name: str, path: str, params: dict[str, str], names: str) -> Case:
    return Case(name, "GET", path, names, {"params": params})


def table(name: str, content: bytes, names: str, **params: str) -> Case:
    sent = {"files": {"file": ("accounts.csv", content, "text/csv")}, "params": params}
    return Case(name, "POST", IMPORT, names, sent)


def setting(name: str, given: dict[str, Any], names: str) -> Case:
    return body(f"setting {name}", "/config", given, names, method="PUT")


def plan(name: str, given: dict[str, Any], names: str) -> Case:
    return body(f"plan {name}", PLAN, given, names, method="PUT")


def interaction(name: str, names: str, **cells: Any) -> Case:
    good = {"username": "otter", "action": "like", "timestamp": "2026-01-31T12:00:00Z"}
    return body(f"interaction {name}", "/save_interaction", {**good, **cells}, names)


def cell(name: str, column: str, value: str) -> Case:
    return table(f"cell {name}", file_of(row(1, **{column: value})), column)


def cases() -> Iterator[Case]:
    for name, value in NAMES.items():
        yield body(f"add {name}", "/accounts", {"account": value}, "account")
        yield body(f"start {name}", "/start_session", {"account": value}, "account")
    yield from bodies()
    yield from fields()
    yield from changes()
    yield from settings()
    yield from plans()
    yield from interactions()
    yield from queries()
    yield from files()


def bodies() -> Iterator[Case]:
    start_path = "/start_session"
    yield raw("broken JSON", start_path, '{"account": ', "JSON")
    yield raw("no JSON", start_path, "account=test_account", "JSON")
    yield raw("deep JSON", start_path, "[" * 100_000 + "]" * 100_000, "body")
    yield raw("deep object", start_path, '{"account":' * 5_000 + "1" + "}" * 5_000, "body")
    yield raw("not UTF-8", start_path, b'{"account": "\xff\xfe"}', "body")
    yield raw("half a surrogate", start_path, '{"account": "\\ud800"}', "account")
    yield raw("NaN", "/config", '{"cooldown_minutes": NaN}', "cooldown_minutes", method="PUT")
    yield raw(
        "huge exponent", "/config", '{"cooldown_minutes": 1e999}', "cooldown_minutes", method="PUT"
    )
    yield raw(
        "endless number", "/config", '{"cooldown_minutes": ' + "9" * 5_000 + "}", "", method="PUT"
    )
    yield raw("plain text", start_path, "{}", "Content-Type", **{"Content-Type": "text/plain"})
    yield raw(
        "form",
        start_path,
        "a=b",
        "Content-Type",
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )
    yield raw("XML", start_path, "<a/>", "Content-Type", **{"Content-Type": "application/xml"})
    yield raw(
        "compressed", start_path, b"\x1f\x8b", "Content-Encoding", **{"Content-Encoding": "gzip"}
    )
    yield raw("too large", start_path, "x" * (5 << 20), "KB")
    wholes: dict[str, Any] = {"list": [], "null": None, "text": "x", "number": 5}
    for name, given in wholes.items():
        yield body(f"whole body {name}", start_path, given, "body")


def fields() -> Iterator[Case]:
    start_path = "/start_session"
    for name, value in {
        "null": None,
        "number": 5,
        "list": ["x"],
        "object": {"a": 1},
        "bool": True,
    }.items():
        yield body(f"account {name}", start_path, {"account": value}, "account")
    yield body("no account", start_path, {}, "account")
    yield body("unknown key", start_path, {"account": "test_account", "acount": 1}, "acount")
    yield body("unknown type", "/test_interaction", {"type": "dance"}, "type")
    yield body("unknown network", "/accounts", {"account": "fine", "network": "myspace"}, "network")
    yield body("filters text", "/save_history_filters", {"filters": "like"}, "filters")
    yield body("filters many", "/save_history_filters", {"filters": ["like"] * 51}, "filters")
    yield body(
        "check none",
        "/api/interactions/check",
        {"account_id": 1, "action": "like", "targets": []},
        "targets",
    )
    yield body(
        "check many",
        "/api/interactions/check",
        {"account_id": 1, "action": "like", "targets": ["x"] * 10_001},
        "targets",
    )
    yield body(
        "check id",
        "/api/interactions/check",
        {"account_id": 2**80, "action": "like", "targets": ["x"]},
        "account_id",
    )


def changes() -> Iterator[Case]:
    yield body("proxy port", "/api/proxies", {"host": "127.0.0.1", "port": 70_000}, "port")
    yield body(
        "proxy scheme", "/api/proxies", {"host": "127.0.0.1", "port": 1, "scheme": "file"}, "scheme"
    )
    yield body("proxy host", "/api/proxies", {"host": "a b/../c\x00", "port": 1}, "host")
    yield body("persona name", "/api/personas", {"name": "a\x00b"}, "name")
    yield body("persona long", "/api/personas", {"name": LONG}, "name")
    for name, change in {
        "lifecycle": {"lifecycle": "king", "reason": "x"}, "timezone": {"timezone": "Mars/Olympus"},
        "labels": {"labels": ["x"] * 51}, "password": {"password": "x"}, "user_agent": {"user_agent": "a\r\nX: y"},
        "proxy": {"proxy": 2**70}, "paused": {"paused": True},
    }.items():  # fmt: skip
        yield body(
            f"patch {name}",
            "/api/accounts/1",
            change,
            "reason" if name == "paused" else name,
            method="PATCH",
        )


def settings() -> Iterator[Case]:
    yield setting("unknown", {"dedupscope": "fleet"}, "dedupscope")
    yield setting("scope", {"dedup_scope": "planet"}, "dedup_scope")
    yield setting("negative", {"cooldown_minutes": -1}, "cooldown_minutes")
    yield setting("text", {"reengagement_days": "soon"}, "reengagement_days")
    yield setting("huge", {"reengagement_days": 10**30}, "reengagement_days")
    yield setting("steps", {"rate_limit_steps": []}, "rate_limit_steps")
    yield setting("limits", {"limits": {"like": {"per_hour": -5}}}, "per_hour")
    yield setting("limit of nothing", {"limits": {"like": {"per_minute": 5}}}, "per_minute")
    yield setting("fixed", {"installation": {"demo": False}}, "installation")


def plans() -> Iterator[Case]:
    yield plan("unknown key", {"set": {"like-percentage": 5}}, "like-percentage")
    yield plan("percentage", {"set": {"likes-percentage": 500}}, "likes-percentage")
    yield plan("negative", {"set": {"total-likes-limit": -1}}, "total-likes-limit")
    yield plan("hours", {"set": {"working-hours": ["25.00-26.00"]}}, "working-hours")
    yield plan("list for text", {"set": ["likes-percentage"]}, "set")
    yield plan("add to a number", {"add": {"likes-percentage": ["x"]}}, "likes-percentage")
    yield plan("field", {"sett": {}}, "sett")
    yield plan(
        "file outside",
        {"set": {"interact-from-file": ["../../../etc/passwd 10"]}},
        "interact-from-file",
    )
    yield plan("version", {"set": {}, "if_version": -3}, "if_version")
    yield body("plan bomb", "/accounts", {"account": "fine", "config": BOMB}, "line 1")
    yield body(
        "plan tag",
        "/accounts",
        {"account": "fine", "config": "a: !!python/object/apply:os.system ['id']"},
        "line 1",
    )
    yield body("plan no YAML", "/accounts", {"account": "fine", "config": "a: [1"}, "line 1")
    yield body("plan large", "/accounts", {"account": "fine", "config": "x" * 1_000_001}, "config")
    yield body("plan deep", "/accounts", {"account": "fine", "config": "[" * 5_000}, "line 1")
    yield plan("handle bomb", {"set": {"blogger": BOMB}}, "blogger")
    yield body("restore", f"{PLAN}/restore", {"version": 0}, "version")
    yield body("restore text", f"{PLAN}/restore", {"version": "last"}, "version")


def interactions() -> Iterator[Case]:
    yield interaction("nul", "username", username="a\x00b")
    yield interaction("long", "username", username=LONG)
    yield interaction("action", "action", action="LIKE IT")
    yield interaction("time", "timestamp", timestamp="yesterday")
    yield interaction("first day", "timestamp", timestamp="0001-01-01T00:00:00+14:00")
    yield interaction("last day", "timestamp", timestamp="9999-12-31T23:59:59-14:00")
    yield interaction("status", "status", status="great")
    yield interaction("metadata", "metadata", metadata={"x": LONG})
    yield interaction("metadata nul", "metadata", metadata={"x": "\x00"})
    yield interaction("account", "account", account="nobody_here")
    yield interaction("key", "mood", mood="good")


def queries() -> Iterator[Case]:
    history = "/get_interactions"
    for value in ("-1", "0", "1001", "9" * 30, "many", "1.5"):
        yield query(f"limit {value}", history, {"limit": value}, "limit")
    for name, value in {
        "junk": "%%%",
        "empty": "",
        "long": LONG,
        "foreign": "WyIyMDI2Il0",
        "nul": "AAAA",
        "list": "W10",
    }.items():
        yield query(f"cursor {name}", history, {"cursor": value}, "cursor")
        yield query(f"api cursor {name}", "/api/accounts", {"cursor": value}, "cursor")
    yield query("since", history, {"since": "tomorrow"}, "since")
    yield query("days", "/daily_stats", {"days": "100000"}, "days")
    yield query("days negative", "/daily_stats", {"days": "-1"}, "days")
    yield query("sort", "/api/accounts", {"sort_by": "password"}, "sort_by")
    yield query("unknown filter", "/api/interactions/events", {"targett": "x"}, "targett")
    yield query("status", "/sessions", {"status": "sleepy"}, "status")
    yield query("status of nobody", "/session_status", {}, "account")
    yield query("long account", "/session_status", {"account": LONG}, "account")
    yield query("path account", "/account_config/..%2f..%2fetc%2fpasswd", {}, "")
    yield query("nul account", "/account_config/a%00b", {}, "account")
    yield query("id text", "/api/accounts/one", {}, "account_id")
    yield query("id huge", f"/api/accounts/{2**70}", {}, "account")
    yield query("session id", "/sessions/..%2f..", {}, "")


def files() -> Iterator[Case]:
    yield Case("no file", "POST", IMPORT, "file", {"files": {"other": ("a.csv", b"x")}})
    yield Case("no form", "POST", IMPORT, "file", {"json": {}})
    yield raw("no boundary", IMPORT, b"x", "file", **{"Content-Type": "multipart/form-data"})
    yield table("empty file", b"", "file")
    yield table("header only", file_of(), "file")
    yield table("binary", bytes(range(256)), "file")
    yield table("UTF-16", file_of(row()).decode().encode("utf-16"), "file")
    yield table("no header", b"1,2,3\n4,5,6\n", "account_no")
    yield table("twice a column", b"login,login\na,b\n", "login")
    yield table("unclosed quote", file_of(row()) + b'"never closed,', "3")
    yield table("too many cells", file_of(row()) + b"," * 20, "3")
    yield table("mode", file_of(row()), "mode", mode="some")
    yield table("dry run", file_of(row()), "dry_run", dry_run="perhaps")
    for name in ("path", "nul", "long", "rtl", "emoji"):
        yield cell(f"login {name}", "login", NAMES[name])
        yield cell(f"account_no {name}", "account_no", NAMES[name])
    yield cell("formula", "email", "=HYPERLINK(1)")
    yield cell("email", "email", "nobody")
    yield cell("network", "network", "myspace")
    yield cell("zone", "timezone", "Mars/Olympus")
    yield cell("kind", "kind", "king")
