"""A server that was taken for gone and uses a command is there."""


async def test_a_command_proves_that_a_server_is_there_and_an_old_button_does_not(town):
    await town.put()
    answer = await town.mia.slash(town.general, "case", query="ling qiao")
    await town.desk.departures.removed(town.guild.id)
    await town.desk.departures.removed(town.other_guild.id)
    await town.press(answer, "case:full:", who=town.mia)
    assert town.desk.departures.is_gone(town.guild.id)
    await town.mia.slash(town.general, "help")
    assert not town.desk.departures.is_gone(town.guild.id)
    assert town.desk.departures.is_gone(town.other_guild.id)
