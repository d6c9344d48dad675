"""All settings of a deployment, and what is wrong with them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Self

from engine.settings.documents import DocumentSettings
from engine.settings.groups import (
    DatabaseSettings,
    JobSettings,
    LogSettings,
    MailSettings,
    MonitoringSettings,
    OutboundSettings,
    SignInSettings,
    SmsSettings,
    StudioSettings,
    WebSettings,
)
from engine.settings.kinds import anything, choice, database, flag, folder, folders, whole
from engine.settings.setting import PREFIX, Setting, read, setting, settings_of
from engine.settings.signing import SigningSettings

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
#: begin like a setting, but belong to one command or to the checks
_OF_OTHERS: Final = frozenset(
    {
        "DIVAN_NEW_PASSWORD",
        "DIVAN_PARTS",
        "DIVAN_PARTS_FAILED",
        "DIVAN_REQUIRE_BROWSER",
        "DIVAN_REQUIRE_CHECKER",
        "DIVAN_REQUIRE_PDFSIG",
        "DIVAN_REQUIRE_REDIS",
        "DIVAN_REQUIRE_SLAPD",
        "DIVAN_REQUIRE_SOFTHSM",
    }
)
LEAST_SECRET: Final = 32  #: characters of a key that signs cookies
LEAST_TOKEN: Final = 16  #: characters of a token that opens the figures


class SettingsRefused(ValueError):
    """The environment is wrong; ``problems`` says everything that is."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment decides outside the database."""

    home: Path = setting(folder, "var", "where the database file, documents and the site's key lie")
    database_url: str = setting(
        database, "", "PostgreSQL 14 or newer; none: SQLite in `DIVAN_HOME`", secret=True
    )
    host: str = setting(anything, "127.0.0.1", "address it listens on")
    port: int = setting(whole(1, 65535), "8000", "port it listens on")
    locale: str = setting(choice("fa", "en"), "fa", "language of pages before somebody chooses")
    demo: bool = setting(
        flag, "0", "demonstration accounts and data, on loopback only (`make run`: 1)"
    )
    demo_password: str = setting(
        anything, "divan", "password of every demonstration account", secret=True
    )
    demo_signing_password: str = setting(
        anything, "divan-sign", "signing password of the demonstration's certificates", secret=True
    )
    demo_cases: bool = setting(
        flag,
        "1",
        "give the demonstration accounts work: cases at different steps, and certificates",
    )
    process_folders: tuple[Path, ...] = setting(
        folders, "", "the site's own process folders", name="PROCESSES"
    )
    journal_anchor: str = setting(
        anything,
        "",
        "file, best on another host, to which signed statements of the journal are added;"
        " none: `journal.anchor` in `DIVAN_HOME`",
    )
    journal_anchor_database: str = setting(
        anything, "", "URL of a second database that gets the signed statements, too"
    )
    journal_anchor_mail: str = setting(
        anything, "", "address to which the newest signed statement is sent each hour"
    )
    journal_tsa: str = setting(
        anything,
        "",
        "URL of an RFC 3161 authority that stamps the newest statement each hour; the stamps lie"
        " in a folder beside the anchor",
    )
    threads: int = setting(whole(1, 256), "8", "requests a serving process answers at once")
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    jobs: JobSettings = field(default_factory=JobSettings)
    web: WebSettings = field(default_factory=WebSettings)
    sign_in: SignInSettings = field(default_factory=SignInSettings)
    documents: DocumentSettings = field(default_factory=DocumentSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    sms: SmsSettings = field(default_factory=SmsSettings)
    outbound: OutboundSettings = field(default_factory=OutboundSettings)
    signing: SigningSettings = field(default_factory=SigningSettings)
    monitoring: MonitoringSettings = field(default_factory=MonitoringSettings)
    studio: StudioSettings = field(default_factory=StudioSettings)
    log: LogSettings = field(default_factory=LogSettings)

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.home / 'divan.sqlite'}")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read ``DIVAN_…``.

        Raises:
            SettingsRefused: with every problem found.
        """
        problems = list(_unknown(environ))
        settings: Self = _read_group(cls, environ, problems)
        problems += settings.problems()
        if problems:
            raise SettingsRefused(problems)
        return settings

    def problems(self) -> list[str]:
        """Say which settings do not go together."""
        jobs, web, log, door = self.jobs, self.web, self.log, self.sign_in
        checks = {
            "DIVAN_WEB_PROCESSES must be 1 on SQLite, which has one writer": self.is_sqlite
            and web.processes > 1,
            "DIVAN_HEARTBEAT must be at most half of DIVAN_LEASE": 2 * jobs.heartbeat > jobs.lease,
            "DIVAN_SMTP_PASSWORD is set, but no DIVAN_SMTP_USER": bool(self.mail.password)
            and not self.mail.user,
            "DIVAN_SESSION_IDLE is longer than DIVAN_SESSION_LONGEST": door.idle > door.longest,
            "DIVAN_OIDC_ISSUER is set, but no DIVAN_OIDC_CLIENT": bool(door.oidc_issuer)
            and not door.oidc_client,
            "DIVAN_LDAP_URL is set, but neither DIVAN_LDAP_DN nor DIVAN_LDAP_BASE": bool(
                door.ldap_url
            )
            and not (door.ldap_dn or door.ldap_base),
            f"DIVAN_SECRET_KEY has a key shorter than {LEAST_SECRET} characters": bool(
                web.secret_key
            )
            and any(len(each.strip()) < LEAST_SECRET for each in web.secret_key.split(",")),
            f"DIVAN_METRICS_TOKEN is shorter than {LEAST_TOKEN} characters": 0
            < len(log.metrics_token)
            < LEAST_TOKEN,
        }
        found = [problem for problem, is_so in checks.items() if is_so]
        return found + (self.problems_of_demo() if self.demo else [])

    def problems_of_demo(self) -> list[str]:
        """Say what is wrong with demo accounts here: others can reach the site."""
        if self.host in LOOPBACK:
            return []
        return [f"DIVAN_HOST is {self.host!r}; demo accounts stay on loopback"]

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is a file of ours."""
        return self.database_url.startswith("sqlite")

    @property
    def serves_jobs(self) -> bool:
        """Tell whether the serving process runs jobs itself."""
        if self.jobs.workers == "auto":
            return not self.jobs.redis_url
        return self.jobs.workers == "1"


def all_settings() -> Iterator[tuple[str, Setting]]:
    """Yield every setting beside the group it belongs to, ``general`` first."""
    yield from (("general", each) for _, each in settings_of(Settings))
    for name, group in _groups():
        yield from ((name, each) for _, each in settings_of(group))


def _groups() -> Iterator[tuple[str, type[Any]]]:
    for each in fields(Settings):
        made_by: Any = each.default_factory
        if isinstance(made_by, type):
            yield each.name, made_by


def _read_group(group: type[Any], environ: Mapping[str, str], problems: list[str]) -> Any:
    values: dict[str, Any] = {}
    for name, each in settings_of(group):
        try:
            values[name] = read(each, environ)
        except ValueError as problem:
            problems.append(str(problem))
    if group is Settings:
        for name, inner in _groups():
            values[name] = _read_group(inner, environ, problems)
    return group(**values)


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    known = set(_OF_OTHERS)
    for _, each in all_settings():
        known |= {each.name, each.file_name} if each.is_secret else {each.name}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, sorted(known), 1)
            yield f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else "")
