from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel, Field


class KeyUse(BaseModel):
    """How much is sealed with one key."""

    key_id: str
    role: str = Field(description="seals, opens, next, or unknown: not in the key file.")
    values: int
    columns: dict[str, int] = Field(description="Values by `table.column`.")


class KeysStatus(BaseModel):
    """What is under which key, and what is to be done."""

    file: str
    key_id: str = Field(description="The key that seals.")
    keys: list[KeyUse]
    is_under_way: bool = Field(description="A rotation was begun and has not come to its end.")
    advice: str


@dataclass
class Rotation:
    """What a run has done."""

    old: tuple[str, ...] = ()
    new: str = ""
    values: int = 0
    rows: int = 0
    chunks: int = 0
    rounds: int = 0
    broken: list[str] = field(default_factory=list)
    """Places whose value opens with no key: `table.column of row`."""
    is_old_removed: bool = False
    is_prepared: bool = False
