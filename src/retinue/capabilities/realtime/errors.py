from __future__ import annotations

from retinue.foundation.errors import Invalid, Unavailable


class MessageNotUnderstood(Invalid):
    """What a client has sent is none of the messages that are read here."""

    code = "message_not_understood"


class UnknownType(Invalid):
    """There are no events of this type."""

    code = "unknown_type"


class TypeNotAllowed(Invalid):
    """The caller lacks the scope for events of this type."""

    code = "type_not_allowed"


class NoRoomForMore(Unavailable):
    """As many clients listen as one server serves."""

    code = "too_many_listeners"


class ServerCannotStream(Unavailable):
    """The application runs behind a server that is not its own."""

    code = "server_cannot_stream"
