"""What surprised us on a page, kept for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from retinue.capabilities.evidence import service as evidence_store
from retinue.capabilities.evidence.schemas import Found
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.inbox.schemas import Choice, Question
from retinue.capabilities.tasks.schemas import TaskFailure
from retinue.drivers.browser.protocol import BrowserUnavailable, Evidence, PageNotUnderstood
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.workflows.signing_in.schemas import Asker, Station, Subject
from retinue.workflows.working.errors import TaskFailed

_SEEN = (Choice("seen", "It has been seen to"),)


def keep_evidence(
    station: Station, subject: Subject, found: Evidence | None, *, asker: Asker, title: str
) -> tuple[str, ...]:
    """Written first, then known in a transaction of its own; the ids of what was kept."""
    if found is None:
        return ()
    runtime = station.runtime
    seen = Found(
        subject=("task", asker.task_id),
        title=f"{subject.account_no}: {title}",
        picture=found.picture or None,
        page=found.page or None,
        address=found.address or None,
        account_id=subject.account_id,
        added_by=asker.name,
    )
    written = evidence_store.write(runtime.configuration.data_dir, seen)
    with runtime.database.writing() as db:
        return evidence_store.enter(db, written, now=runtime.clock.now())


@contextmanager
def surprises_kept(station: Station, subject: Subject, *, asker: Asker) -> Iterator[None]:
    """
    A page that nobody knows fails the task for good: the next try would meet it too, and count as a
    log-in. A person is asked once for all accounts of the network.

    Raises:
        TaskFailed: the page is not understood, or there is no browser.
    """
    try:
        yield
    except BrowserUnavailable as error:
        raise TaskFailed(
            TaskFailure(
                FailureClass.transient,
                error.message,
                CallPhase.not_sent,
                error.retry_after,
                code="browser_unavailable",
                source="machine",
            )
        ) from error
    except PageNotUnderstood as error:
        title = "a page that is not known"
        ids = keep_evidence(station, subject, error.evidence, asker=asker, title=title)
        _ask_for_review(station, subject, error, ids)
        raise TaskFailed(
            TaskFailure(
                FailureClass.invalid_input,
                error.message,
                error.phase,
                code="page_not_understood",
                source="network",
            )
        ) from error


def _ask_for_review(
    station: Station, subject: Subject, error: PageNotUnderstood, ids: tuple[str, ...]
) -> None:
    runtime = station.runtime
    question = Question(
        kind=ItemKind.review,
        key=f"site:{subject.network}:not_understood",
        subject=("network", subject.network),
        title=f"The web site of {subject.network} shows a page that is not known",
        instructions=(
            "Look at the picture. Where the site has changed, the profile of the site has to be mended;"
            " where it tells the account something, do what it asks. What failed on it can be tried again"
            f" afterwards. {error.message}"
        ),
        choices=_SEEN,
        details={"account_no": subject.account_no, "address": error.evidence.address},
        evidence=ids,
    )
    with runtime.database.writing() as db:
        inbox.ask(db, question, now=runtime.clock.now())
