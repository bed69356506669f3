"""Sets of rules with a name."""

from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sandgram.faults.rules import FaultRule

_FOLDER = resources.files("sandgram.faults") / "scenarios"
_BIGGEST = 200_000


class BadScenario(Exception):
    """The message names the file, the rule and the field."""


def names() -> list[str]:
    return sorted(
        entry.name.removesuffix(".yaml") for entry in _FOLDER.iterdir()
        if entry.name.endswith(".yaml")
    )  # fmt: skip


def load(name: str) -> list[FaultRule]:
    """
    The rules of a shipped scenario, or of a YAML file where `name` is a path.

    Raises:
        BadScenario: no such scenario, or a rule in it is not right.
    """
    if name in names():
        return _parse((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name)
    path = Path(name)
    if not path.is_file():
        raise BadScenario(f"{name}: neither a file nor one of {', '.join(names())}")
    if path.stat().st_size > _BIGGEST:
        raise BadScenario(f"{name}: larger than {_BIGGEST} bytes")
    return _parse(path.read_text(encoding="utf-8"), name)


def _parse(text: str, name: str) -> list[FaultRule]:
    try:
        content: Any = YAML(typ="safe").load(text)
    except YAMLError as error:
        raise BadScenario(f"{name}: not YAML ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get("faults"), list):
        raise BadScenario(f"{name}: needs a list under 'faults'")
    if unknown := sorted(set(content) - {"description", "faults"}):
        raise BadScenario(f"{name}: unknown key {unknown[0]!r}; use description and faults")
    rules = []
    for number, fields in enumerate(content["faults"], start=1):
        try:
            rules.append(FaultRule.model_validate(fields))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "the rule"
            raise BadScenario(f"{name}: fault {number}, {field}: {first['msg']}") from error
    return rules
