import gc
import weakref

import pytest

from bot.services.threads import in_thread


class Large:
    pass


async def test_a_result_goes_with_its_last_user():
    gc.disable()
    try:
        result = await in_thread(Large)
        gone = weakref.ref(result)
        del result
        assert gone() is None
    finally:
        gc.enable()


async def test_what_goes_wrong_is_passed_on():
    with pytest.raises(ValueError, match="invalid literal"):
        await in_thread(int, "no number", base=10)
