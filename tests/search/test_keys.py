from bisect import insort

from hypothesis import given
from hypothesis import strategies as st

from bot.search.keys import KeyList

rows = st.tuples(st.text("abc", min_size=1, max_size=4), st.integers(0, 3), st.integers(0, 9))


@given(st.lists(st.tuples(rows, st.booleans()), max_size=60), st.text("abc", max_size=3))
def test_a_key_list_is_a_sorted_list(changes, start):
    keys, model = KeyList(), []
    for row, stays in changes:
        if row in model:
            continue
        keys.add(*row)
        insort(model, row)
        if not stays:
            keys.remove(*row)
            model.remove(row)
    found = sorted(keys.starting_with(start))
    assert found == sorted((key, slot) for key, _, slot in model if key.startswith(start))


def test_order_holds_across_buckets():
    keys = KeyList()
    rows = [(f"{n * 7919 % 2003:04}", n % 5, n) for n in range(2003)]
    for row in rows:
        keys.add(*row)
    assert [key for key, _ in keys.starting_with("")] == sorted(key for key, _, _ in rows)
    for row in rows[::2]:
        keys.remove(*row)
    assert [key for key, _ in keys.starting_with("1")] == sorted(
        key for key, _, _ in rows[1::2] if key.startswith("1")
    )


def test_equal_keys_stand_in_order_of_precedence_even_over_buckets():
    keys = KeyList()
    for number in range(1500):
        keys.add("same", (number * 7919) % 1500, number)
    slots = [slot for _, slot in keys.starting_with("same")]
    assert slots == sorted(range(1500), key=lambda number: number * 7919 % 1500)
    for number in slots[:1400]:
        keys.remove("same", (number * 7919) % 1500, number)
    assert [slot for _, slot in keys.starting_with("s")] == slots[1400:]
