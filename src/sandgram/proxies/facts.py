"""What a proxy is, and what may be wrong with it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sandgram.seeding import secret_text

MOST = 100
HOST = "127.0.0.1"


class Trouble(StrEnum):
    none = "none"
    down = "down"
    """Nobody listens, and what was open is cut."""
    refuse = "refuse"
    """Every password is wrong."""
    slow = "slow"
    stall = "stall"
    """Accepts, and never answers."""
    fail = "fail"
    """Says that it cannot get through."""


class Weather(BaseModel):
    """How a proxy behaves from now on."""

    model_config = ConfigDict(extra="forbid")

    trouble: Trouble = Trouble.none
    seconds: Annotated[float, Field(ge=0, le=120)] = 3.0
    """How long `slow` takes, before the way is open."""
    status: Annotated[int, Field(ge=500, le=599)] = 502
    """What `fail` says."""


@dataclass(frozen=True, slots=True)
class Login:
    """The same for a seed and a number, so that an exported file fits the running server."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Login(username={self.username!r})"


def login_of(seed: int, number: int) -> Login:
    # With characters that mean something in a URL: whoever puts it into one must escape it.
    return Login(f"exit-{number}", f"Px:{secret_text(seed, number, 'proxy', length=16)}@7%/")


def exit_of(number: int) -> str:
    """Linux has the whole of 127/8 on loopback: the network sees each proxy by an address of its own."""
    return f"127.0.1.{number}"
