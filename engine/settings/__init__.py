"""Settings from the environment: frozen, checked, all problems told at once.

What a room of the house needs is a group of its own, handed to it whole. The groups'
fields are the only list of settings; the documentation is held to them by a test.
"""

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
from engine.settings.settings import LOOPBACK, Settings, SettingsRefused, all_settings

__all__ = [
    "LOOPBACK",
    "DatabaseSettings",
    "DocumentSettings",
    "JobSettings",
    "LogSettings",
    "MailSettings",
    "MonitoringSettings",
    "OutboundSettings",
    "Settings",
    "SettingsRefused",
    "SignInSettings",
    "SmsSettings",
    "StudioSettings",
    "WebSettings",
    "all_settings",
]
