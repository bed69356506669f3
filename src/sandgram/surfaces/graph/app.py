"""The surface itself: token, quota, path, answer."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from sandgram.store import logins
from sandgram.surfaces import answers
from sandgram.surfaces.answers import Receive, Reply, Scope, Send, asked, give
from sandgram.surfaces.calls import Call, Calls
from sandgram.surfaces.graph import errors, insights, own
from sandgram.surfaces.graph.asking import Question
from sandgram.surfaces.graph.desk import GraphDesk, is_told
from sandgram.surfaces.graph.errors import GraphError
from sandgram.surfaces.graph.subjects import action_of, subject_of
from sandgram.world import accounts
from sandgram.world.errors import Refusal
from sandgram.world.people import ACCOUNTS_FROM
from sandgram.world.world import Caller, World

PREFIX = "/graph"
_VERSION = re.compile(r"/v\d{1,3}\.\d{1,2}(?=/)", re.ASCII)

Json = dict[str, Any]


class Graph:
    def __init__(self, world: World, *, desk: GraphDesk, calls: Calls) -> None:
        self._world = world
        self._desk = desk
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"].removeprefix(PREFIX)
        params = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        reply = self._reply(scope, path, params)
        wall = self._world.clock.wall()
        self._calls.record(
            Call(
                "graph",
                action_of(path, params),
                subject_of(path, params),
                str(reply.status),
                wall,
                self._world.clock.at(wall),
            )
        )
        await give(reply, send)

    def _reply(self, scope: Scope, path: str, params: dict[str, str]) -> Reply:
        headers: list[tuple[bytes, bytes]] = []
        given = asked(scope)
        try:
            number = self._desk.number_of(
                answers.token_of(given.authorization) or params.get("access_token", "")
            )
            caller = self._caller(number, scope)
            is_discovery = action_of(path, params) == "business_discovery"
            self._meter(caller, headers, is_discovery=is_discovery)
            if scope["method"] != "GET":
                raise GraphError(100, f"Unsupported {scope['method'].lower()} request", subcode=33)
            question = Question(
                self._world, caller, self._world.now(), params, given.origin, path
            )  # fmt: skip
            return Reply(200, _answer(question, _VERSION.sub("", path, count=1)), headers)
        except GraphError as error:
            return Reply(error.status, error.body(), headers)
        except Refusal as refusal:
            return Reply(400, GraphError(100, refusal.message).body(), headers)

    def _caller(self, number: int | None, scope: Scope) -> Caller:
        if number is None:
            raise errors.bad_token()
        world = self._world
        if world.status(number) != "ok":
            raise errors.checkpoint()
        row = logins.account(world.db, number) if number >= accounts.ADDED_FROM else None
        return Caller(
            number=number,
            login=row["login"] if row else accounts.login_of(world.seed, number),
            index=ACCOUNTS_FROM + number,
            person_id=world.people.id_of(ACCOUNTS_FROM + number),
            source=scope["client"][0] if scope.get("client") else "unknown",
            request_id=None,
            token="",
        )

    def _meter(
        self, caller: Caller, headers: list[tuple[bytes, bytes]], *, is_discovery: bool
    ) -> None:
        """Calls that are refused count as well: whoever goes on calling waits longer."""
        kind = "app" if is_discovery else "account"
        percent = self._desk.count(caller.number, kind=kind)
        used = {"call_count": percent, "total_cputime": percent // 2, "total_time": percent // 2}
        if is_told(percent):
            headers.append((b"x-app-usage", json.dumps(used).encode()))
            if not is_discovery:
                wait = 60 if percent > 100 else 0
                row = {"type": "instagram", **used, "estimated_time_to_regain_access": wait}
                told = json.dumps({caller.person_id: [row]})
                headers.append((b"x-business-use-case-usage", told.encode()))
        if percent > 100:
            raise errors.app_limit() if is_discovery else errors.account_limit()


def _answer(question: Question, path: str) -> Json:
    subject, _, edge = path.strip("/").partition("/")
    if subject in ("me", question.caller.person_id):
        return _of_account(question, edge)
    post = own.post_of(question, subject)
    if post is not None:
        if edge == "":
            return own.post(question, post)
        if edge == "comments":
            return own.comments(question, post)
        if edge == "insights":
            return insights.of_post(question, post)
        raise _unknown(edge)
    comment = own.comment_of(question, subject)
    if comment is None or edge not in ("", "replies"):
        raise errors.missing(subject)
    return own.replies(question) if edge else own.comment(question, comment)


def _of_account(question: Question, edge: str) -> Json:
    if edge == "":
        return own.profile(question)
    if edge == "media":
        return own.media(question)
    if edge == "stories":
        return own.stories(question)
    if edge == "insights":
        return insights.of_account(question)
    raise _unknown(edge)


def _unknown(edge: str) -> GraphError:
    return GraphError(2500, f"Unknown path components: /{edge[:60]}")
