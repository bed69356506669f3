"""Ids of elements and names of fields; another set of them for a site that has just been rebuilt."""

import hashlib

FIELDS = (
    "form_token", "login", "password", "code", "old_password", "new_password", "repeat_password",
    *(f"tile_{number}" for number in range(1, 10)),
)  # fmt: skip


class Names:
    """As documented, or all renamed."""

    def __init__(self, *, is_renamed: bool = False) -> None:
        self.is_renamed = is_renamed

    def of(self, name: str) -> str:
        if not self.is_renamed:
            return name
        return f"x{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}"


def plain(fields: dict[str, str]) -> dict[str, str]:
    """A form's fields under their documented names, however they were named on its page."""
    return {_PLAIN.get(name, name): value for name, value in fields.items()}


_RENAMED = Names(is_renamed=True)
_PLAIN = {_RENAMED.of(name): name for name in FIELDS}
