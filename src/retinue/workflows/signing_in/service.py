"""What others may ask of a log-in on a web site."""

from retinue.workflows.signing_in.arriving import (
    Arrival,
    arrived,
    evidence_of,
    log_in,
    look_at,
    look_in,
    visiting,
    visiting_with,
)
from retinue.workflows.signing_in.keeping import keep_evidence, surprises_kept
from retinue.workflows.signing_in.mending import ask_for_recovery, ask_to_mend, may_be_mended
from retinue.workflows.signing_in.passwords import ask_for_password
from retinue.workflows.signing_in.places import (
    at_once,
    can_browse,
    close_browsers,
    has_site,
    station_of,
)
from retinue.workflows.signing_in.schemas import (
    Asker,
    Outcome,
    Station,
    Subject,
    Tell,
    class_of,
    refusal_of,
)
from retinue.workflows.signing_in.signing import Signing
from retinue.workflows.signing_in.subjects import open_subject, store_jar

__all__ = [
    "Arrival",
    "Asker",
    "Outcome",
    "Signing",
    "Station",
    "Subject",
    "Tell",
    "arrived",
    "ask_for_password",
    "ask_for_recovery",
    "ask_to_mend",
    "at_once",
    "can_browse",
    "class_of",
    "close_browsers",
    "evidence_of",
    "has_site",
    "keep_evidence",
    "log_in",
    "look_at",
    "look_in",
    "may_be_mended",
    "open_subject",
    "refusal_of",
    "station_of",
    "store_jar",
    "surprises_kept",
    "visiting",
    "visiting_with",
]
