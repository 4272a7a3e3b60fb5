"""llms.txt: the site's index for language models."""

from __future__ import annotations

from collections.abc import Sequence

from handbook.pages.chapters import Chapter
from handbook.pages.sources import url_of


def llms_txt(
    name: str,
    description: str,
    base: str,
    chapters: Sequence[Chapter],
    reference: Sequence[tuple[str, str]],
    *,
    live: bool,
) -> str:
    """The site's index for language models: every page's Markdown twin with a line about it.

    ``base`` is the site's address, or empty for addresses relative to the file.
    """
    lines = [f"# {name}", "", f"> {description}", ""]
    lines.append(
        "Outputs are recordings that this build proved equal to what a real Docker Engine printed."
        if live
        else "Outputs are recordings of a real Docker Engine; this build did not verify them."
    )
    for chapter in chapters:
        lines += ["", f"## {chapter.title}", ""]
        for page in chapter.pages:
            about = page.front.description
            lines.append(f"- [{page.title}]({base}{page.url}index.md)" + (f": {about}" if about else ""))
    lines += ["", "## Reference", ""]
    lines += [f"- [{title}]({base}{url_of(uri)}index.md)" for title, uri in reference]
    lines.append(f"- [Every command with its output, as JSON]({base}captures.json)")
    return "\n".join(lines) + "\n"
