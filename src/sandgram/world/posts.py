"""Posts, stories and comments that nobody made: computed from the seed and the time."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import inf

from sandgram.seeding import Scramble, Stride, choose, draw, share
from sandgram.world import landmarks, movement
from sandgram.world import vocabulary as words
from sandgram.world.graph import Graph
from sandgram.world.movement import Pulse
from sandgram.world.people import ALWAYS_SUSPENDED, EPOCH, FIXED_HANDLES

KINDS = ("photo", "photo", "photo", "carousel", "video")
TAG_AUTHORS = 400
"""A hashtag shows the posts of this many of its authors: enough to never run dry."""

_ID_BASE = 1_000_000_000_000_000
_NUMBERS_PER_PERSON = 1 << 16
_PACE, _HISTORY, _JITTER, _TEXT, _KIND, _LIKES, _COMMENTS, _STORY, _ANSWER = range(301, 310)
_REPLIES, _REPOSTS = 0.10, 0.16
"""Below the first a post is a reply, from there to the second a repost."""


@dataclass(frozen=True, slots=True)
class Post:
    id: str
    code: str
    author: int
    number: int
    caption: str
    hashtags: tuple[str, ...]
    kind: str
    posted_at: datetime
    reply_to: int | None = None
    """The person who is answered."""
    repost_of: str | None = None
    """The post that is passed on, somebody else's."""


@dataclass(frozen=True, slots=True)
class Story:
    id: str
    author: int
    number: int
    posted_at: datetime
    expires_at: datetime


def code_of(post_id: str) -> str:
    if post_id == landmarks.POST_ID:
        return landmarks.CODE
    raw = int(post_id).to_bytes(8, "big")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def id_of_code(code: str) -> str | None:
    if code == landmarks.CODE:
        return landmarks.POST_ID
    try:
        raw = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    number = str(int.from_bytes(raw, "big")) if len(raw) == 8 else ""
    return number if number and code_of(number) == code else None


def seconds_of(moment: datetime) -> float:
    """After the epoch, as the functions of `movement` want it."""
    return (moment - EPOCH).total_seconds()


_LANDMARK = Post(
    id=landmarks.POST_ID,
    code=landmarks.CODE,
    author=landmarks.INDEX,
    number=0,
    caption=landmarks.CAPTION,
    hashtags=landmarks.HASHTAGS,
    kind="video",
    posted_at=landmarks.POSTED_AT,
)


class Posts:
    def __init__(self, seed: int, graph: Graph) -> None:
        self.seed = seed
        self._graph = graph
        self._ids = Scramble(seed, salt=12, bits=48)
        self._story_ids = Scramble(seed, salt=13, bits=56)
        self.get = lru_cache(maxsize=50_000)(self._make)
        self.pulse = lru_cache(maxsize=150_000)(self._pulse)

    def id_of(self, author: int, number: int) -> str:
        if author == landmarks.INDEX:
            return landmarks.POST_ID
        return str(_ID_BASE + self._ids.forward(author * _NUMBERS_PER_PERSON + number))

    def place_of(self, post_id: str) -> tuple[int, int] | None:
        """Author and number behind an id, whether or not such a post exists."""
        if not (post_id.isascii() and post_id.isdigit() and len(post_id) < 20):
            return None
        if post_id == landmarks.POST_ID:
            return landmarks.INDEX, 0
        number = int(post_id) - _ID_BASE
        if not 0 <= number < self._ids.limit:
            return None
        return divmod(self._ids.backward(number), _NUMBERS_PER_PERSON)

    def count(self, author: int, now: datetime) -> int:
        """How many there are to see by now."""
        if author == landmarks.INDEX:
            return 1
        history, pace = self._habits(author)
        if pace == 0:
            return history
        turns = int((now - EPOCH).total_seconds() // pace)
        guess = history + turns + 1
        while guess > 0 and self._posted_at(author, guess - 1) > now:
            guess -= 1
        return min(max(guess, 0), _NUMBERS_PER_PERSON)

    def span_of_count(self, author: int, count: int) -> tuple[float, float]:
        """From when until when the author has so many posts."""
        _, pace = self._habits(author)
        has_stopped = pace == 0 or count >= _NUMBERS_PER_PERSON
        since = seconds_of(self._posted_at(author, count - 1)) if count and pace else -inf
        return since, inf if has_stopped else seconds_of(self._posted_at(author, count))

    def latest(self, author: int, *, before: int, limit: int) -> list[Post]:
        """Posts with numbers below `before`, newest first."""
        return [self.get(author, number) for number in range(before - 1, before - 1 - limit, -1)
                if number >= 0]  # fmt: skip

    def like_total(self, post: Post, now: datetime) -> int:
        """How many people of the world like it by now."""
        seconds = seconds_of(now)
        if post.author == landmarks.INDEX:
            return landmarks.like_count(seconds)
        return movement.likes(self.pulse(post.author, post.number), seconds)

    def likers(self, post: Post, now: datetime, *, start: int, limit: int) -> list[int]:
        if post.author == landmarks.INDEX:
            return []
        crowd = self._graph.followers(post.author).members
        stop = min(start + limit, self.like_total(post, now))
        if not crowd:
            return []
        order = Stride(len(crowd), self.seed, _LIKES, post.author, post.number)
        return [crowd[order.forward(place)] for place in range(start, stop)]

    def comment_total(self, post: Post, now: datetime) -> int:
        if post.author == landmarks.INDEX:
            return landmarks.comment_count(seconds_of(now))
        return movement.comments(self.pulse(post.author, post.number), self.like_total(post, now))

    def comment_text(self, post: Post, number: int) -> str:
        return choose(words.COMMENTS, self.seed, _COMMENTS, post.author, post.number, number)

    def play_total(self, post: Post, now: datetime) -> int | None:
        seconds = seconds_of(now)
        if post.author == landmarks.INDEX:
            return landmarks.play_count(seconds)
        return movement.plays(self.pulse(post.author, post.number), seconds)

    def stories(self, author: int, now: datetime) -> list[Story]:
        """What is up now: at most one a day, gone after 24 hours."""
        if author == landmarks.INDEX:
            return []
        today = (now - EPOCH).days
        made = (self._story(author, day) for day in (today - 1, today) if day >= 0)
        return [one for one in made if one and one.posted_at <= now < one.expires_at]

    def story_by_id(self, story_id: str) -> Story | None:
        if not (story_id.isascii() and story_id.isdigit() and len(story_id) < 20):
            return None
        number = int(story_id) - _ID_BASE
        if not 0 <= number < self._story_ids.limit:
            return None
        author, day = divmod(self._story_ids.backward(number), _NUMBERS_PER_PERSON)
        return self._story(author, day) if author < self._graph.size else None

    def tag_authors(self, tag: str) -> range:
        position = words.HASHTAGS.index(tag)
        count = len(words.HASHTAGS)
        return range(position, min(self._graph.size, TAG_AUTHORS * count), count)

    def _habits(self, author: int) -> tuple[int, int]:
        """Posts before the epoch, and seconds between posts since (0: has stopped)."""
        lively = author < len(FIXED_HANDLES) and author != ALWAYS_SUSPENDED
        history = draw(self.seed, _HISTORY, author) % 60 + (30 if lively else 0)
        if not lively and share(self.seed, _PACE, author, 1) < 0.15:
            return history % 12, 0
        hours = 24 if lively else 24 + draw(self.seed, _PACE, author, 2) % 240
        return history, hours * 3_600

    def _posted_at(self, author: int, number: int) -> datetime:
        history, pace = self._habits(author)
        pace = pace or 86_400 * 9
        wobble = draw(self.seed, _JITTER, author, number) % (pace * 3 // 4)
        return EPOCH + timedelta(seconds=(number - history) * pace + wobble)

    def _make(self, author: int, number: int) -> Post:
        if author == landmarks.INDEX:
            return _LANDMARK
        seed = self.seed
        own = words.HASHTAGS[author % len(words.HASHTAGS)]
        other = choose(words.HASHTAGS, seed, _TEXT, author, number, 2)
        tags = (own,) if own == other else (own, other)
        text = choose(words.CAPTIONS, seed, _TEXT, author, number, 1)
        post_id = self.id_of(author, number)
        reply_to, repost_of = self._others(author, number)
        return Post(
            id=post_id,
            code=code_of(post_id),
            author=author,
            number=number,
            caption=f"{text} {' '.join('#' + tag for tag in tags)}",
            hashtags=tags,
            kind=choose(KINDS, seed, _KIND, author, number),
            posted_at=self._posted_at(author, number),
            reply_to=reply_to,
            repost_of=repost_of,
        )

    def _others(self, author: int, number: int) -> tuple[int | None, str | None]:
        """Whom a post answers, or which one it passes on; most do neither."""
        luck = share(self.seed, _ANSWER, author, number)
        other = draw(self.seed, _ANSWER, author, number, 1) % len(FIXED_HANDLES)
        if luck >= _REPOSTS or other == author:
            return None, None
        if luck < _REPLIES:
            return other, None
        # Their first post: it is there in every world, and older than this one.
        return None, self.id_of(other, 0)

    def _pulse(self, author: int, number: int) -> Pulse:
        seed = self.seed
        crowd = len(self._graph.followers(author).members)
        luck = share(seed, _LIKES, author, number, 1)
        is_viral = share(seed, _LIKES, author, number, 2) < 0.01
        is_video = choose(KINDS, seed, _KIND, author, number) == "video"
        return Pulse(
            posted=seconds_of(self._posted_at(author, number)),
            crowd=crowd,
            reach=crowd * (0.9 if is_viral else 0.04 + 0.3 * luck * luck),
            comment_every=6 + draw(seed, _COMMENTS, author, number) % 9,
            play_factor=5 + draw(seed, _LIKES, author, number, 3) % 30 if is_video else 0,
        )

    def _story(self, author: int, day: int) -> Story | None:
        if share(self.seed, _STORY, author, day) > 0.4:
            return None
        at = EPOCH + timedelta(days=day, seconds=draw(self.seed, _STORY, author, day, 1) % 86_400)
        number = self._story_ids.forward(author * _NUMBERS_PER_PERSON + day)
        return Story(
            id=str(_ID_BASE + number),
            author=author,
            number=day,
            posted_at=at,
            expires_at=at + timedelta(days=1),
        )
