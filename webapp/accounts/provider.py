"""Sign-in through an OpenID provider (OpenID Connect Core 1.0, code flow with PKCE)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from flask import current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import accounts
from engine.errors import NotFound
from engine.model.sign_in import Method
from engine.queries import accounts as queries
from engine.queries import people
from webapp.accounts import answer_proof
from webapp.accounts.pages import bp, let_in, local, sign_in_page
from webapp.request import current_actor, is_signed_in, now, reader, services, unit_of_work

log = structlog.get_logger()

PATIENCE: Final = 10  #: seconds the provider has for each answer
#: the whole seconds of its moments, and what lies between our asking and its own
LEEWAY: Final = timedelta(seconds=15)
#: in the cookie: the provider was asked to let somebody sign in anew
ANEW: Final = "anew"


@bp.get("/sign-in/provider")
def to_provider() -> ResponseReturnValue:
    """Lead to the provider, which leads back."""
    session["next"] = local(request.args.get("next"))
    session.pop(ANEW, None)
    return _led()


@bp.get("/sign-in/provider/anew")
def to_prove_at_provider() -> ResponseReturnValue:
    """Lead to the provider to sign in there anew, as the proof of the answer that waits."""
    if not is_signed_in():
        return redirect(url_for("accounts.sign_in"), 303)
    if answer_proof.waiting() is None:
        return redirect(local(None), 303)
    session[ANEW] = True
    return _led(prompt="login", max_age=0)


def _led(**more: Any) -> ResponseReturnValue:
    back = url_for("accounts.from_provider", _external=True)
    from requests import RequestException  # noqa: PLC0415

    try:
        answer: ResponseReturnValue = _client().authorize_redirect(back, **more)
    except RequestException as error:
        return _away(error)
    return answer


@bp.get("/sign-in/provider/back")
def from_provider() -> ResponseReturnValue:
    """Take the provider's word for who it is, once its signature and our nonce are right."""
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    target, is_anew = session.pop("next", None), session.pop(ANEW, False)
    try:
        claims = _claims()
    except RequestException as error:
        return _away(error)
    except (AuthlibBaseError, JoseError, KeyError) as error:
        log.warning("provider refused", error=type(error).__name__)
        return sign_in_page(_("The sign-in was not completed. Try again.")), 422
    if is_anew:
        return _take_as_proof(claims)
    person_id = _person(claims)
    if person_id is None:
        return sign_in_page(_("You are not known here. Ask an administrator for an account.")), 403
    return let_in(person_id, Method.PROVIDER, target)


def _take_as_proof(claims: Mapping[str, Any]) -> ResponseReturnValue:
    """Take a new sign-in of the acting person at the provider as the proof of what waits."""
    waited = answer_proof.waiting()
    if not is_signed_in() or waited is None:
        return redirect(local(None), 303)
    with reader() as database:
        known = queries.known_as(database, str(claims["iss"]), str(claims["sub"]))
    if known != current_actor().person_id:
        flash(_("That was somebody else. Nothing was sent."), "wrong")
    elif not is_new(claims, now() - waited.since):
        log.warning("provider did not ask anew")
        flash(_("The provider did not ask who you are. Nothing was sent."), "wrong")
    else:
        answer_proof.proved(waited, Method.PROVIDER)
    return redirect(local(waited.back), 303)


def is_new(claims: Mapping[str, Any], waited: timedelta) -> bool:
    """Tell whether a person signed in at the provider after it was asked for.

    Both moments are the provider's own, so its clock may differ from ours (OpenID Connect
    Core 1.0 §2, §3.1.2.1).

    Args:
        waited: how long ago it was asked for.

    >>> is_new({"iat": 1_000, "auth_time": 990}, timedelta(seconds=20))
    True
    >>> is_new({"iat": 1_000, "auth_time": 100}, timedelta(seconds=20))
    False
    """
    told, signed_in = claims.get("iat"), claims.get("auth_time")
    if not isinstance(told, int) or not isinstance(signed_in, int):
        return False
    return timedelta(seconds=told - signed_in) <= waited + LEEWAY


def _claims() -> Mapping[str, Any]:
    """Return what the provider says of a person: in its signed token, else where it is asked."""
    client, name = _client(), services().settings.sign_in.oidc_claim
    token = client.authorize_access_token()
    claims: Mapping[str, Any] = token["userinfo"]
    if not name or name in claims or "userinfo_endpoint" not in client.server_metadata:
        return claims
    more = client.userinfo(token=token)
    # of somebody else it counts for nothing (OpenID Connect Core 1.0 §5.3.2)
    return {**more, **claims} if more.get("sub") == claims["sub"] else claims


def _person(claims: Mapping[str, Any]) -> UUID | None:
    """Return whom the provider means; the first time it is found by the user name.

    From then on its subject counts, which never changes: a name given to somebody else at
    the provider opens nobody's account here.
    """
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    with reader() as database:
        known = queries.known_as(database, issuer, subject)
        username = _username(claims)
        if known is not None or username is None:
            return known
        found = people.credentials(database, username)
        if (
            found is None
            or found.is_machine
            or queries.is_known_to(database, issuer, found.person_id)
        ):
            return None
    accounts.know_as(unit_of_work(), found.person_id, issuer, subject, at=now())
    return found.person_id


def _username(claims: Mapping[str, Any]) -> str | None:
    """Return the user name a provider gives, where it may be believed.

    A sign that only becomes a Latin letter when made small is somebody else's name, and an
    address of mail is anybody's until the provider has seen it answered (OpenID Connect
    Core 1.0 §5.7).
    """
    claim = services().settings.sign_in.oidc_claim or ""
    said = claims.get(claim)
    if not isinstance(said, str) or not said.isascii():
        return None
    if claim == "email" and claims.get("email_verified") is not True:
        return None
    return said.strip().lower()


def _client() -> Any:
    """Return the client of the site's provider, which read its metadata at its first use.

    Raises:
        NotFound: the site has none.
    """
    door = services().settings.sign_in
    if not door.oidc_issuer:
        raise NotFound("there is no provider")
    if "divan.provider" not in current_app.extensions:
        from authlib.integrations.flask_client import OAuth  # noqa: PLC0415

        oauth: Any = OAuth(current_app)
        oauth.register(
            "provider",
            server_metadata_url=f"{door.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_id=door.oidc_client,
            client_secret=door.oidc_secret or None,
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "timeout": PATIENCE,
            },
        )
        current_app.extensions["divan.provider"] = oauth.create_client("provider")
    return current_app.extensions["divan.provider"]


def _away(error: Exception) -> ResponseReturnValue:
    log.warning("provider away", error=type(error).__name__)
    return sign_in_page(_("The sign-in service does not answer now. Try again later.")), 503
