"""A short valid case, to be changed as a test needs it."""

import json
from typing import Any

from bot.domain.case import Case
from bot.domain.records import parse_case


def ruling(**changes: Any) -> dict[str, Any]:
    return {
        "court": "Beijing Internet Court",
        "native_court": "北京互联网法院",
        "level": "first-instance",
        "decided_on": "2023-11-27",
        "docket_number": "(2023)京0491民初11279号",
        "citations": [],
        "judges": ["Zhu Ge"],
        "result": "copyright-recognised",
        "holding": "The picture is a work, since its prompts were chosen by a person.",
        "remedies": [{"kind": "damages", "amount": "500", "currency": "CNY"}],
        **changes,
    }


def source(url: str = "https://court.example/1", **changes: Any) -> dict[str, Any]:
    return {
        "url": url,
        "title": "The judgment",
        "publisher": "The court",
        "language": "zh",
        "kind": "primary",
        "published_on": None,
        **changes,
    }


def document(slug: str = "ling-v-qiao", **changes: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": "Ling v. Qiao",
        "native_title": "凌某诉乔某",
        "aliases": ["Spring picture case"],
        "landmark": False,
        "jurisdiction": "CN",
        "parties": [{"name": "Ling", "role": "plaintiff"}, {"name": "Qiao", "role": "defendant"}],
        "topics": ["authorship"],
        "ai_systems": ["Stable Diffusion"],
        "works": [],
        "filed_on": None,
        "status": "decided",
        "as_of": "2026-07",
        "summary": "Ling made a picture with a model and Qiao used it without asking.",
        "rulings": [ruling()],
        "related": [],
        "sources": [source()],
        **changes,
    }


def case(slug: str = "ling-v-qiao", **changes: Any) -> Case:
    return parse_case(json.dumps(document(slug, **changes)).encode())
