"""Who edits, and whether they see the commands."""

from tests.chat.curation.conftest import said


async def command_named(town, name):
    return next(each for each in await town.bot.tree.fetch_commands() if each.name == name)


async def test_an_editor_by_role_is_told_of_the_clicks_and_then_edits(town):
    assert "catalogue add" not in town.ada.available_commands(town.general)
    answer = await town.do("settings editors", role=town.role)
    text = said(answer)
    assert f"<@&{town.role.id}>" in text
    assert "cannot see" in text
    assert "`/announcements`, `/catalogue`" in text
    assert "`/settings`" in text
    assert "Server Settings → Integrations" in text
    for name in ("catalogue", "settings", "announcements", "doctor"):
        command = await command_named(town, name)
        town.guild.set_command_permissions(command, {town.role: True})
    assert "see the editors' commands" in said(await town.do("settings editors"))
    assert "catalogue add" in town.ada.available_commands(town.general)
    assert "catalogue add" not in town.mia.available_commands(town.general)
    shown = await town.do("settings show", who=town.ada)
    assert "public catalogue" in said(shown)
    assert "shows every public case" in said(shown)
    await town.press(answer, "settings:nobody")
    assert "people with Manage Server. To let" in said(answer)
    assert "Only editors may" in said(await town.do("settings show", who=town.ada))


async def test_everybodys_role_cannot_edit(town):
    everybody = town.guild.default_role
    assert "Everybody has that role" in said(await town.do("settings editors", role=everybody))


async def test_the_other_server_writes_its_own_cases(town):
    assert "own cases" in said(await town.do("settings show", who=town.uwe))
