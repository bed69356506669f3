"""What a network in memory knows."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.protocol import Comment, MediaKind, OwnProfile, Person, Post, Profile
from retinue.foundation.clock import Clock

PASSWORD = "opens-7-doors"  # noqa: S105 - of accounts that do not exist
"""What every account of a fake network is opened by."""


@dataclass(frozen=True, slots=True)
class FakeEffect:
    login: str
    action: str
    object_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Failure:
    """How one coming call ends; `has_effect` says whether it happens all the same."""

    error: DriverError
    has_effect: bool = False


@dataclass(slots=True)
class FakePerson:
    profile: Profile
    followers: list[str] = field(default_factory=list)
    following: list[str] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    has_story: bool = True


class FakeWorld:
    """Starts with `people` persons: the first is followed by all others, the last is private."""

    def __init__(
        self, *, clock: Clock, logins: Sequence[str] = ("test_account",), people: int = 30
    ) -> None:
        self._clock = clock
        self.passwords = dict.fromkeys(logins, PASSWORD)
        self.cookies: dict[str, str] = {}
        """The `auth_token` that opens, by login."""
        self.people: dict[str, FakePerson] = {}
        self.comments: dict[str, list[Comment]] = {}
        self.effects: list[FakeEffect] = []
        self.own: dict[str, OwnProfile] = {}
        self.uploads: dict[str, str] = {}
        self._failures: dict[str, deque[Failure]] = {}
        for number in range(people):
            self._add_person(number, is_private=number == people - 1)
        handles = list(self.people)
        self.people[handles[0]].followers = handles[1:]
        for handle in handles[1:]:
            self.people[handle].following = handles[:1]

    def fail_next(self, action: str, error: DriverError, *, has_effect: bool = False) -> None:
        """The next call of `action` (a method's name) that has no failure yet ends in `error`."""
        self._failures.setdefault(action, deque()).append(Failure(error, has_effect))

    def next_failure(self, action: str) -> Failure | None:
        waiting = self._failures.get(action)
        return waiting.popleft() if waiting else None

    def find(self, handle: str) -> FakePerson:
        found = self.people.get(handle.lstrip("@").casefold())
        if found is None:
            raise refusal(FailureClass.not_found, "User not found")
        return found

    def find_id(self, person_id: str) -> FakePerson:
        for person in self.people.values():
            if person.profile.network_id == person_id:
                return person
        raise refusal(FailureClass.not_found, "User not found")

    def find_post(self, post_id: str) -> Post:
        for person in self.people.values():
            for post in person.posts:
                if post.network_id == post_id:
                    return post
        raise refusal(FailureClass.no_content, "Sorry, this page isn't available")

    def has_done(self, effect: FakeEffect) -> bool:
        return effect in self.effects

    def _add_person(self, number: int, *, is_private: bool) -> None:
        handle = f"person_{number}"
        author = Person(network_id=str(1000 + number), handle=handle)
        profile = Profile(
            network_id=author.network_id,
            handle=handle,
            name=f"Person {number}",
            bio="",
            link=None,
            is_private=is_private,
            is_business=False,
            follower_count=10,
            following_count=1,
            post_count=3,
            is_followed=False,
            is_follower=False,
        )
        posts = [self._post(author, number * 10 + place) for place in range(3)]
        self.people[handle] = FakePerson(profile, posts=posts)

    def _post(self, author: Person, number: int) -> Post:
        return Post(
            network_id=str(50_000 + number),
            code=f"P{number}",
            author=author,
            caption="A picture #harbour",
            media=MediaKind.photo,
            like_count=0,
            comment_count=0,
            is_liked=False,
            posted_at=self._clock.now() - timedelta(minutes=number + 1),
        )


def refusal(failure: FailureClass, message: str, *, code: str | None = None) -> DriverError:
    """A documented refusal: the network said no and did nothing."""
    error = DriverError(failure, phase=CallPhase.answered, message=message, is_refusal=True)
    error.code = code
    return error
