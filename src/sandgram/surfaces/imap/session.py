"""One connection's talk: who is logged in, which mailbox is open, and what each command answers."""

import base64
import binascii
import secrets

from sandgram.store import mails
from sandgram.surfaces.imap.mailbox import Mailbox, Said, letters_of, next_uid
from sandgram.surfaces.imap.parsing import Command, NotUnderstood, text
from sandgram.world.accounts import MAIL_DOMAIN
from sandgram.world.world import World

CAPABILITIES = "IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN IDLE UIDPLUS UNSELECT ID NAMESPACE"
_WITHOUT_EFFECT = {"LSUB", "SUBSCRIBE", "UNSUBSCRIBE", "CHECK", "NOOP"}


class Session:
    def __init__(self, world: World) -> None:
        self._world = world
        self._number: int | None = None
        self.mailbox: Mailbox | None = None

    def login_in(self, command: Command) -> str | None:
        """The login that a command wants to log in as; None for other commands."""
        try:
            address, _ = _credentials(command)
        except NotUnderstood:
            return None
        return _login_of(address)

    def login(self) -> str | None:
        return None if self._number is None else self._world.credentials(self._number).login

    def news(self) -> list[bytes]:
        return [] if self.mailbox is None else self.mailbox.news()

    def answer(self, command: Command) -> Said:
        """
        Raises:
            NotUnderstood: for a BAD.
        """
        name = command.name
        if name == "CAPABILITY":
            return Said("OK done", [f"CAPABILITY {CAPABILITIES}".encode()])
        if name == "ID":
            return Said("OK done", [b'ID ("name" "Sandgram")'])
        if name in _WITHOUT_EFFECT:
            return Said("OK done", self.news())
        if name in ("LOGIN", "AUTHENTICATE"):
            return self._log_in(command)
        if self._number is None:
            return Said("NO log in first")
        return self._of_account(command, self._number)

    def _log_in(self, command: Command) -> Said:
        if self._number is not None:
            return Said("BAD logged in already")
        address, password = _credentials(command)
        login = _login_of(address)
        number = self._world.number_of_login(login) if login else None
        known = "" if number is None else self._world.credentials(number).email_password
        if not known or not secrets.compare_digest(known.encode(), password.encode()):
            return Said("NO [AUTHENTICATIONFAILED] the address or the password is not right")
        self._number = number
        return Said(f"OK [CAPABILITY {CAPABILITIES}] welcome")

    def _of_account(self, command: Command, number: int) -> Said:
        name = command.name
        if name in ("SELECT", "EXAMINE"):
            self.mailbox = None
            if not command.items or text(command.items[0]).upper() != "INBOX":
                return Said("NO [NONEXISTENT] there is INBOX and nothing else")
            self.mailbox = Mailbox(self._world, number, is_read_only=name == "EXAMINE")
            return self.mailbox.opened()
        if name == "LIST":
            return Said("OK done", [b'LIST (\\HasNoChildren) "/" INBOX'])
        if name == "NAMESPACE":
            return Said("OK done", [b'NAMESPACE (("" "/")) NIL NIL'])
        if name == "STATUS":
            return self._status(command, number)
        if self.mailbox is None:
            return Said("NO select a mailbox first")
        if name in ("CLOSE", "UNSELECT"):
            self.mailbox = None
            return Said("OK closed")
        return self.mailbox.answer(command)

    def _status(self, command: Command, number: int) -> Said:
        letters = letters_of(self._world, number)
        values = {
            "MESSAGES": len(letters),
            "RECENT": 0,
            "UNSEEN": sum(not one.is_seen for one in letters),
            "UIDNEXT": next_uid(letters),
            "UIDVALIDITY": mails.validity(self._world.db),
        }
        asked = command.items[1] if len(command.items) > 1 else []
        names = [text(one).upper() for one in asked] if isinstance(asked, list) else []
        told = " ".join(f"{name} {values[name]}" for name in names if name in values)
        return Said("OK done", [f"STATUS INBOX ({told})".encode()])


def _credentials(command: Command) -> tuple[str, str]:
    if command.name == "LOGIN" and len(command.items) == 2:
        return text(command.items[0]), text(command.items[1])
    if command.name == "AUTHENTICATE" and len(command.items) == 2:
        try:
            raw = base64.b64decode(text(command.items[1]), validate=True)
            _, address, password = raw.decode().split("\0")
        except (binascii.Error, ValueError) as error:
            raise NotUnderstood("PLAIN wants a name and a password") from error
        return address, password
    raise NotUnderstood("LOGIN wants an address and a password")


def _login_of(address: str) -> str | None:
    local, _, domain = address.strip().lower().rpartition("@")
    return local if domain == MAIL_DOMAIN and local else None
