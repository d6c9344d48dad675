"""Settings by the room that reads them; durations are spans of whole seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from engine.settings.kinds import (
    anything,
    choice,
    flag,
    message,
    networks,
    seconds,
    url,
    whole,
)
from engine.settings.setting import setting

_MAYBE_HTTP = url("http", "https", or_empty=True)


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """How the database is spoken to; timeouts hold on PostgreSQL only."""

    pool_size: int = setting(whole(1, 200), "10", "connections a process keeps open to PostgreSQL")
    pool_overflow: int = setting(whole(0, 200), "10", "more connections when all are in use")
    pool_timeout: timedelta = setting(
        seconds(1, 600), "10", "how long a request waits for a connection before it fails"
    )
    statement_timeout: timedelta = setting(
        seconds(1, 3600), "30", "PostgreSQL ends a statement that takes longer"
    )
    lock_timeout: timedelta = setting(
        seconds(1, 3600), "10", "PostgreSQL ends a statement that waits longer for a lock"
    )
    idle_timeout: timedelta = setting(
        seconds(1, 3600),
        "15",
        "PostgreSQL ends a transaction whose client, cut off perhaps, says nothing for longer;"
        " shorter than the lease, so that a job is free when it is taken over",
    )
    patience: timedelta = setting(
        seconds(0, 3600),
        "60",
        "how long a start waits for a database that does not answer before it gives up",
        name="DATABASE_WAIT",
    )
    migrates: bool = setting(
        flag,
        "1",
        "whether `divan serve` migrates an older database; 0: `divan migrate` does, as its owner",
        name="MIGRATE_AT_START",
    )
    sqlite_synchronous: str = setting(
        choice("full", "normal"),
        "full",
        "full: what SQLite confirmed outlives a power cut; normal: it may lose the last moments",
    )


@dataclass(frozen=True, slots=True)
class JobSettings:
    """How jobs are shared out."""

    redis_url: str = setting(
        url("redis", "rediss", "unix", or_empty=True),
        "",
        "Redis that rings workers on other hosts; none: workers look each second",
        secret=True,
    )
    workers: str = setting(
        choice("auto", "0", "1"),
        "auto",
        "whether `divan serve` runs jobs itself; auto: unless `DIVAN_REDIS_URL` is set",
    )
    worker_threads: int = setting(whole(1, 64), "4", "jobs a `divan worker` runs at once")
    port: int = setting(
        whole(0, 65535),
        "0",
        "port of `DIVAN_HOST` on which a `divan worker` answers /health and /metrics; 0: none",
        name="WORKER_PORT",
    )
    lease: timedelta = setting(
        seconds(2, 3600), "30", "a job whose worker is silent for longer is taken over"
    )
    heartbeat: timedelta = setting(
        seconds(1, 1200), "10", "how often a worker says that it still lives"
    )
    in_flight: int = setting(whole(1, 100_000), "200", "most jobs handed to Redis at once")
    message_days: int = setting(
        whole(0, 36_500),
        "0",
        "days after which messages that were taken, or expired, are forgotten with their ids;"
        " 0: never",
    )
    notice_days: int = setting(
        whole(0, 36_500),
        "90",
        "days after which what people were told is forgotten, read or not; 0: never",
    )


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The server that sends our mail."""

    host: str = setting(anything, "", "mail server; none: no mail is sent", name="SMTP_HOST")
    port: int = setting(whole(1, 65535), "587", "port of the mail server", name="SMTP_PORT")
    tls: str = setting(
        choice("starttls", "tls", "none"), "starttls", "how mail is encrypted", name="SMTP_TLS"
    )
    user: str = setting(anything, "", "account at the mail server", name="SMTP_USER")
    password: str = setting(anything, "", "its password", name="SMTP_PASSWORD", secret=True)
    sender: str = setting(
        anything, "divan@localhost", "address our mail comes from", name="SMTP_FROM"
    )


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """The service that sends our short messages: a connection of an administrator's."""

    connection: str = setting(
        anything,
        "",
        "connection of kind http through which short messages go; none: nobody gets any",
        name="SMS_CONNECTION",
    )
    path: str = setting(anything, "", "where they are posted, below its URL", name="SMS_PATH")
    body: str = setting(
        message,
        '{"to": "{to}", "text": "{text}"}',
        "what is posted; {to} is a number such as +989123456789",
        name="SMS_BODY",
    )


@dataclass(frozen=True, slots=True)
class OutboundSettings:
    """How receivers outside are told of what happens in cases."""

    networks: tuple[str, ...] = setting(
        networks,
        "",
        "inner networks, with blanks between, in which a webhook's receiver may stand:"
        " `10.20.0.0/16`; none: only the world outside is told",
        name="WEBHOOK_NETWORKS",
    )
    days: int = setting(
        whole(1, 36_500),
        "30",
        "days after which what was delivered to webhooks is forgotten",
        name="WEBHOOK_DAYS",
    )


@dataclass(frozen=True, slots=True)
class MonitoringSettings:
    """How cases are watched over and repaired."""

    confirm_repairs: bool = setting(
        flag,
        "0",
        "whether a second administrator confirms each repair of a case; acts on many cases, and"
        " repairs by `/engine-rest`, are refused then",
        name="REPAIR_CONFIRMATION",
    )
    personal_figures: bool = setting(
        flag,
        "0",
        "whether who watches a unit sees how long single people take; ask those who stand for"
        " the staff before",
        name="PERSONAL_FIGURES",
    )


@dataclass(frozen=True, slots=True)
class StudioSettings:
    """How what analysts draw is deployed."""

    approval: bool = setting(
        flag,
        "1",
        "whether a second analyst approves what one asks to deploy in the workshop",
        name="DEPLOYMENT_APPROVAL",
    )
    git_repository: str = setting(
        anything,
        "",
        "git repository that areas are published to and taken from: a path, or an address"
        " https://… or ssh://…; none: there is no such thing",
        secret=True,
    )
    git_branch: str = setting(anything, "main", "branch of it")


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is told to those who watch."""

    format: str = setting(
        choice("auto", "console", "json"),
        "auto",
        "log lines for people or for machines; auto: console on a terminal, else json",
        name="LOG_FORMAT",
    )
    level: str = setting(
        choice("debug", "info", "warning", "error"),
        "info",
        "least that is logged",
        name="LOG_LEVEL",
    )
    metrics_token: str = setting(
        anything,
        "",
        "bearer token that opens `/metrics`; none: only loopback may read it",
        secret=True,
    )
    otlp_endpoint: str = setting(
        _MAYBE_HTTP, "", "OpenTelemetry collector (OTLP over HTTP) that gets our spans; none: none"
    )


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How pages are served to the world outside."""

    processes: int = setting(
        whole(1, 64), "1", "serving processes; SQLite allows one", name="WEB_PROCESSES"
    )
    grace: timedelta = setting(
        seconds(1, 600), "30", "how long a stop waits for requests and jobs at hand"
    )
    leave: timedelta = setting(
        seconds(0, 600),
        "0",
        "how long a stop still takes new requests while `/health/ready` says that it leaves",
        name="LEAVE",
    )
    polls: int = setting(
        whole(0, 1_000),
        "64",
        "workers outside that a serving process lets wait for external tasks at once; "
        "beyond it an empty answer comes at once",
        name="LONG_POLLS",
    )
    api_rate: int = setting(
        whole(0, 1_000_000),
        "6000",
        "requests a minute that one client may make of `/engine-rest` and `/api`, of each serving "
        "process; 0: as many as it likes",
    )
    public_url: str = setting(
        _MAYBE_HTTP, "", "address people use; https makes cookies travel over TLS only"
    )
    trusted_proxies: int = setting(
        whole(0, 5), "0", "proxies in front whose X-Forwarded-… headers are believed"
    )
    secret_key: str = setting(
        anything,
        "",
        "signs cookies and seals secrets: 32 characters or more, the same on every host; "
        "several with commas between: the first is used, the others still read. "
        "None: a file in `DIVAN_HOME`, made at the first start",
        secret=True,
    )
    postgresql_tools: str = setting(
        anything, "", "folder of pg_dump and pg_restore; none: those on the PATH"
    )

    @property
    def is_secure(self) -> bool:
        """Tell whether people reach us over TLS."""
        return self.public_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """How people prove who they are, and how long that holds."""

    idle: timedelta = setting(
        seconds(60, 86_400),
        "7200",
        "a browser from which nothing comes for longer has to sign in again",
        name="SESSION_IDLE",
    )
    longest: timedelta = setting(
        seconds(300, 604_800),
        "43200",
        "a browser has to sign in again after this time whatever it does",
        name="SESSION_LONGEST",
    )
    proof: timedelta = setting(
        seconds(60, 3600),
        "600",
        "how long after a proof of who one is the account's own locks may be changed",
        name="STEP_UP",
    )
    shortest_password: int = setting(
        whole(8, 64), "12", "fewest characters of a new password", name="PASSWORD_LENGTH"
    )
    second_factor: str = setting(
        anything,
        "",
        "roles, with blanks between, whose holders need a second factor; * is everybody",
    )
    oidc_issuer: str = setting(
        _MAYBE_HTTP, "", "OpenID provider that vouches for people; none: no such sign-in"
    )
    oidc_client: str = setting(anything, "", "how the provider calls this site")
    oidc_secret: str = setting(anything, "", "what this site proves itself with there", secret=True)
    oidc_title: str = setting(anything, "", "what the button at the sign-in calls the provider")
    oidc_claim: str = setting(
        anything,
        "preferred_username",
        "claim that is the user name here, at the first sign-in; none: only those it knows already",
    )
    ldap_url: str = setting(
        url("ldap", "ldaps", or_empty=True),
        "",
        "directory that checks passwords of those who have none here; none: no directory",
    )
    ldap_starttls: bool = setting(flag, "1", "whether `ldap://` is encrypted by StartTLS")
    ldap_dn: str = setting(
        anything, "", "distinguished name of a person, {} for the user name: uid={},ou=people,dc=…"
    )
    ldap_base: str = setting(
        anything, "", "where people are looked for, where one name does not fit all"
    )
    ldap_filter: str = setting(anything, "(uid={})", "by what they are looked for there")
    ldap_reader: str = setting(anything, "", "distinguished name that may look for them")
    ldap_password: str = setting(anything, "", "its password", secret=True)

    def needs_second_factor(self, roles: Iterable[str]) -> bool:
        """Tell whether somebody with these roles may not do with a password alone."""
        wanted = set(self.second_factor.split())
        return "*" in wanted or not wanted.isdisjoint(roles)
