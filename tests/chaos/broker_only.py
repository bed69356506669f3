"""The control: the same follows as Celery does them by itself, with the broker as the only place where a task is kept."""

from __future__ import annotations

import os

from celery import Celery

from tests.factories import plain_http

app = Celery("control", broker=os.environ["TEST_REDIS_URL"], set_as_current=False)
app.conf.update(
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=1,
    task_publish_retry=False,
)


@app.task(name="control.follow")  # type: ignore[untyped-decorator, unused-ignore]
def follow(url: str, token: str, person_id: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    path = f"{url}/sg/v1/people/{person_id}/follow"
    with plain_http.client(headers=headers, timeout=30) as client:
        client.post(path).raise_for_status()
