"""The register on the line: one address, small messages, nothing that can be browsed."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware

from bordercourse.documents.jcs import MAX_CHARACTERS
from bordercourse.documents.register.store import Register
from bordercourse.errors import CourseError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Several, Text, Whole, checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["make_app", "running"]

LOOPBACK = "127.0.0.1"
REGISTER = A(Register, do=mark("Open it with practice_register or open_practice_register."))


@checked(register=REGISTER, hosts=Several(Text(), least=1))
def make_app(register: Register, *, hosts: Sequence[str] = (LOOPBACK, "localhost")) -> FastAPI:
    """Return the web application of `register`: ``POST /verify`` takes a sealed question.

    Parameters
    ----------
    register : Register
        What answers.
    hosts : sequence of str
        The names under which it may be called.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))

    @app.post("/verify")
    async def verify(request: Request) -> Response:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_CHARACTERS:
                return Response('{"refused":"too long"}', 413, media_type="application/json")
        reply = await run_in_threadpool(register.answer, body)
        return Response(reply.text, reply.status, media_type="application/json")

    return app


@checked(register=REGISTER, port=Whole(0, 65_535))
@contextlib.contextmanager
def running(register: Register, *, port: int = 0) -> Iterator[str]:
    """Run `register` on this machine alone while the block lasts; gives its address.

    Parameters
    ----------
    register : Register
        What answers.
    port : int
        The port to listen on; 0 takes a free one.

    Raises
    ------
    CourseError
        If it does not start.

    Examples
    --------
    >>> from bordercourse.documents.register import practice_register
    >>> with practice_register() as register, running(register) as address:
    ...     address.startswith("http://127.0.0.1:")
    True
    """
    listener = socket.socket()
    listener.bind((LOOPBACK, port))
    config = uvicorn.Config(make_app(register), log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        for _attempt in range(3000):
            if server.started:
                break
            time.sleep(0.01)
        else:
            raise CourseError(_("The register did not start within 30 seconds. Run the cell again."))
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        listener.close()
