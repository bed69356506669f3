"""Two import contracts that import-linter lacks, used by [tool.importlinter] in pyproject.toml."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, cast

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph

Leak = tuple[str, str]


class SlicePrivacyContract(Contract):
    """
    From another slice only its public modules may be imported.

    A slice is a child of one of the `containers`. `public` may be `*`, less what
    is named in `private`. `open_to` lists, as "importer pattern -> module name",
    who may import more than that.
    """

    type_name = "slice_privacy"

    containers = fields.ListField(subfield=fields.StringField())
    public = fields.SetField(subfield=fields.StringField())
    private = fields.SetField(subfield=fields.StringField(), required=False)
    open_to = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001
        leaks = sorted(
            (importer, imported)
            for imported in graph.modules
            if (slice_name := self._slice_of(imported)) and imported != slice_name
            for importer in graph.find_modules_that_directly_import(imported)
            if self._slice_of(importer) != slice_name
            and not self._is_allowed(importer, face_of(imported, slice_name))
        )
        return ContractCheck(kept=not leaks, metadata={"leaks": leaks})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in cast("list[Leak]", check.metadata["leaks"]):
            names = ", ".join(sorted(cast("set[str]", self.public)))
            output.print_error(
                f"{importer} imports {imported}, which is private to its slice (public: {names})."
            )

    def _slice_of(self, module: str) -> str | None:
        for container in cast("list[str]", self.containers):
            if module.startswith(f"{container}."):
                depth = container.count(".") + 2
                return ".".join(module.split(".")[:depth])
        return None

    def _is_allowed(self, importer: str, face: str) -> bool:
        public = cast("set[str]", self.public)
        if face in public or ("*" in public and face not in names(self.private)):
            return True
        for rule in names(self.open_to):
            pattern, _, name = (part.strip() for part in rule.partition("->"))
            if name == face and matches(importer, pattern):
                return True
        return False


class ConfinedContract(Contract):
    """
    Of the modules `within`, only those that match `allowed` may import the `confined` ones directly.

    A confined module that matches `faces` is open to everybody.
    """

    type_name = "confined"

    confined = fields.ListField(subfield=fields.StringField())
    within = fields.StringField()
    allowed = fields.ListField(subfield=fields.StringField(), required=False)
    faces = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001
        confined = cast("list[str]", self.confined)
        leaks = sorted(
            (importer, imported)
            for imported in graph.modules
            if any(matches(imported, pattern) for pattern in confined)
            and not any(fnmatchcase(imported, face) for face in names(self.faces))
            for importer in graph.find_modules_that_directly_import(imported)
            if matches(importer, cast("str", self.within))
            and not any(matches(importer, p) for p in names(self.allowed))
        )
        return ContractCheck(kept=not leaks, metadata={"leaks": leaks})

    def render_broken_contract(self, check: ContractCheck) -> None:
        allowed = ", ".join(names(self.allowed)) or "nobody"
        for importer, imported in cast("list[Leak]", check.metadata["leaks"]):
            output.print_error(f"{importer} imports {imported}; only these may: {allowed}.")


def names(field: object) -> list[str]:
    """An optional list that was left out is None."""
    return list(cast("list[str] | None", field) or [])


def face_of(module: str, slice_name: str) -> str:
    """The file or folder of the slice that a module belongs to: `service` for service/claims.py."""
    return module.removeprefix(f"{slice_name}.").split(".")[0]


def matches(module: str, pattern: str) -> bool:
    """A pattern names a module and what is inside it; `*` stands for any part of a name."""
    return fnmatchcase(module, pattern) or fnmatchcase(module, f"{pattern}.*")
