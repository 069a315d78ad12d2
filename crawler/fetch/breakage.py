"""What became of a call that got no whole response: in a sentence, and whether it cost a call."""

import os
import ssl

import aiohttp


class CallBroke(Exception):
    """No whole response came; `left` tells whether the request may have reached the API."""

    def __init__(self, sentence: str, *, left: bool, timed_out: bool = False) -> None:
        super().__init__(sentence)
        self.left = left
        self.timed_out = timed_out


class StaleConnection(aiohttp.ClientConnectionError):
    """Something came on a kept connection that nobody had asked for yet."""


NEVER_LEFT, MAY_HAVE_LEFT = False, True

# The first that an error is one of tells of it. What may have left is counted as a call.
_BREAKAGES: tuple[tuple[type[Exception], bool, str], ...] = (
    (aiohttp.ClientConnectorCertificateError, NEVER_LEFT,
     "the certificate of {host} is not to be trusted ({why})"),
    (aiohttp.ClientConnectorSSLError, NEVER_LEFT, "{host} does not speak TLS ({why})"),
    (aiohttp.ClientProxyConnectionError, NEVER_LEFT,
     "the proxy to {host} cannot be reached ({why})"),
    (aiohttp.ClientHttpProxyError, NEVER_LEFT, "the proxy lets no call through to {host} ({why})"),
    (aiohttp.ClientConnectorError, NEVER_LEFT, "{host} cannot be reached ({why})"),
    (aiohttp.ConnectionTimeoutError, NEVER_LEFT, "no connection to {host} was made in time"),
    (aiohttp.InvalidURL, NEVER_LEFT, "the proxy to {host} has no address that is one"),
    (StaleConnection, NEVER_LEFT, "{host} sent an answer before it was asked"),
    (TimeoutError, MAY_HAVE_LEFT, "{host} did not answer in time"),
    (aiohttp.ServerDisconnectedError, MAY_HAVE_LEFT,
     "{host} closed the connection without an answer"),
    (aiohttp.ClientPayloadError, MAY_HAVE_LEFT, "{host} broke off the answer"),
    (aiohttp.ClientResponseError, MAY_HAVE_LEFT, "{host} sent what is no HTTP ({why})"),
    (Exception, MAY_HAVE_LEFT, "the connection to {host} broke ({why})"),
)  # fmt: skip


def call_broke(error: Exception, host: str) -> CallBroke:
    """The breakage that an error of aiohttp's tells of."""
    _, left, sentence = next(one for one in _BREAKAGES if isinstance(error, one[0]))
    told = sentence.format(host=host, why=_why(error))
    return CallBroke(told, left=left, timed_out=isinstance(error, TimeoutError))


def _why(error: BaseException) -> str:
    """Without a word of the server's: it may hold anything."""
    match error:
        case aiohttp.ClientHttpProxyError():
            return str(error.status)
        case aiohttp.ClientResponseError():
            return error.message.partition(":")[0]  # what follows is what was sent
        case aiohttp.ClientConnectorCertificateError():
            return _why(error.certificate_error)
        case aiohttp.ClientConnectorError():
            return _why(error.os_error)
        case OSError():
            return in_words_of_the_system(error)
    return type(error).__name__


def in_words_of_the_system(error: OSError) -> str:
    """Why there is no connection, without the addresses that asyncio puts there."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message.rstrip(".")
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.lower().replace("_", " ")
    if error.errno and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or type(error).__name__
