"""A process that edits without end, to be killed: `python -m tests.services.busy_editor URL SEED`.

It writes a line of JSON before and after each step, and an empty object around each statement, so
that whoever reads along can kill it between any two of them and knows what was promised.
"""

import asyncio
import json
import random
import sys

from sqlalchemy import Engine, event

from bot.domain.exchange import IN_DISCORD
from bot.domain.forms import BasicsForm, RulingChoice, SummaryForm
from bot.domain.records import PUBLIC
from bot.domain.vocabulary import Level, Result
from bot.services.catalogue import Catalogue
from bot.services.curation.drafting import Conflict
from bot.services.curation.errors import CurationError
from bot.storage import Database
from tests.samples import document
from tests.services.conftest import Desk, manager

IMPORTED = 30


def say(**words):
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class Editor:
    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.seed = seed
        self.chance = random.Random(seed)
        self.count = 0

    async def work(self) -> None:
        steps = [self.add, self.edit, self.edit, self.take_in, self.undo, self.keep_a_draft]
        while True:
            self.count += 1
            try:
                await self.chance.choice(steps)()
            except CurationError as failure:
                say(refused=type(failure).__name__)

    def _name(self) -> str:
        return f"{self.seed}-{self.count}"

    async def _publish(self, draft_id: str) -> None:
        say(publishing=draft_id)
        published = await self.desk.drafting.publish(manager(), draft_id, self._name())
        if isinstance(published, Conflict):  # taken up from an earlier life, and changed since
            await self._discard(draft_id)
            return
        say(published=draft_id, case=published.case_id, revision=published.revision)

    async def _discard(self, draft_id: str) -> None:
        say(discarding=draft_id)
        await self.desk.drafting.discard(manager(), draft_id)
        say(discarded=draft_id)

    async def add(self) -> None:
        form = BasicsForm(f"Duan v. Wei {self._name()}", "Court, China", "2025", "A summary.")
        view = (await self.desk.drafting.begin(manager(), form)).view
        say(draft=view.draft.id, fields=view.draft.fields)
        choice = RulingChoice(0, Result.DISMISSED, Level.FIRST_INSTANCE)
        view = (await self.desk.drafting.fill(manager(), view.draft.id, choice)).view
        say(draft=view.draft.id, fields=view.draft.fields)
        await self._publish(view.draft.id)

    async def edit(self) -> None:
        records = self.desk.catalogue.records(PUBLIC)
        if not records:
            return
        case_id = self.chance.choice(records).id
        view = await self.desk.drafting.begin_edit(manager(), case_id)
        form = SummaryForm(f"Edited by {self._name()}.")
        view = (await self.desk.drafting.fill(manager(), view.draft.id, form)).view
        say(draft=view.draft.id, fields=view.draft.fields)
        await self._publish(view.draft.id)

    async def take_in(self) -> None:
        records = [document(f"i-{self._name()}-{n}") for n in range(IMPORTED)]
        plan = await self.desk.exchange.plan(manager(), json.dumps(records).encode(), IN_DISCORD)
        say(importing=self._name())
        await self.desk.exchange.run(manager(), plan, self._name())
        say(imported=self._name())

    async def undo(self) -> None:
        undone = await self.desk.records.undo(manager(), reason=self._name())
        for each in undone.cases:
            say(undone=each.case_id, revision=each.revision)

    async def keep_a_draft(self) -> None:
        drafts = await self.desk.drafting.drafts(manager())
        if len(drafts) > 15:
            await self._discard(drafts[-1].id)
            return
        view = (await self.desk.drafting.begin(manager(), BasicsForm(self._name()))).view
        say(draft=view.draft.id, fields=view.draft.fields)


async def main(url: str, seed: int) -> None:
    database = await Database.open(url)
    desk = Desk(database, await Catalogue.load(database))
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, moment, lambda *_: say())
    say(ready=True)
    await Editor(desk, seed).work()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
