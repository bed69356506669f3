"""One person: look, judge, roll the dice, act. Whatever is left undone has its reason written down."""

from __future__ import annotations

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import VISIT, RuleSeen, Skip
from retinue.capabilities.plans.schemas import JobKind
from retinue.drivers.errors import FailureClass
from retinue.drivers.network.protocol import Post, Profile
from retinue.workflows.engagement import filters
from retinue.workflows.engagement.assignment import ACTIONS
from retinue.workflows.engagement.doing import Stay, comment_lines, do
from retinue.workflows.engagement.reading import Unreadable, read


def visit(stay: Stay) -> None:
    """
    Raises:
        SessionEnds: a stop, a total, or what the network said of the account.
    """
    work, person = stay.work, stay.candidate.person
    if person.handle.casefold() in work.own_handles:
        seen = RuleSeen(
            "own_account", person.handle, None, passed=False, message="one of our own accounts"
        )
        _skip(stay, (seen,), "own account")
        return
    work.visits += 1
    try:
        profile = read(work, lambda: work.line.profile(person.handle))
    except Unreadable as error:
        _unseen(stay, error)
        return
    rules = () if work.plan.disable_filters else filters.judge(profile, work.plan.filters)
    if rules and not rules[-1].passed:
        _skip(stay, rules, rules[-1].message or rules[-1].rule)
        return
    post = _post_for(stay, profile)
    chosen = _roll(stay, profile, post)
    if not chosen:
        seen = RuleSeen("percentages", 0, None, passed=False, message="the dice chose no action")
        _skip(stay, (*rules, seen), "no action was chosen")
        return
    for action in chosen:
        do(stay, action, profile=profile, post=post)


def _post_for(stay: Stay, profile: Profile) -> Post | None:
    """The post through which the person was found, else their newest one."""
    plan = stay.work.plan
    if stay.candidate.post is not None:
        return stay.candidate.post
    needs_post = plan.likes_percentage.high > 0 or plan.comment_percentage.high > 0
    if not needs_post or profile.post_count == 0 or profile.is_private:
        return None
    try:
        posts = read(stay.work, lambda: stay.work.line.posts(profile.handle)).items
    except Unreadable:
        return None
    return posts[0] if posts else None


def _roll(stay: Stay, profile: Profile, post: Post | None) -> list[str]:
    plan, rng = stay.work.plan, stay.work.runtime.rng
    if stay.job.kind is JobKind.hashtag_posts_recent and not plan.interact_percentage.happens(rng):
        return []
    is_closed = profile.is_private or profile.post_count == 0
    may_follow = not profile.is_followed and (plan.filters.follow_private_or_empty or not is_closed)
    chances = {
        "view": plan.stories_count.draw(rng) > 0
        and not profile.is_private
        and plan.stories_percentage.happens(rng),
        "like": post is not None and not post.is_liked and plan.likes_percentage.happens(rng),
        "comment": _may_comment(stay, post) and plan.comment_percentage.happens(rng),
        "follow": may_follow
        and (stay.follows_left is None or stay.follows_left > 0)
        and plan.follow_percentage.happens(rng),
    }
    return [action for action in ACTIONS if chances[action]]


def _may_comment(stay: Stay, post: Post | None) -> bool:
    wanted = stay.work.plan.filters
    return (
        post is not None
        and bool(comment_lines(stay, post))
        and wanted.comment_on_media.get(post.media, True)
        and wanted.comment_in_job.get(stay.job.kind, True)
    )


def _unseen(stay: Stay, error: Unreadable) -> None:
    work, now = stay.work, stay.work.now()
    if error.failure is FailureClass.not_found:
        with work.runtime.database.writing() as db:
            ledger.remember_unavailable(db, work.account.network, stay.candidate.person, now=now)
    seen = RuleSeen("readable", error.failure.value, None, passed=False, message=error.message)
    _skip(stay, (seen,), error.message)


def _skip(stay: Stay, rules: tuple[RuleSeen, ...], reason: str) -> None:
    work = stay.work
    skipped = Skip(
        account_id=work.account.id,
        network=work.account.network,
        target=stay.candidate.person,
        reason=reason,
        rules=rules,
        source=stay.source,
        session_id=work.session_id,
    )
    with work.runtime.database.writing() as db:
        ledger.skip(db, skipped, now=work.now())
    work.progress.count(VISIT, "skipped")
