"""The forms of a draft: what each shows of it, and what comes of what was typed.

Pure: a draft goes in, fields come out; what somebody filled in goes in, forms of the domain come
out. The keys of fields are those of the domain's forms, so that what was not understood, which is
kept by those keys, fills them again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from bot.chat.curation.form import ChoiceField, Field, Filled, TextField
from bot.domain.drafts import Fields
from bot.domain.forms import (
    BasicsForm,
    Form,
    FormError,
    HoldingForm,
    NamesForm,
    PartiesForm,
    RulingChoice,
    RulingForm,
    SourceForm,
    StateForm,
    StatusChoice,
    SubjectForm,
    SummaryForm,
    TopicsChoice,
)
from bot.domain.text import one_line
from bot.domain.vocabulary import Level, Result, Role, SourceKind, Status, Topic
from bot.text.english_editors import EnglishEditors

NEW = "new"
NONE = "-"
_WordT = TypeVar("_WordT", bound=Enum)
_SHORT = 300
_CAPTION = 500


@dataclass(frozen=True, slots=True)
class DraftForm:
    """One form of a draft. `argument` says which entry it is about, a role, or nothing."""

    name: str
    stored: Callable[[Fields, str], Mapping[str, str]]
    """What the draft has, by the keys of the fields."""
    fields: Callable[[Mapping[str, str], EnglishEditors], list[Field]]
    read: Callable[[Callable[[str], str], Filled, Fields, str], list[Form]]
    """From the texts and choices to the domain's forms, the surest first."""

    def shown(
        self, fields: Fields, typed: Mapping[str, str], argument: str, text: EnglishEditors
    ) -> list[Field]:
        """The fields, filled with what was typed before, or else with what the draft has.

        Raises:
            FormError: if the entry is not there (any more).
        """
        return self.fields({**self.stored(fields, argument), **typed}, text)

    def understood(self, fields: Fields, argument: str, filled: Filled) -> list[Form]:
        """What somebody filled in; a field that the form did not show keeps what is stored.

        Raises:
            FormError: if the entry is not there (any more).
        """
        stored = self.stored(fields, argument)
        return self.read(
            lambda key: filled.text(key, stored.get(key, "")), filled, fields, argument
        )


def _entry(fields: Fields, name: str, argument: str) -> Fields:
    """The entry that a form is about; an empty one for a new one."""
    if argument == NEW:
        return {}
    entries: list[Fields] = fields.get(name) or []
    if not argument.isdigit() or int(argument) >= len(entries):
        raise FormError(f"{name}[{argument}]")
    return entries[int(argument)]


def _first(fields: Fields, name: str) -> Fields:
    entries: list[Fields] = fields.get(name) or []
    return entries[0] if entries else {}


def _index(argument: str) -> int | None:
    return int(argument) if argument.isdigit() else None


def _lines(values: Sequence[str] | None) -> str:
    return "\n".join(one_line(value) for value in values or ())


def _words(kind: type[_WordT], values: Sequence[str] | None) -> list[_WordT] | None:
    """Chosen words; what is no word of the vocabulary, which only a forged form has, is dropped."""
    if values is None:
        return None
    known = {word.value: word for word in kind}
    return [known[value] for value in values if value in known]


def _word(kind: type[_WordT], values: Sequence[str] | None) -> _WordT | None:
    words = _words(kind, values)
    return words[0] if words else None


# The first form


def _basics_stored(fields: Fields, argument: str) -> Mapping[str, str]:
    del argument
    ruling, source = _first(fields, "rulings"), _first(fields, "sources")
    return {
        "caption": fields.get("title") or "",
        "court": ruling.get("court") or "",
        "decided_on": ruling.get("decided_on") or "",
        "summary": fields.get("summary") or "",
        "link": source.get("url") or "",
    }


def _basics_fields(values: Mapping[str, str], text: EnglishEditors) -> list[Field]:
    return [
        TextField(
            "caption",
            text.caption,
            values.get("caption", ""),
            required=True,
            example=text.caption_example,
            most=_CAPTION,
        ),
        TextField("court", text.court, values.get("court", ""), example=text.court_example),
        TextField(
            "decided_on",
            text.decision_date,
            values.get("decided_on", ""),
            example=text.date_example,
            most=_SHORT,
        ),
        TextField(
            "summary",
            text.summary,
            values.get("summary", ""),
            long=True,
            example=text.summary_example,
        ),
        TextField("link", text.source_link, values.get("link", ""), example=text.link_example),
    ]


def _basics_read(
    typed: Callable[[str], str], filled: Filled, fields: Fields, argument: str
) -> list[Form]:
    del filled, fields, argument
    return [
        BasicsForm(
            typed("caption"),
            typed("court"),
            typed("decided_on"),
            typed("summary"),
            typed("link"),
        )
    ]


# Captions, summary, parties


def _names_stored(fields: Fields, argument: str) -> Mapping[str, str]:
    del argument
    return {
        "caption": fields.get("title") or "",
        "native_caption": fields.get("native_title") or "",
        "aliases": _lines(fields.get("aliases")),
    }


def _names_fields(values: Mapping[str, str], text: EnglishEditors) -> list[Field]:
    return [
        TextField("caption", text.caption, values["caption"], required=True),
        TextField("native_caption", text.native_caption, values["native_caption"]),
        TextField(
            "aliases", text.aliases, values["aliases"], long=True, example=text.aliases_example
        ),
    ]


def _names_read(
    typed: Callable[[str], str], filled: Filled, fields: Fields, argument: str
) -> list[Form]:
    del filled, fields, argument
    return [NamesForm(typed("caption"), typed("native_caption"), typed("aliases"))]


def _summary_stored(fields: Fields, argument: str) -> Mapping[str, str]:
    del argument
    return {
        "summary": fields.get("summary") or "",
        "jurisdiction": fields.get("jurisdiction") or "",
    }


def _summary_fields(values: Mapping[str, str], text: EnglishEditors) -> list[Field]:
    return [
        TextField("summary", text.summary, values["summary"], long=True),
        TextField("jurisdiction", text.country, values["jurisdiction"], most=_SHORT),
    ]


def _summary_read(
    typed: Callable[[str], str], filled: Filled, fields: Fields, argument: str
) -> list[Form]:
    del filled, fields, argument
    return [SummaryForm(typed("summary"), typed("jurisdiction"))]


def _parties_stored(fields: Fields, argument: str) -> Mapping[str, str]:
    parties: list[Fields] = fields.get("parties") or []
    return {"names": _lines([party["name"] for party in parties if party["role"] == argument])}


def _parties_fields(values: Mapping[str, str], text: EnglishEditors) -> list[Field]:
    return [TextField("names", text.names_of_parties, values["names"], long=True)]


def _parties_read(
    typed: Callable[[str], str], filled: Filled, fields: Fields, argument: str
) -> list[Form]:
    del filled, fields
    role = _word(Role, [argument])
    if role is None:
        raise FormError(argument)
    return [PartiesForm(role, typed("names"))]


# Rulings


def _ruling_stored(fields: Fields, argument: str) -> Mapping[str, str]:
    ruling = _entry(fields, "rulings", argument)
    return {
        "court": ruling.get("court") or "",
        "decided_on": ruling.get("decided_on") or "",
        "docket_number": ruling.get("docket_number") or "",
        "citations": _lines(ruling.get("citations")),
        "judges": _lines(ruling.get("judges")),
    }


def _ruling_fields(values: Mapping[str, str], text: EnglishEditors) -> list[Field]:
    return [
        TextField("court", text.court, values["court"], required=True, example=text.court_example),
        TextField(
            "decided_on",
            text.decision_date,
            values["decided_on"],
            example=text.date_example,
            most=_SHORT,
        ),
        TextField("docket_number", text.docket_number, values["docket_number"]),
        TextField("citations", text.citations, values["citations"], long=True),
        TextField("judges", text.judges, values["judges"], long=True),
    ]


def _ruling_read(
    typed: Callable[[str], str], filled: Filled, fields: Fields, argument: str
) -> list[Form]:
    del filled, fields
    return [
        RulingForm(
            _index(argument),
            typed("court"),
            typed("decided_on"),
            typed("docket_number"),
            typed("citations"),
            typed("judges"),
        )
    ]


def _holding_stored(fields: Fields, argument: str) -> Mapping[str, str]:
    ruling = _entry(fields, "rulings", argument)
    return {
        "result": ruling.get("result") or "",
        "level": ruling.get("level") or "",
        "holding": ruling.get("holding") or "",
        "remedies": _lines([_remedy(remedy) for remedy in ruling.get("remedies") or ()]),
    }


def _remedy(remedy: Mapping[str, Any]) -> str:
    parts = (remedy.get("currency"), remedy.get("amount"), remedy.get("kind"))
    return " ".join(part for part in parts if part)


def _holding_fields(values: Mapping[str, str], text: EnglishEditors) -> list[Field]:
    return [
        ChoiceField("result", text.result, text.results(), [values["result"]]),
        ChoiceField("level", text.level, text.levels(), [values["level"]]),
        TextField("holding", text.holding, values["holding"], long=True),
        TextField(
            "remedies", text.remedies, values["remedies"], long=True, example=text.remedies_example
        ),
    ]


def _holding_read(
    typed: Callable[[str], str], filled: Filled, fields: Fields, argument: str
) -> list[Form]:
    del fields
    index = _index(argument)
    if index is None:
        raise FormError(argument)
    result = _word(Result, filled.chosen("result"))
    level = _word(Level, filled.chosen("level"))
    return [
        RulingChoice(index, result, level),
        HoldingForm(index, typed("holding"), typed("remedies")),
    ]


# Topics, state


def _subject_stored(fields: Fields, argument: str) -> Mapping[str, str]:
    del argument
    return {
        "topics": _lines(fields.get("topics")),
        "ai_systems": _lines(fields.get("ai_systems")),
        "works": _lines(fields.get("works")),
    }


def _subject_fields(values: Mapping[str, str], text: EnglishEditors) -> list[Field]:
    topics = values["topics"].split("\n")
    return [
        ChoiceField("topics", text.topics_label, text.topics(), topics, most=len(Topic)),
        TextField("ai_systems", text.ai_systems, values["ai_systems"], long=True),
        TextField("works", text.works, values["works"], long=True),
    ]


def _subject_read(
    typed: Callable[[str], str], filled: Filled, fields: Fields, argument: str
) -> list[Form]:
    del fields, argument
    topics = _words(Topic, filled.chosen("topics"))
    chosen: list[Form] = [] if topics is None else [TopicsChoice(tuple(topics))]
    return [*chosen, SubjectForm(typed("ai_systems"), typed("works"))]


def _state_stored(fields: Fields, argument: str) -> Mapping[str, str]:
    del argument
    return {
        "status": fields.get("status") or "",
        "landmark": "yes" if fields.get("landmark") else "no",
        "filed_on": fields.get("filed_on") or "",
        "as_of": fields.get("as_of") or "",
    }


def _state_fields(values: Mapping[str, str], text: EnglishEditors) -> list[Field]:
    return [
        ChoiceField("status", text.status, text.statuses(), [values["status"]]),
        ChoiceField("landmark", text.landmark, text.yes_or_no(), [values["landmark"]]),
        TextField(
            "filed_on", text.filed_on, values["filed_on"], example=text.date_example, most=_SHORT
        ),
        TextField("as_of", text.as_of, values["as_of"], example=text.date_example, most=_SHORT),
    ]


def _state_read(
    typed: Callable[[str], str], filled: Filled, fields: Fields, argument: str
) -> list[Form]:
    del fields, argument
    landmark = filled.chosen("landmark")
    return [
        StatusChoice(
            _word(Status, filled.chosen("status")),
            landmark[0] == "yes" if landmark else None,
        ),
        StateForm(typed("filed_on"), typed("as_of")),
    ]


# Sources


def _source_stored(fields: Fields, argument: str) -> Mapping[str, str]:
    source = _entry(fields, "sources", argument)
    return {
        "link": source.get("url") or "",
        "title": source.get("title") or "",
        "publisher": source.get("publisher") or "",
        "kind": source.get("kind") or SourceKind.SECONDARY.value,
        "language": source.get("language") or "en",
        "published_on": source.get("published_on") or "",
    }


def _source_fields(values: Mapping[str, str], text: EnglishEditors) -> list[Field]:
    # Five fields are all that a form has, so title and publisher share one.
    names = _lines([each for each in (values["title"], values["publisher"]) if each])
    return [
        TextField("link", text.source_link, values["link"], required=True),
        TextField("names", text.title_and_publisher, names, long=True),
        ChoiceField("kind", text.kind, text.source_kinds(), [values["kind"]]),
        ChoiceField(
            "language", text.language, text.languages(values["language"]), [values["language"]]
        ),
        TextField(
            "published_on",
            text.published_on,
            values["published_on"],
            example=text.date_example,
            most=_SHORT,
        ),
    ]


def _source_read(
    typed: Callable[[str], str], filled: Filled, fields: Fields, argument: str
) -> list[Form]:
    stored = _source_stored(fields, argument)
    title, publisher = stored["title"], stored["publisher"]
    if "names" in filled.values:
        title, _, publisher = filled.text("names").strip().partition("\n")
    chosen = filled.chosen("kind")
    kind = _word(SourceKind, [stored["kind"]] if chosen is None else chosen)
    language = filled.chosen("language")
    return [
        SourceForm(
            _index(argument),
            typed("link"),
            title,
            publisher,
            language[0] if language else stored["language"],
            typed("published_on"),
            kind or SourceKind.SECONDARY,
        )
    ]


DRAFT_FORMS: Mapping[str, DraftForm] = {
    form.name: form
    for form in (
        DraftForm("basics", _basics_stored, _basics_fields, _basics_read),
        DraftForm("names", _names_stored, _names_fields, _names_read),
        DraftForm("summary", _summary_stored, _summary_fields, _summary_read),
        DraftForm("parties", _parties_stored, _parties_fields, _parties_read),
        DraftForm("ruling", _ruling_stored, _ruling_fields, _ruling_read),
        DraftForm("holding", _holding_stored, _holding_fields, _holding_read),
        DraftForm("subject", _subject_stored, _subject_fields, _subject_read),
        DraftForm("state", _state_stored, _state_fields, _state_read),
        DraftForm("source", _source_stored, _source_fields, _source_read),
    )
}
"""By the name that a component or a form carries."""
LISTS = {"ruling": "rulings", "holding": "rulings", "source": "sources"}
"""A form about one entry → the record's list that has the entry."""
