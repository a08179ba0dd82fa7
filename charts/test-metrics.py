#!/usr/bin/env python3
"""Whether alerts and dashboard look at metrics that there are, and whether each right of the roles was used.

test-metrics.py METRICS ROLES: what a run of the operator answered as metrics, and its roles as JSON, one after the other
"""

import json
import re
import sys
from pathlib import Path

KINDS = {
    "applications": "Application",
    "deploymentgroups": "DeploymentGroup",
    "deployments": "Deployment",
    "deploymentconfigs": "DeploymentConfig",
    "awsbindings": "AwsBinding",
    "namespaces": "Namespace",
    "events": "Event",
    "leases": "Lease",
}
# Asked for by an admission plugin that the test's API server does not have; and only where somebody made a Deployment by the
# name that a group would give to its next one.
UNSEEN = {("update", "deploymentgroups/finalizers"), ("get", "deployments")}


def main():
    metrics = Path(sys.argv[1]).read_text()
    known = set(re.findall(r"^# TYPE (\S+)", metrics, re.MULTILINE))
    for path in Path("charts/sluice/files").iterdir():
        for name in set(re.findall(r"\bsluice_[a-z_]+\b", path.read_text())):
            if re.sub(r"_(total|bucket|count|sum)$", "", name) not in known:
                sys.exit(f"{path} looks at {name}, which the operator does not have")

    used = set(re.findall(r'^sluice_kubernetes_requests_total\{verb="(\w+)",kind="(\w+)"\} [1-9]', metrics, re.MULTILINE))
    text, decoder = Path(sys.argv[2]).read_text(), json.JSONDecoder()
    while text.strip():
        role, end = decoder.raw_decode(text.lstrip())
        text = text.lstrip()[end:]
        for rule in role["rules"]:
            for resource in rule["resources"]:
                for verb in rule["verbs"]:
                    kind = KINDS[resource.split("/")[0]]
                    if (verb.capitalize(), kind) not in used and (verb, resource) not in UNSEEN:
                        sys.exit(f"{role['metadata']['name']} gives {verb} on {resource}, and the operator never asked for it")


main()
