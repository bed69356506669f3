#!/usr/bin/env python3
"""
A bot that warms accounts up on Sandgram: picture, bio, post, highlight, story.

It asks Retinue what to do next (`retinue.client`), does it on the network with credentials of its own,
and says how it went. It may be killed at any moment. Whoever goes on, itself or another bot, looks at
the network before acting: what is there already is not done again.

    RETINUE_BOT_TOKEN=rt_... python examples/warmup_bot.py --sandgram http://127.0.0.1:8900 --once

The accounts file has Retinue's import format; only `login`, `auth_token` and `ct0` are read.
Exit codes: 0 done, 1 Retinue refuses this bot or is not there, 2 wrong arguments.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from retinue.client import (
    AssignedImage,
    Bot,
    BotError,
    Content,
    Next,
    NotAllowed,
    Refused,
    Unreachable,
)

_LOOK_AGAIN_SECONDS = 2.0
_FOR_GOOD = {"account_suspended", "account_locked", "challenge_required", "wrong_password"}
"""A person must look at these; trying again makes them worse."""


@dataclass(frozen=True)
class Cookies:
    auth_token: str = field(repr=False)
    ct0: str = field(repr=False)


class NetworkRefused(Exception):
    """The network says no, and nothing has happened there."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code


class Unsure(Exception):
    """The network's answer was lost: it may have happened. The next round looks."""


class Sandgram:
    """One account on the network."""

    def __init__(self, url: str, cookies: Cookies) -> None:
        self._client = httpx2.Client(base_url=url, timeout=15, trust_env=False)
        pair = {"auth_token": cookies.auth_token, "ct0": cookies.ct0}
        opened = self.call("POST", "/login/cookies", json=pair)
        self._client.headers["Authorization"] = f"Bearer {opened['token']}"

    def close(self) -> None:
        self._client.close()

    def call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """
        Raises:
            NetworkRefused: it answers no.
            Unsure: no answer, or one that does not say whether it was done.
        """
        try:
            answer = self._client.request(method, f"/sg/v1{path}", **options)
            found: dict[str, Any] = answer.json()
        except (httpx2.TransportError, ValueError) as lost:
            raise Unsure(f"{method} {path}: {type(lost).__name__}") from lost
        if answer.is_success:
            return found
        error = found.get("error") or {}
        if answer.status_code >= 500 or "code" not in error:
            raise Unsure(f"{method} {path}: HTTP {answer.status_code}")
        raise NetworkRefused(str(error["code"]), str(error.get("message", "")))

    def profile(self) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", "/me")["profile"]
        return found

    def edit(self, **fields: str) -> dict[str, Any]:
        return self.call("PATCH", "/me", json=fields)

    def upload(self, picture: bytes, media_type: str) -> str:
        headers = {"Content-Type": media_type}
        return str(self.call("POST", "/media", content=picture, headers=headers)["media_id"])

    def published(self, kind: str, *, text: str, digest: str) -> dict[str, Any] | None:
        """Our own publication with this text and this picture, if it is there."""
        cursor: str | None = None
        while True:
            query = {"kind": kind} | ({"cursor": cursor} if cursor else {})
            page = self.call("GET", "/me/published", params=query)
            for one in page["items"]:
                if one["text"] == text and digest in one["media_sha256"]:
                    return dict(one)
            cursor = page["next_cursor"]
            if cursor is None:
                return None


Picture = Callable[[], bytes]
"""Fetches the file, which is not needed where the network shows it already."""


def show(network: Sandgram, content: Content, picture: Picture) -> dict[str, Any]:
    """
    See to it that the network shows the content; answers what may be told to Retinue.

    Raises:
        NetworkRefused: it says no, and does not show it.
        Unsure: nobody knows.
    """
    there = look(network, content)
    if there is not None:
        return {"found": True, **there}
    try:
        return {"found": False, **act(network, content, picture)}
    except NetworkRefused:
        # Networks have been seen to refuse what they had done.
        there = look(network, content)
        if there is None:
            raise
        return {"found": True, **there}


def look(network: Sandgram, content: Content) -> dict[str, Any] | None:
    """What the network shows of the content already; None where that is nothing."""
    if content.phase == "pfp":
        is_there = network.profile()["avatar_sha256"] == image_of(content).sha256
    elif content.phase == "bio":
        is_there = network.profile()["bio"] == text_of(content)
    else:
        digest = image_of(content).sha256
        found = network.published(content.phase, text=text_of(content), digest=digest)
        return None if found is None else {"id": found["id"]}
    return {} if is_there else None


_WAYS = {
    "post": ("/posts", "caption"),
    "highlight": ("/highlights", "title"),
    "story": ("/stories", "caption"),
}


def act(network: Sandgram, content: Content, picture: Picture) -> dict[str, Any]:
    if content.phase == "bio":
        return {"effect_id": network.edit(bio=text_of(content))["effect_id"]}
    media = network.upload(picture(), image_of(content).media_type)
    if content.phase == "pfp":
        return {"effect_id": network.edit(avatar=media)["effect_id"]}
    path, word = _WAYS[content.phase]
    body = {word: text_of(content), "media_ids": [media]}
    return {"id": network.call("POST", path, json=body)["id"]}


def text_of(content: Content) -> str:
    if content.text is not None:
        return content.text.text
    return (content.image.title if content.image else None) or ""


def image_of(content: Content) -> AssignedImage:
    if content.image is None:
        raise NetworkRefused("no_image", f"the assignment for {content.phase} has no image")
    return content.image


@dataclass
class Worker:
    bot: Bot
    sandgram_url: str
    accounts: dict[str, Cookies]
    _networks: dict[str, Sandgram] = field(default_factory=dict)

    def round(self) -> int:
        """Do for every account what can be done now; how many steps that were."""
        steps = 0
        for account in self.bot.ready().items:
            if account.login not in self.accounts:
                say(account.login, "not in the accounts file, left to others")
                continue
            try:
                steps += self._go_on(account.account_id, account.login, account.next)
            except NotAllowed:
                raise
            except Refused as refused:
                say(account.login, f"{refused.detail}")
            except Unsure as unsure:
                say(account.login, f"not known whether it was done, looking again: {unsure}")
        return steps

    def close(self) -> None:
        for network in self._networks.values():
            network.close()

    def _go_on(self, account_id: int, login: str, next_: Next) -> int:
        steps = 0
        while next_.action not in {"wait", "hold", "review", "done"}:
            phase = next_.phase or ""
            if next_.action == "start_warmup":
                next_ = self.bot.start_warmup(account_id).next
            elif next_.action == "complete_warmup":
                next_ = self.bot.complete_warmup(account_id).next
                say(login, "warm-up completed")
            elif next_.action in {"get_content", "start_phase", "complete_phase"}:
                next_ = self._phase(account_id, login, phase)
            else:
                say(login, f"{next_.action} is unknown to this bot; a newer one is needed")
                break
            steps += 1
        return steps

    def _phase(self, account_id: int, login: str, phase: str) -> Next:
        content = self.bot.content(account_id, phase)
        # Said before each look, also after a pick-up: from then on no other bot has the account.
        self.bot.start_phase(account_id, phase)
        begun = time.monotonic()
        try:
            done = show(self._network(login), content, lambda: self.bot.picture(content))
        except NetworkRefused as refused:
            self._networks.pop(login, None)
            say(login, f"{phase} refused: {refused}")
            is_over = refused.code in _FOR_GOOD
            return self.bot.report_error(
                account_id, phase, str(refused), retryable=not is_over
            ).next
        took = round((time.monotonic() - begun) * 1000)
        say(login, f"{phase} {'was there' if done['found'] else 'done'} in {took} ms")
        return self.bot.complete_phase(
            account_id, phase, execution_time_ms=took, response=done, success_score=100
        ).next

    def _network(self, login: str) -> Sandgram:
        if login not in self._networks:
            self._networks[login] = Sandgram(self.sandgram_url, self.accounts[login])
        return self._networks[login]


def say(login: str, what: str) -> None:
    print(f"{login}: {what}", flush=True)


def read_accounts(file: Path) -> dict[str, Cookies]:
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return {
            row["login"].strip().lstrip("@"): Cookies(row["auth_token"], row["ct0"])
            for row in csv.DictReader(rows)
        }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Warm accounts up on Sandgram. The token comes from RETINUE_BOT_TOKEN."
    )
    accounts = Path(__file__).with_name("accounts.csv")
    parser.add_argument("--server", default="http://127.0.0.1:8000", help="Retinue's address")
    parser.add_argument("--sandgram", required=True, help="the address that `make run` prints")
    parser.add_argument("--accounts", type=Path, default=accounts, help="CSV in import format")
    parser.add_argument("--once", action="store_true", help="do what can be done now, then end")
    parser.add_argument("--minutes", type=float, default=60, help="end after that long")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    try:
        accounts = read_accounts(given.accounts)
    except (OSError, KeyError, ValueError) as error:
        print(f"--accounts: {given.accounts} cannot be read: {error!r}", file=sys.stderr)
        return 2
    if not os.environ.get("RETINUE_BOT_TOKEN"):
        print("RETINUE_BOT_TOKEN is not set; `POST /api/bots` shows one once.", file=sys.stderr)
        return 2
    last = time.monotonic() + given.minutes * 60
    # A restart of the server is no reason to end.
    with Bot(given.server, patience=120) as bot:
        worker = Worker(bot, given.sandgram.rstrip("/"), accounts)
        try:
            while True:
                steps = worker.round()
                if (given.once and not steps) or time.monotonic() > last:
                    return 0
                if not steps:
                    bot.wait(bot.ready().next, longest=_LOOK_AGAIN_SECONDS)
                    time.sleep(_LOOK_AGAIN_SECONDS / 10)
        except Unreachable as away:
            print(f"Retinue does not answer: {away}", file=sys.stderr)
            return 1
        except BotError as error:
            print(str(error), file=sys.stderr)
            return 1
        finally:
            worker.close()


if __name__ == "__main__":
    sys.exit(main())
