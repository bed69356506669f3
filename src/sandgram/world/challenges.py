"""
Puzzles that only a person should pass.

A ticket belongs to an account, not to a browser: whoever has its link may solve it, and then the
account is out of `challenge` for good.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandgram.clock import to_text
from sandgram.seeding import draw
from sandgram.store import doors as rows
from sandgram.world.world import World

LIFE = timedelta(hours=24)
TILES = 9
SHAPES = ("circle", "square", "triangle", "star")
_SALT = 733


@dataclass(frozen=True, slots=True)
class Puzzle:
    ticket: str
    number: int
    """The account's."""
    round: int
    wanted: str
    shapes: tuple[str, ...]
    is_passed: bool

    @property
    def solution(self) -> tuple[int, ...]:
        """Tiles to choose, counted from 1."""
        return tuple(at for at, shape in enumerate(self.shapes, 1) if shape == self.wanted)


def ticket_for(world: World, number: int) -> str:
    """The account's open ticket, or a new one."""
    kept = rows.open_challenge(world.db, number, since=_since(world))
    if kept is not None:
        return str(kept["ticket"])
    ticket = secrets.token_urlsafe(18)
    rows.add_challenge(world.db, number, ticket=ticket, at=world.now_text())
    return ticket


def find(world: World, ticket: str) -> Puzzle | None:
    """None for a ticket that does not exist or has run out."""
    row = rows.challenge(world.db, ticket)
    if row is None or (row["passed_at"] is None and row["at"] < _since(world)):
        return None
    return _puzzle(world, row)


def answer(world: World, puzzle: Puzzle, *, chosen: tuple[int, ...]) -> bool:
    """Right: the account is let out. Wrong: the ticket shows another puzzle."""
    if puzzle.is_passed:
        return True
    if tuple(sorted(chosen)) != puzzle.solution:
        rows.next_puzzle(world.db, puzzle.ticket)
        return False
    is_first = rows.pass_challenge(world.db, puzzle.ticket, at=world.now_text())
    if is_first and world.status(puzzle.number) == "challenge":
        world.set_status(puzzle.number, status="ok")
    return True


def listed(world: World, *, limit: int = 200) -> list[dict[str, Any]]:
    """Newest first, with the solutions: for tests, and for whoever plays the person."""
    found = []
    for row in rows.challenges(world.db, limit=limit):
        puzzle = _puzzle(world, row)
        found.append(
            {
                "ticket": puzzle.ticket,
                "login": world.credentials(puzzle.number).login,
                "path": f"/web/challenge/{puzzle.ticket}",
                "wanted": puzzle.wanted,
                "solution": list(puzzle.solution),
                "at": row["at"],
                "passed_at": row["passed_at"],
                "is_open": row["passed_at"] is None and row["at"] >= _since(world),
            }
        )
    return found


def luck(world: World, puzzle: Puzzle, tile: int) -> int:
    """What a tile's picture is drawn from."""
    return draw(world.seed, _SALT, _key(puzzle.ticket), puzzle.round, tile, 1)


def _puzzle(world: World, row: dict[str, Any]) -> Puzzle:
    key, turn = _key(row["ticket"]), int(row["puzzle"])
    wanted = SHAPES[draw(world.seed, _SALT, key, turn) % len(SHAPES)]
    others = [shape for shape in SHAPES if shape != wanted]
    count = 2 + draw(world.seed, _SALT, key, turn, 0) % 3
    order = sorted(range(TILES), key=lambda tile: draw(world.seed, _SALT, key, turn, tile, 2))
    chosen = set(order[:count])
    shapes = tuple(
        wanted
        if tile in chosen
        else others[draw(world.seed, _SALT, key, turn, tile, 3) % len(others)]
        for tile in range(TILES)
    )
    return Puzzle(
        row["ticket"], int(row["number"]), turn, wanted, shapes, row["passed_at"] is not None
    )


def _key(ticket: str) -> int:
    return int.from_bytes(ticket.encode()[:16], "big")


def _since(world: World) -> str:
    return to_text(world.now() - world.patience(LIFE))
