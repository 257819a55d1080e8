"""`python -m tests.standin --port 0`: prints its address as one line of JSON, and serves."""

import argparse
import asyncio
import json

from tests.standin.rules import Rules
from tests.standin.server import serve


def main() -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (default): any free one")
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends")
    Rules.add_to(parser)
    parsed = parser.parse_args()
    rules = Rules.read(parsed)

    def ready(address: str) -> None:
        print(json.dumps({"url": address, "token": rules.token}), flush=True)

    asyncio.run(serve(rules, parsed.port, ready, until_eof=parsed.until_eof))


if __name__ == "__main__":
    main()
