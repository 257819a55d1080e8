"""What containers and services are made from, as far as it can be tried without their daemons."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from bot.cli import _parser
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
SOAK = os.environ.get("CASEBOOK_SOAK") == "1"
SETTINGS = {name.upper() for name in Settings.model_fields}
OF_THE_SYSTEM = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def instructions():
    """The Dockerfile's instructions and their arguments, lines put together."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in whole.splitlines()]


def stages():
    found = []
    for name, arguments in instructions():
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, arguments))
    return found


def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def unit():
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(ROOT / "deploy" / "casebook.service", "utf-8")
    return parser


def test_the_image_runs_as_nobody_special_and_says_how_it_is():
    last = stages()[-1]
    [user] = [arguments for name, arguments in last if name == "USER"]
    assert user not in {"root", "0"}
    [check] = [arguments for name, arguments in last if name == "HEALTHCHECK"]
    command = yaml.safe_load(check.partition("CMD ")[2])
    assert command[0] == "casebook"
    parsed = _parser().parse_args(command[1:])
    assert parsed.live
    [entry] = [yaml.safe_load(a) for name, a in last if name == "ENTRYPOINT"]
    [run] = [yaml.safe_load(a) for name, a in last if name == "CMD"]
    assert entry == ["casebook"]
    _parser().parse_args(run)
    assert ("VOLUME", "/data") in last
    assert not any("pip" in arguments for name, arguments in last if name == "RUN")


def test_every_variable_of_the_image_is_a_setting():
    for name, arguments in stages()[-1]:
        if name == "ENV":
            assert set(re.findall(r"(\w+)=", arguments)) <= SETTINGS | OF_THE_SYSTEM


def test_what_is_copied_is_there_and_not_ignored():
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    assert "*" in ignore
    copied = {
        source
        for name, arguments in stages()[0]
        if name == "COPY"
        for source in arguments.split()[:-1]
    }
    assert copied == kept
    assert all((ROOT / source).exists() for source in copied)
    assert not any(fnmatch(".env", pattern) for pattern in kept)


def test_compose_starts_the_bot_alone_and_postgresql_with_its_profile():
    services = compose()["services"]
    assert [name for name, each in services.items() if not each.get("profiles")] == ["bot"]
    assert services["db"]["profiles"] == ["postgres"]
    assert services["bot"]["depends_on"]["db"] == {
        "condition": "service_healthy",
        "required": False,
    }
    assert services["db"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    volumes = {volume.partition(":")[0] for each in services.values() for volume in each["volumes"]}
    assert volumes == set(compose()["volumes"])


def test_compose_keeps_secrets_out_and_the_bot_shut_in():
    services = compose()["services"]
    bot = services["bot"]
    assert bot["env_file"] == ".env"
    assert set(bot["environment"]) <= SETTINGS - {"DISCORD_TOKEN", "DATABASE_URL"}
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["volumes"] == [f"data:{bot['environment']['DATA_DIR']}"]
    password = services["db"]["environment"]["POSTGRES_PASSWORD"]
    assert re.fullmatch(r"\$\{POSTGRES_PASSWORD:-\}", password)


def test_both_wait_for_the_bot_to_end():
    """It needs 4 s for what is under way and 6 s to close; Docker would kill it after 10."""
    assert compose()["services"]["bot"]["stop_grace_period"] == "20s"
    assert int(unit()["Service"]["TimeoutStopSec"]) >= 15


def test_the_unit_names_a_command_and_settings_that_exist():
    service = unit()["Service"]
    words = service["ExecStart"].split()
    assert words[0] == "/usr/bin/env"
    [setting] = [word for word in words if "=" in word]
    assert setting.partition("=")[0] in SETTINGS
    _parser().parse_args(words[words.index("/opt/casebook/bin/casebook") + 1 :])
    assert service["User"] != "root"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_unit_and_finds_it_well_shut_in():
    path = ROOT / "deploy" / "casebook.service"
    verified = subprocess.run(
        ["systemd-analyze", "verify", path], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager"]
    secured = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    assert secured.returncode == 0, secured.stdout + secured.stderr


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.skipif(not SOAK, reason="it installs everything anew: make soak")
def test_the_steps_of_the_image_build_a_bot_that_answers(tmp_path):
    """Its build stage, step by step, with nothing but what it copies."""
    source, target = tmp_path / "src", tmp_path / "opt"
    source.mkdir()
    for name, arguments in stages()[0]:
        if name == "COPY":
            *sources, _ = arguments.split()
            for each in sources:
                kind = shutil.copytree if (ROOT / each).is_dir() else shutil.copyfile
                kind(ROOT / each, source / each)
        if name == "RUN":
            step = arguments.replace("/opt/casebook", str(target))
            step = re.sub(r"^python ", f"{sys.executable} ", step)
            subprocess.run(["sh", "-ec", step], cwd=source, check=True)
    shutil.rmtree(source)
    data = tmp_path / "data"
    data.mkdir()
    for command in (["search", "beijing"], ["backup"]):
        done = subprocess.run(
            [target / "bin" / "casebook", *command],
            env={"PATH": os.defpath, "DATA_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=data, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert {path.name for path in data.iterdir()} == {
        "casebook.sqlite3", "casebook.sqlite3.lock", "backups",
    }  # fmt: skip
