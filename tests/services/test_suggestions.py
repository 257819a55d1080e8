import asyncio
import datetime as dt

import pytest

from bot.domain.permissions import Actor, NotAllowedError
from bot.domain.suggestions import SuggestionKind, SuggestionState
from bot.services.curation.errors import (
    AlreadyDecidedError,
    NothingToDoError,
    TooManySuggestionsError,
    UnknownCaseError,
    UnknownSuggestionError,
)
from bot.services.curation.suggestions import MAX_TEXT
from tests.services.conftest import CURATORS, OTHERS, Desk, manager, member

OWNER = Actor(9, owns_bot=True)


async def test_a_suggestion_waits_for_the_editors_of_the_server_it_was_made_in(desk):
    here = await desk.suggestions.suggest_case(member(), "Duan v. Wei", "https://x.example")
    there = await desk.suggestions.suggest_case(member(OTHERS), "Another v. One")
    nowhere = await desk.suggestions.suggest_case(Actor(3), "From a direct message")
    queue = await desk.suggestions.queue(manager())
    assert [each.id for each in queue.suggestions] == [here.id, nowhere.id]
    assert (queue.total, queue.page, queue.pages) == (2, 1, 1)
    assert (here.kind, here.link, here.state) == (
        SuggestionKind.CASE,
        "https://x.example",
        SuggestionState.OPEN,
    )
    assert [s.id for s in (await desk.suggestions.queue(manager(OTHERS))).suggestions] == [there.id]


async def test_a_reported_mistake_goes_to_the_editors_of_the_case(desk):
    public, own = await desk.put(), await desk.put(OTHERS, slug="own")
    one = await desk.suggestions.report_mistake(member(OTHERS), public, "The date is wrong.")
    two = await desk.suggestions.report_mistake(member(OTHERS), own, "The court is wrong.")
    assert [s.id for s in (await desk.suggestions.queue(manager())).suggestions] == [one.id]
    assert [s.id for s in (await desk.suggestions.queue(manager(OTHERS))).suggestions] == [two.id]
    for actor in (member(), Actor(3)):
        with pytest.raises(UnknownCaseError):
            await desk.suggestions.report_mistake(actor, own, "I guess it is there.")


async def test_where_nobody_curates_the_owner_settles(database, desk):
    lone = Desk(database, desk.catalogue, curators=None)
    suggestion = await lone.suggestions.suggest_case(Actor(3), "Duan v. Wei")
    assert lone.suggestions.goes_to_owner(suggestion)
    assert not desk.suggestions.goes_to_owner(suggestion)
    assert [s.id for s in (await lone.suggestions.queue(OWNER)).suggestions] == [suggestion.id]
    for actor in (manager(), Actor(3), member()):
        with pytest.raises((NotAllowedError, UnknownSuggestionError)):
            await lone.suggestions.decide(actor, suggestion.id, approve=True)
    decided = await lone.suggestions.decide(OWNER, suggestion.id, approve=False, answer="No case.")
    assert (decided.state, decided.answer) == (SuggestionState.DECLINED, "No case.")


async def test_one_editor_decides_and_the_person_is_told_once(desk):
    suggestion = await desk.suggestions.suggest_case(member(), "Duan v. Wei")
    outcomes = await asyncio.gather(
        *(
            desk.suggestions.decide(manager(person=n), suggestion.id, approve=True, answer="Thanks")
            for n in range(5)
        ),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        *["AlreadyDecidedError"] * 4,
        "Suggestion",
    ]
    assert (await desk.suggestions.queue(manager())).total == 0
    [untold] = await desk.suggestions.untold()
    assert (untold.id, untold.state, untold.answer) == (
        suggestion.id,
        SuggestionState.APPROVED,
        "Thanks",
    )
    await desk.suggestions.mark_told(suggestion.id)
    assert await desk.suggestions.untold() == []
    with pytest.raises(AlreadyDecidedError):
        await desk.suggestions.decide(manager(), suggestion.id, approve=False)


async def test_others_neither_see_nor_settle_the_queue(desk):
    suggestion = await desk.suggestions.suggest_case(member(OTHERS), "Duan v. Wei")
    for actor in (member(OTHERS), member(), Actor(3), OWNER):
        with pytest.raises(NotAllowedError):
            await desk.suggestions.queue(actor)
        with pytest.raises(NotAllowedError):
            await desk.suggestions.decide(actor, suggestion.id, approve=True)
    for suggestion_id in (suggestion.id, "nosuch"):
        with pytest.raises(UnknownSuggestionError):
            await desk.suggestions.get(manager(), suggestion_id)


async def test_a_person_may_suggest_only_so_much_in_any_hour_and_day(desk):
    for number in range(3):
        await desk.suggestions.suggest_case(member(), f"Case {number}")
    with pytest.raises(TooManySuggestionsError) as caught:
        await desk.suggestions.suggest_case(member(), "One more")
    await desk.suggestions.suggest_case(member(person=4), "Another person's")
    desk.now.moment = caught.value.again_at
    for hour in range(7):
        await desk.suggestions.suggest_case(member(), f"Later {hour}")
        desk.now.moment += dt.timedelta(hours=1)
    with pytest.raises(TooManySuggestionsError) as caught:
        await desk.suggestions.suggest_case(member(), "The eleventh of the day")
    desk.now.moment = caught.value.again_at
    await desk.suggestions.suggest_case(member(), "The next day")


async def test_text_is_made_safe_and_bounded(desk):
    suggestion = await desk.suggestions.suggest_case(
        member(), "a\x00\u202eb\ud800" + "x" * 9000, "\u200bhttps://x.example\n"
    )
    assert suggestion.text.startswith("abx")
    assert len(suggestion.text) == MAX_TEXT
    assert suggestion.link == "https://x.example"
    with pytest.raises(NothingToDoError):
        await desk.suggestions.suggest_case(member(person=4), "\u200b \x00")


async def test_the_queue_is_paged(desk):
    for person in range(100, 112):
        await desk.suggestions.suggest_case(member(CURATORS, person), "Duan v. Wei")
    page = await desk.suggestions.queue(manager(), 2)
    assert (page.total, page.page, page.pages, len(page.suggestions)) == (12, 2, 2, 2)
    assert (await desk.suggestions.queue(manager(), 50)).page == 2
