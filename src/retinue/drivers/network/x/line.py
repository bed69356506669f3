"""One account on X."""

from __future__ import annotations

import base64
from typing import Any, NoReturn
from urllib.parse import quote

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.protocol import (
    Comment,
    Door,
    Identity,
    OwnProfile,
    Page,
    Person,
    Post,
    Profile,
    ProfileEdit,
    Receipt,
)
from retinue.drivers.network.x import wire
from retinue.drivers.network.x.calling import XCaller
from retinue.drivers.network.x.protocol import GrantEnded

_PEOPLE = "100"
_POSTS = "25"
"""A page; each post of it is billed."""
_RECENT_LIKES = "100"
_REMEMBERED_HANDLES = 10_000
_TEXTS = {"name": "name", "bio": "description", "link": "url", "location": "location"}


class XLine:
    """Reads may be repeated; an effect is sent once, and nothing here repeats it."""

    def __init__(self, calls: XCaller, *, login: str) -> None:
        self._calls = calls
        self._login = login
        self._own_id: str | None = None
        self._ids: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"XLine(login={self._login!r})"

    def log_in(self) -> Identity:
        """
        Raises:
            GrantEnded: the tokens are another account's, or none are any good.
        """
        self._calls.begin()
        found = self._calls.read(wire.One[wire.UserWire], "/2/users/me")
        me = _there(found.data)
        if me.username.casefold() != self._login.casefold():
            raise GrantEnded(
                f"the tokens open @{me.username} and not @{self._login}: authorise this account anew"
            )
        self._own_id = me.id
        return Identity(network_id=me.id, handle=me.username, status="ok", door=Door.tokens)

    def profile(self, handle: str) -> Profile:
        found = self._calls.read(
            wire.One[wire.ProfileWire],
            f"/2/users/by/username/{_part(handle)}",
            missing=FailureClass.not_found,
            params={"user.fields": wire.USER_FIELDS},
        )
        person = _there(found.data)
        self._remember(person.read())
        return person.read_profile()

    def followers(self, handle: str, *, cursor: str | None = None) -> Page[Person]:
        return self._people(handle, "followers", cursor)

    def following(self, handle: str, *, cursor: str | None = None) -> Page[Person]:
        return self._people(handle, "following", cursor)

    def posts(self, handle: str, *, cursor: str | None = None) -> Page[Post]:
        """Whether the account has liked one is not told here; `post` asks."""
        path = f"/2/users/{self._id_of(handle)}/tweets"
        return self._posts(path, _paging(cursor, _POSTS), missing=FailureClass.not_found)

    def hashtag_posts(self, tag: str, *, cursor: str | None = None) -> Page[Post]:
        """Of the last seven days; X sells no more than that."""
        params = _search(f"#{tag.lstrip('#')}", cursor)
        return self._posts("/2/tweets/search/recent", params, missing=FailureClass.no_content)

    def post(self, post_id: str) -> Post:
        found = self._calls.read(
            wire.One[wire.PostWire],
            f"/2/tweets/{_part(post_id)}",
            params={"tweet.fields": wire.POST_FIELDS, "expansions": "author_id"},
        )
        post, beside = _there(found.data), found.includes
        return post.read(beside.handles(), beside.kinds(), is_liked=self._has_liked(post.id))

    def comments(self, post_id: str, *, cursor: str | None = None) -> Page[Comment]:
        found = self._calls.read(
            wire.PageWire[wire.PostWire],
            "/2/tweets/search/recent",
            params=_search(f"conversation_id:{post_id}", cursor),
        )
        if not found.data and cursor is None:
            # A post that is not there has no replies either; only asking for it tells the two apart.
            self.post(post_id)
        handles = found.includes.handles()
        items = [one.read_reply(handles) for one in found.data if one.id != post_id]
        return Page(items=items, next_cursor=found.meta.next_token)

    def like(self, post_id: str) -> Receipt:
        self._calls.act(
            wire.One[wire.Liked], "POST", self._own_path("likes"), body={"tweet_id": post_id}
        )
        return Receipt(effect_id=f"like:{post_id}")

    def follow(self, person_id: str) -> Receipt:
        """Of a protected account it is asked whether it lets itself be followed; that is done all the same."""
        self._calls.act(
            wire.One[wire.Followed],
            "POST",
            self._own_path("following"),
            body={"target_user_id": person_id},
            missing=FailureClass.not_found,
        )
        return Receipt(effect_id=f"follow:{person_id}")

    def comment(self, post_id: str, text: str) -> Receipt:
        made = self._calls.act(
            wire.One[wire.Created],
            "POST",
            "/2/tweets",
            body={"text": text, "reply": {"in_reply_to_tweet_id": post_id}},
        )
        return Receipt(effect_id=_there(made.data).id)

    def view(self, person_id: str) -> Receipt:
        _not_there(f"X has no stories, of {person_id[:40]} or anybody")

    def own_profile(self) -> OwnProfile:
        found = self._calls.read(
            wire.One[wire.ProfileWire],
            "/2/users/me",
            params={"user.fields": wire.USER_FIELDS},
        )
        return _there(found.data).read_own()

    def upload(self, content: bytes, media_type: str) -> str:
        if media_type not in {"image/jpeg", "image/png"}:
            _not_there("a picture must be a JPG or a PNG")
        body = {
            "media": base64.b64encode(content).decode(),
            "media_category": "tweet_image",
            "media_type": media_type,
        }
        found = self._calls.upload(wire.One[wire.Uploaded], "/2/media/upload", body=body)
        return _there(found.data).id

    def edit_profile(self, edit: ProfileEdit) -> Receipt:
        """
        Texts and picture are two calls there. Where the first has been carried out, no failure of the
        second says that nothing was done.
        """
        if edit.lang:
            _not_there("lang: X keeps no language of an account; leave it out")
        if edit.banner is not None:
            _not_there("profile_banner: X's interface takes no banner; a person changes it there")
        texts = {
            theirs: value
            for ours, theirs in _TEXTS.items()
            if (value := getattr(edit, ours)) is not None
        }
        if texts:
            self._edit("/2/users/me", texts)
        if edit.avatar is not None:
            try:
                self._edit("/2/users/me/profile_image", {"media_id": edit.avatar})
            except DriverError as error:
                if texts and error.had_no_effect:
                    error.is_refusal, error.phase = False, CallPhase.answered
                raise
        return Receipt(effect_id="profile")

    def close(self) -> None:
        self._calls.close()

    def _edit(self, path: str, body: dict[str, Any]) -> None:
        self._calls.act(wire.One[wire.Anything], "PUT", path, body=body)

    def _has_liked(self, post_id: str) -> bool:
        found = self._calls.read(
            wire.PageWire[wire.Anything],
            self._own_path("liked_tweets"),
            params={"max_results": _RECENT_LIKES},
        )
        return any(one.id == post_id for one in found.data)

    def _people(self, handle: str, which: str, cursor: str | None) -> Page[Person]:
        found = self._calls.read(
            wire.PageWire[wire.UserWire],
            f"/2/users/{self._id_of(handle)}/{which}",
            missing=FailureClass.not_found,
            params=_paging(cursor, _PEOPLE),
        )
        people = [one.read() for one in found.data]
        for person in people:
            self._remember(person)
        return Page(items=people, next_cursor=found.meta.next_token)

    def _posts(self, path: str, params: dict[str, str], *, missing: FailureClass) -> Page[Post]:
        found = self._calls.read(
            wire.PageWire[wire.PostWire],
            path,
            missing=missing,
            params={
                **params,
                "tweet.fields": wire.POST_FIELDS,
                "expansions": "author_id,attachments.media_keys",
                "media.fields": "type",
            },
        )
        handles, kinds = found.includes.handles(), found.includes.kinds()
        items = [one.read(handles, kinds, is_liked=False) for one in found.data]
        return Page(items=items, next_cursor=found.meta.next_token)

    def _own_path(self, what: str) -> str:
        if self._own_id is None:
            raise DriverError(
                FailureClass.auth_expired, phase=CallPhase.not_sent, message="log in first"
            )
        return f"/2/users/{self._own_id}/{what}"

    def _id_of(self, handle: str) -> str:
        folded = handle.lstrip("@").casefold()
        if folded not in self._ids:
            self._ids[folded] = self.profile(handle).network_id
        return _part(self._ids[folded])

    def _remember(self, person: Person) -> None:
        if len(self._ids) >= _REMEMBERED_HANDLES:
            self._ids.clear()
        self._ids[person.handle.casefold()] = person.network_id


def _there(found: wire.Item | None) -> wire.Item:
    if found is None:
        raise DriverError(
            FailureClass.unknown,
            phase=CallPhase.answered,
            message="the answer is not understood: it holds no data",
            status=200,
        )
    return found


def _not_there(message: str) -> NoReturn:
    raise DriverError(FailureClass.invalid_input, phase=CallPhase.not_sent, message=message)


def _paging(cursor: str | None, limit: str) -> dict[str, str]:
    return {"max_results": limit, **({"pagination_token": cursor} if cursor else {})}


def _search(query: str, cursor: str | None) -> dict[str, str]:
    params = {
        "query": query,
        "max_results": _POSTS,
        "tweet.fields": wire.POST_FIELDS,
        "expansions": "author_id",
    }
    return {**params, **({"next_token": cursor} if cursor else {})}


def _part(text: str) -> str:
    """One segment of a path, whatever is in it."""
    return quote(text.lstrip("@"), safe="")
