"""What the accounts of a storm are to do, and to whom."""

from __future__ import annotations

from retinue.capabilities.accounts.models import Account
from tests.factories.staging import House

OWED = 4
KINDS = ("harbour_lights", "tidepool_diary", "copper_kettle", "northbound_rail")
ACTS = """
likes-percentage: 100
comment-percentage: 100
follow-percentage: 100
stories-percentage: 0
comments: [nice, 'well seen']
working-hours: [00.00-23.59]
interactions-count: 100000
total-successful-interactions-limit: 100000
total-likes-limit: 100000
total-comments-limit: 100000
total-follows-limit: 100000
like-interval: 0
comment-interval: 0
follow-interval: 0
hourly-like-limit: 100000
hourly-comment-limit: 100000
hourly-follow-limit: 100000
"""
FINISH = f"interact-from-file: [owed.txt {OWED}]\n{ACTS}"
WORK = f"interact-from-file: [owed.txt {OWED}]\nblogger-followers: [{', '.join(KINDS)}]\n{ACTS}"
FREE = {"per_hour": 100_000, "per_day": 100_000, "seconds_apart": 0}


def prepare(house: House, *, names: tuple[str, ...], many: int, scope: str) -> list[Account]:
    """Accounts with one plan, on whose list stand the same few people that nobody may be forgotten of."""
    comments = {**FREE, "per_hour": max(40, many)}
    house.change_settings(
        dedup_scope=scope, limits={"like": FREE, "follow": FREE, "comment": comments}
    )
    listed = [handle for handle, _ in followers(house)][:OWED]
    home = house.runtime.configuration.data_dir
    for place in [home] if len(names) == 1 else [home / name for name in names]:
        (place / "lists").mkdir(mode=0o700, parents=True, exist_ok=True)
        (place / "lists" / "owed.txt").write_text("\n".join(listed), encoding="utf-8")
    return [house.add_account(WORK) for _ in range(3)]


def followers(house: House) -> list[tuple[str, str]]:
    """Handle and id of people whom one can like, comment on and follow."""
    reader = house.sandgram.account()
    owner = reader.get("/sg/v1/people/by-handle/slow_tram")["id"]
    found = reader.get(f"/sg/v1/people/{owner}/followers", limit=100)["items"]
    return [(one["handle"], one["id"]) for one in found if not one.get("is_private")]


def owed_of(house: House, accounts: list[Account]) -> frozenset[tuple[str, str]]:
    people = followers(house)[:OWED]
    return frozenset((account.login, person) for account in accounts for _, person in people)
