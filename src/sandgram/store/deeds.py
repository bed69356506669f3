"""Follows, likes, comments and publications of accounts."""

import json
from typing import Any

from sandgram.store.database import Database


def follow(db: Database, number: int, *, person_id: str, at: str) -> bool:
    """False when it was followed already."""
    return bool(
        db.change(
            "INSERT OR IGNORE INTO follows SELECT ?, ?, ?, coalesce(max(seq), 0) + 1 FROM follows",
            (number, person_id, at),
        )
    )


def unfollow(db: Database, number: int, *, person_id: str) -> bool:
    return bool(
        db.change("DELETE FROM follows WHERE number = ? AND person_id = ?", (number, person_id))
    )


def is_following(db: Database, number: int, *, person_id: str) -> bool:
    return bool(
        db.row("SELECT 1 FROM follows WHERE number = ? AND person_id = ?", (number, person_id))
    )


def follower_count(db: Database, person_id: str) -> int:
    return db.count("SELECT count(*) FROM follows WHERE person_id = ?", (person_id,))


def followers(db: Database, person_id: str, *, after: int, limit: int) -> list[tuple[int, int]]:
    """Account number and position of those who follow, oldest first."""
    found = db.rows(
        "SELECT number, seq FROM follows WHERE person_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        (person_id, after, limit),
    )
    return [(int(row[0]), int(row[1])) for row in found]


def following(db: Database, number: int) -> list[tuple[str, str]]:
    """Person id and time, oldest first."""
    found = db.rows("SELECT person_id, at FROM follows WHERE number = ? ORDER BY seq", (number,))
    return [(str(row[0]), str(row[1])) for row in found]


def like(db: Database, number: int, *, post_id: str, at: str, seq: int) -> None:
    db.change("INSERT INTO likes VALUES (?, ?, ?, ?)", (number, post_id, at, seq))


def unlike(db: Database, number: int, *, post_id: str) -> bool:
    return bool(db.change("DELETE FROM likes WHERE number = ? AND post_id = ?", (number, post_id)))


def is_liked(db: Database, number: int, *, post_id: str) -> bool:
    return bool(db.row("SELECT 1 FROM likes WHERE number = ? AND post_id = ?", (number, post_id)))


def likers(db: Database, post_id: str, *, after: int, limit: int) -> list[tuple[int, int]]:
    found = db.rows(
        "SELECT number, seq FROM likes WHERE post_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        (post_id, after, limit),
    )
    return [(int(row[0]), int(row[1])) for row in found]


def comment(
    db: Database, number: int, *, post_id: str, text: str, at: str, seq: int
) -> None:  # fmt: skip
    db.change("INSERT INTO comments VALUES (?, ?, ?, ?, ?)", (seq, number, post_id, text, at))


def post_counts(db: Database, post_id: str) -> tuple[int, int]:
    """Likes and comments of accounts."""
    found = db.row(
        "SELECT (SELECT count(*) FROM likes WHERE post_id = ?1), "
        "(SELECT count(*) FROM comments WHERE post_id = ?1)",
        (post_id,),
    )
    return (int(found[0]), int(found[1])) if found else (0, 0)


def comments_of_post(
    db: Database, post_id: str, *, before: int, limit: int
) -> list[dict[str, Any]]:
    """Newest first."""
    found = db.rows(
        "SELECT * FROM comments WHERE post_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        (post_id, before, limit),
    )
    return [dict(row) for row in found]


def comments_of_account(
    db: Database, number: int, *, before: int, limit: int
) -> list[dict[str, Any]]:
    """Newest first."""
    found = db.rows(
        "SELECT * FROM comments WHERE number = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        (number, before, limit),
    )
    return [dict(row) for row in found]


def next_publication(db: Database, number: int) -> int:
    return db.count("SELECT count(*) FROM published WHERE number = ?", (number,))


def publish(
    db: Database, number: int, *, item: dict[str, Any], tags: tuple[str, ...]
) -> None:  # fmt: skip
    """`item` holds id, kind, text, media (a list of media ids) and at."""
    seq = db.insert(
        "INSERT INTO published (id, number, kind, text, media, at) VALUES (?,?,?,?,?,?)",
        (item["id"], number, item["kind"], item["text"], json.dumps(item["media"]), item["at"]),
    )
    for tag in tags:
        db.change("INSERT OR IGNORE INTO tags VALUES (?, ?)", (tag, seq))


def publication(db: Database, item_id: str) -> dict[str, Any] | None:
    found = db.row("SELECT * FROM published WHERE id = ?", (item_id,))
    return _publication(dict(found)) if found else None


def publications(
    db: Database, number: int, *, kind: str, before: int, limit: int
) -> list[dict[str, Any]]:
    """Newest first."""
    found = db.rows(
        "SELECT * FROM published WHERE number = ? AND kind = ? AND seq < ? "
        "ORDER BY seq DESC LIMIT ?",
        (number, kind, before, limit),
    )
    return [_publication(dict(row)) for row in found]


def publication_count(db: Database, number: int, *, kind: str) -> int:
    return db.count(
        "SELECT count(*) FROM published WHERE number = ? AND kind = ?", (number, kind)
    )  # fmt: skip


def publications_by_tag(
    db: Database, tag: str, *, before_time: str, limit: int
) -> list[dict[str, Any]]:
    found = db.rows(
        "SELECT published.* FROM tags JOIN published USING (seq) "
        "WHERE tag = ? AND at < ? ORDER BY seq DESC LIMIT ?",
        (tag, before_time, limit),
    )
    return [_publication(dict(row)) for row in found]


def add_media(db: Database, number: int, *, media_id: str, content_type: str, at: str) -> None:
    db.change("INSERT INTO media VALUES (?, ?, ?, ?)", (media_id, number, content_type, at))


def media(db: Database, media_id: str) -> dict[str, Any] | None:
    found = db.row("SELECT * FROM media WHERE id = ?", (media_id,))
    return dict(found) if found else None


def _publication(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "media": json.loads(row["media"])}
