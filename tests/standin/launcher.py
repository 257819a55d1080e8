"""Runs the bot, or any module, with discord.py's addresses pointing at a stand-in.

`python -m tests.standin.launcher URL run` is `casebook run` against it;
`python -m tests.standin.launcher URL -m package.module …` runs a module instead. With
`CASEBOOK_IDENTIFY_SECONDS` the bot waits so long between two identifies, not Discord's five; with
`CASEBOOK_READY_SECONDS` so long for one more server before it is ready, not discord.py's two.
"""

import os
import runpy
import sys
from typing import Any


def repoint(url: str) -> None:
    """Let discord.py in this process speak to the stand-in at `url`."""
    import discord.gateway  # noqa: PLC0415 - after the arguments are known to be right
    import discord.http  # noqa: PLC0415
    import yarl  # noqa: PLC0415

    discord.http.Route.BASE = f"{url}/api/v10"
    gateway = url.replace("http://", "ws://", 1) + "/gateway/"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


def ready_after(seconds: float) -> None:
    """Let discord.py wait so long for one more server before it calls the bot ready."""
    import discord.state  # noqa: PLC0415

    plain = discord.state.ConnectionState.__init__

    def init(self: Any, *arguments: Any, **options: Any) -> None:
        plain(self, *arguments, **options | {"guild_ready_timeout": seconds})

    discord.state.ConnectionState.__init__ = init  # type: ignore[method-assign]


def main() -> int:
    """Repoint, then run what the command line names."""
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    _, url, *arguments = sys.argv
    repoint(url)
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        return 0
    if seconds := os.environ.get("CASEBOOK_READY_SECONDS"):
        ready_after(float(seconds))
    if seconds := os.environ.get("CASEBOOK_IDENTIFY_SECONDS"):
        from bot.services import identifying  # noqa: PLC0415

        identifying.SECONDS = float(seconds)
    from bot.__main__ import main as run  # noqa: PLC0415 - the addresses come first

    sys.argv = ["casebook", *arguments]
    return run()


if __name__ == "__main__":
    sys.exit(main())
