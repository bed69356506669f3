"""
Pairs of cookies, `auth_token` and `ct0`: a browser's session, and a way in for programs.

Every account has a pair that follows from the seed and lives until its password is changed. The web
site hands out further ones, which live for a day.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sandgram.clock import to_text
from sandgram.store import doors as rows
from sandgram.store.doors import PairRow
from sandgram.world import accounts
from sandgram.world.world import World

LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Pair:
    auth_token: str
    ct0: str

    def __repr__(self) -> str:
        return "Pair()"


def make(world: World, number: int) -> Pair:
    pair = Pair(secrets.token_hex(20), secrets.token_hex(16))
    now = world.now()
    row = PairRow(pair.auth_token, pair.ct0, at=to_text(now), until=to_text(now + LIFE))
    rows.add_pair(world.db, number, row)
    return pair


def number_of(world: World, *, auth_token: str, ct0: str) -> int | None:
    """The account that a whole and living pair belongs to."""
    number = rows.number_of_pair(world.db, auth_token=auth_token, ct0=ct0, now=world.now_text())
    if number is not None:
        return number
    number = accounts.number_of_auth_token(world.seed, auth_token)
    if number is None or rows.is_seed_pair_ended(world.db, number):
        return None
    known = accounts.credentials(world.seed, number)
    is_whole = secrets.compare_digest(
        f"{known.auth_token}:{known.ct0}".encode(), f"{auth_token}:{ct0}".encode()
    )
    return number if is_whole else None


def claimed_by(world: World, auth_token: str) -> int | None:
    """Whose a token seems to be, checked no further: faults want to know whom they strike."""
    found = rows.number_of_pair(world.db, auth_token=auth_token, ct0=None, now=world.now_text())
    return found if found is not None else accounts.number_of_auth_token(world.seed, auth_token)


def end(world: World, auth_token: str) -> None:
    """Log a browser out. The seed's own pair stays: it is what imported files hold."""
    rows.drop_pair(world.db, auth_token)


def end_all(world: World, number: int) -> int:
    """End every pair of the account, the seed's too; answers how many of the site's there were."""
    return rows.drop_pairs(world.db, number, at=world.now_text())
