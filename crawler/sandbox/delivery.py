"""How an answer travels: compressed where the client asks in Google's way, or in trouble."""

import gzip
import socket
import struct
from typing import assert_never

from aiohttp import web

from crawler.sandbox.clock import Clock
from crawler.sandbox.errors import Answer
from crawler.sandbox.faults import Transport

DRIP_S = 20.0
"""How long a dripping body takes."""

STALL_S = 3600.0
"""How long a stalled connection stays open, unless the client or the sandbox closes it."""

_DROPS = 40
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


async def deliver(
    request: web.Request, answer: Answer, fault: Transport | None, clock: Clock
) -> web.StreamResponse:
    """Send the answer, or what the fault leaves of it."""
    body = answer.body
    headers = {"Content-Type": answer.content_type, "Vary": "Origin, X-Origin, Accept-Encoding"}
    if wants_gzip(request) and body:
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    match fault:
        case None:
            return web.Response(status=answer.status, body=body, headers=headers)
        case Transport.RESET:
            return _reset(request)
        case Transport.CUT:
            return await _cut(
                request, web.StreamResponse(status=answer.status, headers=headers), body
            )
        case Transport.DRIP:
            response = web.StreamResponse(status=answer.status, headers=headers)
            return await _drip(request, response, body, clock)
        case Transport.STALL:
            await clock.sleep(STALL_S)
            return _reset(request)
        case _:
            assert_never(fault)


def wants_gzip(request: web.Request) -> bool:
    """Google compresses only where the User-Agent, too, has the word gzip in it."""
    accepted = request.headers.get("Accept-Encoding", "").lower()
    return "gzip" in accepted and "gzip" in request.headers.get("User-Agent", "").lower()


def _reset(request: web.Request) -> web.StreamResponse:
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    return web.Response()


async def _cut(
    request: web.Request, response: web.StreamResponse, body: bytes
) -> web.StreamResponse:
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _drip(
    request: web.Request, response: web.StreamResponse, body: bytes, clock: Clock
) -> web.StreamResponse:
    response.content_length = len(body)
    await response.prepare(request)
    size = max(1, -(-len(body) // _DROPS))
    for start in range(0, len(body), size):
        await response.write(body[start : start + size])
        await clock.sleep(DRIP_S / _DROPS)
    await response.write_eof()
    return response
