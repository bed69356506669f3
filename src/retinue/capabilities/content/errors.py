"""
What the content refuses.

    Refusal
    |-- NotFound
    |   |-- ContentNotFound     no such picture, text or file
    |   |-- UploadNotFound      no such upload
    |   `-- NothingLeft         nothing in the pool fits; `cut` says what was cut by which filter
    |-- Conflict
    |   |-- ContentInUse        it has been assigned; archive it instead
    |   |-- TextExists          the persona has this text
    |   `-- UseOver             the use has been counted or given back already
    |-- Unavailable
    |   `-- AllBeingAssigned    whatever fits is being given to others at this moment
    |-- TooLarge
    |   `-- FileTooLarge
    `-- Invalid
        `-- ManifestRefused     the manifest or the archive cannot be read

That a file is no picture is said by `retinue.foundation.pictures`.
"""

from __future__ import annotations

from retinue.foundation.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable


class ContentNotFound(NotFound):
    """There is no such picture or text."""

    code = "content_not_found"


class UploadNotFound(NotFound):
    """There is no upload of that id."""

    code = "upload_not_found"


class NothingLeft(NotFound):
    """Nothing in the pool fits what was asked for."""

    code = "no_content_left"


class ContentInUse(Conflict):
    """It has been assigned, so it can be archived and not removed."""

    code = "content_in_use"


class TextExists(Conflict):
    """The persona has this text already."""

    code = "text_exists"


class UseOver(Conflict):
    """The use has been counted or given back already."""

    code = "use_over"


class AllBeingAssigned(Unavailable):
    """Whatever fits is being given to others at this moment."""

    code = "content_contended"


class FileTooLarge(TooLarge):
    """The file is larger than is taken."""

    code = "file_too_large"


class ManifestRefused(Invalid):
    """The manifest or the archive cannot be read."""

    code = "manifest_refused"
