import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import limits


@given(st.text(max_size=300), st.integers(-5, 200))
def test_a_cut_text_fits_and_begins_as_it_did(text, limit):
    for short in (limits.cut(text, limit), limits.shorten(text, limit)):
        assert limits.size(short) <= max(limit, 0)
        if short != text and limit > 0:
            assert short.endswith("…")
            assert text.startswith(short[:-1].rstrip())


def test_size_never_counts_less_than_discord():
    assert limits.size("a") == 1
    assert limits.size("🍕") == 2


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("One. Two. Three.", 16, "One. Two. Three."),
        ("One sentence here. Another one there.", 30, "One sentence here. …"),
        ("法院认定侵权成立。被告应当赔偿损失。", 14, "法院认定侵权成立。 …"),
        ("Nosentenceendsinhere", 10, "Nosentenc…"),
        ("ends in a backslash\\*x", 21, "ends in a backslash…"),
    ],
)
def test_texts_are_shortened_at_a_sentence(text, limit, short):
    assert limits.shorten(text, limit) == short


@given(st.lists(st.text(max_size=30), max_size=20), st.integers(0, 120), st.integers(0, 10))
def test_a_list_fits_and_counts_what_is_missing(parts, limit, most):
    joined, missing = limits.list_within(parts, ", ", limit, most, "and {} more".format)
    assert limits.size(joined) <= limit
    assert 0 <= missing <= len(parts)
    if joined:
        assert joined.startswith(", ".join(parts[: len(parts) - missing]))
        assert joined.endswith(f"and {missing} more") == bool(missing) or not missing
