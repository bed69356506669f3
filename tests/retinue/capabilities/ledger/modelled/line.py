"""A network that tells the truth about what an act has left behind, or nothing at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from retinue.drivers.network.protocol import Comment, MediaKind, Page, Person, Post
from retinue.workflows.engagement.errors import Unseen
from tests.retinue.capabilities.ledger.modelled.model import Act, Model


class HonestLine:
    def __init__(self, model: Model, now: datetime) -> None:
        self._model = model
        self._now = now
        self.asked: list[Act] = []
        """What was looked for."""

    @staticmethod
    def words(object_id: str) -> str:
        return f"What a lovely {object_id}!"

    def post(self, post_id: str) -> Post:
        act = self._act(post_id)
        return Post(
            network_id=post_id,
            code=post_id,
            author=Person("id", act.handle),
            caption="",
            media=MediaKind.photo,
            like_count=0,
            comment_count=0,
            is_liked=act.has_happened,
            posted_at=act.started,
        )

    def comments(self, post_id: str, *, cursor: str | None = None) -> Page[Comment]:
        del cursor
        act = self._act(post_id)
        ours = Comment(post_id, Person("own", "me"), self.words(post_id), act.started)
        return Page([ours] if act.has_happened else [], None)

    def _act(self, object_id: str) -> Act:
        act = next(one for one in self._model.acts if one.object_id == object_id)
        self.asked.append(act)
        return act


class TornLine(HonestLine):
    """Every question is asked, and no answer comes."""

    def _act(self, object_id: str) -> Any:
        super()._act(object_id)
        raise Unseen("transient", message="no answer")
