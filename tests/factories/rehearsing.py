"""A warm-up as its bots have it: a server, Sandgram in step with it, accounts, and example bots as processes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from tests.factories import plain_http
from tests.factories.staging import ROOT, until
from tests.fixtures.sandgram import RunningSandgram

PHASES = ("pfp", "bio", "post", "highlight", "story")
BOT = (sys.executable, str(ROOT / "examples" / "warmup_bot.py"))


@dataclass
class Rehearsal:
    data_dir: Path
    sandgram: RunningSandgram
    factor: float
    port: int
    tokens: list[str]
    accounts_file: Path
    logins: list[str]
    variables: Mapping[str, str] = field(default_factory=dict)
    server: subprocess.Popen[bytes] | None = None
    bots: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RETINUE")}
        return {
            **kept,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "RETINUE_CLOCK_FACTOR": f"{self.factor:g}",
            "RETINUE_SANDGRAM_URL": self.sandgram.url,
            **self.variables,
            **more,
        }

    def serve(self) -> None:
        """Start the server and wait until it answers."""
        with (self.data_dir / "said.txt").open("ab") as said:
            self.server = subprocess.Popen(
                [
                    *(sys.executable, "-m", "retinue", "--data-dir", str(self.data_dir)),
                    *("up", "--demo", "--no-agent", "--port", str(self.port)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=self.environment(),
                start_new_session=True,
            )
        until(self._answers, "the server", seconds=60)

    def _answers(self) -> bool:
        assert self.server is not None
        code = self.server.poll()
        assert code is None, (code, (self.data_dir / "said.txt").read_text()[-3000:])
        try:
            return plain_http.ask("GET", f"{self.url}/health/ready", timeout=5).is_success
        except httpx2.TransportError:
            return False

    def kill_server(self) -> None:
        """As the power cut does: nobody is told."""
        assert self.server is not None
        self.server.kill()
        self.server.wait()

    def is_down(self) -> bool:
        return self.server is None or self.server.poll() is not None

    def tell_pid(self, file: Path) -> None:
        """Write down which process serves, for whoever is to end it."""
        assert self.server is not None
        draft = file.with_suffix(".part")
        draft.write_text(str(self.server.pid), encoding="utf-8")
        draft.replace(file)

    def bot(
        self, number: int, *options: str, command: Sequence[str] = BOT, **more: str
    ) -> subprocess.Popen[bytes]:
        """One more bot at work, with the token of this number; what it says is in `bot-N.txt`."""
        with (self.data_dir / f"bot-{number}.txt").open("ab") as said:
            made = subprocess.Popen(
                [
                    *command,
                    *("--server", self.url, "--sandgram", self.sandgram.url),
                    *("--accounts", str(self.accounts_file), *options),
                ],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=self.environment(RETINUE_BOT_TOKEN=self.tokens[number], **more),
            )
        self.bots.append(made)
        return made

    def said(self, number: int) -> str:
        return (self.data_dir / f"bot-{number}.txt").read_text(encoding="utf-8")

    def close(self) -> None:
        for one in self.bots:
            one.kill()
            one.wait()
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(30)
            except subprocess.TimeoutExpired:
                self.kill_server()
        self.sandgram.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = plain_http.ask(method, f"{self.url}{path}", json=body, timeout=30)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json()

    # What is true, past the product: its database and the network's oracle.

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        connection = sqlite3.connect(self.data_dir / "retinue.db", timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(query, values).fetchall()]
        finally:
            connection.close()

    def lifecycles(self) -> dict[str, int]:
        found = self.rows("SELECT lifecycle, count(*) AS n FROM accounts GROUP BY lifecycle")
        return {row["lifecycle"]: row["n"] for row in found}

    def active(self) -> int:
        return self.lifecycles().get("active", 0)

    def phases(self) -> dict[str, list[dict[str, Any]]]:
        """Of each login, in their order."""
        found = self.rows(
            "SELECT a.login, p.* FROM account_warmup_phases p JOIN accounts a ON a.id = p.account_id"
        )
        by_login: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in sorted(found, key=lambda one: PHASES.index(one["phase"])):
            by_login[row["login"]].append(row)
        return by_login

    def shown(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """What the network shows: of each login, the effects of each phase."""
        by_login: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for login in self.logins:
            effects = self.sandgram.effects(account=login, limit=10_000)
            by_phase: dict[str, list[dict[str, Any]]] = {phase: [] for phase in PHASES}
            for one in effects:
                phase = phase_of(one)
                if phase is not None:
                    by_phase[phase].append(one)
            by_login[login] = by_phase
        return by_login


def phase_of(effect: Mapping[str, Any]) -> str | None:
    if effect["action"] == "edit_profile":
        return "pfp" if "avatar" in effect["details"] else "bio"
    kind = str(effect["action"]).removeprefix("publish_")
    return kind if kind in PHASES else None


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def assignments(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    return rehearsal.rows("SELECT * FROM warmup_content_assignments ORDER BY id")


def audited(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    """Everything that the audit log says of the warm-up, oldest first."""
    found = rehearsal.rows("SELECT * FROM audit_entries WHERE action LIKE 'warmup%' ORDER BY id")
    return [
        {
            **row,
            "before": json.loads(row["before"] or "{}"),
            "after": json.loads(row["after"] or "{}"),
        }
        for row in found
    ]
