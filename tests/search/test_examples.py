"""What a newcomer tries first, on the shipped catalogue."""

import pytest

from bot.search import Ambiguous, Found, NotFound
from tests.search.catalogue import answer, shipped_entries, shipped_index

LI = "li-v-liu"
ZARYA = "zarya-of-the-dawn"
THALER = "thaler-v-perlmutter"


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("beijing", LI),
        ("spring breeze", LI),
        ("春风送来了温柔", LI),
        ("李某", LI),
        ("(2023)京0491民初11279号", LI),
        ("京0491民初11279", LI),
        ("peach blossom", LI),
        ("li vs liu", LI),
        ("li liu", LI),
        ("Li v. L", LI),
        ("北京互聯網法院 春風", LI),
        ("zarya", ZARYA),
        ("VAu001480196", ZARYA),
        ("kashtanova comic", ZARYA),
        ("midjourney comic book", ZARYA),
        ("kashtanov", ZARYA),
        ("thaler", THALER),
        ("thaler perlmutter", THALER),
        ("perlmuter thaler", THALER),
        ("recent entrance to paradise", THALER),
        ("1:22-cv-01564", THALER),
        ("1 22 cv 1564", THALER),
        ("22-cv-01564", THALER),
        ("getty", "getty-images-v-stability-ai-uk"),
        ("uk getty", "getty-images-v-stability-ai-uk"),
        ("gema", "gema-v-openai"),
        ("laion", "kneschke-v-laion"),
        ("奥特曼", "scla-v-ai-company-ultraman-guangzhou"),
        ("theatre dopera spatial", "allen-v-perlmutter"),
        ("butterfly chair", "feng-v-dongshan-butterfly-chair"),
        ("蝴蝶椅", "feng-v-dongshan-butterfly-chair"),
    ],
)
def test_the_case_that_is_meant_is_shown(query, slug):
    assert answer(shipped_index().ask(query)) == slug


@pytest.mark.parametrize(
    "query", ["thaler", "dabus", "getty", "奥特曼", "gema", "laion", "beijing"]
)
def test_a_family_says_how_many_fit_and_offers_them_all(query):
    verdict = shipped_index().ask(query)
    assert isinstance(verdict, Ambiguous)
    assert verdict.sure
    assert verdict.total > 1
    assert len(verdict.hits) == min(verdict.total, 25)


def test_beijing_offers_every_case_that_a_beijing_court_decided():
    verdict = shipped_index().ask("beijing")
    assert isinstance(verdict, Ambiguous)
    offered = {hit.id for hit in verdict.hits}
    ruled = {e.slug for e in shipped_entries() if any("Beijing" in text for text in e.context)}
    assert len(ruled) >= 9
    assert ruled <= offered


def test_dabus_means_a_dabus_case():
    slug = answer(shipped_index().ask("dabus"))
    assert slug is not None
    assert "dabus" in slug or "thaler" in slug


@pytest.mark.parametrize(
    "query",
    [
        "pizza recipe",
        "v",
        "v.",
        "the",
        "case",
        "what about the law",
        "🍕",
        "???",
        "",
        " ",
        "qzxvkjwpyhtrmfbdnslg" * 5,
        "x" * 6000,
        "\u202e\u200b\u200f",
        "'; DROP TABLE cases; --",
        "** __ ~~ ||",
    ],
)
def test_nothing_is_found_where_nothing_fits(query):
    verdict = shipped_index().ask(query)
    assert isinstance(verdict, NotFound)
    assert len(verdict.near) <= 5


def test_a_ping_is_not_an_answer():
    assert answer(shipped_index().ask("@everyone")) is None


def test_zero_width_and_right_to_left_marks_are_not_seen():
    assert answer(shipped_index().ask("\u202eza\u200brya\u2066")) == ZARYA


@pytest.mark.parametrize("query", ["stallins", "perlmuttar", "gettty"])
def test_a_single_misspelt_word_is_only_ever_offered(query):
    assert answer(shipped_index().ask(query)) is None


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("what about that beijing ai image case", LI),
        ("who won zarya of the dawn?", ZARYA),
        ("please show me the case about the monkey selfie", "naruto-v-slater"),
        ("beryl howell thaler", THALER),
        ("judge howell", THALER),
        ("alsup", "bartz-v-anthropic"),
    ],
)
def test_questions_are_answered_as_names_are(query, slug):
    assert answer(shipped_index().ask(query)) == slug


@pytest.mark.parametrize(
    ("query", "slug"), [("xiaohongshu watermark", LI), ("signature cut off", LI)]
)
def test_words_of_the_summary_alone_are_offered_and_never_shown_as_sure(query, slug):
    verdict = shipped_index().ask(query)
    assert isinstance(verdict, Ambiguous)
    assert not verdict.sure
    assert slug in {hit.id for hit in verdict.hits}


def test_an_exact_name_alone_is_found_with_others_near():
    verdict = shipped_index().ask("Thaler v. Perlmutter")
    assert isinstance(verdict, Found)
    assert verdict.hit.score == 1
