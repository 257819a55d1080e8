"""The plain way to announce: one `gather` of `channel.send`, as many bots do it."""

import asyncio
import os
import time

import discord


class Naive(discord.Client):
    """Sends once to every channel, then ends."""

    async def on_ready(self) -> None:
        channels = [each for each in self.get_all_channels() if hasattr(each, "send")]
        begin = time.perf_counter()
        sent = await asyncio.gather(
            *(channel.send("A new ruling") for channel in channels), return_exceptions=True
        )
        lost = sum(isinstance(each, Exception) for each in sent)
        seconds = time.perf_counter() - begin
        print(f"NAIVE {len(sent)} {lost} {seconds:.1f}", flush=True)
        await self.close()


if __name__ == "__main__":
    Naive(intents=discord.Intents(guilds=True)).run(os.environ["DISCORD_TOKEN"], log_handler=None)
