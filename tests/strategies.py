"""Hypothesis strategies for whatever people and editors can write."""

import json
import os

from hypothesis import strategies as st

from bot.domain.case import MAX_ITEMS, MAX_TEXT, Case
from bot.domain.jurisdictions import JURISDICTIONS
from bot.domain.records import parse_case
from bot.domain.text import visible
from bot.domain.vocabulary import (
    Level,
    Relation,
    RemedyKind,
    Result,
    Role,
    SourceKind,
    Status,
    Topic,
)

SOAK = os.environ.get("CASEBOOK_SOAK") == "1"


def examples(small: int, full: int) -> int:
    """How many examples to try: few in `make test`, many in `make soak`."""
    return full if SOAK else small


HOSTILE = (
    "@everyone @here <@1> <@&1> <#1> <t:0:R> <:x:1> </case:1>",
    "**bold** __under__ ~~strike~~ ||spoiler|| `code` ```block``` > quote\n# head\n- list\n-# sub",
    "[link](https://evil.example) https://evil.example/_a_ <https://evil.example>",
    "\u202eabc\u2066def\u200b\u200d\ufeff\u00ad\u0000\u0007",
    "'; DROP TABLE cases; --",
    "𝕏🍕👩‍👩‍👧‍👦" * 40,
    "é" * 200 + "\u0301" * 200,
    "\\" * 300,
    "春风送来了温柔。" * 100,
    "a" * 4000,
    "word. " * 600,
)

plain = st.text(min_size=1, max_size=80)
nasty = st.one_of(
    plain,
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map("".join),
).map(lambda text: text[:MAX_TEXT] if visible(text[:MAX_TEXT]) else "seen")
typed = st.one_of(
    st.text(max_size=400), st.sampled_from(HOSTILE), st.just("x" * 6000), st.just("a b " * 500)
)

_dates = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.dates().map(lambda day: day.isoformat()[:7]),
    st.dates().map(lambda day: day.isoformat()[:4]),
)
_slugs = st.from_regex(r"[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,3}", fullmatch=True)
_paths = st.text(alphabet="abc()[]<>\"'`\\*_%&?=/é", max_size=60)


def _items(strategy, most=6):
    return st.one_of(
        st.lists(strategy, max_size=most),
        st.lists(strategy, min_size=1, max_size=1).map(lambda one: one * MAX_ITEMS),
    )


def _words(vocabulary):
    return st.sampled_from([word.value for word in vocabulary])


_remedies = st.fixed_dictionaries(
    {
        "kind": _words(RemedyKind),
        "amount": st.none() | st.from_regex(r"\d{1,15}(\.\d{1,4})?", fullmatch=True),
        "currency": st.none() | st.from_regex(r"[A-Z]{3}", fullmatch=True),
    }
)
_rulings = st.fixed_dictionaries(
    {
        "court": nasty,
        "native_court": st.none() | nasty,
        "level": _words(Level),
        "decided_on": st.none() | _dates,
        "docket_number": st.none() | nasty,
        "citations": _items(nasty),
        "judges": _items(nasty),
        "result": _words(Result),
        "holding": nasty,
        "remedies": _items(_remedies),
    }
)
_sources = st.fixed_dictionaries(
    {
        "url": st.builds("{}://example.org/{}".format, st.sampled_from(["https", "http"]), _paths),
        "title": nasty,
        "publisher": nasty,
        "language": st.sampled_from(["en", "zh", "de", "zh-Hant", "xx"]),
        "kind": _words(SourceKind),
        "published_on": st.none() | _dates,
    }
)
case_documents = st.fixed_dictionaries(
    {
        "slug": _slugs,
        "title": nasty,
        "native_title": st.none() | nasty,
        "aliases": _items(nasty),
        "landmark": st.booleans(),
        "jurisdiction": st.sampled_from(sorted(JURISDICTIONS)),
        "parties": _items(st.fixed_dictionaries({"name": nasty, "role": _words(Role)})),
        "topics": _items(_words(Topic)),
        "ai_systems": _items(nasty),
        "works": _items(nasty),
        "filed_on": st.none() | _dates,
        "status": _words(Status),
        "as_of": _dates,
        "summary": nasty,
        "rulings": _items(_rulings, most=4),
        "related": _items(st.fixed_dictionaries({"slug": _slugs, "relation": _words(Relation)})),
        "sources": _items(_sources),
    }
)
"""JSON-like records that are valid, however hostile their text."""


def as_case(document: dict) -> Case:
    return parse_case(json.dumps(document).encode())


cases = case_documents.map(as_case)
