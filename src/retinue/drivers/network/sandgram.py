"""
Sandgram over its native API.

Reads may be repeated by the caller; nothing here repeats anything by itself.
`on_phase` hears of effects only, for those are what a crash must be placed in.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from retinue.drivers.errors import CallPhase, DriverError, FailureClass, ProxyFailed
from retinue.drivers.network import sandgram_wire as wire
from retinue.drivers.network import totp
from retinue.drivers.network.doors import passing
from retinue.drivers.network.http_call import Answer, Caller, Patience, make_client
from retinue.drivers.network.protocol import (
    Comment,
    Credentials,
    Door,
    Egress,
    Exit,
    Identity,
    OwnProfile,
    Page,
    Person,
    PhaseHook,
    Post,
    Profile,
    ProfileEdit,
    Receipt,
)
from retinue.drivers.network.sandgram_refusals import refused
from retinue.foundation.clock import Clock

Shape = TypeVar("Shape", bound=BaseModel)

_PAGE = "100"
_POSTS_PAGE = "24"
_LONGEST_ADDRESS = 64
_REMEMBERED_HANDLES = 10_000


class SandgramNetwork:
    """The adapter. `url` is where Sandgram listens, such as `http://127.0.0.1:8900`."""

    def __init__(self, url: str, *, clock: Clock, patience: Patience | None = None) -> None:
        self._url = url
        self._clock = clock
        self._patience = patience or Patience()

    def open(
        self,
        credentials: Credentials,
        *,
        egress: Egress | None = None,
        user_agent: str | None = None,
        on_phase: PhaseHook | None = None,
    ) -> SandgramLine:
        caller = self._caller(egress, user_agent=user_agent, on_phase=on_phase)
        return SandgramLine(caller, credentials=credentials, clock=self._clock)

    def find_exit(self, egress: Egress) -> Exit:
        caller = self._caller(egress)
        started = self._clock.monotonic()
        with closing(caller):
            found = _read(wire.Address, caller.call("GET", "/sg/v1/address", headers={}))
        took = self._clock.monotonic() - started
        return Exit(address=found.address[:_LONGEST_ADDRESS], milliseconds=round(took * 1000))

    def _caller(
        self,
        egress: Egress | None,
        *,
        user_agent: str | None = None,
        on_phase: PhaseHook | None = None,
    ) -> Caller:
        try:
            client = make_client(
                self._url,
                egress=egress,
                user_agent=user_agent,
                patience=self._patience,
                clock=self._clock,
            )
        except ValueError as error:
            # The proxy's address is not one. Going without it is not an option.
            raise ProxyFailed(
                FailureClass.invalid_input, message="the proxy is not usable: check its URL"
            ) from error
        return Caller(client, clock=self._clock, patience=self._patience, on_phase=on_phase)


class SandgramLine:
    """One account's connection; closing it leaves the session on the network open."""

    def __init__(self, caller: Caller, *, credentials: Credentials, clock: Clock) -> None:
        self._caller = caller
        self._credentials = credentials
        self._clock = clock
        self._token: str | None = None
        self._ids: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"SandgramLine(login={self._credentials.login!r})"

    def log_in(self) -> Identity:
        """Use the stored cookies; where they no longer open, the password and second factor."""
        self._token, door = self._open()
        me = self._read(wire.Me, "/sg/v1/me")
        return Identity(
            network_id=me.profile.id, handle=me.profile.handle, status=me.status, door=door
        )

    def profile(self, handle: str) -> Profile:
        found = self._read(wire.ProfileWire, f"/sg/v1/people/by-handle/{_part(handle)}")
        self._remember(found.read())
        return found.read_profile()

    def followers(self, handle: str, *, cursor: str | None = None) -> Page[Person]:
        return self._people(handle, "followers", cursor)

    def following(self, handle: str, *, cursor: str | None = None) -> Page[Person]:
        return self._people(handle, "following", cursor)

    def posts(self, handle: str, *, cursor: str | None = None) -> Page[Post]:
        return self._posts(f"/sg/v1/people/{self._id_of(handle)}/posts", cursor)

    def hashtag_posts(self, tag: str, *, cursor: str | None = None) -> Page[Post]:
        return self._posts(f"/sg/v1/hashtags/{_part(tag.lstrip('#'))}/posts", cursor)

    def post(self, post_id: str) -> Post:
        return self._read(wire.PostWire, f"/sg/v1/posts/{_part(post_id)}").read()

    def comments(self, post_id: str, *, cursor: str | None = None) -> Page[Comment]:
        found = self._read(
            wire.PageWire[wire.CommentWire],
            f"/sg/v1/posts/{_part(post_id)}/comments",
            params=_paging(cursor, _PAGE),
        )
        return Page(items=[one.read() for one in found.items], next_cursor=found.next_cursor)

    def like(self, post_id: str) -> Receipt:
        return self._act(f"/sg/v1/posts/{_part(post_id)}/like")

    def follow(self, person_id: str) -> Receipt:
        return self._act(f"/sg/v1/people/{_part(person_id)}/follow")

    def comment(self, post_id: str, text: str) -> Receipt:
        return self._act(f"/sg/v1/posts/{_part(post_id)}/comments", body={"text": text})

    def view(self, person_id: str) -> Receipt:
        return self._act(f"/sg/v1/people/{_part(person_id)}/stories/view")

    def own_profile(self) -> OwnProfile:
        return self._read(wire.Me, "/sg/v1/me").profile.read_own()

    def upload(self, content: bytes, media_type: str) -> str:
        headers = {**self._session(), "Content-Type": media_type}
        answer = self._caller.call("POST", "/sg/v1/media", headers=headers, body=content)
        return _read(wire.Uploaded, answer).media_id

    def edit_profile(self, edit: ProfileEdit) -> Receipt:
        changes = {name: value for name, value in asdict(edit).items() if value is not None}
        return self._act("/sg/v1/me", method="PATCH", body=changes)

    def close(self) -> None:
        self._caller.close()

    def _open(self) -> tuple[str, Door]:
        known = self._credentials
        if known.auth_token and known.ct0:
            try:
                pair = {"auth_token": known.auth_token, "ct0": known.ct0}
                return self._open_with("/sg/v1/login/cookies", pair), Door.cookies
            except DriverError as error:
                if error.failure is not FailureClass.auth_expired or not known.password:
                    raise
        if not known.password:
            raise _not_sent(FailureClass.auth_expired, "no cookies and no password are stored")
        body, door = {"login": known.login, "password": known.password}, Door.password
        if known.totp_secret:
            body["code"] = self._code(known.totp_secret)
            door = Door.second_factor
        with passing(known, known.password, door):
            return self._open_with("/sg/v1/login", body), door

    def _open_with(self, path: str, body: dict[str, str]) -> str:
        answer = self._caller.call("POST", path, headers={}, body=body)
        return _read(wire.Opened, answer).token

    def _code(self, secret: str) -> str:
        try:
            return totp.code_at(secret, self._clock.wall_now())
        except ValueError as error:
            raise _not_sent(FailureClass.invalid_input, "the TOTP secret is not base32") from error

    def _people(self, handle: str, which: str, cursor: str | None) -> Page[Person]:
        found = self._read(
            wire.PageWire[wire.PersonWire],
            f"/sg/v1/people/{self._id_of(handle)}/{which}",
            params=_paging(cursor, _PAGE),
        )
        people = [one.read() for one in found.items]
        for person in people:
            self._remember(person)
        return Page(items=people, next_cursor=found.next_cursor)

    def _posts(self, path: str, cursor: str | None) -> Page[Post]:
        found = self._read(wire.PageWire[wire.PostWire], path, params=_paging(cursor, _POSTS_PAGE))
        return Page(items=[one.read() for one in found.items], next_cursor=found.next_cursor)

    def _id_of(self, handle: str) -> str:
        folded = handle.lstrip("@").casefold()
        if folded not in self._ids:
            self._ids[folded] = self.profile(handle).network_id
        return _part(self._ids[folded])

    def _remember(self, person: Person) -> None:
        if len(self._ids) >= _REMEMBERED_HANDLES:
            self._ids.clear()
        self._ids[person.handle.casefold()] = person.network_id

    def _read(
        self, shape: type[Shape], path: str, *, params: dict[str, str] | None = None
    ) -> Shape:
        return _read(shape, self._caller.call("GET", path, headers=self._session(), params=params))

    def _act(
        self, path: str, *, method: str = "POST", body: dict[str, str] | None = None
    ) -> Receipt:
        answer = self._caller.call(method, path, headers=self._session(), body=body, is_effect=True)
        return Receipt(effect_id=str(_read(wire.Done, answer).effect_id))

    def _session(self) -> dict[str, str]:
        if self._token is None:
            raise _not_sent(FailureClass.auth_expired, "log in first")
        return {"Authorization": f"Bearer {self._token}"}


def _read(shape: type[Shape], answer: Answer) -> Shape:
    """
    The answer in the shape that was asked for.

    Raises:
        DriverError: it is a refusal, or nothing that Sandgram would say.
    """
    if not answer.content_type.partition(";")[0].strip().lower() == "application/json":
        raise _unreadable(answer, f"{answer.content_type[:40] or 'no content type'}, not JSON")
    try:
        content: Any = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise _unreadable(answer, "not JSON, or cut off") from error
    if answer.status != 200 or (isinstance(content, dict) and "error" in content):
        raise _refusal(answer, content)
    try:
        return shape.model_validate_json(answer.body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise _unreadable(answer, f"{field}: {first['msg']}") from error


def _refusal(answer: Answer, content: Any) -> DriverError:
    try:
        detail = wire.ErrorBody.model_validate(content).error
    except ValidationError:
        return refused(answer.status, "", "", retry_after=answer.retry_after)
    return refused(answer.status, detail.code, detail.message, retry_after=answer.retry_after)


def _unreadable(answer: Answer, why: str) -> DriverError:
    if answer.status >= 400:
        return refused(answer.status, "", "", retry_after=answer.retry_after)
    return DriverError(
        FailureClass.unknown,
        phase=CallPhase.answered,
        message=f"the answer is not understood: {why}",
        status=answer.status,
    )


def _not_sent(failure: FailureClass, message: str) -> DriverError:
    return DriverError(failure, phase=CallPhase.not_sent, message=message)


def _paging(cursor: str | None, limit: str) -> dict[str, str]:
    return {"limit": limit} if cursor is None else {"limit": limit, "cursor": cursor}


def _part(text: str) -> str:
    """One segment of a path, whatever is in it."""
    return quote(text.lstrip("@"), safe="")
