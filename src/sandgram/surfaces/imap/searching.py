"""SEARCH: which of the mails fit."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sandgram.surfaces.imap.letters import Letter
from sandgram.surfaces.imap.parsing import Item, NotUnderstood, numbers, text

Test = Callable[[int, Letter], bool]
"""With the mail's place in the mailbox, counted from 1."""

_NEVER = {"ANSWERED", "DELETED", "DRAFT", "FLAGGED", "RECENT", "NEW"}
_ALWAYS = {"ALL", "UNANSWERED", "UNDELETED", "UNDRAFT", "UNFLAGGED", "OLD"}
_HEADERS = {"FROM": "From", "TO": "To", "CC": "Cc", "BCC": "Bcc", "SUBJECT": "Subject"}
_DEEPEST = 30
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def search(letters: Sequence[Letter], items: Sequence[Item]) -> list[tuple[int, Letter]]:
    """
    Place and mail of each that fits all of the keys.

    Raises:
        NotUnderstood: a key that this server does not know.
    """
    keys = _Keys(items, letters)
    if keys.peek() == "CHARSET":
        keys.word()
        keys.word()
    tests = keys.all()
    return [
        (place, letter)
        for place, letter in enumerate(letters, 1)
        if all(test(place, letter) for test in tests)
    ]


class _Keys:
    def __init__(
        self, items: Sequence[Item], letters: Sequence[Letter], *, room: int = _DEEPEST
    ) -> None:
        self._items = list(items)
        self._letters = letters
        self._room = room

    def peek(self) -> str:
        if not self._items or isinstance(self._items[0], list):
            return ""
        return text(self._items[0]).upper()

    def word(self) -> str:
        if not self._items:
            raise NotUnderstood("a search key lacks its value")
        return text(self._items.pop(0))

    def all(self) -> list[Test]:
        found = []
        while self._items:
            found.append(self._one())
        return found

    def _one(self) -> Test:
        if not self._items:
            raise NotUnderstood("a search key is missing")
        if self._room <= 0:
            raise NotUnderstood("search keys are nested too deep")
        self._room -= 1
        found = self._deeper()
        self._room += 1
        return found

    def _deeper(self) -> Test:
        first = self._items[0]
        if isinstance(first, list):
            self._items.pop(0)
            inner = _Keys(first, self._letters, room=self._room).all()
            return lambda place, letter: all(test(place, letter) for test in inner)
        key = self.word().upper()
        if key == "NOT":
            inverted = self._one()
            return lambda place, letter: not inverted(place, letter)
        if key == "OR":
            one, other = self._one(), self._one()
            return lambda place, letter: one(place, letter) or other(place, letter)
        if key == "UID":
            uids = numbers(self.word(), most=max((one.uid for one in self._letters), default=0))
            return lambda _, letter: letter.uid in uids
        return self._of_state(key) or self._of_text(key) or self._of_time(key) or self._of_set(key)

    def _of_state(self, key: str) -> Test | None:
        if key in _ALWAYS:
            return lambda _place, _letter: True
        if key in _NEVER:
            return lambda _place, _letter: False
        if key == "SEEN":
            return lambda _, letter: letter.is_seen
        if key == "UNSEEN":
            return lambda _, letter: not letter.is_seen
        if key in ("KEYWORD", "UNKEYWORD"):
            self.word()
            return lambda _place, _letter: key == "UNKEYWORD"
        if key in ("LARGER", "SMALLER"):
            size = _size(self.word())
            return lambda _, letter: letter.size > size if key == "LARGER" else letter.size < size
        return None

    def _of_text(self, key: str) -> Test | None:
        if key not in {*_HEADERS, "HEADER", "TEXT", "BODY"}:
            return None
        name = _HEADERS.get(key) or (self.word() if key == "HEADER" else "")
        wanted = self.word().lower()
        if name:
            # A header that is there and holds nothing of note is asked for with an empty text.
            return lambda _, letter: name in letter.parsed and wanted in letter.header(name).lower()
        raw = wanted.encode()
        if key == "BODY":
            return lambda _, letter: raw in letter.body.lower()
        return lambda _, letter: raw in letter.raw.lower()

    def _of_time(self, key: str) -> Test | None:
        name = key.removeprefix("SENT")
        if name not in ("SINCE", "BEFORE", "ON"):
            return None
        wanted = _date(self.word())

        def fits(letter: Letter) -> bool:
            at: datetime = letter.written_at if key.startswith("SENT") else letter.arrived_at
            found = at.date()
            if name == "SINCE":
                return found >= wanted
            return found < wanted if name == "BEFORE" else found == wanted

        return lambda _, letter: fits(letter)

    def _of_set(self, key: str) -> Test:
        places = numbers(key, most=len(self._letters))
        return lambda place, _: place in places


def _size(text: str) -> int:
    if not text.isdecimal():
        raise NotUnderstood(f"no size: {text[:40]}")
    return int(text)


def _date(text: str) -> date:
    day, _, rest = text.partition("-")
    month, _, year = rest.partition("-")
    try:
        return date(int(year), _MONTHS.index(month.lower()) + 1, int(day))
    except ValueError as error:
        raise NotUnderstood(f"no date: {text[:40]}; such as 21-Nov-2026") from error
