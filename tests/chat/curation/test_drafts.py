"""A moderator adds and edits cases."""

import pytest

from bot.domain.forms import BasicsForm
from bot.domain.permissions import Actor, NotAllowedError
from bot.domain.records import PUBLIC
from bot.services.curation.errors import UnknownDraftError
from tests.chat.curation.conftest import ids_of, said
from tests.chat.test_case_command import buttons, selects, shown
from tests.samples import source

BASICS = {
    "caption": "Duan v. Wei",
    "court": "beijing internet court",
    "decided_on": "3 March 2025",
    "summary": "Duan's lamp was drawn by a model. Docket (2025)京0491民初77号.",
    "link": "https://court.example/duan",
}


async def test_a_case_is_added_previewed_and_published(town):
    await town.put()  # so that the court is known
    opened = await town.do("catalogue add")
    assert opened.modal["title"] == "Add a case"
    assert (
        "public catalogue" in str(opened.modal["components"][0])
        or len(opened.modal["components"]) == 5
    )
    preview = await town.theo.submit_modal(opened, BASICS)
    assert preview.ephemeral
    content = preview.response.content
    assert "public catalogue" in content
    assert "Ruling 1, result: what the ruling decided is missing" in content
    assert content.index("Needed before") < content.index("This is what `/case`")
    assert not ids_of(preview.response, "draft:publish:", buttons)
    await town.choose(preview, "draft:ruling:", "copyright-denied")
    content = preview.response.content
    assert "Needed before" not in content
    assert "Could be better" in content
    embed = shown(preview)
    assert embed.title == "Duan v. Wei"
    assert "Beijing Internet Court (北京互联网法院), China" in embed.description
    await town.press(preview, "draft:publish:")
    assert "public catalogue" in preview.response.content
    assert [button["label"] for button in buttons(preview.response)] == ["History"]
    answer = await town.mia.slash(town.general, "case", query="duan wei")
    assert shown(answer).to_dict() == embed.to_dict()
    elsewhere = await town.uwe.slash(town.other_general, "case", query="duan wei")
    assert shown(elsewhere).title == "Duan v. Wei"
    assert town.catalogue.count(PUBLIC) == 2


def placeholder_of(message, start):
    return next(s["placeholder"] for s in selects(message) if s["custom_id"].startswith(start))


def filled(form):
    """What a shown form is filled with, by key."""
    values = {}
    for row in form.modal["components"]:
        part = row.get("component", {})
        if "options" in part:
            values[part["custom_id"]] = [o["value"] for o in part["options"] if o.get("default")]
        elif part:
            values[part["custom_id"]] = part.get("value", "")
    return values


async def test_a_refused_form_keeps_everything_and_opens_again_filled_in(town):
    typed = {**BASICS, "court": "Tribunal X, France", "decided_on": "06/07/2025", "link": "none"}
    preview = await town.add(typed)
    content = preview.response.content
    assert "Decision date: “06/07/2025” can be two days; write 2025-06-07 or 2025-07-06" in content
    assert "Link: “none” is not a link" in content
    again = await town.press(preview, "draft:fix:")
    assert filled(again) == typed
    mended = {"decided_on": "6 July 2025", "link": "https://court.example/x"}
    await town.theo.submit_modal(again, {**typed, **mended})
    assert not ids_of(preview.response, "draft:fix:", buttons)
    assert "06/07" not in preview.response.content
    # The fields have what was typed: none of it twice.
    part = await town.press(preview, start_of(preview, ":ruling:"))
    assert filled(part)["decided_on"] == "2025-07-06"
    [draft] = await town.desk.drafting.drafts(actor(town))
    assert len(draft.fields["rulings"]) == 1


def actor(town, who=None):
    person = who or town.theo
    return Actor(person.id, person.guild.id, manages_server=True)


async def test_every_part_has_a_form_and_fills_its_part(town):
    case_id = await town.put(related=[])
    await town.put("other-case", title="Another v. Case", aliases=[])
    preview = await town.do("catalogue edit", case=case_id)
    assert "Edit of a case" in preview.response.content
    assert "Nothing is missing" not in preview.response.content

    async def part(start, values):
        shown_form = await town.press(preview, start_of(preview, start))
        before = filled(shown_form)
        await town.theo.submit_modal(shown_form, {**before, **values})
        return before

    before = await part(":names:", {"aliases": "One\nTwo", "native_caption": ""})
    assert before == {
        "caption": "Ling v. Qiao",
        "native_caption": "凌某诉乔某",
        "aliases": "Spring picture case",
    }
    await part(":summary:", {"summary": "Another summary.", "jurisdiction": "Germany"})
    before = await part(":subject:", {"topics": ["training", "output"], "works": "A lamp"})
    assert before["topics"] == ["authorship"]
    before = await part(":state:", {"status": ["final"], "landmark": ["yes"], "as_of": "2026-08"})
    assert before == {"status": ["decided"], "landmark": ["no"], "filed_on": "", "as_of": "2026-07"}
    await part(":ruling:0", {"docket_number": "7 O 1/25", "citations": "ECLI:DE:X:2025:1"})
    before = await part(":holding:0", {"result": ["dismissed"], "remedies": "EUR 2 million costs"})
    assert before["remedies"] == "CNY 500 damages"
    await town.press(preview, start_of(preview, "panel", "parties"))
    await part(":parties:plaintiff", {"names": "Ling\nHer sister"})
    await town.press(preview, start_of(preview, "panel", "sources"))
    await town.choose(preview, "draft:entry:", "0")
    before = await part(":source:0", {"names": "The text\nThe court", "language": ["de"]})
    assert before["names"] == "The judgment\nThe court"
    await town.press(preview, start_of(preview, "panel", "sources"))
    await part(":source:new", {"link": "https://news.example/1", "kind": ["secondary"]})
    await town.press(preview, start_of(preview, "panel", "related"))
    await part(":related:new", {"query": "another case", "relation": ["parallel"]})
    await town.press(preview, "draft:publish:")
    assert "is changed in the **public catalogue**" in preview.response.content
    case = town.catalogue.get(case_id, PUBLIC).case()
    assert (case.aliases, case.native_title) == (("One", "Two"), None)
    assert (case.summary, case.jurisdiction) == ("Another summary.", "DE")
    assert (case.topics, case.works) == (("training", "output"), ("A lamp",))
    assert (case.status, case.landmark, case.as_of) == ("final", True, "2026-08")
    assert [party.name for party in case.parties] == ["Ling", "Her sister", "Qiao"]
    [ruling] = case.rulings
    assert (ruling.docket_number, ruling.citations) == ("7 O 1/25", ("ECLI:DE:X:2025:1",))
    assert ruling.judges == ("Zhu Ge",)
    assert (ruling.result, ruling.remedies[0].amount) == ("dismissed", "2000000")
    assert [(s.title, s.language, s.kind) for s in case.sources] == [
        ("The text", "de", "primary"),
        ("news.example", "en", "secondary"),
    ]
    assert [(r.slug, r.relation) for r in case.related] == [("other-case", "parallel")]


def start_of(result, *parts):
    """The id of the one button that has all of these in it."""
    [found] = [
        custom_id
        for custom_id in ids_of(result.response, "draft:", buttons)
        if all(part in custom_id for part in parts)
    ]
    return found


async def test_a_form_that_is_sent_as_it_was_changes_nothing(town):
    case_id = await town.put()
    preview = await town.do("catalogue edit", case=case_id)
    for name in (":names:", ":summary:", ":subject:", ":state:", ":ruling:", ":holding:"):
        form = await town.press(preview, start_of(preview, name))
        await town.theo.submit_modal(form, filled(form))
    await town.press(preview, "draft:publish:")
    assert "Nothing to do" in said(preview) or town.catalogue.get(case_id, 0).revision == 1
    assert town.catalogue.get(case_id, 0).revision == 1


async def test_a_ruling_is_added_by_one_command(town):
    case_id = await town.put()
    opened = await town.do("catalogue ruling", case="ling qiao")
    assert (await town.desk.drafting.drafts(actor(town))) == []
    preview = await town.theo.submit_modal(
        opened, {"court": "Beijing High Court, China", "decided_on": "2026-02"}
    )
    assert "Ruling 2, result" in preview.response.content
    await town.choose(preview, "draft:ruling:", "dismissed")
    assert "Ruling 2, rank" in preview.response.content
    await town.choose(preview, "draft:ruling:", "appeal")
    opened = await town.press(preview, "draft:reason:")
    await town.theo.submit_modal(opened, {"reason": "The appeal"})
    case = town.catalogue.get(case_id, PUBLIC).case()
    assert [ruling.level for ruling in case.rulings] == ["first-instance", "appeal"]
    history = await town.do("catalogue history", case=case_id)
    assert "The appeal" in shown(history).description


async def test_a_refused_new_ruling_is_mended_and_not_added_twice(town):
    await town.put()
    opened = await town.do("catalogue ruling", case="ling qiao")
    preview = await town.theo.submit_modal(opened, {"court": "X", "decided_on": "soon"})
    assert "“soon” is not a date" in preview.response.content
    again = await town.press(preview, "draft:fix:")
    assert filled(again)["decided_on"] == "soon"
    await town.theo.submit_modal(again, {"court": "X", "decided_on": "2026"})
    [draft] = await town.desk.drafting.drafts(actor(town))
    assert [ruling.get("decided_on") for ruling in draft.fields["rulings"]] == [
        "2023-11-27",
        "2026",
    ]


async def test_two_editors_see_both_texts_and_choose(town):
    case_id = await town.put()
    await town.desk.servers.name_editors(actor(town), town.role.id)
    for name in ("catalogue", "settings"):
        command = next(c for c in await town.bot.tree.fetch_commands() if c.name == name)
        town.guild.set_command_permissions(command, {town.role: True})
    mine = await town.do("catalogue edit", case=case_id)
    theirs = await town.do("catalogue edit", who=town.ada, case=case_id)
    for preview, who, words in ((theirs, town.ada, "Ada's text."), (mine, town.theo, "Theo's.")):
        form = await town.press(preview, start_of(preview, ":summary:"), who=who)
        await who.submit_modal(form, {"summary": words, "jurisdiction": "CN"})
        form = await town.press(preview, start_of(preview, ":state:"), who=who)
        await who.submit_modal(form, {**filled(form), "filed_on": f"202{len(words) % 3}"})
        await town.press(preview, "draft:publish:", who=who)
    assert "Somebody else changed the same" in mine.response.content
    described = shown(mine).description
    assert "Yours: Theo's." in described
    assert "Theirs, published: Ada's text." in described
    await town.choose(mine, "draft:settle:", "filed_on")
    assert "Preview" in mine.response.content
    await town.press(mine, "draft:publish:")
    case = town.catalogue.get(case_id, PUBLIC).case()
    assert case.summary == "Theo's."
    assert case.filed_on == "2022"


async def test_drafts_come_back_after_a_restart_and_forms_go_on(town, make_bot):
    opened = await town.do("catalogue add")
    bot = make_bot(town.guild.id)
    await town.env.restart_bot(bot)
    preview = await town.theo.submit_modal(opened, BASICS)
    assert "Preview" in preview.response.content
    found = await town.do("catalogue drafts")
    assert "1 draft" in said(found)
    [draft_id] = [option["value"] for option in selects(found.response)[0]["options"]]
    await town.choose(found, "draft:open", draft_id)
    assert "**Duan v. Wei**" in found.response.content
    await town.press(found, "draft:discard:")
    await town.press(found, "draft:panel:")
    await town.press(found, "draft:discard:")
    await town.press(found, "draft:discard:")
    assert "The draft is gone" in found.response.content
    assert "no drafts" in said(await town.do("catalogue drafts"))
    gone = await town.press(preview, "draft:discard:")
    assert "not there any more" in said(gone)
    store = bot._connection._view_store
    assert not store._synced_message_views
    assert not store._views
    assert not store._modals
    await bot.drafts._desk.ledger.close()


async def test_a_case_that_is_there_is_shown_before_publishing(town):
    case_id = await town.put()
    preview = await town.add({**BASICS, "caption": "Ling vs Qiao"})
    assert "Is it this one?" in preview.response.content
    other = await town.choose(preview, "draft:lookalike:", case_id)
    assert shown(other).title == "Ling v. Qiao"
    await town.press(other, "draft:begin:")
    assert "Edit of a case" in other.response.content
    assert len(await town.desk.drafting.drafts(actor(town))) == 2


async def test_an_entry_is_taken_out(town):
    await town.put(sources=[source(f"https://court.example/{n}") for n in range(30)])
    preview = await town.do("catalogue edit", case="ling qiao")
    await town.press(preview, start_of(preview, "panel", "sources"))
    assert placeholder_of(preview.response, "draft:entry:") == "Choose one (page 1 of 2)"
    await town.press(preview, start_of(preview, "panel", "sources:2"))
    await town.choose(preview, "draft:entry:", "29")
    await town.press(preview, "draft:out:")
    [draft] = await town.desk.drafting.drafts(actor(town))
    assert len(draft.fields["sources"]) == 29


async def test_somebody_elses_draft_is_not_there(town):
    preview = await town.add(BASICS)
    [draft] = await town.desk.drafting.drafts(actor(town))
    for who in (town.mia, town.uwe):
        with pytest.raises((NotAllowedError, UnknownDraftError)):
            await town.desk.drafting.open(actor(town, who), draft.id)
    assert preview.ephemeral


async def test_twenty_five_drafts_are_enough(town):
    for number in range(25):
        await town.desk.drafting.begin(actor(town), BasicsForm(f"Case {number}"))
    refused = await town.do("catalogue add")
    assert refused.modal is None
    assert "25 drafts" in said(refused)
    assert len(selects((await town.do("catalogue drafts")).response)[0]["options"]) == 25


async def test_what_was_typed_comes_back_where_it_finds_no_place(town):
    await town.put()
    opened = await town.do("catalogue ruling", case="ling qiao")
    removal = await town.do("catalogue remove", case="ling qiao")
    await town.theo.submit_modal(removal, {})
    refused = await town.theo.submit_modal(opened, {"court": "The High Court, England"})
    assert "was removed" in said(refused)
    [file] = [file for message in refused.followups for file in message.attachments]
    assert await file.read() == b"The High Court, England"


async def test_an_open_answer_sees_a_change_at_once(town):
    case_id = await town.put()
    answer = await town.mia.slash(town.general, "case", query="ling qiao")
    preview = await town.do("catalogue edit", case=case_id)
    form = await town.press(preview, start_of(preview, ":summary:"))
    await town.theo.submit_modal(form, {"summary": "It was a lamp.", "jurisdiction": "CN"})
    await town.press(preview, "draft:publish:")
    pressed = await town.mia.click(answer.response, custom_id=f"case:full:{case_id}")
    assert b"It was a lamp." in await pressed.response.attachments[0].read()
    again = await town.mia.slash(town.general, "case", query="ling qiao")
    assert "It was a lamp." in shown(again).description


async def test_what_is_too_long_for_a_form_is_kept(town):
    aliases = [f"{number} " + "name " * 30 for number in range(40)]
    case_id = await town.put(aliases=aliases)
    preview = await town.do("catalogue edit", case=case_id)
    form = await town.press(preview, start_of(preview, ":names:"))
    assert set(filled(form)) == {"caption", "native_caption"}
    await town.theo.submit_modal(form, {"caption": "Ling and others v. Qiao"})
    await town.press(preview, "draft:publish:")
    case = town.catalogue.get(case_id, PUBLIC).case()
    assert case.title == "Ling and others v. Qiao"
    assert len(case.aliases) == 40
    long = [{"name": alias, "role": "defendant"} for alias in aliases]
    other = await town.put("other-case", title="Other v. Case", aliases=[], parties=long)
    preview = await town.do("catalogue edit", case=other)
    await town.press(preview, start_of(preview, "panel", "parties"))
    refused = await town.press(preview, start_of(preview, ":parties:defendant"))
    assert "too long for a form" in said(refused)
