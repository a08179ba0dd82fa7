"""Breaks good messages one by one and expects the judge to see it: a judge that blames nothing proves nothing.

python contract/self_test.py
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import cbor2  # noqa: E402

from contract.answer_check import AnswerCheck  # noqa: E402
from contract.messages import Message, Sniffer  # noqa: E402
from contract.request_check import check_request  # noqa: E402

ECS = "AmazonEC2ContainerServiceV20141113"
ELB_NS = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/a/73e2d6bc24d8a067"
CREATE: dict[str, Any] = {"cluster": "c", "service": "s", "taskDefinition": "t:1"}


def json_request(operation: str, body: Any, target: str = ECS, version: str = "1.1") -> Message:
    """A request in JSON."""
    headers = {"x-amz-target": f"{target}.{operation}", "content-type": f"application/x-amz-json-{version}"}
    return Message(("POST", "/", "HTTP/1.1"), headers, json.dumps(body).encode())


def form(action: str, **parameters: str) -> Message:
    """A request as a form; double underscores stand for dots."""
    fields = {"Action": action, "Version": "2015-12-01"} | {k.replace("__", "."): v for k, v in parameters.items()}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return Message(("POST", "/", "HTTP/1.1"), headers, urlencode(fields).encode())


def cbor_request(operation: str, body: Any) -> Message:
    """A request in CBOR."""
    headers = {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor", "x-amzn-query-mode": "true"}
    path = f"/service/GraniteServiceVersion20100801/operation/{operation}"
    return Message(("POST", path, "HTTP/1.1"), headers, cbor2.dumps(body))


def invoke(query: str = "", **headers: str) -> Message:
    """A request to a function."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Message(("POST", f"/2015-03-31/functions/hook/invocations{query}", "HTTP/1.1"), named, b"{}")


def answer(body: bytes, kind: str, status: int = 200, **headers: str) -> Message:
    """An answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Message(("HTTP/1.1", str(status), ""), {"content-type": kind, "x-amzn-requestid": "1", **named}, body)


def json_answer(body: Any, status: int = 200) -> Message:
    """An answer in JSON 1.1."""
    return answer(json.dumps(body).encode(), "application/x-amz-json-1.1", status)


def xml_rules(inner: str, namespace: str = ELB_NS) -> Message:
    """A DescribeRules answer."""
    text = f"""<DescribeRulesResponse xmlns="{namespace}"><DescribeRulesResult>{inner}</DescribeRulesResult>
      <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeRulesResponse>"""
    return answer(text.encode(), "text/xml")


def xml_error(code: str, status: int = 400, fault: str = "Sender") -> Message:
    """An error in XML."""
    error = f"<Error><Type>{fault}</Type><Code>{code}</Code><Message>m</Message></Error>"
    text = f"""<ErrorResponse xmlns="{ELB_NS}">{error}<RequestId>1</RequestId></ErrorResponse>"""
    return answer(text.encode(), "text/xml", status)


ALARMS = {"MetricAlarms": [{"AlarmName": "a", "StateUpdatedTimestamp": datetime(2026, 1, 1, tzinfo=UTC)}]}
CBOR: dict[str, Any] = {"smithy_protocol": "rpc-v2-cbor"}
SET_STATE = cbor_request("SetAlarmState", {"AlarmName": "a", "StateValue": "OK", "StateReason": "r"})
SERVICES = json_request("DescribeServices", {"services": ["s"]})
RULES = form("DescribeRules", ListenerArn="l")

# What is wrong, the request, and a part of the complaint; nothing where all is well.
REQUESTS: list[tuple[str, Message, str | None]] = [
    ("a good JSON request is good", json_request("CreateTaskSet", CREATE), None),
    ("a required member is missing", json_request("CreateTaskSet", {"cluster": "c", "service": "s"}), "required"),
    ("a member is unknown", json_request("CreateTaskSet", CREATE | {"token": "x"}), "no member"),
    ("a member is null", json_request("CreateTaskSet", CREATE | {"externalId": None}), "is null"),
    ("an enum has another value", json_request("CreateTaskSet", CREATE | {"launchType": "MOON"}), "none of"),
    ("a string is a number", json_request("CreateTaskSet", CREATE | {"externalId": 1}), "not a string"),
    ("a structure is a list", json_request("CreateTaskSet", CREATE | {"scale": []}), "not a structure"),
    ("an integer is a fraction", json_request("UpdateService", {"service": "s", "desiredCount": 1.5}), "fraction"),
    ("a boolean is text", json_request("DeleteService", {"service": "s", "force": "true"}), "not a boolean"),
    ("the content type is another", json_request("CreateTaskSet", CREATE, version="1.0"), "application/x-amz-json-1.1"),
    ("the operation does not exist", json_request("CreateMoon", {}), "no operation"),
    (
        "a tag key is too long",
        json_request("TagResource", {"resourceArn": "a", "tags": [{"key": "k" * 129}]}),
        "maximum",
    ),
    (
        "a tag key has a forbidden character",
        json_request("TagResource", {"resourceArn": "a", "tags": [{"key": "#"}]}),
        "follow",
    ),
    ("a good form is good", form("ModifyRule", RuleArn="r", Actions__member__1__Type="forward"), None),
    ("a form lacks a member", form("ModifyRule"), "required"),
    ("a form has a member too many", form("ModifyRule", RuleArn="r", Weight="1"), "no member"),
    ("a list in a form has a gap", form("DescribeRules", RuleArns__member__2="r"), "numbered from 1"),
    ("a list in a form has no `member`", form("DescribeRules", RuleArns__1="r"), "below `member`"),
    ("a number in a form is none", form("DescribeRules", ListenerArn="l", PageSize="ten"), "not an integer"),
    ("a number in a form is out of range", form("DescribeRules", ListenerArn="l", PageSize="401"), "maximum of 400"),
    ("a good CBOR request is good", SET_STATE, None),
    ("a CBOR request lacks a member", cbor_request("SetAlarmState", {"AlarmName": "a"}), "required"),
    (
        "a CBOR time has no tag",
        cbor_request("GetMetricData", {"MetricDataQueries": [], "StartTime": 1, "EndTime": 2}),
        "tagged",
    ),
    ("a good REST request is good", invoke(x_amz_invocation_type="Event"), None),
    ("a REST header has another value", invoke(x_amz_invocation_type="Later"), "none of"),
    ("a REST parameter is unknown", invoke("?Colour=red"), "no parameter"),
]

# What is wrong, the request, the answer, and a part of the complaint.
ANSWERS: list[tuple[str, Message, Message, str | None]] = [
    ("a good JSON answer is good", SERVICES, json_answer({"services": [{"createdAt": 1.5}], "failures": []}), None),
    ("an answer has an unknown member", SERVICES, json_answer({"services": [{"colour": "red"}]}), "no member"),
    ("an answer has another enum value", SERVICES, json_answer({"services": [{"launchType": "MOON"}]}), "none of"),
    (
        "a time is text",
        SERVICES,
        json_answer({"services": [{"createdAt": "2026-01-01T00:00:00Z"}]}),
        "number of seconds",
    ),
    ("an integer is too large", SERVICES, json_answer({"services": [{"desiredCount": 1 << 31}]}), "too large"),
    (
        "a declared error is good",
        SERVICES,
        json_answer({"__type": "ClusterNotFoundException", "message": "m"}, 400),
        None,
    ),
    ("a common error is good", SERVICES, json_answer({"__type": "ThrottlingException", "message": "m"}, 400), None),
    (
        "an error is not declared",
        SERVICES,
        json_answer({"__type": "TaskSetNotFoundException", "message": "m"}, 400),
        "declare",
    ),
    (
        "an error has another status",
        SERVICES,
        json_answer({"__type": "ServerException", "message": "m"}, 400),
        "comes with 500",
    ),
    ("an error has no message", SERVICES, json_answer({"__type": "ClusterNotFoundException"}, 400), "message"),
    ("an error has no type", SERVICES, json_answer({"message": "m"}, 400), "__type"),
    ("an unknown operation gets a result", json_request("CreateMoon", {}), json_answer({}), "does not have"),
    (
        "a good XML answer is good",
        RULES,
        xml_rules("<Rules><member><IsDefault>true</IsDefault></member></Rules>"),
        None,
    ),
    ("XML has an unknown element", RULES, xml_rules("<Colour>red</Colour>"), "no member"),
    (
        "XML has a boolean that is none",
        RULES,
        xml_rules("<Rules><member><IsDefault>1</IsDefault></member></Rules>"),
        "neither",
    ),
    ("XML has a list without `member`", RULES, xml_rules("<Rules><Rule/></Rules>"), "only `member`"),
    ("XML has another namespace", RULES, xml_rules("", "http://example.com/"), "xmlns"),
    ("XML is cut off", RULES, answer(b"<DescribeRulesResponse>", "text/xml"), "cannot be read"),
    ("the wire code of an XML error is good", RULES, xml_error("ListenerNotFound"), None),
    ("an XML error has its shape's name for a code", RULES, xml_error("ListenerNotFoundException"), "declare"),
    ("an XML error blames the wrong side", RULES, xml_error("ListenerNotFound", fault="Receiver"), "Error.Type"),
    (
        "a good CBOR answer is good",
        cbor_request("DescribeAlarms", {}),
        answer(cbor2.dumps(ALARMS), "application/cbor", **CBOR),
        None,
    ),
    (
        "a CBOR answer lacks its header",
        cbor_request("DescribeAlarms", {}),
        answer(cbor2.dumps({}), "application/cbor"),
        "smithy-protocol",
    ),
    (
        "a CBOR answer has bytes behind it",
        cbor_request("DescribeAlarms", {}),
        answer(cbor2.dumps({}) + b"\0", "application/cbor", **CBOR),
        "behind",
    ),
    (
        "a CBOR error carries the code of the query protocol",
        SET_STATE,
        answer(
            cbor2.dumps({"__type": "com.amazonaws.cloudwatch#ResourceNotFound", "message": "m"}),
            "application/cbor",
            404,
            x_amzn_query_error="ResourceNotFound;Sender",
            **CBOR,
        ),
        None,
    ),
    (
        "a CBOR error lacks that code",
        SET_STATE,
        answer(cbor2.dumps({"__type": "x#ResourceNotFound", "message": "m"}), "application/cbor", 404, **CBOR),
        "query-error",
    ),
    ("a good REST answer is good", invoke(), answer(b"{}", "application/json", X_Amz="1"), None),
    (
        "a REST answer has an unknown header",
        invoke(),
        answer(b"{}", "application/json", x_amz_colour="red"),
        "x-amz-colour",
    ),
    (
        "a REST error names its type in the header",
        invoke(),
        answer(b'{"Message":"m","Type":"User"}', "application/json", 404, x_amzn_errortype="ResourceNotFoundException"),
        None,
    ),
    ("a REST error lacks the header", invoke(), answer(b'{"Message":"m"}', "application/json", 404), "errortype"),
    (
        "an answer lacks its request id",
        SERVICES,
        Message(("HTTP/1.1", "200", ""), {"content-type": "application/x-amz-json-1.1"}, b"{}"),
        "requestid",
    ),
]


def verdict(name: str, problems: list[Any], wanted: str | None) -> list[str]:
    """What the judge did wrong, if anything."""
    told = [f"{problem.path}: {problem.message}" for problem in problems]
    if wanted is None:
        return [f"{name}: blamed for {told}"] if told else []
    return [] if any(wanted in line for line in told) else [f"{name}: expected {wanted!r}, and it said {told}"]


def streams() -> list[str]:
    """Messages are found in a stream wherever the network cuts it."""
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n"
    plain = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
    wrong = []
    for size in range(1, len(chunked + plain) + 1):
        sniffer, bytes_, found = Sniffer(answers=True), chunked + plain, []
        for at in range(0, len(bytes_), size):
            found += sniffer.feed(bytes_[at : at + size])
        if [message.body for message in found] != [b"Wikipedia ", b"ok"] or not sniffer.between_messages:
            wrong.append(f"a stream cut every {size} bytes gave {found}")
    return wrong


def main() -> None:
    """Runs all of it."""
    wrong = streams()
    for name, request, wanted in REQUESTS:
        wrong += verdict(name, check_request(request).problems, wanted)
    for name, request, reply, wanted in ANSWERS:
        wrong += verdict(name, AnswerCheck(check_request(request), reply).run().problems, wanted)
    print(f"contract self-test: {len(REQUESTS) + len(ANSWERS)} messages, {len(wrong)} misjudged")
    for line in wrong:
        print(f"  {line}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
