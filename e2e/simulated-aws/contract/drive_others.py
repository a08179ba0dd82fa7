"""Every modelled operation of STS, Lambda, SNS, EventBridge and ECR, in its success and its errors."""

from __future__ import annotations

import datetime
import json
from typing import Any

from contract.clients import client
from contract.driver import Driver

ROLE = "arn:aws:iam::210987654321:role/deployer"


def drive(d: Driver) -> None:
    """Runs all steps."""
    _sts(d)
    _lambda(d)
    _sns(d)
    _events(d)
    _ecr(d)


def _sts(d: Driver) -> None:
    sts, bad = d.client("sts"), d.client("sts", malformed=True)
    with d.step("a caller learns who it is"):
        assert sts.get_caller_identity()["Account"] == "123456789012"
    session: dict[str, str] = {}
    with d.step("a role is assumed, and its session has an end"):
        answer = sts.assume_role(
            RoleArn=ROLE,
            RoleSessionName="judge",
            DurationSeconds=900,
            ExternalId="external-id",
            Tags=[{"Key": "team", "Value": "judges"}],
        )
        session.update({key: value for key, value in answer["Credentials"].items() if isinstance(value, str)})
        assert isinstance(answer["Credentials"]["Expiration"], datetime.datetime), answer
        assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::210987654321:assumed-role/deployer/judge", answer
    with d.step("the session is of the role's account, and sees nothing of the other one"):
        here = _with_session(d, "sts", session).get_caller_identity()
        assert here["Account"] == "210987654321" and here["Arn"].endswith("assumed-role/deployer/judge"), here
        shown = _with_session(d, "ecs", session).describe_clusters(clusters=["prod"])
        assert shown["clusters"] == [] and shown["failures"][0]["reason"] == "MISSING", shown
        assert shown["failures"][0]["arn"].split(":")[4] == "210987654321", shown
    with d.step("a role is assumed with a token of an identity provider"):
        answer = sts.assume_role_with_web_identity(
            RoleArn=ROLE, RoleSessionName="judge", WebIdentityToken="header.payload.signature"
        )
        assert answer["Credentials"]["SessionToken"] and answer["AssumedRoleUser"]["AssumedRoleId"].endswith(
            ":judge"
        ), answer
    d.refused("a session has a name", "ValidationError", bad.assume_role, RoleArn=ROLE)
    d.refused(
        "a session lasts a quarter of an hour at least",
        "ValidationError",
        bad.assume_role,
        RoleArn=ROLE,
        RoleSessionName="judge",
        DurationSeconds=899,
    )
    d.refused(
        "a role has an ARN",
        "ValidationError",
        sts.assume_role,
        RoleArn="arn:aws:iam::1:role/x",
        RoleSessionName="judge",
    )
    d.refused(
        "a token of an identity provider is needed",
        "ValidationError",
        bad.assume_role_with_web_identity,
        RoleArn=ROLE,
        RoleSessionName="judge",
    )


def _with_session(d: Driver, service: str, session: dict[str, str]) -> Any:
    """A client with a session's credentials."""
    made = client(service, d.proxy, key=session["AccessKeyId"])
    made._request_signer._credentials.token = session["SessionToken"]
    return made


def _lambda(d: Driver) -> None:
    functions, bad = d.client("lambda"), d.client("lambda", malformed=True)
    with d.step("a scenario brings functions"):
        d.control.send(
            "POST",
            "scenario",
            json.dumps(
                {
                    "functions": [
                        {"name": "hook", "answers": [{"payload": {"status": "Succeeded", "ü": [1, 2.5, None]}}]},
                        {
                            "name": "broken",
                            "answers": [{"payload": {"errorMessage": "boom"}, "functionError": "Unhandled"}],
                        },
                    ]
                }
            ),
        )
    with d.step("a function is invoked and answers"):
        answer = functions.invoke(FunctionName="hook", Payload=json.dumps({"phase": "before"}))
        assert answer["StatusCode"] == 200 and "FunctionError" not in answer, answer
        assert json.loads(answer["Payload"].read()) == {"status": "Succeeded", "ü": [1, 2.5, None]}
    with d.step("a function is invoked by its ARN and a qualifier, and tells its log"):
        arn = "arn:aws:lambda:eu-west-1:123456789012:function:hook"
        answer = functions.invoke(FunctionName=arn, Qualifier="live", LogType="Tail", Payload=b"{}")
        assert answer["LogResult"] and answer["ExecutedVersion"], answer
    with d.step("an invocation that nobody waits for, and one that only tries, have no payload"):
        assert functions.invoke(FunctionName="hook", InvocationType="Event", Payload=b"{}")["StatusCode"] == 202
        assert functions.invoke(FunctionName="hook", InvocationType="DryRun")["StatusCode"] == 204
    with d.step("a function that fails says so in a header, with status 200"):
        answer = functions.invoke(FunctionName="broken", Payload=b"{}")
        assert answer["StatusCode"] == 200 and answer["FunctionError"] == "Unhandled", answer
        assert json.loads(answer["Payload"].read())["errorMessage"] == "boom"
    d.refused("an unknown function is not found", "ResourceNotFoundException", functions.invoke, FunctionName="nowhere")
    d.refused(
        "a payload is JSON", "InvalidRequestContentException", functions.invoke, FunctionName="hook", Payload=b"{"
    )
    d.refused(
        "an invocation has one of three types",
        "InvalidParameterValueException",
        bad.invoke,
        FunctionName="hook",
        InvocationType="Moon",
    )


def _sns(d: Driver) -> None:
    sns, bad = d.client("sns"), d.client("sns", malformed=True)
    topic = "arn:aws:sns:eu-west-1:123456789012:releases"
    with d.step("a scenario brings topics"):
        d.control.send("POST", "scenario", json.dumps({"topics": ["releases"]}))
    with d.step("a message is published with attributes, and arrives as it was sent"):
        attributes = {
            "phase": {"DataType": "String", "StringValue": "promoted"},
            "step": {"DataType": "Number", "StringValue": "3"},
        }
        assert sns.publish(
            TopicArn=topic, Subject="a release", Message="ü & <ok>\nnext line", MessageAttributes=attributes
        )["MessageId"]
    d.refused("an unknown topic is not found", "NotFound", sns.publish, TopicArn=topic + "-x", Message="m")
    d.refused("a message says something", "InvalidParameter", sns.publish, TopicArn=topic, Message="")
    d.refused("a message is needed", "InvalidParameter", bad.publish, TopicArn=topic)


def _events(d: Driver) -> None:
    events, bad = d.client("events"), d.client("events", malformed=True)
    entry = {
        "Source": "sluice",
        "DetailType": "Release",
        "Detail": json.dumps({"to": 42}),
        "Time": datetime.datetime(2026, 1, 1),
        "Resources": ["arn:aws:ecs:eu-west-1:123456789012:service/prod/shop"],
    }
    with d.step("events are put one by one: the good ones have an id, the bad ones an error"):
        answer = events.put_events(Entries=[entry, entry | {"Detail": "{"}, {"Source": "sluice"}])
        assert answer["FailedEntryCount"] == 2 and answer["Entries"][0]["EventId"], answer
        codes = [one.get("ErrorCode") for one in answer["Entries"]]
        assert codes == [None, "MalformedDetail", "InvalidArgument"], codes
    d.refused("eleven events at a time are refused", "ValidationException", bad.put_events, Entries=[entry] * 11)
    d.refused("events are needed", "ValidationException", bad.put_events)


def _ecr(d: Driver) -> None:
    registry, bad = d.client("ecr"), d.client("ecr", malformed=True)
    one, other = "sha256:" + "1" * 64, "sha256:" + "2" * 64
    with d.step("a scenario brings a repository"):
        tags = {"1.2.3": one, "latest": one, "1.2.2": other}
        d.control.send("POST", "scenario", json.dumps({"repositories": {"judged/shop": tags}}))
    with d.step("an image is described by its tag, with all of its tags"):
        answer = registry.describe_images(repositoryName="judged/shop", imageIds=[{"imageTag": "1.2.3"}])
        [image] = answer["imageDetails"]
        assert image["imageDigest"] == one and sorted(image["imageTags"]) == ["1.2.3", "latest"], image
        assert (image["registryId"], image["repositoryName"]) == ("123456789012", "judged/shop"), image
    with d.step("all images of a repository are described"):
        assert len(registry.describe_images(repositoryName="judged/shop")["imageDetails"]) == 2
    d.refused(
        "a tag that there is not is not found",
        "ImageNotFoundException",
        registry.describe_images,
        repositoryName="judged/shop",
        imageIds=[{"imageTag": "9"}],
    )
    d.refused(
        "a repository that there is not is not found",
        "RepositoryNotFoundException",
        registry.describe_images,
        repositoryName="judged/none",
    )
    d.refused(
        "ids are at least one",
        "InvalidParameterException",
        bad.describe_images,
        repositoryName="judged/shop",
        imageIds=[],
    )
