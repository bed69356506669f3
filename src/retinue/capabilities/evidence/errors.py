"""
What the evidence refuses.

    Refusal
    `-- NotFound
        `-- EvidenceNotFound     there is none of this id, or its file is gone
"""

from __future__ import annotations

from retinue.foundation.errors import NotFound


class EvidenceNotFound(NotFound):
    """There is no evidence with that id, or its time was over and its file is gone."""

    code = "evidence_not_found"
