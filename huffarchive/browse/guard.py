"""Who may ask the reading room, and for what: this machine, to read."""

from collections.abc import Awaitable, Callable
from typing import Any

_HOSTS = (b"127.0.0.1", b"localhost", b"[::1]")
_POLICY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    b"connect-src 'self' data: blob:; worker-src 'self' blob:; frame-src 'self' blob:; "
    b"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)

App = Callable[..., Awaitable[None]]


def guarded(app: App) -> App:
    """An ASGI application that answers GET and HEAD to loopback names only.

    A page of another site cannot reach it under a name of its own that leads to loopback, and no
    page of ours may load anything from elsewhere.
    """

    async def guard(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        host = dict(scope["headers"]).get(b"host", b"")
        name = host if host in _HOSTS else host.rpartition(b":")[0]
        if scope["method"] not in {"GET", "HEAD"}:
            await _refuse(send, 405, b"read only\n")
        elif name not in _HOSTS:
            await _refuse(send, 421, b"this is a reading room on 127.0.0.1\n")
        else:
            await app(scope, receive, _with_policy(send))

    return guard


def _with_policy(send: Any) -> Any:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            added = [(b"content-security-policy", _POLICY), (b"referrer-policy", b"no-referrer")]
            message = message | {"headers": [*message.get("headers", []), *added]}
        await send(message)

    return sending


async def _refuse(send: Any, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
