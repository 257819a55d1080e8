"""What the owner can set, from the environment or a `.env` file in the working folder."""

import re
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_SHARDS = re.compile(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*", re.ASCII)
_DATABASES = ("sqlite+aiosqlite://", "postgresql+asyncpg://")


def _user_folder() -> Path:
    return user_data_path("casebook", appauthor=False)


class LogFormat(StrEnum):
    """How log entries are written."""

    PLAIN = "plain"
    JSON = "json"


class LogLevel(StrEnum):
    """The least serious entries that are logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class CannotStartError(Exception):
    """Something keeps a command from starting that its owner can mend.

    Attributes:
        problems: a sentence for each thing, that says what to do.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


class Settings(BaseSettings):
    """The owner's settings; each has a sentence in `.env.example`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    discord_token: SecretStr | None = None
    data_dir: Path = Field(default_factory=_user_folder)
    database_url: str | None = None
    curator_guild_id: int | None = Field(default=None, gt=0)
    announce_rate: float = Field(default=48.0, gt=0)
    backup_dir: Path | None = None
    backup_every: float = Field(default=24.0, ge=0)
    backup_keep: int = Field(default=7, ge=1)
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    metrics_host: str = "127.0.0.1"
    shard_count: int | None = Field(default=None, gt=0)
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = None
    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.PLAIN

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value != ""}

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_letter_case(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("data_dir", "backup_dir")
    @classmethod
    def _absolute(cls, folder: Path | None) -> Path | None:
        return None if folder is None else folder.expanduser().absolute()

    @field_validator("backup_every", mode="before")
    @classmethod
    def _off_is_never(cls, value: Any) -> Any:
        return 0 if isinstance(value, str) and value.strip().casefold() == "off" else value

    @field_validator("discord_token")
    @classmethod
    def _has_the_form_of_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError(
                "this is not a bot token: it has three parts with dots between them, without "
                "quotation marks, spaces or 'Bot'. Copy it again from the Bot page of your "
                "application at https://discord.com/developers/applications"
            )
        return token

    @field_validator("database_url")
    @classmethod
    def _names_an_engine(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(_DATABASES):
            raise ValueError(f"an address starts with {' or '.join(_DATABASES)}")
        return url

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _read_shards(cls, written: Any) -> Any:
        if not isinstance(written, str):
            return written
        compact = written.replace(" ", "")
        if not _SHARDS.fullmatch(compact):
            raise ValueError("write the numbers of this process's shards as 0,1,2 or 0-2")
        ids: list[int] = []
        for part in compact.split(","):
            first, _, last = part.partition("-")
            ids += range(int(first), int(last or first) + 1)
        if not ids or len(set(ids)) < len(ids):
            raise ValueError("name each shard once, the smaller number of a range first")
        return tuple(sorted(ids))

    @model_validator(mode="after")
    def _shards_belong_together(self) -> Self:
        if self.shard_ids is None:
            return self
        if self.shard_count is None:
            raise ValueError(
                "SHARD_IDS: SHARD_COUNT is missing: set it to the number of all shards, the same "
                "for every process"
            )
        if self.shard_ids[-1] >= self.shard_count:
            raise ValueError(
                f"SHARD_IDS: there is no shard {self.shard_ids[-1]} among {self.shard_count}: they "
                f"count from 0 to {self.shard_count - 1}"
            )
        if self.database.startswith(_DATABASES[0]):
            raise ValueError(
                "SHARD_IDS: SQLite serves one process only: set DATABASE_URL to a PostgreSQL "
                "database (casebook migrate-to moves your data there), or leave SHARD_IDS empty"
            )
        return self

    @property
    def database(self) -> str:
        """The address of the database: the one that is set, or a file in the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'casebook.sqlite3'}"

    @property
    def backups(self) -> Path:
        """The folder of the backups: the one that is set, or one in the data folder."""
        return self.backup_dir or self.data_dir / "backups"


_SHARD_SETTINGS = frozenset({"shard_ids", "shard_count"})

NO_TOKEN = (
    "DISCORD_TOKEN is missing: put the token from the Bot page of your application at "
    "https://discord.com/developers/applications into .env (cp .env.example .env)."
)


def load_settings(*, needs_token: bool = False) -> Settings:
    """Read the settings once, at the start of a command.

    Args:
        needs_token: whether the command talks to Discord.

    Raises:
        CannotStartError: with every problem, so that they can be mended in one go.
    """
    problems: list[str] = []
    wrong: set[str] = set()
    try:
        settings = Settings()
    except ValidationError as failure:
        for details in failure.errors(include_url=False, include_input=False):
            message = details["msg"].removeprefix("Value error, ")
            if not details["loc"]:  # settings that do not fit together; the message names them
                wrong |= _SHARD_SETTINGS
                problems.append(f"{message}.")
                continue
            name = str(details["loc"][0])
            wrong.add(name)
            problems.append(f"{name.upper()}: {message}.")
        settings = Settings(**_defaults(wrong | _SHARD_SETTINGS))
    except (OSError, UnicodeDecodeError) as failure:
        raise CannotStartError([f"The file .env cannot be read ({failure})."]) from None
    if needs_token and settings.discord_token is None and "discord_token" not in wrong:
        problems.append(NO_TOKEN)
    if "data_dir" not in wrong:
        problems.extend(_folder_problems(settings.data_dir))
    if problems:
        raise CannotStartError(problems)
    return settings


def _defaults(names: set[str]) -> dict[str, Any]:
    """Values that stand in for wrong settings while the others are checked."""
    fields = Settings.model_fields
    return {name: fields[name].get_default(call_default_factory=True) for name in names}


def _folder_problems(folder: Path) -> Iterator[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as failure:
        yield (
            f"DATA_DIR: {folder} cannot be written ({failure.strerror}). Make it writable for the "
            "user that runs the bot, or set DATA_DIR to another folder."
        )
