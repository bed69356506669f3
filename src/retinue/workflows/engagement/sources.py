"""Where people are found: page after page of candidates for each source of a plan's jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from retinue.capabilities.plans.schemas import FileSource, Job, JobKind
from retinue.drivers.network.protocol import Line, Page, Person
from retinue.foundation.randomness import Random
from retinue.workflows.engagement.errors import Unseen
from retinue.workflows.engagement.looking import Eyes
from retinue.workflows.engagement.schemas import Actor, Candidate

_LONGEST_FILE = 5 * 1024 * 1024
_FILE_PAGE = 100


class Sources:
    def __init__(
        self, line: Line, eyes: Eyes, *, actor: Actor, data_dir: Path, rng: Random
    ) -> None:
        self._line = line
        self._eyes = eyes
        self._folders = (data_dir / "accounts" / actor.uid, data_dir / "lists")
        self._rng = rng

    def pages(self, job: Job, source: str | FileSource) -> Iterator[list[Candidate]]:
        """
        Candidates in the network's order, read page by page as they are asked for.

        Raises:
            Unseen: the source is gone, private, or its file cannot be read.
        """
        if isinstance(source, FileSource):
            yield from self._from_file(source)
            return
        match job.kind:
            case JobKind.blogger_followers:
                yield from self._people(lambda at: self._line.followers(source, cursor=at))
            case JobKind.blogger_following:
                yield from self._people(lambda at: self._line.following(source, cursor=at))
            case JobKind.hashtag_posts_recent:
                yield from self._authors(source)
            case _:
                # The id comes with the profile.
                yield [Candidate(Person(network_id="", handle=source))]

    def _people(self, read: Callable[[str | None], Page[Person]]) -> Iterator[list[Candidate]]:
        cursor: str | None = None
        while True:
            page = self._read(read, cursor)
            yield [Candidate(person) for person in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return

    def _read(self, read: Callable[[str | None], Page[Person]], cursor: str | None) -> Page[Person]:
        return self._eyes.look(lambda: read(cursor))

    def _authors(self, tag: str) -> Iterator[list[Candidate]]:
        """Each author once, with the newest of their posts under the tag."""
        cursor: str | None = None
        met: set[str] = set()
        while True:
            at = cursor
            page = self._eyes.look(lambda at=at: self._line.hashtag_posts(tag, cursor=at))  # type: ignore[misc] # mypy cannot type a default of a lambda
            fresh = {post.author.network_id: post for post in reversed(page.items)}
            yield [
                Candidate(post.author, post)
                for post in page.items
                if fresh[post.author.network_id] is post and post.author.network_id not in met
            ]
            met.update(fresh)
            cursor = page.next_cursor
            if cursor is None:
                return

    def _from_file(self, source: FileSource) -> Iterator[list[Candidate]]:
        handles = self._handles(source.name)[: source.count.draw(self._rng)]
        for start in range(0, len(handles), _FILE_PAGE):
            page = handles[start : start + _FILE_PAGE]
            yield [Candidate(Person(network_id="", handle=handle)) for handle in page]

    def _handles(self, name: str) -> list[str]:
        for folder in self._folders:
            path = (folder / name).resolve()
            if path.parent != folder.resolve() or not path.is_file():
                continue
            if path.stat().st_size > _LONGEST_FILE:
                raise Unseen("file", message=f"{name} is larger than 5 MB; split it.")
            try:
                lines = path.read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise Unseen("file", message=f"{name} cannot be read as UTF-8 text.") from error
            found = (line.strip().removeprefix("@") for line in lines)
            return list(dict.fromkeys(handle for handle in found if handle))
        raise Unseen("file", message=f"{name} lies neither in the account's folder nor in lists/.")
