"""Rows to be stored."""

import datetime as dt

from bot.domain.drafts import Draft
from tests.announcements.world import NOW


def draft(
    draft_id: str, person: int, guild: int, *, scope: int, saved_at: dt.datetime = NOW
) -> Draft:
    return Draft(draft_id, person, guild, scope, None, None, {"title": "A"}, {}, NOW, saved_at)
