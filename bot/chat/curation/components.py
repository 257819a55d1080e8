"""Every component and form of curation, for the client to know."""

from typing import Any

from bot.chat.curation.conflict import CONFLICT_ITEMS
from bot.chat.curation.draft_view import DRAFT_ITEMS
from bot.chat.curation.drafts import DRAFT_FORM_CLASSES
from bot.chat.curation.exchange import EXCHANGE_ITEMS
from bot.chat.curation.form import PersistentForm
from bot.chat.curation.history import HISTORY_ITEMS
from bot.chat.curation.records import RECORD_FORMS, RECORD_ITEMS
from bot.chat.curation.servers import SERVER_ITEMS
from bot.chat.curation.suggestions import SUGGESTION_FORMS, SUGGESTION_ITEMS
from bot.chat.curation.updates import UPDATE_ITEMS
from bot.chat.views.items import PersistentItem

ITEMS: tuple[type[PersistentItem[Any]], ...] = (
    *DRAFT_ITEMS,
    *CONFLICT_ITEMS,
    *HISTORY_ITEMS,
    *RECORD_ITEMS,
    *EXCHANGE_ITEMS,
    *SERVER_ITEMS,
    *SUGGESTION_ITEMS,
    *UPDATE_ITEMS,
)
FORMS: tuple[type[PersistentForm], ...] = (
    *DRAFT_FORM_CLASSES,
    *RECORD_FORMS,
    *SUGGESTION_FORMS,
)
