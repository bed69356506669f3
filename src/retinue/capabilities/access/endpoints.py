from __future__ import annotations

from fastapi import Request, Response

from retinue.capabilities.access import service
from retinue.capabilities.access.errors import (
    LastAdmin,
    LoginSlowed,
    NotLoggedIn,
    NotYours,
    OperatorNotFound,
    SetupCodeWrong,
    TokenNotFound,
    UsernameTaken,
    WrongCredentials,
)
from retinue.capabilities.access.schemas import (
    LoginRequest,
    Me,
    OpenedLogin,
    OperatorCreate,
    OperatorRead,
    OperatorUpdate,
    Origin,
    PasswordChange,
    Setup,
    TokenCreate,
    TokenIssued,
    TokenRead,
)
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    Principal,
    ReadDb,
    RecordId,
    Router,
    RowId,
    Rt,
    Scope,
    documented,
    heavy,
    public,
    requires,
)
from retinue.foundation.runtime import Runtime

router = Router(prefix="/api", tags=["Access"])


@router.post(
    "/setup",
    status_code=201,
    dependencies=[public(), heavy()],
    responses=documented(SetupCodeWrong, Invalid, UsernameTaken),
)
def set_up(wanted: Setup, request: Request, rt: Rt) -> OperatorRead:
    """Make the first admin with the one-time code. Demo mode ends with it, for good."""
    with rt.database.reading() as db:
        service.check_setup_code(db, wanted.code)
    # Hashing a password takes longer than a transaction may.
    password_hash = service.prepare_password(
        wanted.password.get_secret_value(), username=wanted.username
    )
    origin = Origin(
        f"operator:{wanted.username.casefold()}", _address(request), _request_id(request)
    )
    with rt.database.writing() as db:
        operator = service.set_up(
            db,
            wanted.code,
            username=wanted.username,
            password_hash=password_hash,
            origin=origin,
            now=rt.clock.now(),
        )
        return OperatorRead.of(operator)


@router.post(
    "/login",
    dependencies=[public()],
    responses=documented(WrongCredentials, LoginSlowed),
)
def log_in(wanted: LoginRequest, request: Request, response: Response, rt: Rt) -> Me:
    """Open a log-in for a browser: an HttpOnly cookie, and a token to send with every change."""
    address = _address(request)
    with rt.database.writing() as db:
        attempt = service.begin_login(db, wanted.username, address=address, now=rt.clock.now())
    service.check_attempt(
        attempt,
        wanted.password.get_secret_value(),
        wanted.totp,
        sealer=rt.sealer,
        now=rt.clock.now(),
    )
    with rt.database.writing() as db:
        opened = service.finish_login(db, attempt, address=address, now=rt.clock.now())
        role = service.operator_named(db, attempt.username).role
        demo = service.is_demo(db)
    _set_cookie(response, opened, request)
    return Me(
        kind="operator",
        name=attempt.username,
        role=role,
        scopes=sorted(service.scopes_of(role)),
        account_ids=None,
        csrf_token=opened.csrf_token,
        demo=demo,
    )


@router.delete(
    "/login",
    status_code=204,
    dependencies=[requires(Scope.own, is_for_restricted=True)],
    responses=documented(NotLoggedIn),
)
def log_out(request: Request, response: Response, db: Db, rt: Rt, caller: Caller) -> None:
    """End the log-in of this browser; its cookie is worth nothing any more."""
    cookie = request.cookies.get(service.COOKIE)
    if caller.kind != "operator" or cookie is None:
        raise NotLoggedIn(f"{caller.actor} has no log-in to end.")
    service.log_out(db, cookie, actor=caller.actor, address=caller.address, now=rt.clock.now())
    response.delete_cookie(service.COOKIE, path="/", httponly=True, samesite="lax")


@router.get("/me", dependencies=[requires(Scope.own)])
def read_me(db: ReadDb, caller: Caller) -> Me:
    """Who is calling, and what they may do."""
    return Me(
        kind=caller.kind,
        name=caller.name,
        role=caller.role,
        scopes=sorted(caller.scopes),
        account_ids=None if caller.account_ids is None else sorted(caller.account_ids),
        csrf_token=caller.facts.get("csrf_token"),
        demo=service.is_demo(db),
    )


@router.put(
    "/me/password",
    status_code=204,
    dependencies=[requires(Scope.own, is_for_restricted=True), heavy()],
    responses=documented(NotLoggedIn, WrongCredentials, LoginSlowed, Invalid),
)
def change_password(wanted: PasswordChange, rt: Rt, caller: Caller) -> None:
    """Change the own password. Every log-in ends with it, this one too."""
    if caller.kind != "operator":
        raise NotLoggedIn(f"{caller.actor} has no password.")
    with rt.database.writing() as db:
        attempt = service.begin_login(db, caller.name, address=caller.address, now=rt.clock.now())
    service.check_password(attempt, wanted.current.get_secret_value())
    password_hash = service.prepare_password(
        wanted.new.get_secret_value(), username=caller.name, field="new"
    )
    with rt.database.writing() as db:
        service.forget_attempt(db, attempt)
        operator = service.operator_named(db, caller.name)
        service.set_password(
            db, operator, password_hash, origin=_origin(caller), now=rt.clock.now()
        )


@router.get("/operators", dependencies=[requires(Scope.access_read)])
def list_operators(db: ReadDb) -> Page[OperatorRead]:
    """The people who may log in."""
    items = [OperatorRead.of(operator) for operator in service.list_operators(db)]
    return Page(items=items, total=len(items))


@router.post(
    "/operators",
    status_code=201,
    dependencies=[requires(Scope.access_write)],
    responses=documented(UsernameTaken, NotYours, Invalid),
)
def add_operator(wanted: OperatorCreate, rt: Rt, caller: Caller) -> OperatorRead:
    """Let a person in."""
    password_hash = service.prepare_password(
        wanted.password.get_secret_value(), username=wanted.username
    )
    with rt.database.writing() as db:
        operator = service.add_operator(
            db,
            username=wanted.username,
            password_hash=password_hash,
            role=wanted.role,
            origin=_origin(caller),
            now=rt.clock.now(),
        )
        return OperatorRead.of(operator)


@router.patch(
    "/operators/{operator_id}",
    dependencies=[requires(Scope.access_write)],
    responses=documented(OperatorNotFound, LastAdmin, NotYours, Invalid),
)
def update_operator(
    operator_id: RowId, wanted: OperatorUpdate, rt: Rt, caller: Caller
) -> OperatorRead:
    """Change role, password or second factor, or disable; the last two and a new password end the log-ins."""
    password_hash = _new_hash(operator_id, wanted, rt)
    with rt.database.writing() as db:
        origin, now = _origin(caller), rt.clock.now()
        operator = service.update_operator(
            db, operator_id, wanted, password_hash=password_hash, origin=origin, now=now
        )
        service.update_second_factor(db, operator, wanted, sealer=rt.sealer, origin=origin, now=now)
        return OperatorRead.of(operator)


@router.get("/tokens", dependencies=[requires(Scope.access_read)])
def list_tokens(db: ReadDb) -> Page[TokenRead]:
    """Every token, revoked and expired ones too; never the token itself."""
    items = [TokenRead.model_validate(row) for row in service.list_tokens(db)]
    return Page(items=items, total=len(items))


@router.post(
    "/tokens",
    status_code=201,
    dependencies=[requires(Scope.access_write)],
    responses=documented(NotYours, Invalid),
)
def issue_token(wanted: TokenCreate, db: Db, rt: Rt, caller: Caller) -> TokenIssued:
    """Make a token. The answer shows it, this once."""
    issued = service.issue_token(
        db, wanted, granted_by=caller.scopes, origin=_origin(caller), now=rt.clock.now()
    )
    row = TokenRead.model_validate(service.token(db, issued.id))
    return TokenIssued(**row.model_dump(), token=issued.token)


@router.delete(
    "/tokens/{token_id}",
    status_code=204,
    dependencies=[requires(Scope.access_write)],
    responses=documented(TokenNotFound),
)
def revoke_token(token_id: RecordId, db: Db, rt: Rt, caller: Caller) -> None:
    """The token stops working at once."""
    service.revoke_token(db, token_id, origin=_origin(caller), now=rt.clock.now())


def _new_hash(operator_id: int, wanted: OperatorUpdate, rt: Runtime) -> str | None:
    if wanted.password is None:
        return None
    with rt.database.reading() as db:
        username = service.operator(db, operator_id).username
    return service.prepare_password(wanted.password.get_secret_value(), username=username)


def _set_cookie(response: Response, opened: OpenedLogin, request: Request) -> None:
    response.set_cookie(
        service.COOKIE,
        opened.cookie,
        max_age=opened.lasts_seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _origin(caller: Principal) -> Origin:
    return Origin(caller.actor, caller.address, caller.request_id)


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


def _request_id(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)
