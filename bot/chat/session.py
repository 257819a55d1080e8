"""One connection to Discord, from login to a clean end."""

import asyncio
import logging
from collections.abc import Callable

import aiohttp
import discord

from bot.chat.client import CasebookClient

_log = logging.getLogger(__name__)

_CLOSE_SECONDS = 6.0
_AUTHENTICATION_FAILED = 4004
"""Close code of the gateway for a token that is wrong (Discord: gateway close event codes)."""


class TokenRefusedError(Exception):
    """Discord does not accept the bot's token."""


class UnreachableError(Exception):
    """Discord could not be reached or did not answer sensibly; says how."""


async def run_session(
    client: CasebookClient, token: str, stop: asyncio.Event, say: Callable[[str], None]
) -> None:
    """Log in, serve until `stop` is set, and close the client.

    Args:
        client: a client that was not started yet; it is closed afterwards.
        token: the bot's token.
        stop: set by whoever wants the end.
        say: shows the owner a line.

    Raises:
        TokenRefusedError: at login, or later if the token is reset while the bot runs.
        UnreachableError: if Discord cannot be reached at login.
    """
    session = asyncio.create_task(_serve(client, token, say), name="discord-session")
    stopping = asyncio.create_task(stop.wait(), name="stop-signal")
    try:
        await asyncio.wait({session, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        await _close(client, session)
    if not session.cancelled():
        _raise_plainly(session.exception())


async def _serve(client: CasebookClient, token: str, say: Callable[[str], None]) -> None:
    await client.login(token)
    say(f"Add the bot to a server: {client.invite_link()}")
    if client.synced is None:
        say("Commands: unchanged, nothing to send to Discord.")
    else:
        say(f"Commands sent to Discord: {', '.join(client.synced)}")
    await client.connect()


async def _close(client: CasebookClient, session: "asyncio.Task[None]") -> None:
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await client.close()
            await asyncio.wait({session}, timeout=1.0)
    except TimeoutError:
        _log.warning("Discord did not close the connection in time")
    if not session.done():
        session.cancel()
        await asyncio.wait({session})


def _raise_plainly(error: BaseException | None) -> None:
    match error:
        case None:
            return
        case discord.LoginFailure():
            raise TokenRefusedError from error
        case discord.ConnectionClosed(code=code) if code == _AUTHENTICATION_FAILED:
            raise TokenRefusedError from error
        case discord.HTTPException() | discord.GatewayNotFound():
            raise UnreachableError(str(error)) from error
        case aiohttp.ClientError() | OSError():
            raise UnreachableError(str(error)) from error
        case _:
            raise error
