"""Settings from the environment: frozen, checked, all problems told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsRefused(ValueError):
    """The environment is wrong; ``problems`` says everything that is."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment decides outside the database."""

    home: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    locale: str = "fa"
    demo: bool = False  #: demo accounts exist; only ever on loopback
    demo_password: str = "divan"  # noqa: S105 - known to all, on loopback only
    process_folders: tuple[Path, ...] = ()  #: areas of the site outside the release
    threads: int = 8  #: requests served at once by the one embedded process

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read ``DIVAN_…``.

        Raises:
            SettingsRefused: with every problem found.
        """
        problems: list[str] = []
        home = Path(environ.get("DIVAN_HOME", "var")).absolute()
        host = environ.get("DIVAN_HOST", "127.0.0.1")
        demo = _flag(environ, "DIVAN_DEMO", problems)
        locale = environ.get("DIVAN_LOCALE", "fa")
        if locale not in ("fa", "en"):
            problems.append(f"DIVAN_LOCALE is {locale!r}; it may be fa or en")
        settings = cls(
            home=home,
            database_url=environ.get("DIVAN_DATABASE_URL", f"sqlite:///{home / 'divan.sqlite'}"),
            host=host,
            port=_whole(environ, "DIVAN_PORT", 8000, problems),
            locale=locale,
            demo=demo,
            demo_password=environ.get("DIVAN_DEMO_PASSWORD", "divan"),
            process_folders=_folders(environ, problems),
            threads=_whole(environ, "DIVAN_THREADS", 8, problems),
        )
        if demo:
            problems += settings.problems_of_demo()
        if problems:
            raise SettingsRefused(problems)
        return settings

    def problems_of_demo(self) -> list[str]:
        """Say what is wrong with demo accounts here: others can reach the site."""
        if self.host in LOOPBACK:
            return []
        return [f"DIVAN_HOST is {self.host!r}; demo accounts stay on loopback"]


def _flag(environ: Mapping[str, str], name: str, problems: list[str]) -> bool:
    text = environ.get(name, "0")
    if text not in ("0", "1"):
        problems.append(f"{name} is {text!r}; it may be 0 or 1")
    return text == "1"


def _whole(environ: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        problems.append(f"{name} is {text!r}; it must be a whole number from 1 to 65535")
        return default
    return int(text)


def _folders(environ: Mapping[str, str], problems: list[str]) -> tuple[Path, ...]:
    folders = tuple(Path(each) for each in environ.get("DIVAN_PROCESSES", "").split(":") if each)
    problems += [
        f"DIVAN_PROCESSES names {each}, which is no folder" for each in folders if not each.is_dir()
    ]
    return folders
