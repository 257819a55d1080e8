"""What each REST route does. The rules that hold for all of them are in `tests.standin.api`."""

from tests.standin.api import Api
from tests.standin.routes import applications, channels, guilds, messages, webhooks
from tests.standin.rules import Rules


def add_all(api: Api, rules: Rules) -> None:
    """Register every route."""
    for room in (applications, guilds, channels, messages, webhooks):
        room.add(api, rules)
