"""The press itself: a process of its own that sets templates, stopped when one does not end.

It is run as a file and knows nothing of Divan. Each order is a line of JSON on the standard
input; the answer a line of JSON, and behind it as many bytes as that says. A template reads files
of its own folder only (typst's root). Packages are looked for in an empty folder, and every way
into the network leads to a closed port.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

#: no template of a page or two needs more
MEMORY = 2 * 2**30
#: of pictures, a pixel of a screen
PPI = 96.0
NOWHERE = "http://127.0.0.1:9"


def main() -> None:
    """Answer orders until the other side is gone."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = NOWHERE
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        said, pages = _pressed(json.loads(line))
        sizes = [len(each) for each in pages]
        sys.stdout.buffer.write(json.dumps({**said, "sizes": sizes}).encode() + b"\n")
        sys.stdout.buffer.write(b"".join(pages))
        sys.stdout.buffer.flush()


def _pressed(order: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    import typst  # noqa: PLC0415 - behind the limits

    root = order["root"]
    try:
        made = typst.compile(
            f"{root}/{order['main']}",
            root=root,
            font_paths=order["fonts"],
            ignore_system_fonts=True,
            sys_inputs={"page": order["page"]},
            format=order["format"],
            ppi=PPI,
            pdf_standards=["a-2a"] if order["format"] == "pdf" else [],
            timestamp=order["at"],
            package_path=f"{root}/no-packages",
            package_cache_path=f"{root}/no-packages",
        )
    except typst.TypstError as refused:
        told = getattr(refused, "diagnostic", None) or str(refused)
        return {"error": str(refused.message), "told": str(told)}, []
    pages: Any = made
    return {}, pages if isinstance(pages, list) else [pages]


if __name__ == "__main__":
    main()
