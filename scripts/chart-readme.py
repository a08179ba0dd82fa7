#!/usr/bin/env python3
"""Writes the table of values in charts/sluice/README.md from the comments of values.yaml; with --check, only says whether it is
fresh. Fails where a value has no comment, or the schema and values.yaml do not have the same values."""

import json
import re
import sys
from pathlib import Path

CHART = Path(__file__).resolve().parent.parent / "charts" / "sluice"
BEGIN, END = "<!-- Values, made by `make crds` from values.yaml. -->\n", "<!-- End of the values. -->\n"
LINE = re.compile(r"^( *)([A-Za-z]+):(?: (.*))?$")


def values(text):
    """Path, default and description of each value that has a default; maps in block style are opened."""
    comments, path = [], []
    for number, line in enumerate(text.splitlines(), 1):
        comment = re.match(r"^ *# ?(.*)$", line)
        match = LINE.match(line)
        if comment:
            comments.append(comment.group(1))
        elif match:
            indent, key, default = match.groups()
            path = path[: len(indent) // 2] + [key]
            if default is not None:
                if not comments:
                    sys.exit(f"values.yaml:{number}: {'.'.join(path)} has no comment")
                yield ".".join(path), default, " ".join(comments)
            comments = []
        elif line.strip():
            sys.exit(f"values.yaml:{number}: write maps of several lines by their keys, and all else in one line: {line}")


def in_schema(schema, path=()):
    """Paths of the values that the schema knows: objects with properties are opened."""
    for key, value in schema["properties"].items():
        is_refusal = any(str(word).startswith("write ") for word in value.get("enum", []))
        if path == () and (is_refusal or key == "global"):
            continue
        if "properties" in value:
            yield from in_schema(value, (*path, key))
        else:
            yield ".".join((*path, key))


def check_schema(rows):
    found = [path for path, _, _ in rows]
    known = set(in_schema(json.loads((CHART / "values.schema.json").read_text())))
    # What a value of one line holds, the schema may tell in detail.
    covered = {path for path in known for value in found if path == value or path.startswith(f"{value}.")}
    opened = {value.split(".")[0] for value in found if not any(value == path or path.startswith(f"{value}.") for path in known)}
    free = {"podSecurityContext", "securityContext"}
    missing = sorted(known - covered - free)
    unknown = sorted(opened - free)
    if missing or unknown:
        sys.exit(f"values.schema.json and values.yaml differ: only in the schema {missing}, only in the values {unknown}")


def table(rows):
    lines = ["| value | default | what it is |", "|---|---|---|"]
    for path, default, description in rows:
        cell = description.replace("|", "\\|")
        lines.append(f"| `{path}` | `{default}` | {cell} |")
    return "\n".join(lines) + "\n"


def main():
    rows = list(values((CHART / "values.yaml").read_text()))
    check_schema(rows)
    readme = CHART / "README.md"
    text = readme.read_text()
    before, rest = text.split(BEGIN)
    fresh = before + BEGIN + "\n" + table(rows) + "\n" + END + rest.split(END)[1]
    if "--check" in sys.argv:
        if fresh != text:
            sys.exit("charts/sluice/README.md is stale: run scripts/chart-readme.py, and commit what it changes")
    elif fresh != text:
        readme.write_text(fresh)


main()
