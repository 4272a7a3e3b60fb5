"""The book's templates: one environment, in which every value is escaped and a missing one is an error."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.ext import Extension
from markupsafe import Markup, escape

# What Python-Markdown gives a meaning to inside of a line, or at its beginning.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]|]|^[-+#>:!]")


class _Layout(Extension):
    """Line breaks and the indentation behind them are the layout of a template, not of the page.

    Between inline elements and in ``pre`` a blank would be seen. A comment takes
    the place of each, so that line numbers in error messages stay right. Where
    a page needs a line break, the template says ``{{ "\\n" }}``. Templates of
    Markdown are taken as they stand.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if name is None or not name.endswith((".html", ".xml")):
            return source
        return re.sub(r"\n[ \t]*", "{#\n#}", source.rstrip("\n"))


@cache
def environment() -> Environment:
    """The environment of the templates below ``handbook/templates``. It is made once and never changed."""
    made = Environment(
        loader=PackageLoader("handbook"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[_Layout],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters["markdown_text"] = markdown_text
    made.filters["css_string"] = css_string
    return made


def render(template: str, **values: object) -> Markup:
    """The template of that name, filled. Only values of the type Markup are taken for HTML; all others are escaped."""
    return Markup(_template(template).render(values))


@cache
def _template(name: str) -> Template:
    """The template of that name: the environment would ask each time whether it is the same still."""
    return environment().get_template(name)


def text_of(name: str) -> str:
    """A file among the templates that is taken as it stands, such as a style sheet."""
    loader = environment().loader
    assert loader is not None
    return loader.get_source(environment(), name)[0]


def markdown_text(text: str) -> Markup:
    """Text for a line of Markdown that means nothing there: no mark-up, no HTML, no second line."""
    line = _MARKDOWN.sub(r"\\\g<0>", " ".join(text.split()))
    return unquoted(line)


def css_string(text: str) -> Markup:
    """Text as a string of a style sheet that stands in a page, where an entity would not be read."""
    escaped = re.sub(r'["\\<>&\n]', lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{escaped}"')


def unquoted(text: str) -> Markup:
    """Escaped for a place between tags, where quotes mean nothing."""
    if "&" in text or "<" in text or ">" in text or isinstance(text, Markup):
        return Markup(str(escape(text)).replace("&#34;", '"').replace("&#39;", "'"))
    return Markup(text)
