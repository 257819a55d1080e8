"""`casebook doctor` as a process, beside a running bot and without one."""

from pathlib import Path

from tests.announcements.world import Installation, subscribe
from tests.standin.control import Guild, StandIn
from tests.standin.rules import Rules
from tests.standin.world import EMBED_LINKS, READ_MESSAGE_HISTORY, VIEW_CHANNEL


async def made_in(folder: Path) -> Installation:
    made = Installation(folder, f"sqlite+aiosqlite:///{folder / 'casebook.sqlite3'}")
    await made.prepare()
    return made


async def doctor(discord: StandIn, folder: Path, **variables: str) -> tuple[int, list[str]]:
    async with discord.bot("doctor", folder=folder, variables=variables) as process:
        code = await process.wait(60)
    assert "Traceback" not in process.output
    return code, process.lines


def to_mend(lines: list[str]) -> dict[str, list[str]]:
    """What is to be mended, by part."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("TO MEND  "):
            part, _, sentence = line.removeprefix("TO MEND  ").partition(": ")
            found.setdefault(part, []).append(sentence)
    return found


async def test_beside_a_running_bot_it_finds_what_is_to_be_mended_and_nothing_else(
    discord: StandIn, guild: Guild, tmp_path: Path
) -> None:
    installation = await made_in(tmp_path)
    plain, closed = guild.channels
    thread = await discord.add_thread(guild.id, plain)
    gone = await discord.add_channel(guild.id, "gone")
    role = await discord.add_role(guild.id, "Fans")
    async with installation.database() as database:
        await subscribe(database, [plain, thread], guild=guild.id)
    async with discord.bot("run", folder=tmp_path) as bot:
        await discord.wait_connected(bot)
        await bot.wait_line("Connected as")
        await bot.wait_line("Backup written")
        code, lines = await doctor(discord, tmp_path)
        assert (code, to_mend(lines)) == (0, {})
        assert lines[-1] == "Everything is fine."
        assert any("Channels: 2 checked" in line for line in lines)
        assert (await discord.report())["identifies"] == 1

    async with installation.database() as database:
        await subscribe(database, [closed], guild=guild.id, role=role)
        await subscribe(database, [gone], guild=guild.id)
        await subscribe(database, [1], guild=2)
    await discord.delete_channel(gone)
    await discord.deny_bot(closed, EMBED_LINKS)
    await discord.deny_bot(plain, READ_MESSAGE_HISTORY)  # its thread's, too
    code, lines = await doctor(discord, tmp_path)
    found = to_mend(lines)
    assert code == 1
    assert set(found) == {"Channels", "Pings"}
    channels = "\n".join(found["Channels"])
    assert f"channel {gone} in The server no longer exists" in channels
    assert "lacks Embed Links in #" in channels
    assert channels.count("Read Message History in #") == 2
    assert "server 2 has subscriptions and the bot is not there" in channels
    assert "@Fans" in found["Pings"][0]

    await discord.deny_bot(plain, VIEW_CHANNEL)
    found = to_mend((await doctor(discord, tmp_path))[1])
    assert sum("lacks View Channel" in each for each in found["Channels"]) == 2


async def test_a_token_that_is_refused_and_a_network_that_is_cut_are_named(
    discord: StandIn, tmp_path: Path
) -> None:
    code, lines = await doctor(discord, tmp_path, DISCORD_TOKEN="MTIz.not-this.one")
    assert code == 1
    assert "refuses it" in to_mend(lines)["Token"][0]
    await discord.cut_network()
    code, lines = await doctor(discord, tmp_path)
    assert code == 1
    assert "cannot be reached" in to_mend(lines)["Token"][0]


async def test_a_wrong_clock_an_unneeded_intent_and_a_damaged_database_are_found(
    tmp_path: Path,
) -> None:
    (tmp_path / "casebook.sqlite3").write_bytes(b"not a database at all, just text" * 200)
    rules = Rules(clock_ahead=60.0, application_flags=1 << 18)
    async with StandIn.start(rules) as discord:
        code, lines = await doctor(discord, tmp_path)
    found = to_mend(lines)
    assert code == 1
    assert set(found) == {"Database", "Clock", "Intents"}
    assert "damaged" in found["Database"][0]
    assert "s behind Discord's" in found["Clock"][0]
    assert "Message Content" in found["Intents"][0]


async def test_commands_that_discord_does_not_have_are_named(
    discord: StandIn, tmp_path: Path
) -> None:
    await made_in(tmp_path)
    found = to_mend((await doctor(discord, tmp_path))[1])
    assert "case" in found["Commands"][0]
