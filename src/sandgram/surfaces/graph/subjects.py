"""The names under which the oracle and the faults know a request to the Graph surface."""

import re
from collections.abc import Mapping

_TARGET = re.compile(r"business_discovery\.username\(\s*@?([^)\s]{1,100})\s*\)")
_PATH = re.compile(r"/(?:v\d{1,3}\.\d{1,2}/)?([^/]+)(?:/([a-z_]+))?/?", re.ASCII)
_EDGES = {"media": "own_media", "stories": "own_media", "insights": "insights",
          "comments": "comments", "replies": "comments"}  # fmt: skip


def subject_of(path: str, params: Mapping[str, str]) -> str:
    """Whom `business_discovery` asks for, or the id in the path."""
    target = _TARGET.search(params.get("fields", ""))
    if target:
        return target.group(1).lower()
    found = _PATH.fullmatch(path)
    return found.group(1)[:100] if found else ""


def action_of(path: str, params: Mapping[str, str]) -> str:
    if "business_discovery" in params.get("fields", ""):
        return "business_discovery"
    found = _PATH.fullmatch(path)
    edge = found.group(2) if found else None
    return _EDGES.get(edge or "", "graph_object")
