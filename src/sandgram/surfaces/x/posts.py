"""Posts: of somebody, by id, found by a search, liked, published, answered."""

from sandgram.surfaces.x import asking, errors, media
from sandgram.surfaces.x.asking import Json, Question, authors, listed, post, refused, told
from sandgram.world import deeds, feeds, views
from sandgram.world.errors import Refusal

_LONGEST_POST = 280
_MOST_IDS = 100
_LOOKED_BACK = 50
_SEARCHES = "conversation_id:<id>, or one hashtag"


def of_person(question: Question) -> Json:
    person_id = question.parts[0]
    limit, cursor = question.page(least=5, most=100, default=10)
    excluded = question.params.get("exclude", "").split(",")
    try:
        index = question.world.index_of(person_id)
        page = feeds.posts_of(question.world, question.caller, index, cursor=cursor, limit=limit)
    except Refusal as refusal:
        return told(refusal, parameter="id", value=person_id)
    kept = [
        one
        for one in page.items
        if not ("replies" in excluded and one["reply_to"] is not None)
        and not ("retweets" in excluded and one["repost_of"] is not None)
    ]
    return _listed(question, kept, more=page.next_cursor)


def by_id(question: Question) -> Json:
    try:
        found = _found(question, question.parts[0])
    except Refusal as refusal:
        return told(refusal, parameter="id", value=question.parts[0], resource="tweet")
    return {"data": post(question, found), **authors(question, [found])}


def by_ids(question: Question) -> Json:
    wanted = [one for one in question.params.get("ids", "").split(",") if one]
    if not 1 <= len(wanted) <= _MOST_IDS:
        raise errors.invalid("ids", f"1 to {_MOST_IDS} ids", len(wanted))
    found, missing = [], []
    for one in wanted:
        try:
            found.append(_found(question, one))
        except Refusal as refusal:
            missing += told(refusal, parameter="ids", value=one, resource="tweet")["errors"]
    answer: Json = {"data": [post(question, one) for one in found]} if found else {}
    return {**answer, **authors(question, found), **({"errors": missing} if missing else {})}


def search(question: Question) -> Json:
    """Of the grammar of searches two sentences are understood."""
    query = question.params.get("query", "").strip()
    limit, cursor = question.page(least=10, most=100, default=10)
    try:
        if query.startswith("#") and " " not in query:
            page = feeds.recent_by_tag(
                question.world, question.caller, query[1:], cursor=cursor, limit=limit
            )
            return _listed(question, page.items, more=page.next_cursor)
        if query.startswith("conversation_id:"):
            post_id = query.removeprefix("conversation_id:")
            page = feeds.comments_of(
                question.world, question.caller, post_id, cursor=cursor, limit=limit
            )
            items = [asking.comment(question, one) for one in page.items]
            return {
                **listed(items, more=page.next_cursor, is_of_posts=True),
                **authors(question, page.items),
            }
    except Refusal as refusal:
        if refusal.status == 404:
            return listed([], more=None)
        raise refused(refusal) from None
    raise errors.invalid("query", f"only {_SEARCHES} are understood here", query)


def liked(question: Question) -> Json:
    """What the caller has liked, the newest first. Of others nobody is told."""
    if question.parts[0] != question.caller.person_id:
        raise errors.protected(question.parts[0])
    limit, _ = question.page(least=5, most=100, default=100)
    rows = question.world.db.rows(
        "SELECT post_id FROM likes WHERE number = ? ORDER BY seq DESC LIMIT ?",
        (question.caller.number, limit),
    )
    found = []
    for row in rows:
        try:
            found.append(_found(question, str(row[0])))
        except Refusal:
            continue
    return _listed(question, found, more=None)


def like(question: Question) -> Json:
    _check_own(question)
    target = question.text("tweet_id")
    try:
        deeds.like(question.world, question.caller, target)
    except Refusal as refusal:
        if refusal.code == "already_done":
            raise errors.coded(403, 139, "You have already favorited this status.") from None
        if refusal.status == 404:
            raise errors.coded(404, 144, "No status found with that ID.") from None
        raise refused(refusal, subject=target) from None
    return {"data": {"liked": True}}


def unlike(question: Question) -> Json:
    _check_own(question)
    try:
        deeds.unlike(question.world, question.caller, question.parts[1])
    except Refusal as refusal:
        if refusal.code != "already_done":
            raise refused(refusal, subject=question.parts[1]) from None
    return {"data": {"liked": False}}


def publish(question: Question) -> Json:
    reply = question.body.get("reply")
    if isinstance(reply, dict):
        return _reply(question, str(reply.get("in_reply_to_tweet_id", "")))
    held = question.body.get("media")
    names = held.get("media_ids", []) if isinstance(held, dict) else []
    if not isinstance(names, list) or len(names) > 4:
        raise errors.invalid("media.media_ids", "1 to 4 media", names)
    pictures = [media.of_number(str(one)) for one in names]
    text = _text(question, may_be_empty=bool(pictures))
    if "quote_tweet_id" in question.body and question.desk.tier != "enterprise":
        raise errors.not_enrolled(question.desk.client_id)
    _check_is_new(question, text)
    try:
        made = deeds.publish(
            question.world, question.caller, kind="post", text=text, media=pictures, least_media=0
        )
    except Refusal as refusal:
        raise errors.problem(
            400, "Invalid Request", "Your media IDs are invalid.", kind="invalid-request"
        ) from refusal
    return _created(made["id"], text)


def _reply(question: Question, target: str) -> Json:
    text = _text(question, may_be_empty=False)
    is_summoned = target in question.desk.summoned
    if question.desk.tier != "enterprise" and not is_summoned:
        raise errors.coded(
            403,
            433,
            "The original Tweet author restricted who can reply to this Tweet.",
        )
    try:
        made = deeds.comment(question.world, question.caller, target, text=text)
    except Refusal as refusal:
        if refusal.status == 404:
            raise errors.coded(
                403, 385, "You attempted to reply to a Tweet that is deleted or not visible to you."
            ) from None
        raise refused(refusal, subject=target) from None
    return _created(made["comment_id"], text)


def _text(question: Question, *, may_be_empty: bool) -> str:
    text = question.body.get("text", "")
    if not isinstance(text, str) or not (text.strip() or may_be_empty):
        raise errors.invalid("text", "text is required", text)
    if len(text) > _LONGEST_POST:
        raise errors.coded(403, 186, "Tweet needs to be a bit shorter.")
    return text


def _check_is_new(question: Question, text: str) -> None:
    recent = feeds.posts_of(
        question.world, question.caller, question.caller.index, cursor=None, limit=_LOOKED_BACK
    )
    if text.strip() and any(one["caption"] == text for one in recent.items):
        raise errors.problem(
            403, "Forbidden", "You are not allowed to create a Tweet with duplicate content."
        )


def _created(post_id: str, text: str) -> Json:
    return {"data": {"id": post_id, "text": text, "edit_history_tweet_ids": [post_id]}}


def _found(question: Question, post_id: str) -> Json:
    return views.post_view(
        question.world, question.caller, views.find_post(question.world, question.caller, post_id)
    )


def _listed(question: Question, found: list[Json], *, more: str | None) -> Json:
    items = [post(question, one) for one in found]
    return {**listed(items, more=more, is_of_posts=True), **authors(question, found)}


def _check_own(question: Question) -> None:
    if question.parts[0] != question.caller.person_id:
        raise errors.problem(
            403, "Forbidden", "The `id` in the path must be the id of the authenticated user."
        )
