"""/privacy and /settings forget-me: what is kept about somebody, and that it goes."""

import datetime as dt

import sqlalchemy as sa

from bot.domain.permissions import Actor
from bot.domain.retention import PersonalData
from bot.storage.tables import metadata
from tests.chat.curation.conftest import said
from tests.chat.curation.test_permissions import boss_of, draft_of, post


async def live(town) -> None:
    """Theo follows something, suggests something, changes a case and begins another."""
    case_id = await town.put()
    await town.do("follow add", case=case_id)
    actor = boss_of(town)
    await town.desk.records.add_alias(actor, case_id, "The lamp", "a nickname")
    await town.desk.servers.name_editors(actor, town.role.id)
    await town.desk.suggestions.suggest_case(actor, "Duan v. Wei")
    await draft_of(town, town.theo)


async def traces(town, person: int) -> set[str]:
    """The tables in which a person still is."""
    async with town.database.read() as tx:
        rows = {
            table.name: [tuple(row) for row in await tx.execute(sa.select(table))]
            for table in metadata.sorted_tables
        }
    return {name for name, found in rows.items() if any(person in row for row in found)}


async def test_a_person_reads_what_is_kept_and_is_forgotten_after_one_question(town):
    await live(town)
    shown = await town.do("privacy")
    assert shown.ephemeral
    for line in (
        "1 thing that you follow",
        "1 draft",
        "1 suggestion to editors",
        "1 change of a case",
        "1 other thing",
    ):
        assert f"• {line}" in said(shown)
    assert len(await traces(town, town.theo.id)) == 5
    await town.press(shown, "privacy:ask")
    assert "Shall the bot forget you?" in said(shown)
    assert len(await traces(town, town.theo.id)) == 5
    await town.press(shown, "privacy:forget")
    text = said(shown)
    assert "You are forgotten" in text
    assert "This was deleted:\n• 1 thing that you follow\n• 1 draft" in text
    assert "without your name:\n• 1 suggestion" in text
    assert await traces(town, town.theo.id) == set()
    assert "keeps nothing about you" in said(await town.do("privacy"))


async def test_the_history_names_a_former_editor(town):
    await live(town)
    case_id = town.catalogue.records(0)[0].id
    history = await town.do("catalogue history", case=case_id)
    assert f"<@{town.theo.id}> in this server" in history.response.embeds[0].description
    await town.bot.privacy._privacy.forget(town.theo.id)
    history = await town.do("catalogue history", case=case_id)
    told = history.response.embeds[0].description
    assert f"<@{town.theo.id}>" not in told
    assert "a former editor" in told
    assert "the bot or its owner" in told  # who added it
    assert "The lamp" in told


async def test_settings_forget_me_does_the_same(town):
    await live(town)
    asked = await town.do("settings forget-me")
    assert "Shall the bot forget you?" in said(asked)
    await town.press(asked, "privacy:forget")
    assert await traces(town, town.theo.id) == set()
    assert "keeps nothing" in said(await town.do("settings forget-me"))


async def test_nobody_is_forgotten_twice_a_day(town):
    await live(town)
    await town.press(await town.do("settings forget-me"), "privacy:forget")
    await town.do("follow add", case=town.catalogue.records(0)[0].id)
    again = await town.do("settings forget-me")
    await town.press(again, "privacy:forget")
    assert "within the last day" in said(again)
    assert await traces(town, town.theo.id) == {"subscriptions"}
    town.bot.privacy._forgotten_at[town.theo.id] -= dt.timedelta(days=1)
    again = await town.do("settings forget-me")
    await town.press(again, "privacy:forget")
    assert "You are forgotten" in said(again)
    assert await traces(town, town.theo.id) == set()


async def test_a_button_forgets_who_presses_it_whoever_it_was_made_for(town):
    await live(town)
    public = await post(town, town.theo, "privacy:forget", "")
    await town.do("follow add", who=town.mia, case=town.catalogue.records(0)[0].id)
    answer = await town.mia.click(public, custom_id="privacy:forget")
    assert answer.ephemeral
    assert "You are forgotten" in said(answer)
    assert await traces(town, town.mia.id) == set()
    kept = await town.desk.privacy.about(town.theo.id)
    assert kept.follows == kept.drafts == 1


async def test_the_suggestion_of_somebody_forgotten_is_settled_without_telling(town):
    mia = Actor(town.mia.id, town.guild.id)
    await town.desk.suggestions.suggest_case(mia, "Duan v. Wei")
    await town.desk.privacy.forget(mia.person)
    queue = await town.do("catalogue queue")
    async with town.database.read() as tx:
        suggestion_id = await tx.scalar(sa.select(metadata.tables["suggestions"].c.id))
    await town.choose(queue, "suggest:open", suggestion_id)
    assert "somebody who asked to be forgotten" in said(queue)
    asked = await town.press(queue, "suggest:do:decline")
    answer = await town.theo.submit_modal(asked, {"answer": "No."})
    assert "or were forgotten" in said(answer)
    assert await town.desk.suggestions.untold() == []
    assert town.mia.user.dm_channel is None or town.mia.user.dm_channel.last_message is None
    assert await town.desk.privacy.about(0) == PersonalData()
