"""
Nothing that leaves the process shows a secret.

Two nets over each other. Known values: every secret that is opened is made known
here and is masked wherever its text turns up, in the spellings that quoting,
URLs, JSON and Base64 give it. Shapes: what stands behind a telling name
(`password=`, `Cookie:`), in the userinfo of a URL or behind `Bearer` is masked
although nobody has said that it is secret.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "[redacted]"

SHORTEST_SECRET = 4
"""Shorter values are not masked by value: every third word of a log would go."""

_GRAM = SHORTEST_SECRET
_FEW = 64
_MOST = 50_000
_SHORTEST_PART = 8
_DEPTH = 12

# Names are compared without case and without their separators.
_TELLING = (
    r"pass(?:word|wd|phrase|code)|pwd|secret|token|authori[sz]ation|cookie|ct0|totp|two_?fa|2fa|otp"
    r"|api[-_]?key|private[-_]?key|sealing[-_]?key|access[-_]?key|backup[-_]?codes?|recovery[-_]?codes?"
    r"|credentials?|csrf|sessionid|signature|set[-_]?up[-_]?code"
)
_NAME = re.compile(rf"(?i)(?:{_TELLING})")
# A name that holds such a word and still tells nothing: a reference, a count, a time.
_HARMLESS_NAME = re.compile(
    r"(?i)(?:[-_](?:id|ids|at|count|kind|type|name|version|length|file|path|url|expires|scopes?|by)|tokens)$"
)

# Every repetition has a bound, so that a hostile text costs time in proportion to its length.
_KEY = rf"(?P<name>(?:{_TELLING})[\w\-]{{0,40}})"
_QUOTED = r'"(?:[^"\\\n]|\\.){0,4096}"' + "|" + r"'(?:[^'\\\n]|\\.){0,4096}'"
_LIST = r"\[[^\]\n]{0,2000}\]"
_BARE = r"[^\s,;&\"'}\)\]]{1,4096}"

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # scheme://user:password@host, as it is and percent-encoded
    (re.compile(r"(://)[^\s/?#@]{1,512}@"), rf"\1{MASK}@"),
    (re.compile(r"(?i)(%3A%2F%2F)(?:(?!%40|%2F)\S){1,512}%40"), rf"\1{MASK}%40"),
    # Our own tokens, and what follows an authentication scheme.
    (re.compile(r"\brt_[A-Za-z0-9_\-]{6,}"), MASK),
    (re.compile(r"(?i)\b(bearer|basic|digest)(\s{1,8})[A-Za-z0-9._~+/=\-]{8,}"), rf"\1\2{MASK}"),
    # Whole header lines, because a cookie has many parts.
    (
        re.compile(
            r"(?i)(?<![\w\-])((?:proxy-)?authorization|(?:set-)?cookie|x-csrf-token|x-api-key)"
            r"([ \t]{0,8}:)(?!\s{0,8}\[redacted)([ \t]{0,8})[^\r\n]+"
        ),
        rf"\1\2\3{MASK}",
    ),
    (
        re.compile(rf"(?i)(--[\w\-]{{0,40}}{_KEY}[ \t]{{1,8}})(?![-\[])\S+"),
        rf"\1{MASK}",
    ),
)
# name=value, "name": value, name: "value"
_SIGN = r"\s{0,8}=>?\s{0,8}"
_ASSIGNMENTS = (
    re.compile(rf"(?i){_KEY}(?P<sign>[\"']?{_SIGN})(?P<value>{_QUOTED}|{_LIST}|{_BARE})"),
    re.compile(
        rf"(?i){_KEY}(?P<sign>[\"']\s{{0,8}}:\s{{0,8}})(?P<value>{_QUOTED}|{_LIST}|{_BARE})"
    ),
    re.compile(rf"(?i){_KEY}(?P<sign>\s{{0,8}}:\s{{0,8}})(?P<value>{_QUOTED}|{_LIST})"),
    # `password: hunter2` at the end of a line, and not `password: at least 12 characters`.
    re.compile(
        rf"(?im){_KEY}(?P<sign>[ \t]{{0,8}}:[ \t]{{0,8}})(?P<value>[^\s\[\"']\S{{0,511}})(?=[ \t]{{0,8}}$)"
    ),
)
_NOTHING = frozenset({'""', "''", "None", "null", "True", "False", "true", "false"})

# What any of the patterns above needs. Looking for plain words first keeps the usual line cheap.
_HINTS = (
    *("pass", "pwd", "secret", "token", "auth", "cookie", "ct0", "otp", "two_fa", "twofa", "2fa"),
    *("key", "code", "credential", "csrf", "sessionid", "signature", "://", "%3a%2f", "rt_"),
    *("bearer", "basic", "digest"),
)

_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_BUT_NEWLINE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Redactor:
    """Knows the secrets of this process. Safe to use from every thread; reading takes no lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spellings: dict[str, None] = {}
        self._few: re.Pattern[str] | None = None
        self._by_gram: dict[str, tuple[str, ...]] = {}

    def know(self, *secrets: str | None) -> None:
        """
        Mask these from now on, and the values within a cookie jar. Empty and very short values
        are ignored; knowing one twice is nothing. Beyond 50,000 spellings the oldest are forgotten.
        """
        wholes = [secret for secret in secrets if secret]
        forms = {form for whole in wholes for form in spellings(whole)}
        forms |= {form for whole in wholes for part in parts(whole) for form in spellings(part)}
        with self._lock:
            new = [form for form in forms if form not in self._spellings]
            if not new:
                return
            self._spellings.update(dict.fromkeys(new))
            if len(self._spellings) > _MOST + _MOST // 10:
                self._spellings = dict.fromkeys(list(self._spellings)[-_MOST:])
                self._by_gram = {}
            self._index(new)

    def _index(self, new: list[str]) -> None:
        if len(self._spellings) <= _FEW:
            longest_first = sorted(self._spellings, key=len, reverse=True)
            self._few = re.compile("|".join(map(re.escape, longest_first)))
            return
        by_gram: dict[str, list[str]] = {}
        for spelling in new if self._by_gram else self._spellings:
            by_gram.setdefault(spelling[:_GRAM], []).append(spelling)
        merged = self._by_gram or {}
        for gram, group in by_gram.items():
            # Each entry is replaced whole, so that a reader sees the old one or the new one.
            merged[gram] = tuple(sorted((*merged.get(gram, ()), *group), key=len, reverse=True))
        self._by_gram = merged
        self._few = None

    def redact(self, text: str) -> str:
        """The text with every secret masked. Masking twice changes nothing."""
        text = self._mask_known(text)
        lowered = text.lower()
        if not any(hint in lowered for hint in _HINTS):
            return text
        for pattern, replacement in _SHAPES:
            text = pattern.sub(replacement, text)
        for assigned in _ASSIGNMENTS:
            text = assigned.sub(_mask_assigned, text)
        return text

    def redact_data(self, value: Any, *, depth: int = _DEPTH) -> Any:
        """A copy of plain data with secrets masked by the name of their field, by value and by shape."""
        if isinstance(value, str):
            return self.redact(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if depth <= 0:
            return MASK
        if isinstance(value, Mapping):
            return {
                self.redact(str(key)): MASK
                if item not in (None, "") and is_secret_name(str(key))
                else self.redact_data(item, depth=depth - 1)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self.redact_data(item, depth=depth - 1) for item in value]
        if isinstance(value, bytes | bytearray):
            return self.redact(bytes(value).decode("utf-8", "backslashreplace"))
        return self.redact(_text_of(value))

    def _mask_known(self, text: str) -> str:
        few = self._few
        if few is not None:
            return few.sub(MASK, text)
        if not self._by_gram:
            return text
        return self._mask_many(text)

    def _mask_many(self, text: str) -> str:
        by_gram = self._by_gram
        hits = [i for i in range(len(text) - _GRAM + 1) if text[i : i + _GRAM] in by_gram]
        if not hits:
            return text
        parts: list[str] = []
        end = 0
        for start in hits:
            if start < end:
                continue
            for spelling in by_gram[text[start : start + _GRAM]]:
                if text.startswith(spelling, start):
                    parts += (text[end:start], MASK)
                    end = start + len(spelling)
                    break
        return "".join((*parts, text[end:]))


def spellings(secret: str) -> set[str]:
    """The forms in which a value turns up in text, those of four characters and more."""
    if len(secret) < SHORTEST_SECRET:
        return set()
    encoded = secret.encode("utf-8", "surrogatepass")
    forms = {
        secret,
        secret.strip(),
        quote(encoded, safe=""),
        quote(encoded),
        quote_plus(encoded),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        repr(encoded)[2:-1],
        secret.replace("'", "''"),
        base64.b64encode(encoded).decode().rstrip("="),
        base64.urlsafe_b64encode(encoded).decode().rstrip("="),
    }
    forms |= {form.lower() for form in forms if "%" in form}
    forms |= {encode_control(form) for form in forms}
    return {form for form in forms if len(form) >= SHORTEST_SECRET}


def parts(secret: str) -> list[str]:
    """The values in a cookie jar (JSON or header text), those long enough to be worth masking alone."""
    found: list[Any] = []
    if secret[:1] in "[{":
        try:
            jar = json.loads(secret)
        except ValueError:
            return []
        if isinstance(jar, list):
            found = [cookie.get("value") for cookie in jar if isinstance(cookie, dict)]
        elif isinstance(jar, dict):
            found = list(jar.values())
    elif "=" in secret and "; " in secret:
        found = [pair.partition("=")[2] for pair in secret.split("; ")]
    return [part for part in found if isinstance(part, str) and len(part) >= _SHORTEST_PART]


def is_secret_name(name: str) -> bool:
    return _NAME.search(name) is not None and _HARMLESS_NAME.search(name) is None


def encode_control(text: str, *, keep_newlines: bool = False) -> str:
    """Line breaks and control characters as escapes, so that no text can forge a line or drive a terminal."""
    pattern = _CONTROL_BUT_NEWLINE if keep_newlines else _CONTROL
    return pattern.sub(lambda found: ascii(found[0])[1:-1], text)


def _mask_assigned(found: re.Match[str]) -> str:
    value = found["value"]
    if MASK in value or value in _NOTHING or _HARMLESS_NAME.search(found["name"]):
        return found[0]
    mark = value[0] if value[0] in "\"'" else ""
    return f"{found['name']}{found['sign']}{mark}{MASK}{mark}"


def _text_of(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - a broken __str__ must not break the log
        return f"<{type(value).__name__}>"


_process = Redactor()

know = _process.know
redact = _process.redact
redact_data = _process.redact_data
