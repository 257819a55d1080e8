"""Answering an interaction without being sent the answer back.

discord.py asks Discord to return each message that answers an interaction (`with_response`) and
builds its objects from it: for a lookup all of its 8 kB once more, which nobody here reads. Read in
discord.py 2.7.1, `webhook/async_.py`; a test holds the installed version to it. (Discord: "Create
Interaction Response", `with_response`.)
"""

from typing import TYPE_CHECKING, Any

from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

if TYPE_CHECKING:
    import aiohttp
    from discord.http import MultipartParameters


class TerseAdapter(AsyncWebhookAdapter):
    """discord.py's own requests, but for what they ask in return."""

    async def create_interaction_response(  # type: ignore[override] # discord.py's is not `async def`, but is awaited alike
        self,
        interaction_id: int,
        token: str,
        *,
        session: "aiohttp.ClientSession",
        proxy: str | None = None,
        proxy_auth: "aiohttp.BasicAuth | None" = None,
        params: "MultipartParameters",
    ) -> Any:
        """Send the answer; gives the least that discord.py takes for Discord's word on it."""
        route = Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            webhook_id=interaction_id,
            webhook_token=token,
        )
        await self.request(
            route,
            session=session,
            proxy=proxy,
            proxy_auth=proxy_auth,
            payload=params.payload,
            multipart=params.multipart,
            files=params.files,
        )
        return {"interaction": {"id": interaction_id}}


def answer_tersely() -> None:
    """Use the adapter for every interaction of the tasks that the current one starts."""
    async_context.set(TerseAdapter())
