"""Ways in which a secret gets into a log record."""

from __future__ import annotations

import asyncio
import logging
import threading
import warnings
from collections.abc import Callable

from retinue.foundation import logging as logs


class Holder:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Holder({self.text})"


def in_message(c: str) -> None:
    logging.getLogger("a").info(f"logged in with {c}")  # noqa: G004 - what it is about


def in_arguments(c: str) -> None:
    logging.getLogger("a").info("logged in with %s and %r", c, [c])


def in_named_arguments(c: str) -> None:
    logging.getLogger("a").info("logged in with %(word)s", {"word": c})


def in_arguments_that_do_not_fit(c: str) -> None:
    logging.getLogger("a").info("%d of %d", c)  # noqa: PLE1206 - what it is about


def in_extra(c: str) -> None:
    logging.getLogger("a").info("x", extra={"note": {"deep": [c, Holder(c)]}})


def in_structured_fields(c: str) -> None:
    logs.get_logger("a").warning("x", note=c, holder=Holder(c), more={"k": (c,)})


def in_context(c: str) -> None:
    with logs.context(account=c):
        logging.getLogger("a").info("x")


def in_exception(c: str) -> None:
    try:
        raise ValueError(c, {"password": c})
    except ValueError:
        logging.getLogger("a").exception("it failed")


def in_chained_exceptions(c: str) -> None:
    try:
        try:
            try:
                raise KeyError(c)
            except KeyError as error:
                raise ValueError(f"bad {c}") from error
        except ValueError:
            raise RuntimeError(Holder(c))  # noqa: B904 - the implicit chain is the case
    except RuntimeError:
        logs.get_logger("a").exception("it failed", word=c)


def in_exception_group(c: str) -> None:
    try:
        raise ExceptionGroup(c, [ValueError(c), OSError(5, c, c)])
    except* Exception:
        logging.getLogger("a").exception("they failed")


def in_exception_note(c: str) -> None:
    try:
        error = ValueError("x")
        error.add_note(f"while using {c}")
        raise error
    except ValueError:
        logging.getLogger("a").warning("it failed", exc_info=True)


def in_stack(c: str) -> None:
    logging.getLogger("a").info("x %s", c, stack_info=True)


def in_warning(c: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"old {c}", stacklevel=1)


def in_asyncio(c: str) -> None:
    async def fail() -> None:
        asyncio.get_running_loop().call_exception_handler(
            {"message": f"lost {c}", "exception": ValueError(c), "word": c}
        )

    asyncio.run(fail())


def in_uvicorn(c: str) -> None:
    logging.getLogger("uvicorn.error").error("request with %s", c)
    logging.getLogger("uvicorn.access").info('%s - "%s"', "127.0.0.1", f"GET /?x={c}")


def in_thread(c: str) -> None:
    def fail() -> None:
        raise ValueError(c)

    thread = threading.Thread(target=fail, name=c)
    thread.start()
    thread.join()


def in_logger_arguments_object(c: str) -> None:
    logging.getLogger("a").error(Holder(c))


WAYS: list[Callable[[str], None]] = [
    *(in_message, in_arguments, in_named_arguments, in_arguments_that_do_not_fit, in_extra),
    *(in_structured_fields, in_context, in_exception, in_chained_exceptions, in_exception_group),
    *(in_exception_note, in_stack, in_warning, in_asyncio, in_uvicorn, in_thread),
    in_logger_arguments_object,
]
