"""What a body may hold: Discord's limits that a bot is refused for, answered as 50035.

Sources: Discord's pages on messages, embeds, components, and application commands. The OpenAPI
document (`openapi`) knows most shapes, but none of the sums, uniqueness rules and schemes here.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.standin.wire import DiscordError

Body = dict[str, Any]
Path = tuple[str | int, ...]

EPHEMERAL = 1 << 6
COMPONENTS_V2 = 1 << 15
_SETTABLE_FLAGS = 1 << 2 | EPHEMERAL | 1 << 12 | 1 << 13 | COMPONENTS_V2

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
_SELECTS = {3, 5, 6, 7, 8}
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL = 17, 18
_LINK, _PREMIUM = 5, 6
SUBCOMMAND, SUBCOMMAND_GROUP, STRING = 1, 2, 3
CHAT_INPUT = 1


class Problems:
    """Collects what is wrong with a body, in Discord's shape."""

    def __init__(self) -> None:
        self.tree: Body = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """Note a problem at a place."""
        node = self.tree
        for part in path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def raise_any(self) -> None:
        """Refuse the body if anything is wrong.

        Raises:
            DiscordError: 50035, with all of it.
        """
        if self.tree:
            raise DiscordError.of(50035, self.tree)

    def text(
        self, path: Path, value: Any, most: int, *, least: int = 0, required: bool = False
    ) -> int:
        """Check a text's length, as Discord measures it: trimmed.

        Returns:
            The length.
        """
        if value is None:
            if required:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
            return 0
        if not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", f"Could not interpret {value!r} as string.")
            return 0
        length = len(value.strip())
        if length > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif length < least:
            message = "This field is required" if least == 1 else f"Must be {least} or more."
            self.add(path, "BASE_TYPE_REQUIRED", message)
        return length

    def count(self, path: Path, value: Any, most: int, *, least: int = 0) -> list[Any]:
        """Check a list's length.

        Returns:
            The list; empty if it is none.
        """
        if value is None:
            value = []
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            message = f"Must be between {least} and {most} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", message)
        return value

    def link(self, path: Path, value: Any, schemes: Sequence[str], most: int) -> None:
        """Check an address."""
        if value is None or not self.text(path, value, most, least=1):
            return
        try:
            parts = urlsplit(value)
            scheme, host = parts.scheme.lower(), parts.netloc
        except ValueError:
            scheme, host = "", ""
        if scheme not in schemes:
            allowed = ", ".join(schemes)
            message = f"Scheme {scheme!r} is not supported. Scheme must be one of ({allowed})."
            self.add(path, "URL_TYPE_INVALID_SCHEME", message)
        elif not host or any(character.isspace() for character in value):
            self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def check_message(body: Body, *, edit: bool = False, v2: bool | None = None) -> None:
    """Check what is posted, edited or answered as a message.

    Args:
        body: the message's fields.
        edit: whether an existing message is changed, of which absent fields stay.
        v2: whether the existing message consists of components.

    Raises:
        DiscordError: 50035, or 50006 if there is nothing to show.
    """
    problems = Problems()
    flags = body.get("flags") or 0
    if not isinstance(flags, int) or flags & ~_SETTABLE_FLAGS:
        problems.add(("flags",), "BITFIELD_INVALID", "Unknown or forbidden flags")
        flags = 0
    is_v2 = bool(flags & COMPONENTS_V2) or bool(v2)
    length = problems.text(("content",), body.get("content"), 2000)
    embeds = problems.count(("embeds",), body.get("embeds"), 10)
    _check_embeds(problems, embeds)
    components = body.get("components")
    if is_v2:
        for name in ("content", "embeds", "poll", "sticker_ids"):
            if body.get(name):
                code, text = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "Not with V2"
                problems.add((name,), code, text)
    check_components(problems, components, v2=is_v2)
    _check_mentions(problems, body.get("allowed_mentions"))
    _check_nonce(problems, body.get("nonce"))
    problems.raise_any()
    shown = length or embeds or components or body.get("attachments") or body.get("poll")
    if not shown and not edit and not body.get("sticker_ids"):
        raise DiscordError.of(50006)


def _check_embeds(problems: Problems, embeds: list[Any]) -> None:
    total = 0
    for number, embed in enumerate(embeds):
        place: Path = ("embeds", number)
        if not isinstance(embed, dict):
            problems.add(place, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            continue
        total += problems.text((*place, "title"), embed.get("title"), 256)
        total += problems.text((*place, "description"), embed.get("description"), 4096)
        footer, author = embed.get("footer") or {}, embed.get("author") or {}
        if footer:
            total += problems.text((*place, "footer", "text"), footer.get("text"), 2048, least=1)
        if author:
            total += problems.text((*place, "author", "name"), author.get("name"), 256, least=1)
            problems.link((*place, "author", "url"), author.get("url"), ("http", "https"), 2048)
        fields = problems.count((*place, "fields"), embed.get("fields"), 25)
        for index, field in enumerate(fields):
            where: Path = (*place, "fields", index)
            total += problems.text((*where, "name"), field.get("name"), 256, least=1, required=True)
            total += problems.text(
                (*where, "value"), field.get("value"), 1024, least=1, required=True
            )
        problems.link((*place, "url"), embed.get("url"), ("http", "https"), 2048)
        for name in ("image", "thumbnail"):
            media = embed.get(name)
            if media:
                schemes = ("http", "https", "attachment")
                problems.link((*place, name, "url"), media.get("url"), schemes, 2048)
        colour = embed.get("color")
        if colour is not None and not (isinstance(colour, int) and 0 <= colour <= 0xFFFFFF):
            problems.add((*place, "color"), "NUMBER_TYPE_MAX", "Must be at most 16777215.")
    if total > 6000:
        message = "Embed size exceeds maximum size of 6000"
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", message)


def _check_mentions(problems: Problems, mentions: Any) -> None:
    if not mentions:
        return
    parse = mentions.get("parse")
    if parse is not None and set(parse) - {"roles", "users", "everyone"}:
        problems.add(("allowed_mentions", "parse"), "BASE_TYPE_CHOICES", "Unknown mention type")
    for name in ("roles", "users"):
        listed = problems.count(("allowed_mentions", name), mentions.get(name), 100)
        if listed and name in (parse or []):
            message = f"parse:[{name!r}] and {name}: [ids...] are mutually exclusive."
            code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"
            problems.add(("allowed_mentions",), code, message)


def _check_nonce(problems: Problems, nonce: Any) -> None:
    if isinstance(nonce, str) and len(nonce) > 25:
        problems.add(("nonce",), "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.")


def check_components(problems: Problems, components: Any, *, v2: bool) -> None:
    """Check the components of a message."""
    if not components:
        return
    most = 40 if v2 else 5
    rows = problems.count(("components",), components, most)
    walk = _Components(problems)
    for number, component in enumerate(rows):
        place: Path = ("components", number)
        kind = component.get("type") if isinstance(component, dict) else None
        if kind == ACTION_ROW:
            walk.row(place, component)
        elif v2:
            walk.layout(place, component)
        else:
            message = "Value of field 'type' must be one of (1,)."
            problems.add((*place, "type"), "UNION_TYPE_CHOICES", message)
    if walk.total > 40:
        problems.add(("components",), "BASE_TYPE_BAD_LENGTH", "At most 40 components in all.")
    if walk.shown > 4000:
        problems.add(("components",), "BASE_TYPE_MAX_LENGTH", "Must be 4000 or fewer in length.")


class _Components:
    """A walk over the components of one message or form."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._ids: set[str] = set()
        self.total = 0
        self.shown = 0

    def row(self, place: Path, row: Body) -> None:
        self.total += 1
        children = self._problems.count((*place, "components"), row.get("components"), 5, least=1)
        selects = 0
        for number, child in enumerate(children):
            where: Path = (*place, "components", number)
            selects += child.get("type") in _SELECTS
            self.interactive(where, child)
        if selects and len(children) > 1:
            message = "The specified component exceeds the maximum width"
            self._problems.add((*place, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)

    def interactive(self, place: Path, component: Body) -> None:
        self.total += 1
        kind = component.get("type")
        if kind == BUTTON:
            self._button(place, component)
        elif kind in _SELECTS:
            self.select(place, component)
        else:
            message = "Value of field 'type' must be one of (2, 3, 5, 6, 7, 8)."
            self._problems.add((*place, "type"), "UNION_TYPE_CHOICES", message)

    def _custom_id(self, place: Path, component: Body) -> None:
        custom_id = component.get("custom_id")
        where: Path = (*place, "custom_id")
        self._problems.text(where, custom_id, 100, least=1, required=True)
        if custom_id in self._ids:
            message = "Component custom id cannot be duplicated"
            self._problems.add(where, "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        self._ids.add(str(custom_id))

    def _button(self, place: Path, button: Body) -> None:
        problems, style = self._problems, button.get("style")
        length = problems.text((*place, "label"), button.get("label"), 80)
        if style == _LINK:
            if button.get("custom_id") is not None:
                message = "A custom id and url cannot both be specified"
                problems.add((*place, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL", message)
            if button.get("url") is None:
                problems.add((*place, "url"), "BASE_TYPE_REQUIRED", "This field is required")
            problems.link((*place, "url"), button.get("url"), ("http", "https", "discord"), 512)
        elif style == _PREMIUM:
            return
        elif style in {1, 2, 3, 4}:
            self._custom_id(place, button)
            if button.get("url") is not None:
                message = "A custom id and url cannot both be specified"
                problems.add((*place, "url"), "BUTTON_COMPONENT_CUSTOM_ID_URL", message)
        else:
            problems.add((*place, "style"), "BASE_TYPE_CHOICES", "Unknown button style")
        if not length and not button.get("emoji"):
            message = "A button must have a label or emoji"
            problems.add((*place, "label"), "BUTTON_COMPONENT_REQUIRES_LABEL_OR_EMOJI", message)

    def select(self, place: Path, select: Body) -> None:
        problems = self._problems
        self._custom_id(place, select)
        problems.text((*place, "placeholder"), select.get("placeholder"), 150)
        least, most = select.get("min_values", 1), select.get("max_values", 1)
        if least is not None and most is not None and not 0 <= least <= most <= 25:
            problems.add((*place, "max_values"), "NUMBER_TYPE_MIN", "Must be at least min_values.")
        if select.get("type") != STRING_SELECT:
            return
        options = problems.count((*place, "options"), select.get("options"), 25, least=1)
        if most is not None and most > max(1, len(options)):
            message = "Must not be more than the number of options."
            problems.add((*place, "max_values"), "BASE_TYPE_BAD_LENGTH", message)
        values: set[Any] = set()
        for number, option in enumerate(options):
            where: Path = (*place, "options", number)
            problems.text((*where, "label"), option.get("label"), 100, least=1, required=True)
            problems.text((*where, "value"), option.get("value"), 100, least=1, required=True)
            problems.text((*where, "description"), option.get("description"), 100)
            if option.get("value") in values:
                message = "The specified option value is already used"
                problems.add((*where, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
            values.add(option.get("value"))

    def layout(self, place: Path, component: Body) -> None:
        problems, kind = self._problems, component.get("type")
        self.total += 1
        if kind == TEXT_DISPLAY:
            where: Path = (*place, "content")
            self.shown += problems.text(
                where, component.get("content"), 4000, least=1, required=True
            )
        elif kind == SECTION:
            children = problems.count(
                (*place, "components"), component.get("components"), 3, least=1
            )
            for number, child in enumerate(children):
                self.layout((*place, "components", number), child)
            accessory = component.get("accessory") or {}
            if accessory.get("type") == BUTTON:
                self.interactive((*place, "accessory"), accessory)
            elif accessory.get("type") == THUMBNAIL:
                self.layout((*place, "accessory"), accessory)
            else:
                message = "This field is required"
                problems.add((*place, "accessory"), "BASE_TYPE_REQUIRED", message)
        elif kind == CONTAINER:
            children = problems.count(
                (*place, "components"), component.get("components"), 40, least=1
            )
            for number, child in enumerate(children):
                where = (*place, "components", number)
                if child.get("type") == ACTION_ROW:
                    self.row(where, child)
                elif child.get("type") == CONTAINER:
                    problems.add((*where, "type"), "UNION_TYPE_CHOICES", "No nested containers")
                else:
                    self.layout(where, child)
        elif kind == GALLERY:
            problems.count((*place, "items"), component.get("items"), 10, least=1)
        elif kind not in {THUMBNAIL, FILE, SEPARATOR}:
            problems.add((*place, "type"), "UNION_TYPE_CHOICES", "Unknown component type")

    def field(self, place: Path, component: Body) -> None:
        """A component inside a label of a form."""
        kind = component.get("type")
        if kind == TEXT_INPUT:
            self.text_input(place, component, labelled=False)
        elif kind in _SELECTS:
            self.select(place, component)
        elif kind in {19, 21, 22, 23}:  # file upload, radio group, checkbox group, checkbox
            self._custom_id(place, component)
        else:
            self._problems.add((*place, "type"), "UNION_TYPE_CHOICES", "Unknown component type")
        if component.get("disabled"):
            message = "A component in a modal cannot be disabled"
            self._problems.add((*place, "disabled"), "MODAL_COMPONENT_DISABLED", message)

    def text_input(self, place: Path, component: Body, *, labelled: bool) -> None:
        problems = self._problems
        self._custom_id(place, component)
        if labelled:
            problems.text((*place, "label"), component.get("label"), 45, least=1, required=True)
        if component.get("style") not in {1, 2}:
            problems.add((*place, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
        least = component.get("min_length") or 0
        most = component.get("max_length") or 4000
        if not 0 <= least <= 4000 or not 1 <= most <= 4000 or least > most:
            problems.add((*place, "max_length"), "NUMBER_TYPE_MAX", "Must be between 1 and 4000.")
        problems.text((*place, "value"), component.get("value"), min(most, 4000))
        problems.text((*place, "placeholder"), component.get("placeholder"), 100)


def check_modal(data: Body) -> None:
    """Check a form.

    Raises:
        DiscordError: 50035.
    """
    problems = Problems()
    problems.text(("data", "title"), data.get("title"), 45, least=1, required=True)
    problems.text(("data", "custom_id"), data.get("custom_id"), 100, least=1, required=True)
    rows = problems.count(("data", "components"), data.get("components"), 5, least=1)
    walk = _Components(problems)
    for number, row in enumerate(rows):
        place: Path = ("data", "components", number)
        kind = row.get("type")
        if kind == ACTION_ROW:
            where: Path = (*place, "components")
            children = problems.count(where, row.get("components"), 1, least=1)
            for child in children:
                if child.get("type") == TEXT_INPUT:
                    walk.text_input((*where, 0), child, labelled=True)
                else:
                    problems.add((*where, 0, "type"), "UNION_TYPE_CHOICES", "Must be one of (4,).")
        elif kind == LABEL:
            problems.text((*place, "label"), row.get("label"), 45, least=1, required=True)
            problems.text((*place, "description"), row.get("description"), 100)
            walk.field((*place, "component"), row.get("component") or {})
        elif kind != TEXT_DISPLAY:
            problems.add((*place, "type"), "UNION_TYPE_CHOICES", "Unknown component type")
    problems.raise_any()


def check_choices(choices: Any) -> None:
    """Check the suggestions of an autocomplete.

    Raises:
        DiscordError: 50035.
    """
    problems = Problems()
    listed = problems.count(("data", "choices"), choices, 25)
    for number, choice in enumerate(listed):
        _check_choice(problems, ("data", "choices", number), choice)
    problems.raise_any()


def _check_choice(problems: Problems, place: Path, choice: Body) -> None:
    problems.text((*place, "name"), choice.get("name"), 100, least=1, required=True)
    value = choice.get("value")
    if isinstance(value, str):
        problems.text((*place, "value"), value, 100, least=1)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        problems.add((*place, "value"), "BASE_TYPE_REQUIRED", "This field is required")
    for locale, name in (choice.get("name_localizations") or {}).items():
        problems.text((*place, "name_localizations", locale), name, 100, least=1)


_COMMAND_NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")


def check_commands(commands: Any) -> None:
    """Check a whole set of commands, as a bulk overwrite sends it.

    Raises:
        DiscordError: 50035.
    """
    problems = Problems()
    listed = problems.count((), commands, 130)
    seen: set[tuple[int, str]] = set()
    counts = {1: 0, 2: 0, 3: 0}
    for number, command in enumerate(listed):
        kind = command.get("type") or CHAT_INPUT
        _check_command(problems, (number,), command, kind)
        key = (kind, str(command.get("name")))
        if key in seen:
            message = "Application command names must be unique"
            problems.add((number, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
        counts[kind] = counts.get(kind, 0) + 1
    if counts[1] > 100 or counts[2] > 15 or counts[3] > 15:
        problems.add((), "APPLICATION_COMMANDS_MAX", "Maximum number of commands reached")
    problems.raise_any()


def _check_command(problems: Problems, place: Path, command: Body, kind: int) -> None:
    name = command.get("name")
    if kind == CHAT_INPUT:
        _check_names(problems, place, command)
        total = _check_options(problems, place, command.get("options"), depth=0)
        total += _longest(command, "name") + _longest(command, "description")
        if total > 8000:
            message = "Command exceeds maximum size (8000)"
            problems.add(place, "APPLICATION_COMMAND_TOO_LARGE", message)
    else:
        problems.text((*place, "name"), name, 32, least=1, required=True)
        if command.get("description"):
            message = "Context menu commands cannot have description"
            problems.add((*place, "description"), "BASE_TYPE_CHOICES", message)
    contexts = command.get("contexts")
    if contexts is not None and (not contexts or set(contexts) - {0, 1, 2}):
        problems.add((*place, "contexts"), "BASE_TYPE_CHOICES", "Value must be one of {0, 1, 2}.")
    installs = command.get("integration_types")
    if installs is not None and (not installs or set(installs) - {0, 1}):
        problems.add((*place, "integration_types"), "BASE_TYPE_CHOICES", "One of {0, 1}.")
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdigit():
        problems.add((*place, "default_member_permissions"), "BITFIELD_INVALID", "Not a number")


def _check_names(problems: Problems, place: Path, item: Body) -> None:
    names: dict[Path, Any] = {("name",): item.get("name")}
    for locale, name in (item.get("name_localizations") or {}).items():
        names["name_localizations", locale] = name
    for where, name in names.items():
        if not isinstance(name, str) or not _COMMAND_NAME.fullmatch(name) or name != name.lower():
            message = "Command name is invalid"
            problems.add((*place, *where), "APPLICATION_COMMAND_INVALID_NAME", message)
    described = item.get("description")
    problems.text((*place, "description"), described, 100, least=1, required=True)
    for locale, text in (item.get("description_localizations") or {}).items():
        problems.text((*place, "description_localizations", locale), text, 100, least=1)


def _longest(item: Body, name: str) -> int:
    texts = [item.get(name) or "", *(item.get(f"{name}_localizations") or {}).values()]
    return max(len(text) for text in texts if isinstance(text, str))


def _check_options(problems: Problems, place: Path, options: Any, *, depth: int) -> int:
    listed = problems.count((*place, "options"), options, 25)
    total, optional_seen, names = 0, False, set()
    for number, option in enumerate(listed):
        where: Path = (*place, "options", number)
        _check_names(problems, where, option)
        total += _longest(option, "name") + _longest(option, "description")
        if option.get("name") in names:
            message = "Option names must be unique"
            problems.add((*where, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message)
        names.add(option.get("name"))
        kind = option.get("type")
        if kind in {SUBCOMMAND, SUBCOMMAND_GROUP}:
            if depth + (kind == SUBCOMMAND_GROUP) > 1:
                problems.add((*where, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Depth")
            total += _check_options(problems, where, option.get("options"), depth=depth + 1)
            continue
        if kind not in range(3, 12):
            problems.add((*where, "type"), "BASE_TYPE_CHOICES", "Unknown option type")
        if option.get("required") and optional_seen:
            message = "Required options must be placed before non-required options"
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            problems.add((*where, "required"), code, message)
        optional_seen = optional_seen or not option.get("required")
        choices = problems.count((*where, "choices"), option.get("choices"), 25)
        for index, choice in enumerate(choices):
            _check_choice(problems, (*where, "choices", index), choice)
            total += len(str(choice.get("name"))) + len(str(choice.get("value")))
        if choices and option.get("autocomplete"):
            message = "Cannot use autocomplete with choices"
            code = "APPLICATION_COMMAND_AUTOCOMPLETE_WITH_CHOICES"
            problems.add((*where, "autocomplete"), code, message)
    return total
