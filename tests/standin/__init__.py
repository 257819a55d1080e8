"""A loopback Discord for tests and measurements: REST and gateway, in a process of its own.

discord.py's untouched client speaks to it over real HTTP and WebSocket. It keeps the rules that
matter to a bot (rates, buckets, nonces, deadlines, permissions, limits of bodies) and can break
them on request. `python -m tests.standin` starts it, `tests.standin.launcher` points a bot at it,
`tests.standin.control` drives both from a test.

Where to look: `rules` (every number it keeps), `world` (guilds, channels, messages, commands),
`rates` and `faults` (what is refused), `validation` and `openapi` (what a body may hold), `routes`
(REST), `gateway` (WebSocket), `interactions` (what a person does), `operations` (the control
side's other end), `load` (a closed loop of interactions).
"""
