"""A preprocessor of mdBook: links that lead out of docs/ lead to the repository. Needs nothing but Python."""
import json
import posixpath
import re
import sys

REPOSITORY = "https://github.com/sluice-dev/sluice/blob/main/"
LINK = re.compile(r"\]\(((?:\.\./)[^)\s]*)\)")


def outward(folder, match):
    target = posixpath.normpath(posixpath.join("docs", folder, match[1]))
    return match[0] if target.startswith("docs/") else f"]({REPOSITORY}{target})"


def visit(items):
    for item in items:
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        if chapter:
            folder = posixpath.dirname(chapter.get("path") or "")
            chapter["content"] = LINK.sub(lambda match: outward(folder, match), chapter["content"])
            visit(chapter["sub_items"])


if len(sys.argv) < 2:  # else: "supports RENDERER", and every one is
    _, book = json.load(sys.stdin)
    visit(book.get("items") or book["sections"])
    json.dump(book, sys.stdout)
