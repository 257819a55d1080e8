"""Duties are done again and again, and one that fails neither ends nor holds up another."""

import asyncio
import logging

from bot.ops.rounds import Duty, Rounds


async def test_every_duty_is_done_again_after_its_own_time():
    waits = []
    enough = asyncio.Event()

    async def sleep(seconds):
        waits.append(seconds)
        if len(waits) >= 6:
            enough.set()
        await asyncio.sleep(0)

    done = []

    def duty(name, seconds):
        async def do():
            done.append(name)

        return Duty(name, seconds, do)

    async with Rounds([duty("fast", 1.0), duty("slow", 60.0)], sleep):
        await enough.wait()
    assert done[:4] == ["fast", "slow", "fast", "slow"]
    assert waits[:2] == [1.0, 60.0]


async def test_a_failing_duty_is_logged_once_and_goes_on(caplog):
    enough = asyncio.Event()
    times = 0

    async def do():
        nonlocal times
        times += 1
        if times <= 3:
            raise OSError("the disk is full")
        enough.set()

    async def sleep(seconds):
        await asyncio.sleep(0)

    with caplog.at_level(logging.INFO):
        async with Rounds([Duty("backup", 1.0, do)], sleep):
            await enough.wait()
            await asyncio.sleep(0)
    lines = [record.message for record in caplog.records if record.name == "bot.ops.rounds"]
    assert len([line for line in lines if "failed" in line]) == 1
    assert "the disk is full" in lines[0]
    assert lines[-1] == "backup works again"


async def test_leaving_breaks_off_what_is_under_way():
    begun = asyncio.Event()
    let_go = False

    async def do():
        nonlocal let_go
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            let_go = True

    async with Rounds([Duty("long", 1.0, do)]):
        await begun.wait()
    assert let_go
