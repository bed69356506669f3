"""An account's line into a network in memory."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from typing import TypeVar

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.doors import passing
from retinue.drivers.network.fake_world import Failure, FakeEffect, FakePerson, FakeWorld, refusal
from retinue.drivers.network.protocol import (
    Comment,
    Credentials,
    Door,
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
from retinue.foundation.clock import Clock

Item = TypeVar("Item")

_PAGE = 10


class FakeLine:
    def __init__(
        self,
        network: FakeWorld,
        *,
        credentials: Credentials,
        clock: Clock,
        on_phase: PhaseHook | None,
    ) -> None:
        self._network = network
        self._login = credentials.login
        self._credentials = credentials
        self._clock = clock
        self._on_phase = on_phase
        self._is_open = False

    def log_in(self) -> Identity:
        door = self._enter()
        self._is_open = True
        return Identity(
            network_id=f"9{len(self._login)}", handle=self._login, status="ok", door=door
        )

    def _enter(self) -> Door:
        known = self._credentials
        token = self._network.cookies.get(self._login)
        if known.ct0 and known.auth_token and known.auth_token == token:
            self._meet("log_in")
            return Door.cookies
        if known.password is None:
            raise refusal(FailureClass.auth_expired, "Log in again", code="session_expired")
        with passing(known, known.password):
            self._meet("log_in")
            if self._network.passwords.get(self._login) != known.password:
                message = "The login or the password is not right."
                raise refusal(FailureClass.auth_expired, message, code="wrong_password")
        return Door.password

    def profile(self, handle: str) -> Profile:
        self._begin("profile")
        found = self._network.find(handle).profile
        follow = FakeEffect(self._login, "follow", found.network_id, found.network_id)
        return replace(found, is_followed=self._network.has_done(follow))

    def followers(self, handle: str, *, cursor: str | None = None) -> Page[Person]:
        self._begin("followers")
        return self._people(self._open_to(self._network.find(handle)).followers, cursor)

    def following(self, handle: str, *, cursor: str | None = None) -> Page[Person]:
        self._begin("following")
        return self._people(self._open_to(self._network.find(handle)).following, cursor)

    def posts(self, handle: str, *, cursor: str | None = None) -> Page[Post]:
        self._begin("posts")
        return _page(self._open_to(self._network.find(handle)).posts, cursor)

    def hashtag_posts(self, tag: str, *, cursor: str | None = None) -> Page[Post]:
        self._begin("hashtag_posts")
        word = f"#{tag.lstrip('#').casefold()}"
        open_people = [one for one in self._network.people.values() if not one.profile.is_private]
        found = [post for one in open_people for post in one.posts if word in post.caption]
        if not found:
            raise refusal(FailureClass.no_content, "Sorry, this page isn't available")
        return _page(sorted(found, key=lambda post: post.posted_at, reverse=True), cursor)

    def post(self, post_id: str) -> Post:
        self._begin("post")
        found = self._network.find_post(post_id)
        self._open_to(self._network.find_id(found.author.network_id))
        like = FakeEffect(self._login, "like", post_id, found.author.network_id)
        return replace(found, is_liked=self._network.has_done(like))

    def comments(self, post_id: str, *, cursor: str | None = None) -> Page[Comment]:
        self._begin("comments")
        self._network.find_post(post_id)
        return _page(self._network.comments.get(post_id, []), cursor)

    def like(self, post_id: str) -> Receipt:
        failure = self._begin("like")
        post = self._network.find_post(post_id)
        self._open_to(self._network.find_id(post.author.network_id))
        return self._do("like", post_id, post.author.network_id, failure)

    def follow(self, person_id: str) -> Receipt:
        failure = self._begin("follow")
        self._network.find_id(person_id)
        return self._do("follow", person_id, person_id, failure)

    def comment(self, post_id: str, text: str) -> Receipt:
        failure = self._begin("comment")
        post = self._network.find_post(post_id)
        if not text.strip():
            raise refusal(FailureClass.invalid_input, "text: 1 to 500 characters")
        # Before the answer, which may be lost: the comment is there all the same.
        made = self._made_comment(str(len(self._network.effects) + 1), text)
        self._network.comments.setdefault(post_id, []).insert(0, made)
        return self._do("comment", post_id, post.author.network_id, failure)

    def view(self, person_id: str) -> Receipt:
        failure = self._begin("view")
        person = self._open_to(self._network.find_id(person_id))
        if not person.has_story:
            raise refusal(FailureClass.no_content, "This person has no story at the moment")
        return self._do("view", person_id, person_id, failure)

    def own_profile(self) -> OwnProfile:
        self._begin("own_profile")
        return self._network.own.get(self._login, OwnProfile(self._login, "", "", "", ""))

    def upload(self, content: bytes, media_type: str) -> str:
        self._begin("upload")
        if media_type not in {"image/jpeg", "image/png"}:
            raise refusal(FailureClass.invalid_input, "Content-Type: one of image/jpeg, image/png")
        media_id = f"upload-{len(self._network.uploads) + 1}"
        self._network.uploads[media_id] = hashlib.sha256(content).hexdigest()
        return media_id

    def edit_profile(self, edit: ProfileEdit) -> Receipt:
        now = self.own_profile()
        failure = self._begin("edit_profile")
        changes = {name: value for name, value in asdict(edit).items() if value is not None}
        if len(changes.get("name", "")) > 50:
            raise refusal(FailureClass.invalid_input, "name: at most 50 characters")
        for name in ("avatar", "banner"):
            if name in changes:
                changes[f"{name}_sha256"] = self._network.uploads[changes.pop(name)]
        self._network.own[self._login] = replace(now, **changes)
        return self._do("edit_profile", self._login, f"9{len(self._login)}", failure)

    def close(self) -> None:
        self._is_open = False

    def _begin(self, action: str) -> Failure | None:
        if not self._is_open:
            raise DriverError(
                FailureClass.auth_expired, phase=CallPhase.not_sent, message="log in first"
            )
        return self._meet(action)

    def _meet(self, action: str) -> Failure | None:
        failure = self._network.next_failure(action)
        if failure is not None and not failure.has_effect:
            raise failure.error
        return failure

    def _do(self, action: str, object_id: str, person_id: str, failure: Failure | None) -> Receipt:
        effect = FakeEffect(self._login, action, object_id, person_id)
        self._tell(CallPhase.sent)
        is_repeat = action in ("like", "follow") and self._network.has_done(effect)
        if not is_repeat:
            self._network.effects.append(effect)
        if failure is not None:
            raise failure.error
        self._tell(CallPhase.answered)
        if is_repeat:
            raise refusal(FailureClass.already_done, "You have already done this")
        return Receipt(effect_id=str(len(self._network.effects)))

    def _tell(self, phase: CallPhase) -> None:
        if self._on_phase is not None:
            self._on_phase(phase)

    def _people(self, handles: list[str], cursor: str | None) -> Page[Person]:
        found = [self._network.people[handle].profile for handle in handles]
        return _page([Person(one.network_id, one.handle) for one in found], cursor)

    def _open_to(self, person: FakePerson) -> FakePerson:
        if person.profile.is_private:
            raise refusal(FailureClass.target_private, "This account is private")
        return person

    def _made_comment(self, comment_id: str, text: str) -> Comment:
        author = Person(f"9{len(self._login)}", self._login)
        return Comment(comment_id, author, text, self._clock.now())


def _page(items: list[Item], cursor: str | None) -> Page[Item]:
    start = int(cursor or 0)
    stop = start + _PAGE
    return Page(items=items[start:stop], next_cursor=str(stop) if stop < len(items) else None)
