from bisect import insort

from hypothesis import given
from hypothesis import strategies as st

from bot.search.keys import KeyList

PRECEDENCES = [3, 1, 2, 0, 1, 3, 0, 2, 2, 1]

rows = st.tuples(st.text("abc", min_size=1, max_size=4), st.integers(0, 9))


@given(st.lists(st.tuples(rows, st.booleans()), max_size=60), st.text("abc", max_size=3))
def test_a_key_list_is_a_sorted_list(changes, start):
    keys, model = KeyList(PRECEDENCES.__getitem__), []
    for row, stays in changes:
        if row in model:
            continue
        keys.add(*row)
        insort(model, row)
        if not stays:
            keys.remove(*row)
            model.remove(row)
    found = list(keys.starting_with(start))
    assert sorted(found) == [row for row in model if row[0].startswith(start)]
    in_order = [(key, PRECEDENCES[slot]) for key, slot in found]
    assert in_order == sorted(in_order)


def test_order_holds_across_buckets():
    keys = KeyList(lambda slot: slot % 5)
    rows = [(f"{n * 7919 % 2003:04}", n) for n in range(2003)]
    for row in rows:
        keys.add(*row)
    assert [key for key, _ in keys.starting_with("")] == sorted(key for key, _ in rows)
    for row in rows[::2]:
        keys.remove(*row)
    assert [key for key, _ in keys.starting_with("1")] == sorted(
        key for key, _ in rows[1::2] if key.startswith("1")
    )


def test_equal_keys_stand_in_order_of_precedence_even_over_buckets():
    def precedence(slot):
        return slot * 7919 % 1500

    keys = KeyList(precedence)
    for slot in range(1500):
        keys.add("same", slot)
    slots = [slot for _, slot in keys.starting_with("same")]
    assert slots == sorted(range(1500), key=precedence)
    for slot in slots[:1400]:
        keys.remove("same", slot)
    assert [slot for _, slot in keys.starting_with("s")] == slots[1400:]
