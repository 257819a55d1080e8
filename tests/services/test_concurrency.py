import asyncio
import random
from collections import Counter

import pytest

from bot.domain.forms import NamesForm, StatusChoice, SummaryForm
from bot.domain.records import PUBLIC
from bot.domain.vocabulary import Status
from bot.services.catalogue import Catalogue
from bot.services.curation.drafting import Conflict, Published
from bot.services.curation.errors import NothingToDoError
from bot.storage import Database
from tests.services.conftest import CURATORS, Desk, manager
from tests.strategies import SOAK

CASES, EDITORS, EDITS = 50, 100 if SOAK else 25, 10


async def _edit(desk, actor, case_id, form):
    """What an editor does: publish, and on a conflict insist on the own text."""
    draft = (await desk.drafting.begin_edit(actor, case_id)).draft
    await desk.drafting.fill(actor, draft.id, form)
    while True:
        outcome = await desk.drafting.publish(actor, draft.id)
        if isinstance(outcome, Published):
            return outcome
        assert isinstance(outcome, Conflict)
        choices = {conflict.place: "ours" for conflict in outcome.conflicts}
        await desk.drafting.settle(actor, draft.id, choices)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_concurrent_edits_of_50_cases_leave_a_revision_each(desk):
    chance = random.Random(7)
    case_ids = [await desk.put(slug=f"case-{n}") for n in range(CASES)]
    asked = Counter()

    async def editor(number):
        actor = manager(CURATORS, 1000 + number)
        for edit in range(EDITS):
            case_id = chance.choice(case_ids)
            asked[case_id] += 1
            if not SOAK and edit >= 2:  # forms take three transactions, an alias one
                await desk.records.add_alias(actor, case_id, f"Alias of {number} {edit}")
                continue
            form = SummaryForm(f"Editor {number}, edit {edit}.")
            if chance.random() < 0.5:
                form = NamesForm("Ling v. Qiao", "", f"Alias of {number} {edit}")
            assert (await _edit(desk, actor, case_id, form)).revision > 1

    await asyncio.gather(*(editor(number) for number in range(EDITORS)))
    revisions = {case_id: await desk.revisions(case_id) for case_id in case_ids}
    assert sum(len(made) - 1 for made in revisions.values()) == EDITORS * EDITS
    assert {case_id: len(made) - 1 for case_id, made in revisions.items()} == {
        case_id: asked[case_id] for case_id in case_ids
    }
    assert await desk.agrees()
    for case_id in case_ids:
        alias = desk.catalogue.get(case_id, PUBLIC).case().aliases[-1]
        hits = desk.catalogue.index.search(alias, limit=CASES)
        assert case_id in {hit.id for hit in hits}


async def test_one_button_pressed_by_many_publishes_once(desk):
    case_id = await desk.put()
    draft = (await desk.drafting.begin_edit(manager(), case_id)).draft
    await desk.drafting.fill(manager(), draft.id, SummaryForm("Once."))
    outcomes = await asyncio.gather(
        *(desk.drafting.publish(manager(), draft.id) for _ in range(10)), return_exceptions=True
    )
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {
        "Published": 1,
        "UnknownDraftError": 9,
    }
    assert (await desk.stored(case_id)).record.revision == 2


async def test_two_processes_on_postgresql_see_and_keep_each_other_s_edits(database_url, engine):
    if engine != "postgresql":
        pytest.skip("SQLite serves one process")
    databases = [await Database.open(database_url) for _ in range(2)]
    desks = [Desk(database, await Catalogue.load(database)) for database in databases]
    case_id = await desks[0].put()
    await desks[1].catalogue.refresh(databases[1])

    async def editor(desk, person):
        for edit in range(15):
            form = (
                SummaryForm(f"Person {person}, edit {edit}.")
                if edit % 2
                else StatusChoice([Status.FINAL, Status.DECIDED, Status.PENDING][person % 3])
            )
            try:
                await _edit(desk, manager(CURATORS, person), case_id, form)
            except NothingToDoError:  # the status was so already
                continue
            await desk.catalogue.refresh(desk.database)

    await asyncio.gather(*(editor(desk, n) for n, desk in enumerate(desks * 2)))
    for desk in desks:
        await desk.catalogue.refresh(desk.database)
        assert await desk.agrees()
    assert desks[0].catalogue.get(case_id, PUBLIC) == desks[1].catalogue.get(case_id, PUBLIC)
    for database in databases:
        await database.close()
