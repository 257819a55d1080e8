"""Announcing: what is published goes once, soon and correctly to everybody who wants it.

`publishing` writes announcements and their deliveries, in the transaction of the change that they
tell of. `outbox` delivers, with `pacing` (how fast) and `verdicts` (what an answer of Discord
means). `sending` says what the outbox needs of Discord.
"""
