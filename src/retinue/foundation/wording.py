"""What pydantic finds wrong, in our sentences: what does not fit, and the way to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from retinue.foundation.errors import Problem

NAME = r"^[^@\s\x00-\x1f/]+$"
ONE_LINE = r"^[^\x00-\x1f]*$"

_FORMS = {
    NAME: "must be a name alone; write it without @, / and spaces",
    ONE_LINE: "must stand on one line; take out line breaks and control characters",
    r"^[^\x00-\x08\x0b-\x1f\x7f]*$": "holds a control character; write it anew as plain text",
    r"^[A-Za-z0-9_-]+$": "must be an id; write it as it is shown, in letters, digits, - and _",
}

Context = Mapping[str, Any]

_SENTENCES: Mapping[str, Callable[[Context], str]] = {
    "missing": lambda _: "is missing; give it",
    "extra_forbidden": lambda _: "is not known here; leave it out, or look at how it is written",
    "string_type": lambda _: "must be a text; put it in quotes",
    "int_type": lambda _: "must be a whole number; write it without quotes",
    "int_parsing": lambda _: "must be a whole number, such as 1",
    "int_from_float": lambda _: "must be a whole number; leave out the fraction",
    "bool_type": lambda _: "must be true or false; write it without quotes",
    "bool_parsing": lambda _: "must be true or false",
    "list_type": lambda _: 'must be a list; write ["...", "..."]',
    "dict_type": lambda _: 'must be an object; write {"name": value}',
    "model_type": lambda _: 'must be an object; write {"name": value}',
    "model_attributes_type": lambda _: 'must be an object; write {"name": value}',
    "string_too_short": lambda c: _characters("at least", c["min_length"]),
    "string_too_long": lambda c: _characters("at most", c["max_length"]),
    "too_short": lambda c: f"must name at least {c['min_length']}; it has {c['actual_length']}",
    "too_long": lambda c: f"may name at most {c['max_length']}; split it",
    "greater_than_equal": lambda c: f"must be {c['ge']} or more",
    "less_than_equal": lambda c: f"must be {c['le']} or less",
    "greater_than": lambda c: f"must be more than {c['gt']}",
    "less_than": lambda c: f"must be less than {c['lt']}",
    "enum": lambda c: f"is not known; choose {c['expected']}",
    "literal_error": lambda c: f"is not known; choose {c['expected']}",
    "string_pattern_mismatch": lambda c: _FORMS.get(
        c["pattern"], f"does not have the form that is wanted: {c['pattern']}"
    ),
}


def problem_of(found: Mapping[str, Any]) -> Problem:
    """Of one error as pydantic lists them. The value is never told: it may be a secret."""
    kind, said = str(found["type"]), str(found["msg"]).removeprefix("Value error, ")
    sentence = _SENTENCES.get(kind)
    try:
        text = said if sentence is None else sentence(found.get("ctx") or {})
    except KeyError:
        text = said
    return Problem(tuple(found["loc"]), text, kind)


def problems_of(error: ValidationError, shape: type[BaseModel] | None = None) -> list[Problem]:
    """With `shape` what is not known in it is told what there is."""
    found = [problem_of(one) for one in error.errors(include_input=False, include_url=False)]
    if shape is None:
        return found
    known = ", ".join(shape.model_fields)
    return [
        Problem(one.loc, f"is not known here; there is {known}", one.type)
        if one.type == "extra_forbidden" and len(one.loc) == 1
        else one
        for one in found
    ]


def _characters(comparison: str, number: int) -> str:
    if comparison == "at least" and number == 1:
        return "must not be empty; write something, or leave it out"
    noun = "character" if number == 1 else "characters"
    return f"must have {comparison} {number} {noun}"
