"""The floor: what discord.py itself costs. A bot that answers `/case` with a constant embed.

It has the intents and caches of the real one, so that the difference is the real one's work. Runs
through the stand-in's launcher: `python -m tests.standin.launcher URL -m benchmarks.bare_bot`.
"""

import asyncio
import contextlib
import os
import signal

import discord
from discord import app_commands

_EMBED = (
    discord.Embed(title="Li v. Liu", description="Beijing Internet Court, 27 Nov 2023.")
    .add_field(name="Held", value="The picture is a work; its user is the author. " * 4)
    .add_field(name="Remedies", value="CNY 500 damages, CNY 50 costs")
    .add_field(name="Docket", value="(2023) Jing 0491 Min Chu 11279")
    .set_footer(text="Not legal advice.")
)
_CHOICES = [
    app_commands.Choice(name=f"Case {number} v. Another, Some Court, 2023", value=f"case-{number}")
    for number in range(25)
]


def make_client() -> discord.AutoShardedClient:
    """A client that answers `/case`."""
    client = discord.AutoShardedClient(
        intents=discord.Intents(guilds=True),
        member_cache_flags=discord.MemberCacheFlags.none(),
        max_messages=None,
        chunk_guilds_at_startup=False,
        allowed_mentions=discord.AllowedMentions.none(),
    )
    tree = app_commands.CommandTree(client)

    @tree.command(name="case", description="Look a case up")
    @app_commands.describe(query="A name, a docket number, a nickname")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def case(interaction: discord.Interaction, query: str) -> None:  # noqa: ARG001
        await interaction.response.send_message("Li v. Liu", embed=_EMBED)

    @case.autocomplete("query")
    async def suggest(
        interaction: discord.Interaction,  # noqa: ARG001 - discord.py passes both
        current: str,  # noqa: ARG001
    ) -> list[app_commands.Choice[str]]:
        return _CHOICES

    async def setup_hook() -> None:
        await tree.sync()

    client.setup_hook = setup_hook  # type: ignore[method-assign]
    return client


async def main() -> None:
    """Run until SIGTERM."""
    loop = asyncio.get_running_loop()
    async with make_client() as client:
        running = asyncio.ensure_future(client.start(os.environ["DISCORD_TOKEN"]))
        loop.add_signal_handler(signal.SIGTERM, running.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await running


if __name__ == "__main__":
    asyncio.run(main())
