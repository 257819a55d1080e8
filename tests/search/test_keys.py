from bisect import insort

from hypothesis import given
from hypothesis import strategies as st

from bot.search.keys import KeyList

rows = st.tuples(st.text("abc", min_size=1, max_size=4), st.integers(0, 2**63 - 1))


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
    assert list(keys.starting_with(start)) == [row for row in model if row[0].startswith(start)]


def test_order_holds_across_buckets():
    keys = KeyList()
    rows = [(f"{n * 7919 % 2003:04}", n) for n in range(2003)]
    for row in rows:
        keys.add(*row)
    assert list(keys.starting_with("")) == sorted(rows)
    for row in rows[::2]:
        keys.remove(*row)
    left = sorted(row for row in rows[1::2] if row[0].startswith("1"))
    assert list(keys.starting_with("1")) == left


def test_equal_keys_stand_in_the_order_of_their_records_even_over_buckets():
    keys = KeyList()
    for number in range(1500):
        keys.add("same", number * 7919 % 1500)
    assert [record for _, record in keys.starting_with("same")] == list(range(1500))
    for record in range(1400):
        keys.remove("same", record)
    assert [record for _, record in keys.starting_with("s")] == list(range(1400, 1500))
