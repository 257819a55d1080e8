"""The English sentences that editors read, and people who suggest something to them."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.permissions import Refusal
from bot.domain.revisions import ChangeKind
from bot.domain.suggestions import SuggestionKind
from bot.domain.vocabulary import Level, Relation, Result, Role, SourceKind, Status, Topic

if TYPE_CHECKING:
    from bot.text.english import English

_FIELDS = {
    "title": "caption",
    "native_title": "caption in the court's language",
    "aliases": "alias",
    "landmark": "landmark",
    "jurisdiction": "country",
    "parties": "party",
    "topics": "topic",
    "ai_systems": "AI system",
    "works": "work",
    "filed_on": "filing date",
    "status": "status",
    "as_of": "state as of",
    "summary": "summary",
    "rulings": "ruling",
    "court": "court",
    "native_court": "court's native name",
    "level": "rank of the court",
    "decided_on": "decision date",
    "docket_number": "docket number",
    "citations": "citation",
    "judges": "judge",
    "result": "result",
    "holding": "holding",
    "remedies": "remedy",
    "related": "related case",
    "relation": "relation",
    "sources": "source",
    "url": "link",
    "link": "link",
    "publisher": "publisher",
    "language": "language",
    "kind": "kind",
    "published_on": "publication date",
    "slug": "short name",
    "name": "name",
    "role": "role",
    "amount": "amount",
    "currency": "currency",
}
_LISTS = {
    "aliases": "aliases",
    "parties": "parties",
    "topics": "topics",
    "ai_systems": "AI systems",
    "works": "works",
    "rulings": "rulings",
    "citations": "citations",
    "judges": "judges",
    "remedies": "remedies",
    "related": "related cases",
    "sources": "sources",
}
"""The names of whole lists."""
_FORMS = {
    "basics": "first form",
    "names": "caption and aliases",
    "summary": "summary",
    "ruling": "ruling",
    "holding": "holding and remedies",
    "state": "status and dates",
    "source": "source",
    "subject": "topics and AI systems",
}
_TITLES = {"basics": "Add a case", "related": "Related case", "parties": "Parties"}
_LANGUAGES = (
    *("en", "zh", "de", "fr", "ja", "ko", "es", "it", "pt", "nl", "pl", "cs"),
    *("da", "sv", "hu", "ru", "uk", "tr", "ar", "he", "hi", "vi"),
)
_UNDO = "`/catalogue undo`."
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")

_KINDS = {
    ChangeKind.ADDED: "added",
    ChangeKind.EDITED: "edited",
    ChangeKind.REMOVED: "removed",
    ChangeKind.RESTORED: "restored",
    ChangeKind.UNDONE: "undone",
    ChangeKind.IMPORTED: "imported",
    ChangeKind.SHIPPED: "updated with the bot",
}

_REFUSALS = {
    Refusal.NO_SERVER: (
        "Records are kept in a server that added this bot, not here. Run the command in your "
        "server."
    ),
    Refusal.NOT_AN_EDITOR: (
        "Only editors may do this: people with Manage Server, or with the editor role. Ask a "
        "moderator to run `/settings editors`, or tell the editors with `/suggest`."
    ),
    Refusal.NOT_CURATED_HERE: (
        "This case belongs to the public catalogue, which is not kept in this server. Report what "
        "is wrong with the button under the case, or hide it here with `/catalogue hide`."
    ),
    Refusal.NOT_THE_OWNER: (
        "Nobody curates the public catalogue, so only this bot's owner settles that."
    ),
}


class EnglishEditors:
    """Sentences about keeping the records, each a method that takes what it mentions.

    Args:
        terms: names the words of a record.
    """

    def __init__(self, terms: "English") -> None:
        self._terms = terms

    # Choices from vocabularies, as value and name

    def results(self) -> list[tuple[str, str]]:
        """What a ruling may decide."""
        return [(each.value, self._terms.result(each)) for each in Result]

    def levels(self) -> list[tuple[str, str]]:
        """The ranks of courts."""
        return [(each.value, self._terms.level(each).capitalize()) for each in Level]

    def statuses(self) -> list[tuple[str, str]]:
        """Where a case may stand."""
        return [(each.value, self._terms.status(each).capitalize()) for each in Status]

    def topics(self) -> list[tuple[str, str]]:
        """What a case may be about."""
        return [(each.value, self._terms.topic(each).capitalize()) for each in Topic]

    def relations(self) -> list[tuple[str, str]]:
        """How a case may bear on another."""
        return [(each.value, self._terms.relation(each).capitalize()) for each in Relation]

    def relation_word(self, word: str) -> str:
        """A relation by its word in the record."""
        return next((name for value, name in self.relations() if value == word), word)

    def source_kinds(self) -> list[tuple[str, str]]:
        """What a source may be."""
        return [
            (SourceKind.PRIMARY.value, "The decision or docket itself"),
            (SourceKind.SECONDARY.value, "A report about it"),
        ]

    def languages(self, stored: str) -> list[tuple[str, str]]:
        """Languages of pages, with the one that is stored even where it is a rare one."""
        tags = [*_LANGUAGES, stored] if stored and stored not in _LANGUAGES else _LANGUAGES
        return [(tag, self._terms.language(tag)) for tag in tags]

    def yes_or_no(self) -> list[tuple[str, str]]:
        """For a landmark."""
        return [("yes", "Yes, show it first where several fit"), ("no", "No")]

    def roles(self, role: Role) -> str:
        """Everybody with a role: `Plaintiffs`."""
        name = self._terms.role(role).capitalize()
        return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"

    # Places of a record

    def place(self, place: str) -> str:
        """A field in words: `ruling 1, result`; the record as a whole where it is empty."""
        if not place:
            return "the record"
        if place in _FORMS and place != "summary":
            return f"the form “{_FORMS[place]}”"
        steps = place.split(".")
        if len(steps) > 1 and steps[0] in _FORMS and "[" not in steps[0]:
            steps = steps[1:]
        return ", ".join(_step(step) for step in steps)

    def problem(self, place: str, message: str, mend: str) -> str:
        """What is wrong, and what to do."""
        where = self.place(place)
        return f"{where[0].upper()}{where[1:]}: {message}; {mend}."

    # Which catalogue

    def catalogue(self, *, public: bool) -> str:
        """The catalogue that is written, in words."""
        if public:
            return "the **public catalogue**, which every server sees"
        return "**this server's own cases**, which no other server sees"

    def goes_to(self, *, public: bool) -> str:
        """Stands above a form: where it will be published."""
        return f"For {self.catalogue(public=public)}."

    # Drafts

    def preview(self, *, public: bool, edit: bool) -> str:
        """The first line of a preview."""
        what = "Edit of a case in" if edit else "New case for"
        return f"**Preview**, only you see this. {what} {self.catalogue(public=public)}."

    blocks = "**Needed before it can be published**"
    better = "**Could be better** (it can be published as it is)"
    nothing_missing = "Nothing is missing."
    answer_will_be = "**This is what `/case` will answer:**"
    too_little = "Too little is there to show an answer yet. So far:"
    looks_like = "**It looks like a case that is there.** Is it this one? See the list below."
    lookalike_placeholder = "Is it one of these? Choose to look at it"
    same_caption = "Almost the same caption"
    same_docket = "The same docket number"
    same_source = "The same source"
    edit_this_one = "It is this one: edit it instead"
    lookalike_note = (
        "This is the case in the catalogue. Your draft is kept: `/catalogue drafts` lists it."
    )

    def more_problems(self, count: int) -> str:
        """Closes a list of problems."""
        return f"• and {count} more"

    names_part = "Caption, aliases"
    summary_part = "Summary"
    parties_part = "Parties"
    subject_part = "Topics, AI systems"
    state_part = "Status, dates"
    ruling_part = "Ruling"
    holding_part = "Result, holding, remedies"
    rulings_part = "All rulings"
    sources_part = "Sources"
    related_part = "Related cases"
    publish = "Publish quietly"
    publish_with_reason = "Publish, say why"
    discard = "Discard"
    fix_it = "Fix it"
    back = "Back to the preview"
    back_to_list = "Back to the list"
    settle_placeholder = "Choose where the published text shall stay"
    add_entry = "Add one"
    edit_entry = "Edit"
    take_out = "Take out"
    newer = "◀ Newer"
    older = "Older ▶"
    previous = "◀ Previous"
    next = "Next ▶"
    result_placeholder = "What did the ruling decide?"
    level_placeholder = "How high is the court?"
    discarded = "The draft is gone. Nothing was published."
    discard_question = "Throw this draft away? What you typed will be gone."
    discard_yes = "Yes, throw it away"
    too_long_for_a_form = (
        "That text is too long for a form in Discord. Edit it in a file: `/catalogue export`, "
        "then `/catalogue import`."
    )

    def panel(self, name: str) -> str:
        """The heading of a list of entries."""
        headings = {
            "rulings": "Choose a ruling to edit or take out, or add one.",
            "sources": "Choose a source to edit or take out, or add one.",
            "related": "Choose a related case to take out, or add one.",
            "parties": "Choose whose names to edit.",
        }
        return headings[name]

    def entry_placeholder(self, page: int, pages: int) -> str:
        """The list of entries."""
        return "Choose one" if pages == 1 else f"Choose one (page {page} of {pages})"

    def drafts(self, count: int) -> str:
        """The heading of the list of drafts."""
        if not count:
            return "You have no drafts here. `/catalogue add` begins one."
        drafts = "draft" if count == 1 else "drafts"
        return (
            f"You have {count} {drafts} here. Choose one to go on. A draft that nobody saves for "
            "90 days is thrown away."
        )

    drafts_placeholder = "Choose a draft"
    untitled = "Without a caption"

    def draft_description(self, *, public: bool, edit: bool, saved: str) -> str:
        """A draft under its caption."""
        kind = "edit" if edit else "new case"
        where = "public catalogue" if public else "this server's own"
        return f"{kind} · {where} · saved {saved}"

    def published(self, caption: str, *, public: bool, merged: bool, new: bool) -> str:
        """A draft was published."""
        done = "is in" if new else "is changed in"
        also = " Somebody else's newer change was kept along with yours." if merged else ""
        return (
            f"**{caption}** {done} {self.catalogue(public=public)}. `/case` answers with it from "
            f"now on.{also} To take it back: `/catalogue undo`."
        )

    # Published cases

    bring_back = "Bring it back"
    history_button = "History"
    remove_title = "Remove a case"
    revert_placeholder = "Bring a revision back"
    unhide_placeholder = "Show one again in this server"
    is_withdrawn = "removed from the catalogue"
    by_owner = "the bot or its owner"
    here = "in this server"
    elsewhere = "elsewhere"
    not_undone = (
        "These stay as they are, since somebody changed the same since. `/catalogue history` "
        "brings an old text back:"
    )

    def alias_added(self, alias: str, caption: str, *, public: bool) -> str:
        """An alias was added."""
        where = self.catalogue(public=public)
        return f"“{alias}” finds **{caption}** from now on, in {where}. To take it back: " + _UNDO

    def removal(self, caption: str, *, public: bool) -> str:
        """What removing a case does."""
        return (
            f"This removes **{caption}** from {self.catalogue(public=public)}. Old links and "
            "buttons will say that it was withdrawn. `/catalogue restore` brings it back."
        )

    def removed(self, caption: str, *, public: bool) -> str:
        """A case was removed."""
        return (
            f"**{caption}** is removed from {self.catalogue(public=public)}. "
            "`/catalogue restore` brings it back."
        )

    def restored(self, caption: str, *, public: bool) -> str:
        """A case, or an old text of it, is back."""
        return f"**{caption}** is back in {self.catalogue(public=public)}. To undo that: {_UNDO}"

    def undone(self, count: int, *, public: bool) -> str:
        """Changes were taken back."""
        cases = "One case" if count == 1 else f"{count:,} cases"
        verb = "stands" if count == 1 else "stand"
        return f"{cases} in {self.catalogue(public=public)} {verb} as before that change:"

    undo_again = "`/catalogue undo` once more brings the change back."

    def hidden(self, count: int) -> str:
        """Which public cases a server does not show."""
        if not count:
            return "This server shows every public case."
        cases = "one public case" if count == 1 else f"{count} public cases"
        return f"This server does not show {cases}; other servers do not notice."

    def history_of(self, caption: str) -> str:
        """Stands above a history."""
        return f"Who changed **{caption}**, newest first. Only you see this."

    def page(self, page: int, pages: int) -> str:
        """Which page it is."""
        return f"Page {page} of {pages}"

    def revision(self, number: int, kind: str, when: str, who: str) -> str:
        """The heading of a revision."""
        return f"**{number} · {kind}** · {when} · {who}"

    def revision_option(self, number: int, kind: str) -> str:
        """A revision to choose."""
        return f"Revision {number} ({kind})"

    def change(self, place: str, before: str | None, after: str | None) -> str:
        """A field before and after."""
        if before is None:
            return f"• {place}: + {after}"
        if after is None:
            return f"• {place}: − {before}"
        return f"• {place}: {before} → {after}"

    # Import and export

    refused = "**Refused, and why:**"
    plan_again = "**The catalogue changed in the meantime.** This is what the import would do now."
    export_too_large = (
        "The catalogue is larger than a file may be in this server. Whoever runs the bot can write "
        "it out in the terminal: `casebook export`."
    )

    def plan(
        self, added: int, changed: int, skipped: int, refused: int, restored: int, *, public: bool
    ) -> str:
        """What an import would do."""
        back = f" ({restored:,} of them were removed and come back)" if restored else ""
        return (
            f"**Dry run**, nothing is imported yet. Into {self.catalogue(public=public)}:\n"
            f"• {added:,} would be added\n"
            f"• {changed:,} would be changed{back}\n"
            f"• {skipped:,} are there just so and are skipped\n"
            f"• {refused:,} are refused"
        )

    def refused_row(self, row: int, slug: str, reasons: str) -> str:
        """A row that cannot be imported."""
        return f"Row {row}{f' ({slug})' if slug else ''}: {reasons}"

    def import_button(self, count: int) -> str:
        """Imports what the dry run named."""
        return f"Import {count:,} {'case' if count == 1 else 'cases'}"

    def checking(self, rows: int) -> str:
        """How far a dry run is."""
        return f"Checking the file: {rows:,} cases so far …"

    def importing(self, total: int) -> str:
        """An import is under way."""
        return f"Importing {total:,} cases …"

    def imported(self, added: int, changed: int, *, public: bool) -> str:
        """An import is done."""
        return (
            f"Imported into {self.catalogue(public=public)}: {added:,} added, {changed:,} changed. "
            f"To take all of it back: {_UNDO}"
        )

    def exported(self, *, public: bool) -> str:
        """Stands above an exported file."""
        return f"All of {self.catalogue(public=public)}. `/catalogue import` takes this file."

    # Settings

    nobody = "Only people with Manage Server"
    only_managers = (
        "**Editors:** people with Manage Server. To let a role edit as well: "
        "`/settings editors role:`"
    )
    can_see = "Members with that role see the editors' commands."

    def writes(self, *, public: bool) -> str:
        """What the editors of this server write."""
        return f"**Editors here write** {self.catalogue(public=public)}."

    def editors_are(self, role: int) -> str:
        """Who edits."""
        return f"**Editors:** people with Manage Server, and everybody with <@&{role}>."

    def cannot_see(self, commands: Sequence[str], role: int, bot: str) -> str:
        """Discord hides commands from the editor role, and how to show them."""
        names = [f"`/{name}`" for name in commands]
        listed = ", ".join(names)
        return (
            f"⚠️ **Editors cannot see {listed} yet**: Discord shows them only to people with "
            "Manage Server until you say otherwise, which a bot cannot do. For each of them:\n"
            f"1. **Server Settings → Integrations → {bot}**\n"
            f"2. choose the command ({listed})\n"
            f"3. **Add Roles or Members → <@&{role}>**, with the green tick\n"
            "4. **Save Changes**, then run `/settings editors` again to see whether it worked."
        )

    def visibility_unknown(self, role: int) -> str:
        """Discord did not say who sees the commands."""
        return (
            f"I could not ask Discord whether <@&{role}> sees the editors' commands. If not: "
            "Server Settings → Integrations → this bot → the command → Add Roles or Members."
        )

    # Suggestions

    suggest_title = "Suggest a case"
    suggest_text = "Which case, and what do you know of it?"
    suggest_example = "Duan v. Wei, Beijing Internet Court, March 2025"
    mistake_title = "Report a mistake"
    mistake_text = "What is wrong, and what is right?"
    mistake_link = "Where it can be read"
    report = "Report a mistake"
    approve = "Approve"
    decline = "Decline"
    draft_it = "Edit as a draft"
    owners_queue = "For you as the owner of this bot"
    back_to_queue = "Back to the queue"
    answer_field = "What the person shall know (may be empty)"
    you_wrote = "You wrote, so that you can keep it:"
    update_placeholder = "Updates that came with the bot"
    shipped_placeholder = "Choose where the shipped text is taken"
    keep_editors = "Keep the editors' text"
    take_shipped = "Take the shipped text"
    update_settled = "Settled. What did not contradict was taken over. `/catalogue queue`"

    def suggested(self, *, to_owner: bool, public: bool) -> str:
        """A suggestion was kept."""
        if to_owner:
            who = "whoever runs this bot"
        elif public:
            who = "the editors of the public catalogue"
        else:
            who = "this server's editors"
        return f"Thank you. It goes to {who}; you are told the outcome in a direct message."

    def queue(self, suggestions: int, updates: int) -> str:
        """What waits."""
        if not suggestions and not updates:
            return "Nothing waits for you."
        parts: list[str] = []
        if suggestions:
            noun = "suggestion" if suggestions == 1 else "suggestions"
            parts.append(f"{suggestions:,} {noun}, oldest first")
        if updates:
            noun = "update" if updates == 1 else "updates"
            parts.append(f"{updates:,} {noun} that came with the bot and contradict what you wrote")
        return f"**Waiting for you:** {'; '.join(parts)}."

    def update(self, caption: str, *, withdrawn: bool) -> str:
        """A shipped update that contradicts an editor's text."""
        removed = " You removed the case; it stays removed." if withdrawn else ""
        return (
            f"A new version of the bot brought a change of **{caption}** in "
            f"{self.catalogue(public=True)}, and an editor had changed the same.{removed}"
        )

    def suggestion_heading(self, kind: str, caption: str, person: str, when: str) -> str:
        """Who suggests what."""
        about = f" in **{caption}**" if caption else ""
        return f"**{kind}**{about}, from {person} {when}:"

    def decided(self, *, approve: bool, told: bool) -> str:
        """A suggestion is settled."""
        done = "Approved" if approve else "Declined"
        heard = (
            "The person is told in a direct message."
            if told
            else "The person could not be told: they take no direct messages, or were forgotten."
        )
        return f"{done}. {heard}"

    def outcome(self, suggestion: str, answer: str, case: str, *, approved: bool) -> str:
        """What the person who suggested something hears; `case` is the one that it led to."""
        what = (
            "Thank you: the editors take up what you suggested."
            if approved
            else "Thank you for your suggestion. The editors did not take it up."
        )
        said = f"\nThey say: {answer}" if answer else ""
        about = f"\n{case} · `/case` shows it" if case else ""
        return f"{what}{said}{about}\n>>> {suggestion}"

    # Conflicts

    conflict = (
        "**Somebody else changed the same while you were editing.** Nothing is published and "
        "nothing of yours is lost. Choose for each part whose text to keep, then publish."
    )
    mine = "Yours"
    theirs = "Theirs, published"
    keep_mine = "Keep all of mine"
    keep_theirs = "Keep all of theirs"
    absent = "(nothing)"
    editors_text = "Editors' text"
    shipped_text = "New with the bot"

    def choose_for(self, place: str) -> str:
        """A select for one conflict."""
        return f"Which text for: {self.place(place)}?"

    # The forms

    def form_title(self, name: str) -> str:
        """The title of a form."""
        title = _TITLES.get(name) or _FORMS[name]
        return title[0].upper() + title[1:]

    caption = "Caption"
    caption_example = "Li v. Liu"
    court = "Court, and its country if it is new here"
    court_example = "Tribunal judiciaire de Paris, France"
    decision_date = "Decision date"
    date_example = "27 Nov 2023, 2023-11 or 2023"
    summary = "Summary"
    summary_example = "Who sued whom, what was decided and why. Docket numbers are recognised."
    source_link = "Source link"
    link_example = "https://…"
    native_caption = "Caption in the court's language"
    aliases = "Aliases, one a line"
    aliases_example = "Nicknames, works, native names: what people type"
    country = "Country (name or code)"
    names_of_parties = "Names, one a line"
    docket_number = "Docket number"
    citations = "Citations, one a line"
    judges = "Judges, one a line"
    result = "Result"
    level = "Rank of the court"
    holding = "What was held"
    remedies = "What was ordered, one a line"
    remedies_example = "CNY 500 damages"
    topics_label = "Topics"
    ai_systems = "AI systems, one a line"
    works = "Works, one a line"
    status = "Status"
    landmark = "Landmark"
    filed_on = "Filed on"
    as_of = "State checked on"
    published_on = "Published on"
    title_and_publisher = "Title, then publisher, a line each"
    kind = "What it is"
    language = "Language of the page"
    related_case = "Which case"
    related_example = "A caption, docket number or nickname"
    relation = "This case … the other"
    reason = "Why (stands in the history)"
    reason_example = "Read in the court's press release"

    def which_related(self) -> str:
        """A related case was not sure."""
        return "I am not sure which case you mean. Choose it, or go back and try another name."

    # The page of all commands

    commands_title = "Commands"
    commands_note = (
        "Written by `casebook commands` from the command tree; do not edit it by hand. Editors are "
        "people with *Manage Server*, and members of the role of `/settings editors`. The bot "
        "checks this at every command, button and form, whatever Discord shows."
    )
    commands_columns = ("Command", "What it does", "Who may")
    everybody_may = "everybody"
    editors_may = "editors"
    on_a_message = "Menu of a message"

    # Commands as Discord shows them: what each does, and who may

    catalogue_command = "Keep the records of cases (editors)"
    add_command = "Add a case with a form; you see a preview before it is published (editors)"
    edit_command = "Edit any part of a case, with a preview before it is published (editors)"
    ruling_command = "Add a ruling to a case, such as an appeal (editors)"
    source_command = "Add a source to a case (editors)"
    drafts_command = "Go on with what you have not published yet (editors)"
    import_command = "Import cases from a JSON file; first you see what it would do (editors)"
    export_command = "Get this catalogue as a JSON file (editors)"
    queue_command = "Suggestions of members, and updates to settle (editors)"
    file_option = "A list of cases as JSON, plain or gzip, at most 8 MB"
    settings_command = "What this server chose (editors)"
    show_command = "Who edits, which catalogue is written here, and the rest (editors)"
    editors_command = "Who edits here besides people with Manage Server (editors)"
    role_option = "The role that may edit; empty to see who may"
    suggest_command = "Suggest a case that is missing (everybody)"
    alias_command = "Add a name by which people find a case (editors)"
    remove_command = "Take a case out of the catalogue; it can be brought back (editors)"
    restore_command = "Bring a removed case back (editors)"
    history_command = "Who changed what in a case, when and why; bring an old text back (editors)"
    undo_command = "Take back your last change here, or the last one of a case (editors)"
    hide_command = "Do not show a public case in this server, or show it again (editors)"
    removed_option = "Type a name and choose the removed case"
    undo_option = "The case; empty for the last change that you made in this server"
    hide_option = "The public case; empty to see which are hidden"
    alias_option = "A nickname, a work or a native name"
    reason_option = "Why; it stands in the history"
    case_option = "Type a name and choose the case"

    # Errors

    def refusal(self, refusal: Refusal) -> str:
        """Why somebody may not."""
        return _REFUSALS[refusal]

    unknown_case = "There is no such case here. Choose one from the suggestions."
    unclear_case = (
        "I am not sure which case you mean. Type its name and choose it from the suggestions."
    )
    withdrawn_case = "That case was removed. Bring it back first with `/catalogue restore`."
    not_withdrawn = "That case is in the catalogue. `/catalogue history` brings old revisions back."
    unknown_revision = "There is no such revision of that case, or it is a removal."
    nothing_to_do = "Nothing to do: it is so already."
    overtaken = "Somebody changed that in the meantime. Have a look and try again."
    unknown_draft = (
        "That draft is not there any more: it was published or thrown away. `/catalogue drafts` "
        "lists what you have."
    )
    too_many_drafts = (
        "You have 25 drafts here, which is as many as one may have. Publish or discard one first: "
        "`/catalogue drafts`."
    )
    entry_gone = "That entry is not there any more. Run `/catalogue drafts` to see how it stands."
    unknown_suggestion = "There is no such suggestion in your queue."
    already_decided = "Another editor settled that first. `/catalogue queue` shows what is left."
    everybody = "Everybody has that role, so everybody would edit. Choose another one."
    not_public = "That is this server's own case. To take it away use `/catalogue remove`."

    def too_many_suggestions(self, when: str) -> str:
        """Somebody suggests too much."""
        return f"That is as many as one may send for now. The next one is taken {when}."

    def invalid(self, problems: Sequence[str]) -> str:
        """A change would not give a valid record."""
        return "That cannot be stored: " + " ".join(problems)

    def kind_of(self, kind: ChangeKind) -> str:
        """What a revision did: `edited`."""
        return _KINDS[kind]

    def suggestion_kind(self, kind: SuggestionKind) -> str:
        """What a suggestion is about."""
        return "Missing case" if kind is SuggestionKind.CASE else "Mistake"


def _step(step: str) -> str:
    found = _STEP.fullmatch(step)
    if found is None:
        return step
    name, index = found.groups()
    word = _FIELDS.get(name, name.replace("_", " "))
    return _LISTS.get(name, word) if index is None else f"{word} {int(index) + 1}"
