"""How a surface with a language of its own tells what a request is about, and what went wrong."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from sandgram.faults.answers import Answer
from sandgram.faults.requests import About
from sandgram.faults.rules import FaultRule

Scope = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dialect:
    about: Callable[[Scope], About | None]
    """None for what faults never touch."""
    account: Callable[[Scope], str | None]
    """The login on whose behalf it is asked."""
    answer: Callable[[FaultRule, Scope], Answer]
    """For the kinds that answer something, HTML pages excepted."""
    note: Callable[[Scope, str], None]
    """Called with the status that a fault gave in the place of an answer, or with its kind."""
    account_in: Callable[[bytes], str | None] | None = None
    """The login that a log-in's body names; asked for the action `login`."""
    befall: Callable[[FaultRule, Scope, str | None], bool] | None = None
    """Told the fault and whom it strikes. True: the surface sees to it, and the request goes on."""
    has_pages: bool = False
    """HTML is its own language: `answer` is asked for those kinds, too."""
