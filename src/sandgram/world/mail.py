"""The mails that the network sends, and those of others that lie beside them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sandgram.clock import to_text
from sandgram.store import mails
from sandgram.store.mails import MailRow
from sandgram.world.accounts import MAIL_DOMAIN
from sandgram.world.world import World

SENDER = "Sandgram <security@sandgram.test>"
_HOST = "mx.mail.sandgram.test"


@dataclass(frozen=True, slots=True)
class Draft:
    sender: str
    subject: str
    text: str
    is_authentic: bool = True
    """What the receiving host says of the sender: DKIM and SPF passed, or failed."""
    recipient: str | None = None
    """Instead of the account's own address."""
    age: timedelta = timedelta()
    """How long before now it says it was written."""

    def __repr__(self) -> str:
        return f"Draft(sender={self.sender!r})"


def send_code(world: World, number: int, *, code: str) -> None:
    login = world.credentials(number).login
    send(
        world,
        number,
        Draft(
            sender=SENDER,
            subject=f"{code} is your Sandgram code",
            text=(
                f"Hello {login},\n\nyour code is {code}. It is good for fifteen minutes and for one "
                "log-in.\n\nIf this was not you, change your password.\n\nSandgram\n"
            ),
        ),
    )


def send(world: World, number: int, draft: Draft) -> bool:
    """False when the post has lost it."""
    login = world.credentials(number).login
    delay = world.postman(login)
    if delay is None:
        return False
    now = world.now()
    message = _message(world, login, draft, now - draft.age)
    row = MailRow(to_text(now + delay), draft.sender, draft.subject, message)
    mails.add(world.db, number, row)
    return True


def _message(world: World, login: str, draft: Draft, at: datetime) -> bytes:
    message = EmailMessage()
    domain = draft.sender.rpartition("@")[2].rstrip(">")
    verdict = "pass" if draft.is_authentic else "fail"
    recipient = draft.recipient or f"{login}@{MAIL_DOMAIN}"
    mark = hashlib.blake2b(
        f"{world.seed}:{login}:{to_text(world.now())}:{draft.subject}".encode(), digest_size=12
    ).hexdigest()
    message["Return-Path"] = f"<bounce@{domain}>"
    message["Delivered-To"] = f"{login}@{MAIL_DOMAIN}"
    message["Authentication-Results"] = (
        f"{_HOST}; dkim={verdict} header.d={domain}; spf={verdict} smtp.mailfrom={domain}"
    )
    message["From"] = draft.sender
    message["To"] = recipient
    message["Subject"] = draft.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mark}@{domain}>"
    message.set_content(draft.text)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
