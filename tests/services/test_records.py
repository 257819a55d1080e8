import pytest

from bot.domain.differences import Difference
from bot.domain.forms import StatusChoice, SummaryForm
from bot.domain.permissions import Actor, NotAllowedError
from bot.domain.problems import InvalidRecordError
from bot.domain.records import PUBLIC, to_document
from bot.domain.revisions import ChangeKind
from bot.domain.vocabulary import Status
from bot.services.curation.errors import (
    NothingToDoError,
    NotWithdrawnError,
    OvertakenError,
    UnknownCaseError,
    UnknownRevisionError,
    WithdrawnCaseError,
)
from tests.samples import case
from tests.services.conftest import CURATORS, OTHERS, manager, member


async def _edit(desk, case_id, form, actor=None):
    actor = actor or manager()
    draft = (await desk.drafting.begin_edit(actor, case_id)).draft
    await desk.drafting.fill(actor, draft.id, form)
    return await desk.drafting.publish(actor, draft.id)


def _case(desk, case_id, scope=PUBLIC):
    record = desk.catalogue.get(case_id, scope)
    return None if record is None else record.case()


async def test_an_alias_is_found_at_once(desk):
    case_id = await desk.put()
    await desk.records.add_alias(manager(), case_id, "  Peach \u200b blossom ", "people say so")
    assert _case(desk, case_id).aliases == ("Spring picture case", "Peach blossom")
    assert case_id in {hit.id for hit in desk.catalogue.index.search("peach blossom")}
    for alias in ("peach BLOSSOM", "", "\u200b"):
        with pytest.raises(NothingToDoError):
            await desk.records.add_alias(manager(), case_id, alias)
    with pytest.raises(InvalidRecordError, match="longer than 4000"):
        await desk.records.add_alias(manager(), case_id, "x" * 4001)
    assert (await desk.stored(case_id)).record.revision == 2
    assert await desk.agrees()


async def test_a_removed_case_is_gone_but_known_as_withdrawn(desk):
    case_id = await desk.put()
    removed = await desk.records.remove(manager(), case_id, "a duplicate", revision=1)
    assert removed.revision == 2
    assert _case(desk, case_id) is None
    assert desk.catalogue.withdrawn(case_id, PUBLIC).case() == case()
    assert desk.catalogue.index.search("ling qiao") == []
    newest, _ = await desk.revisions(case_id)
    assert (newest.kind, newest.before, newest.after) == (
        ChangeKind.REMOVED,
        to_document(case()),
        None,
    )
    assert newest.reason == "a duplicate"
    with pytest.raises(WithdrawnCaseError):
        await desk.records.remove(manager(), case_id, "")
    with pytest.raises(WithdrawnCaseError):
        await desk.records.add_alias(manager(), case_id, "x")
    await desk.records.restore(manager(), case_id)
    assert _case(desk, case_id) == case()
    with pytest.raises(NotWithdrawnError):
        await desk.records.restore(manager(), case_id)
    assert await desk.agrees()


async def test_a_case_that_moved_on_is_not_removed_by_an_old_button(desk):
    case_id = await desk.put()
    await desk.records.add_alias(manager(), case_id, "Peach")
    with pytest.raises(OvertakenError) as caught:
        await desk.records.remove(manager(), case_id, "", revision=1)
    assert caught.value.slugs == ("ling-v-qiao",)
    assert _case(desk, case_id) is not None


async def test_any_revision_can_be_brought_back(desk):
    case_id = await desk.put()
    await _edit(desk, case_id, SummaryForm("Second."))
    await _edit(desk, case_id, SummaryForm("Third."))
    await desk.records.remove(manager(), case_id, "")
    restored = await desk.records.restore(manager(), case_id, 2)
    assert restored.revision == 5
    assert _case(desk, case_id).summary == "Second."
    await desk.records.restore(manager(), case_id, 1)
    assert _case(desk, case_id) == case()
    with pytest.raises(NothingToDoError):
        await desk.records.restore(manager(), case_id, 1)
    for number in (4, 99, 0, -1):
        with pytest.raises(UnknownRevisionError):
            await desk.records.restore(manager(), case_id, number)
    assert await desk.agrees()


async def test_undo_takes_each_kind_of_change_back_and_itself(desk):
    case_id = await desk.put()
    await _edit(desk, case_id, SummaryForm("Second."))
    for expected in ("first", "Second.", "first"):
        undone = await desk.records.undo(manager(), case_id)
        assert [each.case_id for each in undone.cases] == [case_id]
        assert _case(desk, case_id).summary == (case().summary if expected == "first" else expected)
    await desk.records.remove(manager(), case_id, "")
    await desk.records.undo(manager(), case_id)
    assert _case(desk, case_id) == case()
    assert (await desk.revisions(case_id))[0].kind is ChangeKind.UNDONE
    assert await desk.agrees()


async def test_undoing_an_addition_removes_the_case(desk):
    case_id = await desk.put()
    await desk.records.undo(manager(), case_id)
    assert _case(desk, case_id) is None
    assert desk.catalogue.withdrawn(case_id, PUBLIC) is not None
    await desk.records.undo(manager(), case_id)
    assert _case(desk, case_id) == case()
    assert await desk.agrees()


async def test_undo_without_a_case_is_about_one_s_own_last_change(desk):
    one, two = await desk.put(), await desk.put(slug="two")
    with pytest.raises(NothingToDoError):
        await desk.records.undo(manager())
    await desk.records.add_alias(manager(), one, "Peach")
    await desk.records.add_alias(manager(person=2), two, "Plum")
    undone = await desk.records.undo(manager())
    assert [each.case_id for each in undone.cases] == [one]
    assert _case(desk, one) == case()
    assert "Plum" in _case(desk, two).aliases


async def test_undo_keeps_what_others_changed_since_unless_it_contradicts(desk):
    case_id = await desk.put()
    await _edit(desk, case_id, SummaryForm("Mine."))
    await _edit(desk, case_id, StatusChoice(Status.FINAL), manager(person=2))
    undone = await desk.records.undo(manager())
    assert undone.overtaken == ()
    assert (_case(desk, case_id).summary, _case(desk, case_id).status) == (
        case().summary,
        Status.FINAL,
    )
    await _edit(desk, case_id, SummaryForm("Mine again."))
    await _edit(desk, case_id, SummaryForm("Theirs."), manager(person=2))
    undone = await desk.records.undo(manager())
    assert (undone.cases, undone.overtaken) == ((), ("Ling v. Qiao",))
    assert _case(desk, case_id).summary == "Theirs."
    assert await desk.agrees()


async def test_history_is_paged_and_says_before_and_after(desk):
    case_id = await desk.put()
    for number in range(6):
        await _edit(desk, case_id, SummaryForm(f"Text {number}."))
    await desk.records.remove(manager(), case_id, "enough")
    first = await desk.records.history(manager(), case_id)
    assert (first.page, first.pages, first.withdrawn) == (1, 2, True)
    assert [entry.revision.number for entry in first.entries] == [8, 7, 6, 5, 4]
    assert first.entries[0].differences == ()
    assert first.entries[1].differences == (Difference("summary", "Text 4.", "Text 5."),)
    last = await desk.records.history(manager(), case_id, 99)
    assert (last.page, [entry.revision.number for entry in last.entries]) == (2, [3, 2, 1])
    assert (await desk.records.history(manager(), case_id, -3)).page == 1


async def test_nobody_else_may_and_nothing_happens(desk):
    public, own = await desk.put(), await desk.put(OTHERS, slug="own")
    owner = Actor(9, owns_bot=True)
    actors = [member(), member(CURATORS, 3, 78), manager(OTHERS), Actor(1, 0), owner]
    for case_id, tried in ((public, actors), (own, [*actors[:2], manager(), Actor(1, 0)])):
        for actor in tried:
            for step in (
                desk.records.add_alias(actor, case_id, "Peach"),
                desk.records.remove(actor, case_id, ""),
                desk.records.restore(actor, case_id, 1),
                desk.records.undo(actor, case_id),
                desk.records.history(actor, case_id),
            ):
                with pytest.raises((NotAllowedError, UnknownCaseError)):
                    await step
            with pytest.raises((NotAllowedError, NothingToDoError)):
                await desk.records.undo(actor)
    for case_id in (public, own):
        assert (await desk.stored(case_id)).record.revision == 1


async def test_another_server_s_case_and_an_unknown_one_get_the_same_answer(desk):
    own = await desk.put(OTHERS)
    for case_id in (own, "nosuchcase", "", "' OR 1=1 --"):
        with pytest.raises(UnknownCaseError) as caught:
            await desk.records.history(manager(), case_id)
        assert str(caught.value) == ""


async def test_a_server_s_own_case_is_its_editors_business(desk):
    own = await desk.put(OTHERS)
    await desk.servers.name_editors(manager(OTHERS), 77)
    editor = member(OTHERS, 3, 77)
    await desk.records.add_alias(editor, own, "Peach")
    assert "Peach" in _case(desk, own, OTHERS).aliases
    assert _case(desk, own, CURATORS) is None
