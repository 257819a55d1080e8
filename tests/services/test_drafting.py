import asyncio

import pytest

from bot.domain.forms import (
    BasicsForm,
    FormError,
    HoldingForm,
    NamesForm,
    RelatedForm,
    RemoveEntry,
    RulingChoice,
    RulingForm,
    SourceForm,
    StatusChoice,
    SummaryForm,
)
from bot.domain.permissions import Actor, NotAllowedError
from bot.domain.records import PUBLIC
from bot.domain.revisions import ChangeKind
from bot.domain.vocabulary import Level, Relation, Result, Status
from bot.services.curation import drafting
from bot.services.curation.drafting import Blocked, Conflict, Published
from bot.services.curation.errors import (
    NothingToDoError,
    TooManyDraftsError,
    UnknownCaseError,
    UnknownDraftError,
    WithdrawnCaseError,
)
from bot.services.curation.knowledge import Likeness
from tests.samples import ruling, source
from tests.services.conftest import CURATORS, OTHERS, manager, member

BASICS = BasicsForm(
    caption="Duan v. Wei",
    court="beijing internet court",
    decided_on="3 March 2025",
    summary="Duan's lamp was drawn by a model. Docket (2025)京0491民初77号.",
    link="https://court.example/duan",
)


async def test_a_short_record_is_published_with_one_form_and_one_choice(desk):
    await desk.put()  # so that the court is known
    submitted = await desk.drafting.begin(manager(), BASICS)
    assert submitted.problems == ()
    view = submitted.view
    assert view.is_public
    assert [problem.place for problem in view.errors] == ["rulings[0].result"]
    assert view.errors[0].message == "what the ruling decided is missing"
    assert view.preview.title == "Duan v. Wei"
    assert view.preview.rulings == ()
    draft_id = view.draft.id
    blocked = await desk.drafting.publish(manager(), draft_id)
    assert isinstance(blocked, Blocked)
    await desk.drafting.fill(manager(), draft_id, RulingChoice(0, Result.COPYRIGHT_DENIED))
    published = await desk.drafting.publish(manager(), draft_id, "read this morning")
    assert isinstance(published, Published)
    assert (published.scope, published.revision) == (PUBLIC, 1)
    case = desk.catalogue.by_slug("duan-v-wei", PUBLIC).case()
    [decided] = case.rulings
    assert (case.jurisdiction, case.status, case.as_of) == ("CN", Status.DECIDED, "2026-11-25")
    assert decided.court == "Beijing Internet Court"
    assert decided.native_court == "北京互联网法院"
    assert decided.level is Level.FIRST_INSTANCE
    assert decided.decided_on == "2025-03-03"
    assert decided.docket_number == "(2025)京0491民初77号"
    assert case.sources[0].url == "https://court.example/duan"
    assert published.case_id in {hit.id for hit in desk.catalogue.index.search("duan wei")}
    [made] = await desk.revisions(published.case_id)
    assert (made.kind, made.reason) == (ChangeKind.ADDED, "read this morning")
    assert made.author == manager().author
    with pytest.raises(UnknownDraftError):  # the button is pressed twice
        await desk.drafting.publish(manager(), draft_id)
    assert await desk.agrees()


async def test_where_one_stands_says_which_catalogue_is_written(desk):
    await desk.put()
    view = (await desk.drafting.begin(manager(OTHERS), BASICS)).view
    assert not view.is_public
    await desk.drafting.fill(manager(OTHERS), view.draft.id, RulingChoice(0, Result.DISMISSED))
    published = await desk.drafting.publish(manager(OTHERS), view.draft.id)
    assert published.scope == OTHERS
    assert desk.catalogue.by_slug("duan-v-wei", OTHERS) is not None
    assert desk.catalogue.by_slug("duan-v-wei", PUBLIC) is None
    assert desk.catalogue.by_slug("duan-v-wei", CURATORS) is None


async def test_nothing_typed_is_lost_when_a_date_is_not_clear(desk):
    form = BasicsForm("Duan v. Wei", "Tribunal X, France", "06/07/2025", "A summary.", "no link")
    submitted = await desk.drafting.begin(manager(), form)
    assert {problem.place: problem.mend for problem in submitted.problems} == {
        "basics.decided_on": "write 2025-06-07 or 2025-07-06",
        "basics.link": "copy the page's address from the browser; it starts with https://",
    }
    reopened = await desk.drafting.open(manager(), submitted.view.draft.id)
    assert reopened.draft.typed["basics"] == {
        "caption": "Duan v. Wei",
        "court": "Tribunal X, France",
        "decided_on": "06/07/2025",
        "summary": "A summary.",
        "link": "no link",
    }
    assert reopened.draft.fields["jurisdiction"] == "FR"
    assert "basics" in [problem.place for problem in reopened.errors]
    fixed = BasicsForm("Duan v. Wei", "Tribunal X, France", "2025-07-06", "A summary.")
    submitted = await desk.drafting.fill(manager(), reopened.draft.id, fixed)
    assert submitted.problems == ()
    assert submitted.view.draft.typed == {}
    assert len(submitted.view.draft.fields["rulings"]) == 1
    assert submitted.view.draft.fields["rulings"][0]["decided_on"] == "2025-07-06"


async def test_drafts_outlive_the_process_and_come_back_newest_first(desk, database_url):
    first = (await desk.drafting.begin(manager(), BasicsForm("First v. One"))).view.draft
    second = (await desk.drafting.begin(manager(), BasicsForm("Second v. One"))).view.draft
    assert [d.id for d in await desk.drafting.drafts(manager())] == [second.id, first.id]
    await desk.drafting.fill(manager(), first.id, SummaryForm("More.", "germany"))
    mine = await desk.drafting.drafts(manager())
    assert [d.fields.get("summary") for d in mine] == ["More.", None]
    assert mine[0].fields["jurisdiction"] == "DE"
    await desk.drafting.discard(manager(), second.id)
    assert [d.id for d in await desk.drafting.drafts(manager())] == [first.id]


async def test_a_draft_is_its_writer_s_alone(desk):
    case_id = await desk.put()
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    for actor in (manager(person=2), manager(OTHERS)):
        for step in (
            desk.drafting.open(actor, draft.id),
            desk.drafting.fill(actor, draft.id, SummaryForm("Mine now.")),
            desk.drafting.publish(actor, draft.id),
            desk.drafting.discard(actor, draft.id),
            desk.drafting.settle(actor, draft.id, {}),
        ):
            with pytest.raises(UnknownDraftError):
                await step
        assert await desk.drafting.drafts(actor) == []


async def test_who_no_longer_edits_can_no_longer_publish(desk):
    case_id = await desk.put()
    await desk.servers.name_editors(manager(), 77)
    editor = member(CURATORS, 3, 77)
    draft = (await desk.drafting.begin_edit(editor, case_id)).draft
    await desk.drafting.fill(editor, draft.id, SummaryForm("Changed."))
    await desk.servers.name_editors(manager(), None)
    for step in (
        desk.drafting.publish(editor, draft.id),
        desk.drafting.open(editor, draft.id),
        desk.drafting.fill(editor, draft.id, SummaryForm("Changed.")),
        desk.drafting.begin(editor, BASICS),
        desk.drafting.drafts(editor),
    ):
        with pytest.raises(NotAllowedError):
            await step
    assert (await desk.stored(case_id)).record.revision == 1


async def test_public_cases_are_edited_in_the_curator_server_only(desk):
    case_id = await desk.put()
    with pytest.raises(NotAllowedError):
        await desk.drafting.begin_edit(manager(OTHERS), case_id)


async def test_another_server_s_case_does_not_exist(desk):
    case_id = await desk.put(OTHERS)
    for actor in (manager(), Actor(1, 0), manager(700)):
        with pytest.raises(UnknownCaseError):
            await desk.drafting.begin_edit(actor, case_id)


async def test_an_edit_is_filled_in_and_names_its_revision(desk):
    case_id = await desk.put()
    view = await desk.drafting.begin_edit(manager(), case_id)
    assert view.preview == desk.catalogue.get(case_id, PUBLIC).case()
    assert view.draft.base.revision == 1
    assert view.errors == ()
    assert view.lookalikes == ()
    again = await desk.drafting.begin_edit(manager(), case_id)
    assert again.draft == view.draft
    await desk.drafting.fill(manager(), view.draft.id, StatusChoice(Status.FINAL))
    published = await desk.drafting.publish(manager(), view.draft.id)
    assert (published.revision, published.merged) == (2, False)
    newest, _ = await desk.revisions(case_id)
    assert newest.before == view.draft.base.document
    assert newest.after == desk.catalogue.get(case_id, PUBLIC).document


async def test_an_edit_that_changes_nothing_makes_no_revision(desk):
    case_id = await desk.put()
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    with pytest.raises(NothingToDoError):
        await desk.drafting.publish(manager(), draft.id)
    assert (await desk.stored(case_id)).record.revision == 1
    assert await desk.drafting.drafts(manager()) == []


async def test_adding_an_appeal_is_one_form_and_one_choice(desk):
    case_id = await desk.put()
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    form = RulingForm(None, "Beijing IP Court, China", "May 2024", "2号", judges="A\nB")
    await desk.drafting.fill(manager(), draft.id, form)
    choice = RulingChoice(1, Result.COPYRIGHT_RECOGNISED, Level.APPEAL)
    await desk.drafting.fill(manager(), draft.id, choice)
    holding = HoldingForm(1, "Upheld, since prompts are choices.", "costs CNY 1,000\ninjunction")
    assert (await desk.drafting.fill(manager(), draft.id, holding)).problems == ()
    assert isinstance(await desk.drafting.publish(manager(), draft.id), Published)
    appeal = desk.catalogue.get(case_id, PUBLIC).case().rulings[1]
    assert (appeal.decided_on, appeal.judges) == ("2024-05", ("A", "B"))
    assert [(r.kind, r.amount, r.currency) for r in appeal.remedies] == [
        ("costs", "1000", "CNY"),
        ("injunction", None, None),
    ]


async def test_a_remedy_that_is_not_clear_is_asked_for(desk):
    case_id = await desk.put()
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    form = HoldingForm(0, "Held.", "$500 damages\nCNY 50 costs")
    submitted = await desk.drafting.fill(manager(), draft.id, form)
    assert [problem.place for problem in submitted.problems] == ["holding.remedies"]
    assert submitted.view.draft.typed["holding"]["remedies"] == "$500 damages\nCNY 50 costs"
    assert isinstance(await desk.drafting.publish(manager(), draft.id), Blocked)


async def test_two_editors_of_different_fields_both_win(desk):
    case_id = await desk.put()
    one = (await desk.drafting.begin_edit(manager(), case_id)).draft
    two = (await desk.drafting.begin_edit(manager(person=2), case_id)).draft
    await desk.drafting.fill(manager(), one.id, SummaryForm("One's summary."))
    await desk.drafting.fill(manager(person=2), two.id, StatusChoice(Status.FINAL))
    await desk.drafting.publish(manager(), one.id)
    published = await desk.drafting.publish(manager(person=2), two.id)
    assert (published.revision, published.merged) == (3, True)
    case = desk.catalogue.get(case_id, PUBLIC).case()
    assert (case.summary, case.status) == ("One's summary.", Status.FINAL)
    assert await desk.agrees()


async def test_two_editors_of_one_field_the_second_is_asked_and_loses_nothing(desk):
    case_id = await desk.put()
    one = (await desk.drafting.begin_edit(manager(), case_id)).draft
    two = (await desk.drafting.begin_edit(manager(person=2), case_id)).draft
    await desk.drafting.fill(manager(), one.id, SummaryForm("One's summary."))
    await desk.drafting.fill(manager(person=2), two.id, SummaryForm("Two's summary."))
    await desk.drafting.fill(manager(person=2), two.id, StatusChoice(Status.FINAL))
    await desk.drafting.publish(manager(), one.id)
    conflict = await desk.drafting.publish(manager(person=2), two.id)
    assert isinstance(conflict, Conflict)
    [field] = conflict.conflicts
    assert (field.place, field.ours, field.theirs) == (
        "summary",
        "Two's summary.",
        "One's summary.",
    )
    assert conflict.mine.summary == "Two's summary."
    assert conflict.theirs_revision == 2
    assert desk.catalogue.get(case_id, PUBLIC).case().summary == "One's summary."
    assert isinstance(await desk.drafting.settle(manager(person=2), two.id, {}), Conflict)
    settled = await desk.drafting.settle(manager(person=2), two.id, {"summary": "ours"})
    assert settled.draft.base.revision == 2
    published = await desk.drafting.publish(manager(person=2), two.id)
    assert published.revision == 3
    case = desk.catalogue.get(case_id, PUBLIC).case()
    assert (case.summary, case.status) == ("Two's summary.", Status.FINAL)


async def test_the_published_text_may_be_chosen(desk):
    case_id = await desk.put()
    one = (await desk.drafting.begin_edit(manager(), case_id)).draft
    two = (await desk.drafting.begin_edit(manager(person=2), case_id)).draft
    await desk.drafting.fill(manager(), one.id, SummaryForm("One's summary."))
    await desk.drafting.fill(manager(person=2), two.id, SummaryForm("Two's summary."))
    await desk.drafting.publish(manager(), one.id)
    await desk.drafting.settle(manager(person=2), two.id, {"summary": "theirs"})
    with pytest.raises(NothingToDoError):
        await desk.drafting.publish(manager(person=2), two.id)
    assert desk.catalogue.get(case_id, PUBLIC).case().summary == "One's summary."


async def test_a_case_removed_in_the_meantime_is_not_brought_back_by_an_edit(desk):
    case_id = await desk.put()
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    await desk.drafting.fill(manager(), draft.id, SummaryForm("Changed."))
    await desk.records.remove(manager(person=2), case_id, "wrong")
    with pytest.raises(WithdrawnCaseError):
        await desk.drafting.publish(manager(), draft.id)
    with pytest.raises(WithdrawnCaseError):
        await desk.drafting.begin_edit(manager(), case_id)
    assert [each.id for each in await desk.drafting.drafts(manager())] == [draft.id]
    await desk.records.restore(manager(), case_id)
    assert (await desk.drafting.publish(manager(), draft.id)).merged


@pytest.mark.parametrize(
    ("form", "likeness"),
    [
        (BasicsForm("Ling vs Qiao"), Likeness.CAPTION),
        (BasicsForm("The spring picture case"), Likeness.CAPTION),
        (
            BasicsForm("X", summary="in (2023)京0491民初11279号 it", court="Y"),
            Likeness.DOCKET_NUMBER,
        ),
        (BasicsForm("Something else", link="https://court.example/1"), Likeness.SOURCE),
        (BasicsForm("Something else", link="https://court.example/12"), None),
        (BasicsForm("Ling v. Somebody Entirely Different"), None),
    ],
)
async def test_is_it_this_one(desk, form, likeness):
    case_id = await desk.put()
    view = (await desk.drafting.begin(manager(), form)).view
    expected = [] if likeness is None else [(case_id, "Ling v. Qiao", likeness)]
    assert [(each.case_id, each.title, each.likeness) for each in view.lookalikes] == expected


async def test_is_it_this_one_never_shows_another_server_s_case(desk):
    await desk.put(OTHERS)
    view = (await desk.drafting.begin(manager(), BasicsForm("Ling v. Qiao"))).view
    assert view.lookalikes == ()


async def test_equal_captions_get_different_slugs(desk):
    await desk.put()
    for number in (2, 3):
        form = BasicsForm("Ling v. Qiao", "Beijing Internet Court", "2025", "Another dispute.")
        draft = (await desk.drafting.begin(manager(), form)).view.draft
        await desk.drafting.fill(manager(), draft.id, RulingChoice(0, Result.DISMISSED))
        published = await desk.drafting.publish(manager(), draft.id)
        assert desk.catalogue.by_slug(f"ling-v-qiao-{number}", PUBLIC).id == published.case_id
    assert await desk.agrees()


async def test_a_related_case_has_to_exist_and_an_alias_should_be_free(desk):
    case_id = await desk.put()
    await desk.put(slug="other", aliases=["Peach case"], sources=[source("https://x.example")])
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    view = (
        await desk.drafting.fill(manager(), draft.id, RelatedForm("nowhere", Relation.COMPARE))
    ).view
    assert [problem.message for problem in view.errors] == ["nowhere does not exist"]
    await desk.drafting.fill(manager(), draft.id, RemoveEntry("related", 0))
    await desk.drafting.fill(manager(), draft.id, RelatedForm("other", Relation.COMPARE))
    names = NamesForm("Ling v. Qiao", "", "peach case")
    view = (await desk.drafting.fill(manager(), draft.id, names)).view
    assert view.errors == ()
    assert "also an alias of Ling v. Qiao" in "".join(p.message for p in view.advice)
    assert isinstance(await desk.drafting.publish(manager(), draft.id), Published)


async def test_a_link_to_a_removed_case_does_not_block_later_edits(desk):
    other = await desk.put(slug="other")
    case_id = await desk.put(related=[{"slug": "other", "relation": "compare"}])
    await desk.records.remove(manager(), other, "")
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    view = (await desk.drafting.fill(manager(), draft.id, SummaryForm("Changed."))).view
    assert view.errors == ()
    assert isinstance(await desk.drafting.publish(manager(), draft.id), Published)


async def test_an_entry_that_is_not_there_is_refused_and_changes_nothing(desk):
    case_id = await desk.put()
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    for form in (
        RulingChoice(1, Result.DISMISSED),
        RemoveEntry("sources", 7),
        RemoveEntry("sources", -1),
        RemoveEntry("title", 0),
        RemoveEntry("__class__", 0),
        SourceForm(3, "https://a.example"),
    ):
        with pytest.raises(FormError):
            await desk.drafting.fill(manager(), draft.id, form)
    assert (await desk.drafting.open(manager(), draft.id)).draft == draft


async def test_a_person_has_only_so_many_drafts(desk, monkeypatch):
    monkeypatch.setattr(drafting, "MAX_DRAFTS", 2)
    case_id = await desk.put()
    for caption in ("One", "Two"):
        await desk.drafting.begin(manager(), BasicsForm(caption))
    with pytest.raises(TooManyDraftsError):
        await desk.drafting.begin(manager(), BasicsForm("Three"))
    with pytest.raises(TooManyDraftsError):
        await desk.drafting.begin_edit(manager(), case_id)
    await desk.drafting.begin(manager(person=2), BasicsForm("Three"))


async def test_a_draft_filled_while_it_is_published_is_checked_again(desk):
    case_id = await desk.put()
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    await desk.drafting.fill(manager(), draft.id, StatusChoice(Status.FINAL))
    checked = desk.drafting.open
    seen = []

    async def filled_meanwhile(actor, draft_id):
        view = await checked(actor, draft_id)
        if not seen:
            await desk.drafting.fill(actor, draft_id, RemoveEntry("rulings", 0))
            await desk.drafting.fill(actor, draft_id, SummaryForm(""))
        seen.append(view)
        return view

    desk.drafting.open = filled_meanwhile
    assert isinstance(await desk.drafting.publish(manager(), draft.id), Blocked)
    assert (await desk.stored(case_id)).record.revision == 1


async def test_a_cancelled_publisher_leaves_memory_and_database_agreeing(desk):
    case_id = await desk.put()
    begun = asyncio.Event()
    publish = desk.drafting._publish

    async def publish_and_tell(*arguments):
        begun.set()
        return await publish(*arguments)

    desk.drafting._publish = publish_and_tell
    for _ in range(8):
        draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
        status = Status.FINAL if draft.fields["status"] == "decided" else Status.DECIDED
        await desk.drafting.fill(manager(), draft.id, StatusChoice(status))
        task = asyncio.create_task(desk.drafting.publish(manager(), draft.id))
        await begun.wait()
        begun.clear()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await desk.ledger.close()
    assert (await desk.stored(case_id)).record.revision == 9
    assert await desk.agrees()


async def test_a_draft_from_a_suggestion(desk):
    suggestion = await desk.suggestions.suggest_case(
        member(), "Duan v. Wei\nDecided 2025, see [2025] EWHC 12 (Ch)", "https://court.example/d"
    )
    view = await desk.drafting.begin_from(manager(), suggestion)
    assert view.draft.fields["title"] == "Duan v. Wei"
    assert view.draft.fields["sources"][0]["url"] == "https://court.example/d"
    case_id = await desk.put(rulings=[ruling()])
    report = await desk.suggestions.report_mistake(member(), case_id, "wrong date")
    assert (await desk.drafting.begin_from(manager(), report)).draft.case_id == case_id
