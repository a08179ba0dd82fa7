#!/usr/bin/env python3
"""Makes the objects of in-progress.json in the cluster of kubectl, with their status, and their world in the simulated AWS.

restore.py ADDRESS-OF-THE-SIMULATED-AWS
"""

import json
import re
import subprocess
import sys
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def moved(text, by):
    """The same with every time later by so much. Those of conditions have no fractions."""

    def move(match):
        time = datetime.fromisoformat(match.group().replace("Z", "+00:00")) + by
        return time.strftime("%Y-%m-%dT%H:%M:%S" + (".%f" if "." in match.group() else "")) + "Z"

    return TIME.sub(move, text)


def kubectl(*arguments, stdin=None):
    done = subprocess.run(["kubectl", *arguments], input=stdin, text=True, stdout=subprocess.PIPE, check=True)
    return done.stdout.strip()


def main():
    text = Path(__file__).with_name("in-progress.json").read_text()
    ends = datetime.fromisoformat(json.loads(text)["holdEndsAt"].replace("Z", "+00:00"))
    text = moved(text, datetime.now(timezone.utc) - ends + timedelta(seconds=1))
    for index, (kind, placeholder) in enumerate(
        [("AwsBinding", None), ("Application", None), ("DeploymentGroup", "UID_OF_GROUP"), ("Deployment", "UID_OF_DEPLOYMENT")]
    ):
        wanted = json.loads(text)["objects"][index]
        assert wanted["kind"] == kind, wanted
        made = json.loads(kubectl("create", "-o", "json", "-f", "-", stdin=json.dumps(wanted)))
        uid, name, namespace = (made["metadata"].get(key) for key in ("uid", "name", "namespace"))
        if placeholder:
            text = text.replace(placeholder, uid)
        status = json.loads(text)["objects"][index].get("status")
        if status:
            patch = json.dumps({"status": status})
            resource = f"{kind.lower()}s.sluice.dev"
            kubectl("patch", resource, name, "-n", namespace, "--subresource", "status", "--type", "merge", "-p", patch)
    world = json.dumps(json.loads(text)["world"]).encode()
    urllib.request.urlopen(urllib.request.Request(f"{sys.argv[1]}/_sim/scenario", data=world, method="POST"))


main()
