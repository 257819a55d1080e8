"""The WebSocket side: sessions, shards, events in order, and their replay on a resume."""

import asyncio
import contextlib
import secrets
import time
import zlib
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import WSMsgType, web

from tests.standin.pulse import Pulse
from tests.standin.rates import SlidingWindow
from tests.standin.rules import Rate, Rules
from tests.standin.wire import dumps, loads
from tests.standin.world import Guild, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
_PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
_GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
_GUILDS_PER_SHARD = 2500


class _Compressor(Protocol):
    def pack(self, data: bytes) -> bytes: ...


class _Zlib:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(1)

    def pack(self, data: bytes) -> bytes:
        return self._stream.compress(data) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class _Zstd:
    def __init__(self) -> None:
        import zstandard  # noqa: PLC0415 - discord.py asks for it only where it is installed

        self._stream = zstandard.ZstdCompressor(level=1).compressobj()
        self._flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK

    def pack(self, data: bytes) -> bytes:
        return self._stream.compress(data) + self._stream.flush(self._flush)


_COMPRESSORS: dict[str, Callable[[], _Compressor]] = {"zlib-stream": _Zlib, "zstd-stream": _Zstd}


class Connection:
    """One WebSocket. Whatever is sent goes out in the order of the calls."""

    def __init__(self, socket: web.WebSocketResponse, compression: str) -> None:
        self._socket = socket
        make = _COMPRESSORS.get(compression)
        self._compressor = make() if make else None
        self._outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, operation: int, data: Any) -> None:
        """Queue what is not an event."""
        self.send_raw(dumps({"op": operation, "d": data, "s": None, "t": None}))

    def send_raw(self, payload: bytes) -> None:
        """Queue a written payload."""
        self._outgoing.put_nowait(payload)

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while (payload := await self._outgoing.get()) is not None:
                if self._compressor is None:
                    await self._socket.send_str(payload.decode())
                else:
                    await self._socket.send_bytes(self._compressor.pack(payload))

    async def close(self, code: int) -> None:
        """Send what is queued, then close."""
        self._outgoing.put_nowait(None)
        await self._writer
        await self._socket.close(code=code)

    def abort(self, transport: asyncio.BaseTransport | None) -> None:
        """Cut the line without a word."""
        self._writer.cancel()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    def stop(self) -> None:
        self._writer.cancel()


class Session:
    """What the gateway remembers of a client, connected or not."""

    def __init__(self, shard: int, shards: int, intents: int, kept: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.shards = shards
        self.intents = intents
        self.sequence = 0
        self.connection: Connection | None = None
        self.transport: asyncio.BaseTransport | None = None
        self.dropped_at: float | None = None
        self._sent: deque[tuple[int, bytes]] = deque(maxlen=kept)

    def dispatch(self, event: str, data: Any) -> None:
        """Send an event, and keep it for a resume."""
        self.dispatch_written(event, dumps(data))

    def dispatch_written(self, event: str, data: bytes) -> None:
        """`dispatch` for data that is JSON already."""
        self.sequence += 1
        payload = b'{"op":0,"t":"%b","s":%d,"d":%b}' % (event.encode(), self.sequence, data)
        self._sent.append((self.sequence, payload))
        if self.connection is not None:
            self.connection.send_raw(payload)

    def sees(self, guild_id: int | None) -> bool:
        """Whether the events of a guild, or direct messages, come to this session's shard."""
        shard = 0 if guild_id is None else (guild_id >> 22) % self.shards
        return shard == self.shard

    def missed_since(self, sequence: int) -> list[bytes] | None:
        """The events after a sequence number; `None` if some are not kept any more."""
        if sequence > self.sequence:
            return None
        if self._sent and self._sent[0][0] > sequence + 1:
            return None
        return [payload for number, payload in self._sent if number > sequence]


class Gateway:
    """All sessions. Also counts what clients did.

    Attributes:
        address: where clients connect and resume; set once the server listens.
        token_refused: as if the token had been reset.
        pulse: beats when a client comes or goes, registers commands or sends a message.
    """

    def __init__(self, rules: Rules, world: World) -> None:
        self._rules = rules
        self._world = world
        self.sessions: dict[str, Session] = {}
        self.identifies = 0
        self.resumes = 0
        self.refused_resumes = 0
        self.close_codes: list[int] = []
        self._identify_windows: dict[int, SlidingWindow] = {}
        self.pulse = Pulse()
        self.token_refused = False
        self.address = ""

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.connection]

    def dispatch(self, event: str, data: Any, guild_id: int | None, intents: int = 0) -> None:
        """Send an event to the sessions that see its guild and asked for one of its intents."""
        written = dumps(data)
        for session in self.sessions.values():
            if session.sees(guild_id) and (not intents or session.intents & intents):
                session.dispatch_written(event, written)

    def announce_guild(self, guild: Guild) -> None:
        """Tell that the bot has joined a server."""
        self.dispatch("GUILD_CREATE", guild.payload(self._world.bot.payload()), guild.id)

    async def drop(self, *, code: int | None, invalidate: bool) -> int:
        """End every connection.

        Args:
            code: to close with; `None` cuts the line instead.
            invalidate: forget the sessions, so that a resume is refused.

        Returns:
            How many there were.
        """
        dropped = self.connected
        if invalidate:
            self.sessions.clear()
        for session in dropped:
            connection = session.connection
            assert connection is not None
            session.connection, session.dropped_at = None, time.monotonic()
            if code is None:
                connection.abort(session.transport)
            else:
                await connection.close(code)
        return len(dropped)

    def send_all(self, operation: int, data: Any) -> None:
        """Send RECONNECT or INVALID_SESSION to everybody."""
        for session in self.connected:
            assert session.connection is not None
            session.connection.send(operation, data)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request.query.get("compress", ""))
        session: Session | None = None
        interval = int(self._rules.heartbeat_interval * 1000)
        connection.send(HELLO, {"heartbeat_interval": interval, "_trace": []})
        sends = SlidingWindow(Rate(120, 60.0))
        try:
            async for message in socket:
                if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                    continue
                if sends.admit():
                    await connection.close(4008)
                    break
                try:
                    payload = loads(message.data)
                except ValueError:
                    await connection.close(4002)
                    break
                operation, data = payload.get("op"), payload.get("d")
                if operation == HEARTBEAT:
                    connection.send(ACK, None)
                elif operation in {IDENTIFY, RESUME}:
                    if session is not None:
                        await connection.close(4005)
                        break
                    start = self._identify if operation == IDENTIFY else self._resume
                    result = start(data, connection)
                    if isinstance(result, int):
                        await connection.close(result)
                        break
                    session = result
                    if session is not None:
                        session.transport = request.transport
                elif session is None:
                    await connection.close(4003)
                    break
        finally:
            connection.stop()
            self._left(session, connection, socket.close_code)
            self.pulse.beat()
        return socket

    def _left(self, session: Session | None, connection: Connection, code: int | None) -> None:
        self.close_codes.append(code or 1006)
        if session is None or session.connection is not connection:
            return
        session.connection, session.dropped_at = None, time.monotonic()
        if code in {1000, 1001}:
            self.sessions.pop(session.id, None)

    def _identify(self, data: dict[str, Any], connection: Connection) -> Session | int | None:
        self.identifies += 1
        rules = self._rules
        if data.get("token") != rules.token or self.token_refused:
            return 4004
        intents: Any = data.get("intents")
        refused = self._refused_intents(intents)
        if refused:
            return refused
        shard, shards = data.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            return 4010
        guilds = [g for g in self._world.present_guilds() if (g.id >> 22) % shards == shard]
        if len(guilds) > _GUILDS_PER_SHARD:
            return 4011
        slot = shard % rules.max_concurrency
        window = self._identify_windows.setdefault(
            slot, SlidingWindow(Rate(1, rules.identify_interval))
        )
        if window.admit():  # told with a delay, as discord.py comes back at once
            loop = asyncio.get_running_loop()
            loop.call_later(min(1.0, rules.identify_interval), connection.send, INVALID, False)
            return None
        session = Session(shard, shards, intents, rules.replayed_events)
        session.connection = connection
        self.sessions[session.id] = session
        self._greet(session, guilds)
        self.pulse.beat()
        return session

    def _refused_intents(self, intents: Any) -> int:
        if not isinstance(intents, int) or intents < 0:
            return 4013
        return 4014 if intents & _PRIVILEGED & ~self._rules.privileged_intents else 0

    def _greet(self, session: Session, guilds: list[Guild]) -> None:
        bot = self._world.bot.payload()
        ready = {
            "v": 10, "user": {**bot, "verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id, "resume_gateway_url": self.address,
            "shard": [session.shard, session.shards], "session_type": "normal",
            "private_channels": [], "relationships": [], "user_settings": {},
            "application": {"id": bot["id"], "flags": 1 << 23}, "_trace": [],
        }  # fmt: skip
        session.dispatch("READY", ready)
        if session.intents & _GUILDS:
            for guild in guilds:
                if guild.in_outage:
                    continue
                session.dispatch("GUILD_CREATE", {**guild.payload(bot), "unavailable": False})

    def _resume(self, data: dict[str, Any], connection: Connection) -> Session | int | None:
        if data.get("token") != self._rules.token or self.token_refused:
            return 4004
        session = self.sessions.get(str(data.get("session_id")))
        missed = None
        if session is not None:
            dropped = session.dropped_at
            if dropped is None or time.monotonic() - dropped <= self._rules.resume_window:
                missed = session.missed_since(data.get("seq") or 0)
        if session is None or missed is None:
            self.refused_resumes += 1
            self.sessions.pop(str(data.get("session_id")), None)
            connection.send(INVALID, False)
            return None
        self.resumes += 1
        for payload in missed:
            connection.send_raw(payload)
        session.connection, session.dropped_at = connection, None
        session.dispatch("RESUMED", {"_trace": []})
        self.pulse.beat()
        return session
