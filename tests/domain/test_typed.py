import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed import (
    TypedRemedy,
    UnclearDateError,
    find_jurisdiction,
    lines_of,
    read_date,
    read_remedy,
    recognise,
    slug_of,
)
from tests import strategies


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("27 Nov 2023", "2023-11-27"),
        ("2023-11", "2023-11"),
        ("Nov 27, 2023", "2023-11-27"),
        ("2023", "2023"),
        ("2023-11-27", "2023-11-27"),
        ("2023/11/7", "2023-11-07"),
        ("2023.11.27", "2023-11-27"),
        ("November 2023", "2023-11"),
        ("nov. 2023", "2023-11"),
        ("27th of November, 2023", "2023-11-27"),
        ("3rd March 2024", "2024-03-03"),
        ("Sept 3 2024", "2024-09-03"),
        ("  27   NOVEMBER 2023. ", "2023-11-27"),
        ("27-Nov-2023", "2023-11-27"),
        ("13/07/2025", "2025-07-13"),
        ("07/13/2025", "2025-07-13"),
        ("27.11.2023", "2023-11-27"),
        ("6/6/2025", "2025-06-06"),
        ("2023年11月27日", "2023-11-27"),
        ("2023年11月", "2023-11"),
        ("2023년 11월 27일", "2023-11-27"),
        ("２０２３年１１月", "2023-11"),
        ("29 Feb 2024", "2024-02-29"),
    ],
)
def test_a_date_is_understood_as_precisely_as_it_was_typed(text, date):
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("06/07/2025", ("2025-06-07", "2025-07-06")),
        ("1.2.2024", ("2024-01-02", "2024-02-01")),
        ("27 Nov 23", ()),
        ("29 Feb 2023", ()),
        ("31/31/2023", ()),
        ("2023-13", ()),
        ("yesterday", ()),
        ("2 ma 2023", ()),
        ("1/2-2024", ()),
        ("0000", ()),
        ("", ()),
        ("٢٠٢٣", ()),
    ],
)
def test_an_unclear_date_is_asked_for(text, readings):
    with pytest.raises(UnclearDateError) as caught:
        read_date(text)
    assert caught.value.readings == readings


def read_date_or_readings(text):
    try:
        return (read_date(text),)
    except UnclearDateError as unclear:
        return unclear.readings


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_any_day_is_understood_in_every_unambiguous_form(day):
    for form in ("%Y-%m-%d", "%d %b %Y", "%B %d, %Y", "%d %B %Y", "%b %d %Y", "%Y/%m/%d"):
        assert read_date(day.strftime(form)) == day.isoformat()
    american, european = day.strftime("%m/%d/%Y"), day.strftime("%d/%m/%Y")
    for text in (american, european):
        assert day.isoformat() in read_date_or_readings(text)


@given(strategies.typed)
def test_whatever_is_typed_never_breaks(text):
    read_date_or_readings(text)
    read_remedy(text)
    find_jurisdiction(text)
    lines_of(text)
    recognise(text)
    assert slug_of(text)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("CNY 500 damages", TypedRemedy("damages", "500", "CNY")),
        ("Costs: 1,500.50 USD", TypedRemedy("costs", "1500.50", "USD")),
        ("USD 1.5 billion settlement", TypedRemedy("settlement", "1500000000", "USD")),
        ("fine of EUR 15 million", TypedRemedy("fine", "15000000", "EUR")),
        ("EUR 1 000 000 penalty", TypedRemedy("fine", "1000000", "EUR")),
        ("injunction", TypedRemedy("injunction", None, None)),
        ("$500 damages", None),
        ("500 damages", None),
        ("USD 500", None),
        ("USD 12 34 damages", None),
        ("", None),
    ],
)
def test_a_remedy_is_understood_or_asked_for(text, remedy):
    assert read_remedy(text) == remedy


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("China", "CN"),
        (" chinese ", "CN"),
        ("us", "US"),
        ("USA", "US"),
        ("European Union", "EU"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_jurisdiction_by_name_adjective_or_code(text, code):
    assert find_jurisdiction(text) == code


@pytest.mark.parametrize(
    ("text", "dockets", "citations"),
    [
        ("In (2023)京0491民初11279号 the court", ["(2023)京0491民初11279号"], []),
        ("（2024）粤0192民初113号之一", ["（2024）粤0192民初113号之一"], []),
        ("see 1:22-cv-01564 and No. 23-5233.", ["1:22-cv-01564", "23-5233"], []),
        ("22-cv-06823-JST", ["22-cv-06823-JST"], []),
        ("LG München 42 O 14139/24", ["42 O 14139/24"], []),
        ("C-250/25", ["C-250/25"], []),
        ("[2025] EWHC 2863 (Ch), IL-2023-000007", ["IL-2023-000007"], ["[2025] EWHC 2863 (Ch)"]),
        ("130 F.4th 1039; 687 F. Supp. 3d 140", [], ["130 F.4th 1039", "687 F. Supp. 3d 140"]),
        ("2025 WL 1009179, 146 S. Ct. 959", [], ["2025 WL 1009179", "146 S. Ct. 959"]),
        ("ECLI:NL:RBAMS:2024:6563.", [], ["ECLI:NL:RBAMS:2024:6563"]),
        ("[2022] FCAFC 62 of 2021", [], ["[2022] FCAFC 62"]),
        ("VAu001480196", ["VAu001480196"], []),
        ("in 2023 the 5 judges met on 12/11/24", [], []),
        ("110年度上字第813號", ["110年度上字第813號"], []),
        ("2023누52088", ["2023누52088"], []),
        ("https://x.example/1:22-cv-01564", [], []),
    ],
)
def test_numbers_of_cases_in_a_text(text, dockets, citations):
    found = recognise(text)
    assert [*found.docket_numbers] == dockets
    assert sorted(found.citations) == sorted(citations)


def test_links_in_a_text_end_where_the_sentence_does():
    one, two = "https://a.example/x?y=1", "http://b.example/z"
    found = recognise(f"See {one}. And ({two}), {one}!")
    assert found.links == (one, two)


def test_a_list_typed_a_line_each():
    assert lines_of("- One\n\n* Two \u200b\n• One\r\n  Three  words ") == [
        "One",
        "Two",
        "Three words",
    ]


@pytest.mark.parametrize(
    ("caption", "slug"),
    [
        ("Li v. Liu", "li-v-liu"),
        ("Théâtre D'opéra Spatial", "theatre-dopera-spatial"),
        ("李某诉刘某", "case"),
        ("!!!", "case"),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_slug_for_a_caption(caption, slug):
    assert slug_of(caption) == slug
