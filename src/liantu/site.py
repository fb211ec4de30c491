"""What a site sets: declared in ``catalog/settings.yaml``, given in one file and the environment.

The file is ``liantu.toml``, named by ``LIANTU_SETTINGS`` or lying in the home. A variable
``LIANTU_<NAME>`` wins over it; secrets come from the environment only, or from a file that
``LIANTU_<NAME>_FILE`` names. A key that is not declared is an error that says which was meant.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import model_validator

from liantu.declarations import CATALOG, Declared, read_declared
from liantu.errors import InvalidDeclaration, UsageError

FILE_NAME = "liantu.toml"
FILE_VARIABLE = "LIANTU_SETTINGS"
MASK = "••••••"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}
_LARGEST = 1 << 20
_homes: list[Path] = []
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "path": (str,),
    "choice": (str,),
    "switch": (bool,),
    "integer": (int,),
    "words": (str, list),
}
_SAID = {
    "text": ("加引号的文字", "a text in quotation marks"),
    "path": ("加引号的路径", "a path in quotation marks"),
    "choice": ("加引号的选项", "a choice in quotation marks"),
    "switch": ("true 或 false", "true or false"),
    "integer": ("整数", "a whole number"),
    "words": ('["甲", "乙"] 之类的列表', 'a list such as ["a", "b"]'),
}


class Setting(Declared):
    """One setting as declared."""

    kind: Literal["text", "path", "switch", "words", "integer", "choice", "secret"]
    zh: str
    en: str
    default: str = ""
    choices: tuple[str, ...] = ()
    may_hold_password: bool = False
    """An address; with a password in it, it is a secret."""
    example: str | bool | int | tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Setting:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("a choice, and nothing else, has choices")
        if (self.kind == "secret") != (self.example is None):
            raise ValueError("every setting but secrets has an example")
        return self


class _Settings(Declared):
    settings: dict[str, Setting]


@dataclass(frozen=True)
class Given:
    """What a setting is, and where that was said."""

    name: str
    setting: Setting
    value: str
    origin: str
    """``environment``, ``default``, or the path of a file."""

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return variable(self.name)

    @property
    def shown(self) -> str:
        """The value as it may be shown."""
        if not self.value:
            return ""
        if self.setting.kind == "secret":
            return MASK
        return _without_password(self.value) if self.setting.may_hold_password else self.value


@cache
def declared_settings() -> dict[str, Setting]:
    """Every setting there is."""
    return read_declared(_Settings, CATALOG / "settings.yaml").settings


def is_secret(setting: Setting) -> bool:
    """May its value come from a file of its own, and not be shown?"""
    return setting.kind == "secret" or setting.may_hold_password


def variable(name: str) -> str:
    """Name of a setting in the environment."""
    return f"LIANTU_{name.upper()}"


def settings_file() -> Path | None:
    """The file of settings: named in the environment, or lying in the home; None without one.

    Raises:
        UsageError: a file is named that does not exist.
    """
    named = os.environ.get(FILE_VARIABLE, "")
    if named:
        path = Path(named).expanduser().resolve()
        if not path.is_file():
            raise UsageError(
                f"环境变量 {FILE_VARIABLE} 所指的设置文件 {path} 不存在。请改正路径。",
                f"{FILE_VARIABLE} names the settings file {path}, which does not exist. Mend the"
                " path.",
            )
        return path
    home = _home() or (_homes[-1] if _homes else None)
    beside = home / FILE_NAME if home else None
    return beside if beside and beside.is_file() else None


def live_in(home: Path) -> None:
    """Say where the home is that nobody named, so that its file of settings is found."""
    _homes.append(home)


def _home() -> Path | None:
    named = os.environ.get("LIANTU_HOME", "")
    return Path(named).expanduser().resolve() if named else None


def given(name: str) -> Given:
    """What a setting is now.

    Args:
        name: as declared.

    Raises:
        UsageError: it is given in a way that cannot be meant.
        InvalidDeclaration: there is no such setting.
    """
    setting = declared_settings().get(name)
    if setting is None:
        raise InvalidDeclaration(
            f"没有名为 {name} 的设置。请先在 catalog/settings.yaml 中声明。",
            f"There is no setting {name}. Declare it in catalog/settings.yaml first.",
        )
    found = _from_environment(name, setting)
    if found is None:
        path = settings_file()
        written = _read(path).get(name) if path else None
        found = (written, str(path)) if written is not None else (setting.default, "default")
    value = Given(name, setting, *found)
    _check(value)
    return value


def text(name: str) -> str:
    """A setting as text; empty where it is not given and has no default."""
    return given(name).value


def switch(name: str) -> bool:
    """A setting that is on or off."""
    return text(name).strip().lower() in _TRUE


def listed(name: str) -> list[str]:
    """A setting that is a list, blanks dropped."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def every() -> list[Given]:
    """Every setting as it is now, in the order of their declaration."""
    return [given(name) for name in declared_settings()]


def unknown_variables() -> list[tuple[str, str]]:
    """Variables of ours that nobody reads, each with the one that may have been meant."""
    known = {variable(name) for name in declared_settings()}
    known |= {
        f"{variable(name)}_FILE" for name, one in declared_settings().items() if is_secret(one)
    }
    known.add(FILE_VARIABLE)
    mine = (name for name in sorted(os.environ) if name.startswith("LIANTU_"))
    return [(name, _nearest(name, known)) for name in mine if name not in known]


def _from_environment(name: str, setting: Setting) -> tuple[str, str] | None:
    plain, file = os.environ.get(variable(name)), os.environ.get(f"{variable(name)}_FILE")
    if file and is_secret(setting):
        if plain:
            raise UsageError(
                f"{variable(name)} 与 {variable(name)}_FILE 只能给出一个。请去掉其中之一。",
                f"Give {variable(name)} or {variable(name)}_FILE, not both. Remove one.",
            )
        return _secret(Path(file), f"{variable(name)}_FILE"), file
    # An empty variable is one that is not set: that is how service files leave one out.
    return (plain, "environment") if plain else None


def _secret(path: Path, named: str) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise OSError(0, "too large")
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(
            f"{named} 所指的文件 {path} 无法读取（{why}）。请检查路径与权限。",
            f"The file {path} named by {named} cannot be read ({why}). Check path and permissions.",
        ) from error
    if not found:
        raise UsageError(
            f"{named} 所指的文件 {path} 是空的。请写入内容。",
            f"The file {path} named by {named} is empty. Write the secret into it.",
        )
    return found


def _read(path: Path) -> dict[str, str]:
    """The file's settings as texts."""
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise UsageError(
            f"设置文件 {path} 无法读取（{error.strerror}）。请检查权限。",
            f"The settings file {path} cannot be read ({error.strerror}). Check its permissions.",
        ) from error


@lru_cache(maxsize=4)
def _parsed(path: Path, changed: int) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"设置文件 {path} 不是合法的 TOML：{error}。请改正该处。",
            f"The settings file {path} is not valid TOML: {error}. Mend that place.",
        ) from error
    return {name: _text_of(path, name, value) for name, value in content.items()}


def _text_of(path: Path, name: str, value: Any) -> str:
    setting = declared_settings().get(name)
    if setting is None:
        near = _nearest(name, set(declared_settings()))
        raise UsageError(
            f"设置文件 {path} 有不认识的设置“{name[:60]}”"
            + (f"，是否应为“{near}”？" if near else "。") + "全部设置见 liantu settings show。",
            f"The settings file {path} has the unknown key {name[:60]!r}"
            + (f"; was {near!r} meant?" if near else ".") + " See liantu settings show for all.",
        )  # fmt: skip
    if setting.kind == "secret" or (setting.may_hold_password and _password(str(value))):
        raise UsageError(
            f"设置文件 {path} 中不得写机密（{name}）。请改用环境变量 {variable(name)}，"
            f"或用 {variable(name)}_FILE 指定只有本程序可读的文件。",
            f"The settings file {path} must hold no secret ({name}). Give it in {variable(name)},"
            f" or name a file that only the program may read in {variable(name)}_FILE.",
        )
    kinds = _TYPES[setting.kind]
    whole = not isinstance(value, list) or all(isinstance(part, str) for part in value)
    if not isinstance(value, kinds) or not whole or (isinstance(value, bool) and bool not in kinds):
        zh, en = _SAID[setting.kind]
        raise UsageError(
            f"设置文件 {path} 中 {name} 的值 {str(value)[:60]!r} 无法识别，应为{zh}。",
            f"In the settings file {path}, {name} is {str(value)[:60]!r}; it must be {en}.",
        )
    if isinstance(value, bool):
        return "1" if value else "0"
    return ",".join(value) if isinstance(value, list) else str(value)


def _check(found: Given) -> None:
    """Values that are one of a few are one of these, wherever they come from."""
    kind, value = found.setting.kind, found.value.strip()
    right = {
        "switch": value.lower() in _TRUE | _FALSE,
        "choice": value in found.setting.choices,
        "integer": value.lstrip("-").isdecimal() or not value,
    }.get(kind, True)
    if right:
        return
    zh, en = {
        "switch": ("1 或 0", "1 or 0"),
        "choice": ("、".join(found.setting.choices), ", ".join(found.setting.choices)),
        "integer": ("整数", "a whole number"),
    }[kind]
    raise UsageError(
        f"设置 {found.variable} 的值“{value[:60]}”无法识别；应为{zh}。",
        f"The setting {found.variable} has the value {value[:60]!r}; it must be {en}.",
    )


def _nearest(name: str, known: set[str]) -> str:
    return next(iter(difflib.get_close_matches(name, sorted(known), 1, 0.6)), "")


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def _without_password(url: str) -> str:
    secret = _password(url)
    return url.replace(f":{secret}@", f":{MASK}@", 1) if secret else url
