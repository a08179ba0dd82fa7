"""Fails when a page tells an `aws` command that the AWS CLI does not have: its service, its operation, an option.

By the service models that botocore ships, without a call and without starting the CLI. A part of `make judge`.
"""
import pathlib
import re
import shlex
import sys

import botocore
import botocore.session

ROOT = pathlib.Path(__file__).parent.parent
# What every command takes, of what the pages use.
EVERYWHERE = {"query", "output", "region", "profile", "endpoint-url", "no-cli-pager", "no-paginate"}
# Names that the CLI gives to services.
ALIASES = {"deploy": "codedeploy"}


def texts(page):
    """Each command of a page: those of blocks of shell, with their continued lines joined, and those between backticks."""
    fences = re.findall(r"^ *```(\S*)[^\n]*\n(.*?)^ *```$", page, re.MULTILINE | re.DOTALL)
    for language, block in fences:
        if language == "sh":
            yield from re.sub(r"\\\n", " ", block).splitlines()
    prose = re.sub(r"^ *```.*?^ *```$", "", page, flags=re.MULTILINE | re.DOTALL)
    for span in re.findall(r"`([^`]+)`", prose):
        if span.startswith("aws ") and "..." not in span:
            yield span.replace("\\|", "|").replace("\n", " ")


def commands(text):
    """The words of each `aws` in a line."""
    if "aws " not in text:
        return
    try:
        words = shlex.split(text, comments=True)
    except ValueError:  # a quote that is closed in a later line
        return
    for at, word in enumerate(words):
        if word == "aws" and (at == 0 or words[at - 1] in ("|", "&&", ";", "do") or "=" in words[at - 1]):
            yield words[at + 1 :]


def wrong(session, words):
    if len(words) < 2 or words[1] == "wait":
        return None
    service, operation = words[:2]
    try:
        model = session.get_service_model(ALIASES.get(service, service))
    except Exception:
        return f"there is no service {service}"
    names = {botocore.xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        return f"{service} has no {operation}"
    shape = model.operation_model(names[operation]).input_shape
    members = {botocore.xform_name(name, "-") for name in shape.members} if shape else set()
    for word in words[2:]:
        option = word[2:].split("=")[0]
        if word.startswith("--") and not {option, option.removeprefix("no-")} & (members | EVERYWHERE):
            return f"{service} {operation} has no option --{option}"
    return None


def main():
    session = botocore.session.get_session()
    seen, failed = 0, False
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        if path.parent.name == "adr":
            continue
        for text in texts(path.read_text()):
            for words in commands(text):
                seen += 1
                fault = wrong(session, words)
                if fault:
                    print(f"{path.relative_to(ROOT)}: {fault}: aws {' '.join(words)}", file=sys.stderr)
                    failed = True
    if seen < 10:
        sys.exit(f"only {seen} commands of aws were found in the pages")
    print(f"documentation: {seen} commands of aws are ones that there are")
    sys.exit(failed)


main()
