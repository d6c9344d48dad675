"""The drawing of a model: the same for all its cases, so sent to a browser once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final

from flask import Response, request
from flask.typing import ResponseReturnValue

from engine.storage.bundles import Deployed

#: A drawing asked for by its hash never changes (RFC 8246).
_KEPT: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The BPMN file a process is drawn in, plain and packed."""

    content: bytes
    packed: bytes
    hash: str

    @classmethod
    def of(cls, content: bytes) -> Drawing:
        """Return a drawing, packed."""
        packed = gzip.compress(content, mtime=0)
        return cls(content, packed, hashlib.sha256(content).hexdigest()[:16])


@lru_cache(maxsize=256)
def drawing_of(definition: Deployed) -> Drawing:
    """Return the drawing of a definition, which never changes; packed once."""
    named = f'id="{definition.process_id}"'.encode()
    files = definition.bundle.diagrams.values()
    return Drawing.of(next((each for each in files if named in each), b""))


def answer_with(drawing: Drawing) -> ResponseReturnValue:
    """Return the answer that gives a drawing: packed, and nothing to who has it already."""
    is_packed = request.accept_encodings.quality("gzip") > 0
    answer = Response(drawing.packed if is_packed else drawing.content, mimetype="application/xml")
    if is_packed:
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.cache_control.private = True  # who may not see a case may not see it here either
    if request.args.get("of") == drawing.hash:
        answer.cache_control.max_age = int(_KEPT.total_seconds())
        answer.cache_control.immutable = True
    else:
        answer.cache_control.no_cache = True
    answer.set_etag(drawing.hash, weak=True)
    return answer.make_conditional(request)
