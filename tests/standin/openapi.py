"""Holds request bodies against Discord's OpenAPI document, where the owner has one.

`CASEBOOK_OPENAPI` names the file (discord/discord-api-spec, `openapi.json`). It is not part of the
project, and neither is jsonschema-rs needed without it.
"""

import os
from pathlib import Path
from typing import Any

from tests.standin.wire import loads


class OpenApi:
    """The document's request bodies, each compiled when it is first needed."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._validators: dict[tuple[str, str], Any] = {}

    @classmethod
    def from_environment(cls) -> "OpenApi | None":
        """The document that `CASEBOOK_OPENAPI` names, if it does."""
        name = os.environ.get("CASEBOOK_OPENAPI")
        return cls(loads(Path(name).read_bytes())) if name else None

    def problems(self, method: str, path: str, body: Any) -> list[str]:
        """What the document finds wrong with a body.

        Args:
            method: `POST`.
            path: `/channels/{channel_id}/messages`.
            body: of the request.

        Returns:
            A sentence for each problem, the innermost where alternatives were tried.
        """
        key = (method, path)
        if key not in self._validators:
            self._validators[key] = self._compile(method, path)
        validator = self._validators[key]
        if validator is None:
            return []
        return [
            f"{'/'.join(map(str, error.instance_path)) or 'body'}: {error.message[:600]}"
            for error in validator.iter_errors(_as_documented(body))
        ]

    def _compile(self, method: str, path: str) -> Any:
        operation = self._document["paths"].get(path, {}).get(method.lower())
        if operation is None:
            return None
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            return None
        import jsonschema_rs  # noqa: PLC0415 - optional

        schema = {**content["schema"], "components": self._document["components"]}
        return jsonschema_rs.Draft202012Validator(schema)


def _as_documented(body: Any) -> Any:
    """The body with the numbers of new files as text: Discord takes what discord.py sends."""
    if not isinstance(body, dict):
        return body
    changed = dict(body)
    if body.get("attachments"):
        changed["attachments"] = [{**each, "id": str(each["id"])} for each in body["attachments"]]
    if isinstance(body.get("data"), dict):
        changed["data"] = _as_documented(body["data"])
    return changed
