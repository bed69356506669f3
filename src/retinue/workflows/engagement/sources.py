"""Where people are found: each source of the plan as a stream of candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeVar

from retinue.capabilities.plans.schemas import FileSource, Job, JobKind
from retinue.drivers.network.protocol import Page, Person, Post
from retinue.workflows.engagement.assignment import Assignment
from retinue.workflows.engagement.reading import read


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who was found, and the post through which, where it was one."""

    person: Person
    post: Post | None = None


Item = TypeVar("Item")

Batch = list[Candidate]
"""One page of a source: looked up in the ledger together."""


def label(job: Job, source: str | FileSource) -> str:
    name = source.name if isinstance(source, FileSource) else source
    return f"{job.kind}:{name}"


def candidates(work: Assignment, job: Job, source: str | FileSource) -> Iterator[Batch]:
    """
    Pages of candidates, as they come. Reads the network while it is iterated.

    Raises:
        Unreadable: the source is gone or private, or the file is not there.
    """
    line = work.line
    if isinstance(source, FileSource):
        yield from _file(work, source)
    elif job.kind is JobKind.blogger_followers:
        yield from _people(work, lambda cursor: line.followers(source, cursor=cursor))
    elif job.kind is JobKind.blogger_following:
        yield from _people(work, lambda cursor: line.following(source, cursor=cursor))
    elif job.kind is JobKind.hashtag_posts_recent:
        yield from _authors(work, source)
    else:
        yield [Candidate(Person(network_id="", handle=source))]


def _people(work: Assignment, page_at: Callable[[str | None], Page[Person]]) -> Iterator[Batch]:
    for page in _pages(work, page_at):
        yield [Candidate(person) for person in page.items]


def _authors(work: Assignment, tag: str) -> Iterator[Batch]:
    met: set[str] = set()
    for page in _pages(work, lambda cursor: work.line.hashtag_posts(tag, cursor=cursor)):
        batch = []
        for post in page.items:
            if post.author.network_id not in met:
                met.add(post.author.network_id)
                batch.append(Candidate(post.author, post))
        yield batch


def _pages(work: Assignment, page_at: Callable[[str | None], Page[Item]]) -> Iterator[Page[Item]]:
    cursor: str | None = None
    while True:
        page = read(work, partial(page_at, cursor))
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return


_FILE_BATCH = 50


def _file(work: Assignment, source: FileSource) -> Iterator[Batch]:
    """Names of a list, one a line, `@` or not; blank lines and those that start with `#` are left out."""
    lines = _read_lines(work, source.name)
    handles = dict.fromkeys(
        line.strip().removeprefix("@").casefold()
        for line in lines
        if line.strip() and not line.lstrip().startswith("#")
    )
    chosen = iter(islice(handles, source.count.draw(work.runtime.rng)))
    while batch := list(islice(chosen, _FILE_BATCH)):
        yield [Candidate(Person(network_id="", handle=handle)) for handle in batch]


class ListMissing(Exception):
    """A file source names a list that is in none of the account's folders."""


def _read_lines(work: Assignment, name: str) -> list[str]:
    for folder in work.list_folders:
        path = (folder / name).resolve()
        # The plan's rules refuse path parts; a link inside the folder is caught here.
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path.read_text(encoding="utf-8-sig").splitlines()
    folders = " or ".join(str(folder) for folder in work.list_folders)
    message = f"the list {name} is not in {folders}"
    raise ListMissing(message)
