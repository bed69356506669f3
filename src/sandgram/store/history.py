"""How much accounts had done by a moment, read from the effects: they are never taken back."""

from dataclasses import dataclass

from sandgram.store.database import Database


def followers_at(db: Database, person_id: str, *, at: str) -> int:
    return db.count(
        "SELECT coalesce(sum(CASE action WHEN 'follow' THEN 1 ELSE -1 END), 0) FROM effects "
        "WHERE person_id = ? AND action IN ('follow', 'unfollow') AND at <= ?",
        (person_id, at),
    )


def following_at(db: Database, account: str, *, at: str) -> list[tuple[str, str]]:
    """Person id and time of those whom an account followed, oldest first."""
    found = db.rows(
        "SELECT person_id, action, at FROM effects "
        "WHERE account = ? AND action IN ('follow', 'unfollow') AND at <= ? ORDER BY seq",
        (account, at),
    )
    followed: dict[str, str] = {}
    for person_id, action, since in found:
        if action == "follow":
            followed[str(person_id)] = str(since)
        else:
            followed.pop(str(person_id), None)
    return list(followed.items())


def post_counts_at(db: Database, post_id: str, *, author_id: str, at: str) -> tuple[int, int]:
    """Likes and comments."""
    found = db.row(
        "SELECT coalesce(sum(CASE action WHEN 'like' THEN 1 WHEN 'unlike' THEN -1 END), 0), "
        "coalesce(sum(action = 'comment'), 0) FROM effects WHERE person_id = ? "
        "AND action IN ('like', 'unlike', 'comment') AND object_id = ? AND at <= ?",
        (author_id, post_id, at),
    )
    return (int(found[0]), int(found[1])) if found else (0, 0)


def publications_at(db: Database, number: int, *, at: str) -> int:
    return db.count(
        "SELECT count(*) FROM published WHERE number = ? AND kind = 'post' AND at <= ?",
        (number, at),
    )


@dataclass(frozen=True, slots=True)
class Engagement:
    counts: dict[str, int]
    """By action."""
    accounts: int
    """How many different ones did anything."""
    engaged: int
    """How many of them liked or commented."""


def engagement(db: Database, person_id: str, *, since: str, until: str) -> Engagement:
    """What accounts did to a person and their posts from `since` until before `until`."""
    where = (
        "FROM effects WHERE person_id = ? AND action IN "
        "('like', 'comment', 'view', 'follow', 'unfollow') AND at >= ? AND at < ?"
    )
    values = (person_id, since, until)
    rows = db.rows(f"SELECT action, count(*) {where} GROUP BY action", values)
    row = db.row(
        "SELECT count(DISTINCT account), "
        f"count(DISTINCT CASE WHEN action IN ('like', 'comment') THEN account END) {where}",
        values,
    )
    return Engagement(
        {str(one[0]): int(one[1]) for one in rows},
        int(row[0]) if row else 0,
        int(row[1]) if row else 0,
    )


def reach_of(db: Database, post_id: str, *, author_id: str) -> int:
    """How many accounts ever liked a post or commented on it."""
    return db.count(
        "SELECT count(DISTINCT account) FROM effects "
        "WHERE person_id = ? AND action IN ('like', 'comment') AND object_id = ?",
        (author_id, post_id),
    )
