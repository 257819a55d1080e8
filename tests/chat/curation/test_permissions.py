"""Who may and may not: a row for every command, component, form and autocomplete.

The rows are compared with the command tree and with what the client knows, so that a new one
without a row fails here. Discord's own hiding is opened for everybody, so that what is tried is
the bot's check.
"""

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
import pytest
import sqlalchemy as sa
from discord import app_commands
from simcord.actors import _dispatch_actor_interaction
from simcord.enums import InteractionType

from bot.chat import client
from bot.domain.announcements import Lane, News, NewsKind, Target, Wish
from bot.domain.forms import BasicsForm, RulingChoice, SummaryForm
from bot.domain.permissions import Actor
from bot.domain.revisions import Author
from bot.domain.vocabulary import Result
from bot.storage.tables import metadata
from bot.text import text_for
from tests.chat.curation.conftest import Town, said
from tests.samples import document

REFUSALS = (
    "Only editors may",
    "is not kept in this server",
    "There is no such",
    "not there any more",
    "in the meantime",
    "I am not sure which case",
    "only this bot's owner",
    "There is no such subscription here",
    text_for("en-GB").only_asker_deletes,
    text_for("en-GB").not_allowed,
)
Id = Callable[[Town, Any], Awaitable[str]]


@dataclass(frozen=True)
class Row:
    """Who may use something, and how it is used."""

    everybody: bool = False
    options: tuple[str, ...] = ()
    """A command's options that take the case; for a component, what is chosen."""
    fields: tuple[tuple[str, str], ...] = ()


def everybody(*options: str, **fields: str) -> Row:
    return Row(everybody=True, options=options, fields=tuple(fields.items()))


def editors_only(*options: str, **fields: str) -> Row:
    return Row(options=options, fields=tuple(fields.items()))


COMMANDS = {
    "case": everybody(query="ling qiao"),
    "doctor": editors_only(),
    "help": everybody(),
    "privacy": everybody(),
    "suggest": everybody(),
    "follow add": everybody("case"),
    "follow list": everybody(),
    "follow remove": everybody(which="1"),
    "announcements list": editors_only(),
    "announcements pause": editors_only(which="1"),
    "announcements preview": editors_only(which="1"),
    "announcements resume": editors_only(which="1"),
    "announcements status": editors_only(),
    "announcements subscribe": editors_only(channel="general"),
    "announcements unsubscribe": editors_only(which="1"),
    "catalogue add": editors_only(),
    "catalogue alias": editors_only("case", alias="Lamp"),
    "catalogue drafts": editors_only(),
    "catalogue edit": editors_only("case"),
    "catalogue export": editors_only(),
    "catalogue hide": editors_only("case"),
    "catalogue history": editors_only("case"),
    "catalogue import": editors_only(file="import.json"),
    "catalogue queue": editors_only(),
    "catalogue remove": editors_only("case"),
    "catalogue restore": editors_only("case"),
    "catalogue ruling": editors_only("case"),
    "catalogue source": editors_only("case"),
    "catalogue undo": editors_only("case"),
    "settings editors": editors_only(),
    "settings forget-me": everybody(),
    "settings show": editors_only(),
}


async def draft_of(town: Town, who: Any) -> str:
    """A draft of somebody's that could be published, with a ruling and a source."""
    boss = Actor(who.id, who.guild.id, manages_server=True)
    for draft in await town.desk.drafting.drafts(boss):  # one may have 25
        await town.desk.drafting.discard(boss, draft.id)
    form = BasicsForm("Duan v. Wei", "X, France", "2025", "A lamp.", "https://court.example/d")
    draft = (await town.desk.drafting.begin(boss, form)).view.draft
    await town.desk.drafting.fill(boss, draft.id, RulingChoice(0, Result.DISMISSED))
    return draft.id


async def suggestion_of(town: Town, who: Any) -> str:
    made = await town.desk.suggestions.suggest_case(Actor(next(PEOPLE), who.guild.id), "A case")
    return made.id


async def case_of(town: Town, who: Any) -> str:
    return town.case_id


async def subscription_of(town: Town, who: Any) -> str:
    """A subscription of somebody's server; it has a channel that the bot cannot see."""
    target = Target(Lane.CHANNEL, next(PEOPLE), who.guild.id)
    made = await town.bot._newsroom.subscriptions.subscribe(target, Wish(), person=who.id)
    return str(made.number)


async def announcement_of(town: Town, who: Any) -> str:
    """An announcement that somebody published, and of which their own channel heard."""
    newsroom = town.bot._newsroom
    target = Target(Lane.CHANNEL, town.general.id, who.guild.id)
    await newsroom.subscriptions.subscribe(target, Wish(), person=who.id)
    record = town.catalogue.get(town.case_id, 0)
    revision = next(PEOPLE)  # another one each time, or it would be the same announcement
    news = News(NewsKind.NEW_RULING, record.id, 0, revision, record.case(), 0)
    published = await newsroom.announcements.publish(news, Author(who.id, who.guild.id))
    return str(published.announcement.number)


async def themselves(town: Town, who: Any) -> str:
    return str(who.id)


async def nothing(town: Town, who: Any) -> str:
    return ""


PEOPLE = iter(range(10_000, 20_000))
HASH = "0" * 64
ITEMS: dict[str, tuple[Row, Id, str]] = {
    "PartButton": (editors_only(), draft_of, "draft:part:{}:summary:-"),
    "FixButton": (editors_only(), draft_of, "draft:fix:{}:summary:-"),
    "PanelButton": (editors_only(), draft_of, "draft:panel:{}:preview:1"),
    "EntrySelect": (editors_only("0"), draft_of, "draft:entry:{}:rulings"),
    "OutButton": (editors_only(), draft_of, "draft:out:{}:sources:0"),
    "RulingSelect": (editors_only("dismissed"), draft_of, "draft:ruling:{}:result:0"),
    "LookalikeSelect": (editors_only("case"), draft_of, "draft:lookalike:{}"),
    "EditCaseButton": (editors_only(), case_of, "draft:begin:{}"),
    "PublishButton": (editors_only(), draft_of, "draft:publish:{}"),
    "ReasonButton": (editors_only(), draft_of, "draft:reason:{}"),
    "DiscardButton": (editors_only(), draft_of, "draft:discard:{}:sure"),
    "DraftSelect": (editors_only("id"), draft_of, "draft:open"),
    "RelateSelect": (editors_only("case"), draft_of, "draft:relate:{}:parallel"),
    "SettleSelect": (editors_only("summary"), draft_of, "draft:settle:{}"),
    "SettleButton": (editors_only(), draft_of, "draft:settle:{}:ours"),
    "HistoryButton": (editors_only(), case_of, "record:history:{}:1"),
    "RestoreButton": (editors_only(), case_of, "record:restore:{}"),
    "RevertSelect": (editors_only("1"), case_of, "record:revert:{}"),
    "UnhideSelect": (editors_only("case"), nothing, "record:unhide"),
    "ImportButton": (editors_only(), nothing, "import:run:" + "0" * 32),
    "NobodyButton": (editors_only(), nothing, "settings:nobody"),
    "ReportButton": (everybody(), case_of, "suggest:report:{}"),
    "QueueSelect": (editors_only("id"), suggestion_of, "suggest:open"),
    "QueueButton": (editors_only(), nothing, "suggest:queue:1"),
    "SuggestionButton": (editors_only(), suggestion_of, "suggest:do:draft:{}"),
    "UpdateSelect": (editors_only("case"), nothing, "update:open"),
    "ShippedSelect": (editors_only("summary"), case_of, "update:settle:{}:" + HASH),
    "ShippedButton": (editors_only(), case_of, "update:settle:{}:" + HASH + ":ours"),
}
ITEMS |= {
    "FullRecordButton": (everybody(), case_of, "case:full:{}"),
    "DeleteButton": (editors_only(), themselves, "answer:delete:{}"),
    "CaseSelect": (everybody("case"), themselves, "case:fits:2:{}"),
    "NearButton": (everybody(), case_of, "case:near:{}:private"),
    "NearSelect": (everybody("case"), nothing, "case:near:private"),
    "ReadButton": (everybody(), case_of, "news:read:{}"),
    "FollowButton": (everybody(), case_of, "news:follow:{}"),
    "StopButton": (editors_only(), announcement_of, "news:stop:{}"),
    "SampleButton": (editors_only(), subscription_of, "news:sample:{}"),
    "MissedButton": (editors_only(), subscription_of, "news:missed:{}:0"),
    "ResumeFollowingButton": (everybody(), nothing, "news:resume-following"),
    "UndoButton": (editors_only(), announcement_of, "news:undo:{}"),
    "AnnounceButton": (editors_only(), draft_of, "news:ask:d:{}"),
    "PublishNewsButton": (editors_only(), draft_of, "news:sure:d:{}:00000000"),
    "NoteButton": (editors_only(), draft_of, "news:why:d:{}:new-case.0"),
    "ProposalSelect": (editors_only("new-case.0"), draft_of, "news:choose:d:{}"),
    "PrivacyButton": (everybody(), nothing, "privacy:ask"),
}
ON_AN_ANSWER = {"DeleteButton", "CaseSelect"}
"""Those that change the public answer they stand on, for who asked for it."""
FORMS: dict[str, tuple[Row, Id, str]] = {
    "PartForm": (editors_only(summary="New."), draft_of, "draft:form:d:{}:summary:-"),
    "RelatedCaseForm": (editors_only(query="ling"), draft_of, "draft:related:{}"),
    "ReasonForm": (editors_only(reason="So."), draft_of, "draft:why:{}"),
    "RemoveForm": (editors_only(reason="So."), case_of, "record:remove:{}:1"),
    "SuggestForm": (everybody(text="A case"), nothing, "suggest:case"),
    "NoteForm": (editors_only(note="So."), draft_of, "news:note:d:{}:new-case.0"),
    "DecideForm": (editors_only(answer="No."), suggestion_of, "suggest:decline:{}"),
}
OTHER_FORMS = [
    ("draft:form:n:-:basics:-", {"caption": "Duan v. Wei"}),
    ("draft:form:c:{case}:ruling:new", {"court": "X, France"}),
    ("draft:form:c:{case}:source:new", {"link": "https://court.example/d"}),
    ("suggest:approve:{suggestion}", {"answer": "Yes."}),
]
"""Further forms of the same classes: those that begin something."""


def test_every_command_has_a_row(town):
    commands = {
        command.qualified_name
        for command in town.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }
    assert commands == set(COMMANDS)
    hidden = {command.name for command in town.bot.tree.get_commands() if is_hidden(command)}
    assert hidden == {name.split()[0] for name, row in COMMANDS.items() if not row.everybody}


def is_hidden(command: Any) -> bool:
    return command.default_permissions == discord.Permissions(manage_guild=True)


def test_every_component_and_form_has_a_row():
    assert {item.__name__ for item in client.ITEMS} == set(ITEMS)
    assert {form.__name__ for form in client.FORMS} == set(FORMS)


def test_every_help_line_says_who_may_use_the_command(town):
    for command in town.bot.tree.walk_commands():
        row = COMMANDS.get(command.qualified_name)
        everybody = row.everybody if row else not is_hidden(command.root_parent or command)
        who = "everybody" if everybody else "editors"
        assert command.description.endswith(f" ({who})"), command.qualified_name


def test_no_two_components_or_forms_take_the_same_id():
    ids = [form.format("2" * 13) for _, _, form in (*ITEMS.values(), *FORMS.values())]
    for custom_id in ids:
        known = [item for item in client.ITEMS if item.knows(custom_id)]
        forms = [form for form in client.FORMS if form.of_id(custom_id)]
        assert len(known) + len(forms) == 1, custom_id


async def stored(town: Town) -> list[Any]:
    """Everything in the database."""
    async with town.database.read() as tx:
        return [[*(await tx.execute(sa.select(table)))] for table in metadata.sorted_tables]


@pytest.fixture
async def square(town: Town) -> Town:
    """Everybody sees every command; there is a public case, and one of each server's own.

    Nothing is delivered, so that only what is tried changes what is stored.
    """
    await town.bot._newsroom.outbox.stop(1.0)
    town.case_id = await town.put()
    town.own_id = await town.put("own-case", scope=town.guild.id, title="Own v. Case", aliases=[])
    for guild in (town.guild, town.other_guild):
        for command in await town.bot.tree.fetch_commands():
            guild.set_command_permissions(command, {guild.default_role: True})
    return town


async def use(town: Town, name: str, who: Any, case_id: str) -> Any:
    row = COMMANDS[name]
    options: dict[str, Any] = dict.fromkeys(row.options, case_id)
    options |= dict(row.fields)
    if "file" in options:
        options["file"] = ("import.json", b"[]")
    if "channel" in options:
        options["channel"] = town.other_general if who is town.uwe else town.general
    return await town.do(name, who=who, **options)


def is_refused(result: Any) -> bool:
    return result.modal is None and any(sentence in said(result) for sentence in REFUSALS)


async def test_commands(square):
    outsiders = [square.mia, square.ada]
    for name, row in COMMANDS.items():
        for who in outsiders:
            before = await stored(square)
            result = await use(square, name, who, square.case_id)
            assert is_refused(result) != row.everybody, (name, who, said(result))
            assert row.everybody or await stored(square) == before, (name, who)
            await square.env.advance_time(30)
        if not row.everybody and row.options:  # another server's case is not even admitted
            result = await use(square, name, square.uwe, square.own_id)
            assert is_refused(result), (name, said(result))
    await square.desk.servers.name_editors(boss_of(square), square.role.id)
    for name in COMMANDS:
        if name == "catalogue restore":
            continue  # nothing is removed, which is what it says
        for who in (square.theo, square.ada):
            result = await use(square, name, who, square.case_id)
            sentence = said(result)
            assert not any(r in sentence for r in (REFUSALS[0], REFUSALS[1], REFUSALS[-1])), name


def boss_of(town: Town) -> Actor:
    return Actor(town.theo.id, town.guild.id, manages_server=True)


async def test_autocompletes(square):
    found = [
        (command.qualified_name, parameter.name)
        for command in square.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
        for parameter in command.parameters
        if parameter.autocomplete
    ]
    assert ("catalogue edit", "case") in found
    for name, option in found:
        row = COMMANDS[name]
        for who in (square.mia, square.ada):
            choices = await who.autocomplete(square.general, name, option, "")
            assert row.everybody or option == "jurisdiction" or choices == [], (name, who)
        choices = await square.uwe.autocomplete(square.other_general, name, option, "own")
        assert square.own_id not in [choice["value"] for choice in choices], name
    choices = await square.theo.autocomplete(square.general, "catalogue edit", "case", "ling")
    assert [choice["value"] for choice in choices] == [square.case_id]


async def post(town: Town, who: Any, custom_id: str, chosen: str) -> Any:
    """A public message with a component of any id, as a forged one would be."""
    view = discord.ui.View(timeout=None)
    if chosen:
        options = [discord.SelectOption(label="It", value=chosen)]
        view.add_item(discord.ui.Select(custom_id=custom_id, options=options))
    else:
        view.add_item(discord.ui.Button(label="It", custom_id=custom_id))
    view.stop()
    place = town.other_general if who is town.uwe else town.general
    file = discord.File(io.BytesIO(b"[" + str(document()).encode() + b"]"), filename="i.json")
    return await town.bot.get_channel(place.id).send("Public", view=view, file=file)


async def press(town: Town, name: str, who: Any, owner: Any) -> Any:
    row, make, form = ITEMS[name]
    made = await make(town, owner)
    custom_id = form.format(made)
    values = {"case": town.case_id, "id": made}
    chosen = values.get(row.options[0], row.options[0]) if row.options else ""
    message = await post(town, who, custom_id, chosen)
    before = await stored(town)
    if chosen:
        result = await who.select(message, custom_id=custom_id, values=[chosen])
    else:
        result = await who.click(message, custom_id=custom_id)
    if name not in ON_AN_ANSWER:  # no other public message is ever changed
        assert (await message.fetch()).content == "Public", name
    return result, await stored(town) == before


async def test_components(square):
    for name, (row, _, _) in ITEMS.items():
        for who in (square.mia, square.ada):
            result, unchanged = await press(square, name, who, square.theo)
            assert is_refused(result) != row.everybody, (name, who, said(result))
            assert row.everybody or unchanged, (name, who)
        if name in {"QueueButton", "NobodyButton", "ImportButton"}:
            continue  # they name nothing of the other server's, and act in one's own
        result, unchanged = await press(square, name, square.uwe, square.theo)
        assert row.everybody or unchanged or name == "EditCaseButton", name
    await square.desk.servers.name_editors(boss_of(square), square.role.id)
    for name in ITEMS:
        for who in (square.theo, square.ada):
            result, _ = await press(square, name, who, who)
            assert REFUSALS[0] not in said(result), name
            if name == "NobodyButton":
                await square.desk.servers.name_editors(boss_of(square), square.role.id)


async def test_an_editor_does_not_touch_another_editors_draft(square):
    await square.desk.servers.name_editors(boss_of(square), square.role.id)
    for name, (_, make, _) in ITEMS.items():
        if make is not draft_of or name == "LookalikeSelect":
            continue  # that one shows a case that everybody sees
        result, unchanged = await press(square, name, square.ada, square.theo)
        assert unchanged, name
        assert "not there any more" in said(result), (name, said(result))
    for form in ("draft:form:d:{}:summary:-", "draft:related:{}", "draft:why:{}"):
        custom_id = form.format(await draft_of(square, square.theo))
        before = await stored(square)
        result = await submit(square, square.ada, custom_id, {"summary": "S.", "query": "ling"})
        assert "not there any more" in said(result), form
        assert await stored(square) == before, form


async def submit(town: Town, who: Any, custom_id: str, fields: dict[str, str]) -> Any:
    """A form that nobody was shown."""
    parts = [
        {"type": 18, "id": n, "component": {"type": 4, "custom_id": key, "value": value}}
        for n, (key, value) in enumerate(fields.items(), 1)
    ]
    place = town.other_general if who is town.uwe else town.general
    data = {"custom_id": custom_id, "components": parts}
    return await _dispatch_actor_interaction(who, InteractionType.MODAL_SUBMIT, place, data)


async def test_forms(square):
    forms = [(name, row, make, form) for name, (row, make, form) in FORMS.items()]
    rows = [(form, Row(), nothing, form) for form, _ in OTHER_FORMS]
    fields_of = dict(OTHER_FORMS)
    for name, row, make, form in (*forms, *rows):
        fields = fields_of.get(form) or dict(row.fields)
        for who in (square.mia, square.ada, square.uwe):
            made = await make(square, square.theo)
            suggestion = await suggestion_of(square, square.theo)
            custom_id = form.format(made, case=square.own_id, suggestion=suggestion)
            before = await stored(square)
            result = await submit(square, who, custom_id, fields)
            own_right = who is square.uwe and form.startswith("draft:form:n")
            assert is_refused(result) != (row.everybody or own_right), (name, who, said(result))
            assert row.everybody or own_right or await stored(square) == before, (name, who)


async def test_unknown_ids_are_answered_and_do_nothing(square):
    for custom_id in ("", "draft:form:x", "suggest:case:more", "draft:why:UPPER", "a" * 100):
        result = await submit(square, square.theo, custom_id, {"text": "A"})
        assert "older version" in said(result)
    for form in (
        "nosuch:-",
        "parties:nosuch",
        "ruling:7",
        "holding:new",
        "source:999",
        "holding:-",
    ):
        draft = await draft_of(square, square.theo)
        result = await submit(square, square.theo, f"draft:form:d:{draft}:{form}", {"court": "X"})
        assert "not there any more" in said(result), form


async def test_a_user_installed_use_elsewhere_edits_nothing(square, monkeypatch):
    monkeypatch.setattr(discord.Interaction, "is_guild_integration", lambda self: False)
    result = await square.do("catalogue add")
    assert "Records are kept in a server" in said(result)
    assert await square.theo.autocomplete(square.general, "catalogue edit", "case", "") == []
    found = await square.mia.slash(square.general, "case", query="own case")
    assert not found.response.embeds


async def test_no_path_counts_or_shows_another_servers_case(square):
    own = await square.mia.slash(square.general, "case", query=square.own_id)
    assert own.response.embeds
    for query in (square.own_id, "Own v. Case"):
        answer = await square.uwe.slash(square.other_general, "case", query=query)
        assert not answer.response.embeds
    draft = await draft_of(square, square.uwe)
    fields = {"query": "Own v. Case"}
    asked = await submit(square, square.uwe, f"draft:related:{draft}", fields)
    assert "Own v. Case" not in str(asked.response.components)
    boss = Actor(square.uwe.id, square.other_guild.id, manages_server=True)
    await square.desk.drafting.fill(boss, draft, SummaryForm("S.", "FR"))
    exported = await square.do("catalogue export", who=square.uwe)
    assert await exported.response.attachments[0].read() == b"[]\n"
