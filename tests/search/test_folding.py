import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.folding import fold, romanised, squeeze, words_of
from tests.strategies import typed


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("Ｄａｖｉｄ　Ｌｅｅ", "david lee"),
        ("Théâtre D'Opéra", "theatre dopera"),
        ("Théâtre D’opéra", "theatre dopera"),
        ("北京互聯網法院", "北京互联网法院"),
        ("著作權　広告", "著作权 广告"),
        ("STRØMER Łódź", "stromer lodz"),
        ("Straße", "strasse"),
        ("U.S. v. USA", "united states v. united states"),
        ("Getty & Co", "getty  and  co"),
        ("get\u200bty\u202e", "getty"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("𝐆𝐄𝐌𝐀", "gema"),
        ("Doe et al. v. GitHub", "doe   v. github"),
    ],
)
def test_one_form_for_every_way_of_writing(written, same_as):
    assert fold(written) == same_as


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Thaler v. Perlmutter", ["thaler", "perlmutter"]),
        ("Li versus the Liu", ["li", "liu"]),
        ("1:22-cv-01564", ["1", "22", "cv", "1564"]),
        ("京0491民初11279号", ["京", "491", "民初", "11279", "号"]),
        ("春风送来", ["春风", "风送", "送来"]),
        ("stable_diffusion", ["stable", "diffusion"]),
        ("🍕 - !", []),
    ],
)
def test_words(written, words):
    assert words_of(fold(written)) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thaler v. Perlmutter", "thaler vs perlmutter"),
        ("Thaler v. Perlmutter", "Thaler against Perlmutter"),
        ("1:22-cv-01564", "1 22 CV 1564"),
        ("(2023)京0491民初11279号", "（2023）京491民初11279號"),
    ],
)
def test_spacing_and_punctuation_do_not_count(one, other):
    assert squeeze(fold(one)) == squeeze(fold(other))


def test_a_query_of_nothing_but_dropped_words_is_not_squeezed_to_nothing():
    assert squeeze("the v") == "thev"


@pytest.mark.parametrize(
    ("written", "latin"),
    [("北京互联网", "beijinghulianwang"), ("Дело", "delo"), ("서울", "seoul"), ("plain", "")],
)
def test_other_scripts_are_romanised(written, latin):
    assert romanised(fold(written)).strip() == latin


@pytest.mark.soak
@given(st.one_of(typed, st.text(alphabet="李某訴臺灣慶餘年図絵", max_size=12)))
def test_folding_again_changes_no_word(text):
    once = fold(text)
    assert words_of(fold(once)) == words_of(once)


@given(st.text(alphabet="著作權訴訟裁判図絵臺灣", min_size=2, max_size=8))
def test_a_part_of_a_cjk_text_folds_as_it_does_in_the_whole(text):
    assert fold(text).startswith(fold(text[: len(text) // 2]))
