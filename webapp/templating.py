"""Templates, compiled once for each language with the texts in it.

Looking up each text whenever a page is made took a third of the time of the list of work:
a template says the same in a language whoever reads it. So ``{{ _("Due") }}`` becomes
plain text when the template is compiled for Persian, and other plain text when it is
compiled for English (ADR 0016).
"""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING, Any, Final

from babel.support import NullTranslations
from flask.templating import Environment
from jinja2 import BytecodeCache, Template, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from markupsafe import _escape_inner as _escaped_text  # type: ignore[attr-defined]

from webapp.formatting import filters_in
from webapp.manner import Manner
from webapp.request import manner
from webapp.texts import texts_in

if TYPE_CHECKING:
    from flask.sansio.app import App

_LOOKUPS: Final = frozenset({"_", "gettext"})


def _escaped(value: object) -> str:
    """Return a value escaped, to be printed at once.

    What is markup already is not copied, and a text is not made markup, as `escape` would do:
    that takes five times as long as to escape it.
    """
    if type(value) is str:
        return _escaped_text(value)
    return value if type(value) is Markup else escape(value)


class _Writer(CodeGenerator):
    """Writes the Python of a template, in which markup goes out as it is."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if finalize.src is None and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class _Compiled(BytecodeCache):
    """What was compiled of each template in each manner, for every application of the process."""

    def __init__(self) -> None:
        self._codes: dict[tuple[Manner | None, str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known of a template as its text stands now."""
        bucket.code = self._codes.get(_asked_for(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._codes[_asked_for(bucket)] = bucket.code


def _asked_for(bucket: Bucket) -> tuple[Manner | None, str, str]:
    assert isinstance(bucket.environment, Templates)
    return bucket.environment.manner, bucket.key, bucket.checksum


_COMPILED: Final = _Compiled()


class Templates(Environment):
    """The templates of the application: asked for one, gives it in the language of the page."""

    code_generator_class = _Writer
    escaped = staticmethod(_escaped)
    manner: Manner | None = None  #: of an environment that is bound to one

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, bytecode_cache=_COMPILED, **options)

    def get_template(self, name: Any, *given: Any, **more: Any) -> Template:
        """Return a template, compiled for the language of the page that is being made."""
        bound = self if self.manner else self.in_manner(manner())
        return super(Templates, bound).get_template(name, *given, **more)

    def from_string(self, source: Any, *given: Any, **more: Any) -> Template:
        """Return a template that is no file, compiled likewise."""
        bound = self if self.manner else self.in_manner(manner())
        return super(Templates, bound).from_string(source, *given, **more)

    def make_globals(self, d: Any) -> Any:
        """Return what a template knows by itself.

        Jinja lays an empty layer over what all of them know, and asks for each import which
        names of the page lie in no layer: the dearest part of an import.
        """
        return super().make_globals(d) if d else self.globals

    def in_manner(self, manner: Manner) -> Templates:
        """Return the templates in one language, digits and calendar; made at its first page."""
        known: dict[Manner, Templates] = self.__dict__.setdefault("_bound", {})
        if manner not in known:
            bound = self.overlay()
            bound.manner = manner
            bound.filters = {**self.filters, **filters_in(manner)}
            known[manner] = bound
        return known[manner]

    def _generate(self, source: nodes.Template, *given: Any, **more: Any) -> str:
        """Compile a template; Jinja's own hook before it writes Python."""
        if self.manner:
            source = _Translated(texts_in(self.manner.language)).visit(source)
        return super()._generate(source, *given, **more)


class _Translated(NodeTransformer):
    """Puts translations where a template looks constant texts up, as Jinja's own lookup would.

    A translation counts as markup, what is filled into it does not and is escaped
    (jinja2.ext.i18n, "newstyle gettext"). Texts that are not constant are left alone.
    """

    def __init__(self, texts: NullTranslations) -> None:
        self._texts = texts

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name for it
        """Replace one lookup."""
        self.generic_visit(node)
        if not _looks_up(node):
            return node
        text, at = self._texts.gettext(node.args[0].as_const()), node.lineno
        if not node.kwargs:
            return nodes.MarkSafeIfAutoescape(nodes.Const(text % {}, lineno=at), lineno=at)
        pairs = [nodes.Pair(nodes.Const(each.key), each.value) for each in node.kwargs]
        said = nodes.MarkSafeIfAutoescape(nodes.Const(text, lineno=at), lineno=at)
        return nodes.Mod(said, nodes.Dict(pairs, lineno=at), lineno=at)


def _looks_up(node: nodes.Call) -> bool:
    return (
        isinstance(node.node, nodes.Name)
        and node.node.name in _LOOKUPS
        and len(node.args) == 1
        and isinstance(node.args[0], nodes.Const)
        and node.dyn_args is None
        and node.dyn_kwargs is None
    )
