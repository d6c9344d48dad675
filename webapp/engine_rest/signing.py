"""Steps that have to be signed, answered by machines: only with a key that the site holds.

The variables of such a task come with the hash of what its case holds. Whoever answers sends
that hash back with the password of the signing key, beside the account's own password: a token
alone opens no key. A key in a file, a token or one elsewhere signs in the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import g, request

from engine.commands import signing
from engine.commands.signing import Signed
from engine.queries.tasks import OpenStep, TaskPage
from engine.signing import errors
from engine.signing.errors import SigningRefused
from webapp.inbox.signed import level_of, signed_besides
from webapp.request import reader
from webapp.signing.pens import OWN, pen

SEEN: Final = "Divan-Seen"  #: the hash of what the case holds, told and sent back
PASSWORD: Final = "Divan-Signing-Password"  # noqa: S105 - the name of a header


def seen(page: TaskPage) -> Mapping[str, str]:
    """Return the header that tells what whoever signs has before him; none where nobody signs."""
    config = page.definition.bundle.process(page.process_id)
    level = config.step(page.element_id).sign
    if level is None or not level.needs_certificate:
        return {}
    with reader() as session:
        return {SEEN: signing.seen(session, page.instance_id, page.variables)}


def signed(asked: OpenStep, values: Mapping[str, Any]) -> Signed | None:
    """Return the signature of an answer; ``None``: its step asks for no certificate.

    Raises:
        SigningRefused: ``SIG-006`` the request carries no signing password, or a token instead of
            the account's password; ``SIG-008`` not the hash of what stands now; ``SIG-014``,
            ``SIG-015`` the key is not opened, or there is none.
    """
    level = level_of(asked)
    if level is None or not level.needs_certificate:
        return None
    password = request.headers.get(PASSWORD)
    if not password or g.proved_by is None:
        raise SigningRefused(errors.UNSIGNED)
    with reader() as session, pen(session, OWN, password) as signer:
        return signed_besides(asked, values, request.headers.get(SEEN) or "-", signer)
