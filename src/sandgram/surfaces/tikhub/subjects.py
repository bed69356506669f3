"""The name under which the oracle and the faults know what a request is about."""

from collections.abc import Mapping

from sandgram.surfaces.tikhub.asking import code_in

_NAMES = ("username", "user_id", "code", "code_or_url", "post_url", "url", "shortcode",
          "media_id", "post_id")  # fmt: skip
_CODES = frozenset(("code_or_url", "post_url", "url"))


def subject_of(params: Mapping[str, str]) -> str:
    """A handle, an id or a shortcode, in the words of the caller; empty for none."""
    for name in _NAMES:
        if given := params.get(name):
            if name == "username":
                return given.strip().lstrip("@").lower()[:100]
            return (code_in(given) or given if name in _CODES else given)[:100]
    return ""
