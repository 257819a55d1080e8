import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200bb\u202ec\u2066d\ufeffe\u00adf", "abcdef"),
        ("  many   spaces\t here ", "many spaces here"),
        ("one\r\ntwo\rthree\u2029four", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("\x00\x1b[31mred", "[31mred"),
        ("春风 送来", "春风 送来"),
        ("नमस्ते", "नमस्ते"),
        ("\u3164\u115f", ""),
    ],
)
def test_only_what_can_be_seen_is_kept(text, shown):
    assert visible(text) == shown


@given(st.text())
def test_nothing_invisible_is_left(text):
    categories = {
        unicodedata.category(character) for character in visible(text) if character != "\n"
    }
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert visible(visible(text)) == visible(text)
    assert "\n" not in one_line(text)
