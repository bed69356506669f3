"""The verbs of the account pool."""

from retinue.capabilities.accounts.rules.availability import lease_key, may_engage
from retinue.capabilities.accounts.service.adding import add, ensure_test_account
from retinue.capabilities.accounts.service.bulk import CHUNK, Initiator, Perform, act_on_many
from retinue.capabilities.accounts.service.changing import change, move, retire, revive
from retinue.capabilities.accounts.service.credentials import (
    note_refused_password,
    open_credentials,
    refused_since,
    store_credentials,
    stored_credentials,
)
from retinue.capabilities.accounts.service.exporting import EXPORTED, cells, exported
from retinue.capabilities.accounts.service.finding import (
    counts_by_lifecycle,
    find,
    get,
    is_login_shared,
    is_persona_paused,
    list_all,
    own_logins,
    page,
    read,
    read_many,
    shown,
    with_login,
)
from retinue.capabilities.accounts.service.health import set_health, set_network_user_id
from retinue.capabilities.accounts.service.obedience import obeyed_at_once
from retinue.capabilities.accounts.service.telling import locked as hold
from retinue.capabilities.accounts.service.validation import set_validation

__all__ = [
    "CHUNK",
    "EXPORTED",
    "Initiator",
    "Perform",
    "act_on_many",
    "add",
    "cells",
    "change",
    "counts_by_lifecycle",
    "ensure_test_account",
    "exported",
    "find",
    "get",
    "hold",
    "is_login_shared",
    "is_persona_paused",
    "lease_key",
    "list_all",
    "may_engage",
    "move",
    "note_refused_password",
    "obeyed_at_once",
    "open_credentials",
    "own_logins",
    "page",
    "read",
    "read_many",
    "refused_since",
    "retire",
    "revive",
    "set_health",
    "set_network_user_id",
    "set_validation",
    "shown",
    "store_credentials",
    "stored_credentials",
    "with_login",
]
