from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from retinue import __version__
from retinue.capabilities.tasks import service as tasks
from retinue.foundation import bell
from retinue.foundation.events import service as events
from retinue.foundation.http.traffic import Traffic
from retinue.foundation.jobs import service as jobs
from retinue.workflows.exposition import repository
from retinue.workflows.exposition.schemas import Facts


def look(db: Session, *, now: datetime) -> Facts:
    queue = tasks.overview(db, now=now)
    position = events.position(db)
    backlog = jobs.backlog(db, now=now)
    return Facts(
        pending=dict(queue.depth),
        waiting={group.waiting_for.value: group.number for group in queue.waiting},
        running=queue.running,
        oldest_due_at=queue.oldest_due_at,
        ended_last_minute={
            "completed": queue.completed_last_minute,
            "failed": queue.failed_last_minute,
        },
        workers=dict(Counter(worker.is_lost for worker in queue.workers)),
        places=sum(worker.places for worker in queue.workers if not worker.is_lost),
        sessions=repository.open_sessions(db),
        accounts=repository.accounts_by_lifecycle(db),
        last_event=position.last,
        events_kept=max(0, position.last - position.oldest + 1),
        oldest_untold_event=repository.oldest_unnumbered_event(db),
        jobs={"waiting": backlog.waiting, "running": backlog.running, "dead": backlog.dead},
        oldest_due_job=backlog.oldest_due_at,
        at=now,
    )


def exposed(facts: Facts, traffic: Traffic | None) -> bytes:
    """As Prometheus reads it: text, one line for each number."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once([*_of_work(facts), *_of_the_rest(facts), *_of_requests(traffic)]))
    return generate_latest(registry)


class _Once(Collector):
    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = list(found)

    def collect(self) -> Iterable[Metric]:
        return self._found


def _of_work(facts: Facts) -> Iterator[Metric]:
    yield _by("retinue_tasks_pending", "Tasks that wait, by priority.", "priority", facts.pending)
    yield _by(
        "retinue_tasks_waiting", "Tasks that wait, by what for.", "waiting_for", facts.waiting
    )
    yield _one("retinue_tasks_running", "Tasks that run.", facts.running)
    yield _one(
        "retinue_tasks_oldest_due_seconds",
        "How long the task that is due the longest has waited.",
        _age(facts.oldest_due_at, facts.at),
    )
    yield _by(
        "retinue_tasks_ended_last_minute",
        "Tasks that ended in the last minute, by how.",
        "status",
        facts.ended_last_minute,
    )
    workers = {"alive": facts.workers.get(False, 0), "lost": facts.workers.get(True, 0)}
    yield _by("retinue_workers", "Workers, by whether they report.", "state", workers)
    yield _one("retinue_worker_places", "Tasks that can run side by side.", facts.places)
    yield _by("retinue_jobs", "Background jobs, by state.", "state", facts.jobs)
    yield _one(
        "retinue_jobs_oldest_due_seconds",
        "How long the job that is due the longest has waited.",
        _age(facts.oldest_due_job, facts.at),
    )


def _of_the_rest(facts: Facts) -> Iterator[Metric]:
    yield _by("retinue_sessions", "Open sessions, by status.", "status", facts.sessions)
    yield _by("retinue_accounts", "Accounts, by lifecycle.", "lifecycle", facts.accounts)
    numbered = CounterMetricFamily("retinue_events", "Events that were given a number.")
    numbered.add_metric([], facts.last_event)
    yield numbered
    yield _one("retinue_events_kept", "Events that can be read again.", facts.events_kept)
    yield _one(
        "retinue_outbox_age_seconds",
        "How long the oldest event has waited for its number.",
        _age(facts.oldest_untold_event, facts.at),
    )
    is_carried = bell.is_carried()
    if is_carried is not None:
        yield _one("retinue_redis_up", "Whether this process reaches Redis.", int(is_carried))
    info = GaugeMetricFamily("retinue_info", "The version of this process.", labels=["version"])
    info.add_metric([__version__], 1)
    yield info


def _of_requests(traffic: Traffic | None) -> Iterator[Metric]:
    if traffic is None:
        return
    labels = ["method", "route", "status"]
    requests = CounterMetricFamily(
        "retinue_http_requests", "Requests to this process.", labels=labels
    )
    seconds = CounterMetricFamily(
        "retinue_http_request_seconds", "Seconds until their answers began.", labels=labels
    )
    for key, count in traffic.counts().items():
        values = [key.method, key.route, str(key.status)]
        requests.add_metric(values, count.number)
        seconds.add_metric(values, round(count.seconds, 6))
    yield requests
    yield seconds


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, round((now - since).total_seconds(), 3))
