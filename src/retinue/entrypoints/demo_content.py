"""
Pools for the demo's first warm-up: pictures and texts of one persona, from `examples/content`.

Brought by a job, once per data directory: nobody waits for it, and whoever is interrupted goes on at the next start.
"""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path
from typing import Any

import retinue
from retinue.capabilities.content import service as content
from retinue.capabilities.content.schemas.adding import Details, TextCreate
from retinue.capabilities.content.service import receiving
from retinue.capabilities.personas import service as personas
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.pictures import PictureBox
from retinue.foundation.runtime import Runtime

ACTOR = "demo"
PERSONA = "Mira Sol"


def examples() -> Path:
    """Inside the installed package, or at the root of a checkout."""
    installed = Path(str(resources.files(retinue).joinpath("_examples")))
    return installed if installed.exists() else Path(retinue.__file__).parents[2] / "examples"


def fill_pools(runtime: Runtime, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a job's signature
    folder = examples() / "content"
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    _bring_texts(runtime, [row for row in rows if row["text"]])
    with PictureBox() as box:
        for row in rows:
            if row["file"]:
                _bring_picture(runtime, folder / row["file"], row, box)


JOB = JobFunction("demo.fill_pools", fill_pools)


def _bring_texts(runtime: Runtime, rows: list[dict[str, str]]) -> None:
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        persona = personas.ensure(db, PERSONA, actor=ACTOR, now=now)
        for row in rows:
            wanted = {"persona": persona.id, "kind": row["kind"], "text": row["text"]}
            text = TextCreate.model_validate(wanted | _said(row))
            content.add_text(db, text, actor=ACTOR, now=now)


def _bring_picture(runtime: Runtime, file: Path, row: dict[str, str], box: PictureBox) -> None:
    details = Details.model_validate({"title": row["title"]} | _said(row))
    receiving.receive(
        runtime,
        PERSONA,
        file.read_bytes(),
        details,
        actor=ACTOR,
        box=box,
    )


def _said(row: dict[str, str]) -> dict[str, Any]:
    return {
        "category": row["category"],
        "tags": row["tags"].split(","),
        "quality": int(row["quality"]),
        "max_usage": int(row["max_usage"]),
    }
