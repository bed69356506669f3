"""A mailbox that is open: looked through, read and marked, as the client was last told of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandgram.store import mails
from sandgram.surfaces.imap import fetching
from sandgram.surfaces.imap.letters import Letter
from sandgram.surfaces.imap.parsing import Command, Item, NotUnderstood, numbers, text
from sandgram.surfaces.imap.searching import search
from sandgram.world.world import World

_FLAGS = "(\\Seen)"


@dataclass(frozen=True, slots=True)
class Said:
    """What goes back: lines before the last one, and the last one without its tag."""

    last: str
    lines: Sequence[bytes] = field(default=(), repr=False)


class Mailbox:
    def __init__(self, world: World, number: int, *, is_read_only: bool) -> None:
        self._world = world
        self._number = number
        self._is_read_only = is_read_only
        self._letters = letters_of(world, number)

    def opened(self) -> Said:
        letters = self._letters
        lines = [
            f"FLAGS {_FLAGS}",
            f"{len(letters)} EXISTS",
            "0 RECENT",
            f"OK [UIDVALIDITY {mails.validity(self._world.db)}] these numbers stay",
            f"OK [UIDNEXT {next_uid(letters)}] the next one",
            f"OK [PERMANENTFLAGS {'()' if self._is_read_only else _FLAGS}] what is kept",
        ]
        unseen = next((place for place, one in enumerate(letters, 1) if not one.is_seen), None)
        if unseen is not None:
            lines.append(f"OK [UNSEEN {unseen}] the first that is new")
        state = "READ-ONLY" if self._is_read_only else "READ-WRITE"
        return Said(f"OK [{state}] INBOX", [line.encode() for line in lines])

    def news(self) -> list[bytes]:
        """What has arrived since the client was last told."""
        before = len(self._letters)
        self._letters = letters_of(self._world, self._number)
        count = len(self._letters)
        return [f"{count} EXISTS".encode(), b"0 RECENT"] if count > before else []

    def answer(self, command: Command) -> Said:
        """
        Raises:
            NotUnderstood: for a BAD.
        """
        name, items, by_uid = command.name, command.items, False
        if name == "UID" and items:
            name, items, by_uid = text(items[0]).upper(), items[1:], True
        if name == "SEARCH":
            return self._search(items, by_uid=by_uid)
        if name == "FETCH":
            return self._fetch(items, by_uid=by_uid)
        if name == "STORE":
            return self._store(items, by_uid=by_uid)
        if name == "EXPUNGE":
            return Said("OK nothing is ever removed here")
        raise NotUnderstood(f"no command of this server: {name[:20]}")

    def _search(self, items: list[Item], *, by_uid: bool) -> Said:
        # Places must not move under a client that asks by place; numbers never do.
        news = self.news() if by_uid else []
        found = search(self._letters, items)
        named = (str(letter.uid if by_uid else place) for place, letter in found)
        return Said("OK done", [*news, " ".join(["SEARCH", *named]).encode()])

    def _fetch(self, items: list[Item], *, by_uid: bool) -> Said:
        if len(items) < 2:
            raise NotUnderstood("FETCH wants a set and what to fetch")
        names = fetching.wanted(items[1])
        if by_uid and "UID" not in [name.upper() for name in names]:
            names = ["UID", *names]
        marks = fetching.marks_as_seen(names) and not self._is_read_only
        lines = []
        for place, letter in self._chosen(text(items[0]), by_uid=by_uid):
            if marks and not letter.is_seen:
                self._mark(place, letter, is_seen=True)
            inside = fetching.shown(self._letters[place - 1], names)
            lines.append(f"{place} FETCH (".encode() + inside + b")")
        return Said("OK done", lines)

    def _store(self, items: list[Item], *, by_uid: bool) -> Said:
        if len(items) < 3:
            raise NotUnderstood("STORE wants a set, what to do, and flags")
        if self._is_read_only:
            return Said("NO [READ-ONLY] the mailbox is open for reading")
        act = text(items[1]).upper()
        flags = items[2] if isinstance(items[2], list) else items[2:]
        is_named = "\\SEEN" in {text(one).upper() for one in flags}
        lines = []
        for place, letter in self._chosen(text(items[0]), by_uid=by_uid):
            if act.startswith("FLAGS"):
                self._mark(place, letter, is_seen=is_named)
            elif is_named:
                self._mark(place, letter, is_seen=act.startswith("+"))
            if not act.endswith(".SILENT"):
                uid = f"UID {letter.uid} " if by_uid else ""
                flags_now = self._letters[place - 1].flags
                lines.append(f"{place} FETCH ({uid}FLAGS {flags_now})".encode())
        return Said("OK done", lines)

    def _chosen(self, wanted: str, *, by_uid: bool) -> list[tuple[int, Letter]]:
        letters = self._letters
        most = next_uid(letters) - 1 if by_uid else len(letters)
        chosen = numbers(wanted, most=most)
        return [
            (place, letter)
            for place, letter in enumerate(letters, 1)
            if (letter.uid if by_uid else place) in chosen
        ]

    def _mark(self, place: int, letter: Letter, *, is_seen: bool) -> None:
        mails.mark_seen(self._world.db, letter.number, letter.uid, is_seen=is_seen)
        self._letters[place - 1] = letter.marked(is_seen=is_seen)


def letters_of(world: World, number: int) -> list[Letter]:
    found = mails.arrived(world.db, number, now=world.now_text())
    return [Letter.of(world.db, number, row) for row in found]


def next_uid(letters: Sequence[Letter]) -> int:
    return letters[-1].uid + 1 if letters else 1
