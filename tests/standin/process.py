"""A process of the bot: started with an environment of its own, watched, ended or killed."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")

REPOSITORY = Path(__file__).resolve().parents[2]
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_OURS = (
    "DISCORD_",
    "DATA_",
    "DATABASE_",
    "LOG_",
    "CURATOR_",
    "ANNOUNCE_",
    "METRICS_",
    "BACKUP_",
    "SHARD_",
)
_END_SECONDS = 15.0


def environment() -> dict[str, str]:
    """This process's environment without the bot's settings, and with our code importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}


class BotProcess:
    """A child process whose output is collected. `async with` starts it and ends it."""

    def __init__(self, command: Sequence[str], variables: dict[str, str], folder: Path) -> None:
        self._command = command
        self._variables = variables
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._more = asyncio.Event()
        self.lines: list[str] = []

    async def start(self) -> Self:
        """Start it; its output and errors are read together."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT, env=self._variables, cwd=self._folder,
            limit=1 << 24,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
        if kind is not None:
            print(self.output)

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip("\n"))
            self._more.set()
        self._more.set()

    @property
    def output(self) -> str:
        """What it printed and logged so far."""
        return "\n".join(self.lines)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def wait_line(self, text: str, wait: float = 30.0) -> str:
        """Wait for a line of output that holds `text`.

        Raises:
            TimeoutError: if none comes.
            LookupError: if the process ends without one.
        """
        seen = 0
        async with asyncio.timeout(wait):
            while True:
                for line in self.lines[seen:]:
                    seen += 1
                    if text in line:
                        return line
                if self._reader is None or self._reader.done():
                    raise LookupError(f"it ended without {text!r}:\n{self.output}")
                self._more.clear()
                await self._more.wait()

    async def while_running(self, what: Awaitable[T]) -> T:
        """Wait for something, but no longer than the process runs.

        Raises:
            LookupError: if the process ends first.
        """
        assert self._process is not None
        wanted = asyncio.ensure_future(what)
        ended = asyncio.ensure_future(self.wait(1e9))
        await asyncio.wait({wanted, ended}, return_when=asyncio.FIRST_COMPLETED)
        if wanted.done():
            ended.cancel()
            return await wanted
        wanted.cancel()
        raise LookupError(f"the bot has ended:\n{self.output}")

    async def stop(self) -> int:
        """SIGTERM, and SIGKILL if it takes longer than 15 seconds; gives the exit code."""
        if self.running:
            self.signal(signal.SIGTERM)
        try:
            return await self.wait(_END_SECONDS)
        except TimeoutError:
            return await self.kill()

    async def kill(self) -> int:
        """SIGKILL; gives the exit code, -9."""
        if self.running:
            self.signal(signal.SIGKILL)
        return await self.wait(_END_SECONDS)

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def wait(self, wait: float = 30.0) -> int:
        """Wait for its own end; gives the exit code.

        Raises:
            TimeoutError: if it goes on.
        """
        assert self._process is not None
        async with asyncio.timeout(wait):
            code = await self._process.wait()
            if self._reader is not None:
                await asyncio.shield(self._reader)
        return code

    def cpu_seconds(self) -> float:
        """The processor time that it used so far, of all its threads. Linux."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_bytes(self) -> int:
        """The memory that it holds now. Linux."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE
