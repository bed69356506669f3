"""What is stored of an account, opened for its way to the web site; and what came back, stored."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import OpenCredentials
from retinue.drivers.browser.protocol import Jar
from retinue.foundation import redaction
from retinue.foundation.sealing import Sealer
from retinue.workflows.engagement import service as engagement
from retinue.workflows.signing_in.schemas import Subject, Tokens

logger = logging.getLogger(__name__)


def open_subject(db: Session, sealer: Sealer, account_id: int) -> Subject:
    """
    Raises:
        AccountNotFound: there is no such account.
        ProxyDown: nobody goes through its proxy now.
        ProxyNotFound, SealBroken: what is stored cannot be used.
    """
    account = accounts.get(db, account_id)
    known = accounts.open_credentials(db, sealer, account)
    redaction.know(
        known.password,
        known.password_pending,
        known.email_password,
        known.auth_token,
        known.ct0,
        known.totp_secret,
        *known.backup_codes,
    )
    return Subject(
        account_id=account.id,
        account_no=account.account_no,
        login=account.login,
        email=account.email,
        network=account.network,
        user_agent=account.user_agent,
        egress=engagement.egress_of(db, sealer, account),
        known=known,
        jars=tuple(_jars(db, sealer, account, known)),
    )


def store_jar(db: Session, sealer: Sealer, account: Account, jar: Jar, *, now: datetime) -> None:
    """Of a page that was signed in; one without cookies is no jar."""
    tokens = Tokens.of(jar)
    if tokens.values:
        accounts.store_jar(db, sealer, account, tokens.jar, tokens.values, now=now)


def _jars(db: Session, sealer: Sealer, account: Account, known: OpenCredentials) -> Iterator[Jar]:
    texts = (
        accounts.waiting_jar(db, sealer, account),
        known.cookies,
        accounts.previous_jar(db, sealer, account),
    )
    for text in texts:
        if not text:
            continue
        try:
            yield Jar.from_text(text)
        except ValueError:
            # An import may have brought cookies in a form of its own. They open nothing here.
            logger.info("a jar of account %s is none that a browser takes", account.account_no)
