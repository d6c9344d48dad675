"""Acts that need a fresh proof of who is there: it is asked first, and nothing typed is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from flask import flash, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forms.paths import is_own
from webapp.accounts.browsers import has_proved

View: TypeAlias = Callable[..., ResponseReturnValue]

#: in the cookie: what was typed into a form whose act waits for the proof, and the act's address
TYPED: Final = "typed"
#: characters of it that a cookie holds beside all else; longer forms are not of these acts
MOST_KEPT: Final = 1_500


def fresh(view: View) -> View:
    """Let a view run only for who proved lately to be there; else the proof is asked first.

    What was typed into its form is there again afterwards: nothing is done by the proof alone.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if has_proved():
            return view(*args, **kwargs)
        if request.is_json:
            return jsonify(next=url_for("account.ask_for_proof", next=url_for("account.show"))), 403
        if request.method == "GET":
            return _to_proof(request.full_path.rstrip("?"))
        if _keep():
            flash(
                _("Nothing was done yet. After the proof your form is as you filled it."), "careful"
            )
        else:
            flash(_("Nothing was done yet. Do it again after the proof."), "careful")
        return _to_proof(urlsplit(request.referrer or "").path or url_for("account.show"))

    return guarded


def typed_again(address: str) -> Mapping[str, list[str]] | None:
    """Return what was typed into the form of an act before the proof; ``None``: nothing.

    It is given back once.
    """
    kept = session.get(TYPED)
    if kept is None or kept[0] != address:
        return None
    session.pop(TYPED)
    flash(_("What you had typed is there again. Nothing was sent yet."), "careful")
    typed: Mapping[str, list[str]] = kept[1]
    return typed


def _keep() -> bool:
    """Keep what was typed in the browser; tell whether there was anything that fits."""
    session.pop(TYPED, None)
    sent = request.form.to_dict(flat=False)
    typed = {name: texts for name, texts in sent.items() if not is_own(name) and any(texts)}
    if not typed or len(json.dumps(typed, ensure_ascii=False)) > MOST_KEPT:
        return False
    session[TYPED] = [request.path, typed]
    return True


def _to_proof(back: str) -> ResponseReturnValue:
    return redirect(url_for("account.ask_for_proof", next=back), 303)
