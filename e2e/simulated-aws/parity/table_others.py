"""Rows about STS, CloudWatch, Lambda, SNS and EventBridge."""

from __future__ import annotations

from typing import Any

from parity.rows import DONE, Pin, Refused, Row

ALARM: dict[str, Any] = {
    "AlarmName": "$p-errors", "Namespace": "AWS/ApplicationELB", "MetricName": "HTTPCode_Target_5XX_Count",
    "Dimensions": [{"Name": "LoadBalancer", "Value": "app/$p-lb/0"}], "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 2,
    "DatapointsToAlarm": 1, "Threshold": 5.0, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching",
}
STATED = "Namespace, MetricName, Statistic, Period, EvaluationPeriods, DatapointsToAlarm, Threshold, ComparisonOperator, TreatMissingData"
EVENT = {"Source": "sluice.parity", "DetailType": "Release", "Detail": '{"to": 42}'}
ROLE = "arn:aws:iam::210987654321:role/deployer"
NO_FUNCTION = "arn:aws:lambda:$region:$account:function:$p-none"

ROWS: list[Row] = [
    Row("a caller learns its account", "sts", "get_caller_identity", {}, "Account", "$account", "AWS STS API reference"),
    Row("a role of another account is assumed for a while", "sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "parity"},
        "[AssumedRoleUser.Arn, Credentials.Expiration]", ["arn:aws:sts::210987654321:assumed-role/deployer/$p", "<time>"], "AWS STS API reference",
        saves={"other_account": "Credentials"}, local_only=True),
    Row("the session is of the role's account", "sts", "get_caller_identity", {}, "[Account, Arn]", ["210987654321", "arn:aws:sts::210987654321:assumed-role/deployer/$p"],
        "AWS STS API reference", session="other_account", local_only=True),
    Row("the other account has none of this one's clusters", "ecs", "describe_clusters", {"clusters": ["$p-cluster"]}, "[clusters, failures[].reason]", [[], ["MISSING"]],
        "Amazon ECS API reference", session="other_account", local_only=True),
    Row("the other account has none of this one's load balancers", "elbv2", "describe_load_balancers", {"Names": ["$p-lb"]}, DONE, Refused("LoadBalancerNotFound"),
        "Elastic Load Balancing API reference", session="other_account", local_only=True),
    Row("an alarm is made", "cloudwatch", "put_metric_alarm", ALARM, "@", {}, "Amazon CloudWatch API reference"),
    Row("a new alarm has insufficient data", "cloudwatch", "describe_alarms", {"AlarmNames": ["$p-errors"]}, "MetricAlarms[].StateValue", ["INSUFFICIENT_DATA"], "Amazon CloudWatch API reference",
        pin=Pin(['OK'], "moto's alarms begin in OK")),
    Row("an alarm states how it is evaluated", "cloudwatch", "describe_alarms", {"AlarmNames": ["$p-errors"]}, f"MetricAlarms[0].[{STATED}]",
        ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", 60, 2, 1, 5.0, "GreaterThanThreshold", "notBreaching"], "Amazon CloudWatch API reference"),
    Row("the state of an alarm is set", "cloudwatch", "set_alarm_state", {"AlarmName": "$p-errors", "StateValue": "ALARM", "StateReason": "parity"}, "@", {}, "Amazon CloudWatch API reference"),
    Row("a state that was set is shown with its reason", "cloudwatch", "describe_alarms", {"AlarmNamePrefix": "$p-err", "StateValue": "ALARM"},
        "MetricAlarms[].[AlarmName, StateValue, StateReason]", [["$p-errors", "ALARM", "$p"]], "Amazon CloudWatch API reference", local_only=True),
    Row("alarms that do not exist are not shown", "cloudwatch", "describe_alarms", {"AlarmNames": ["$p-none"]}, "MetricAlarms", [], "Amazon CloudWatch API reference"),
    Row("the state of an alarm that does not exist is not set", "cloudwatch", "set_alarm_state", {"AlarmName": "$p-none", "StateValue": "OK", "StateReason": "parity"}, DONE, Refused("ResourceNotFound"),
        "Amazon CloudWatch API reference"),
    Row("a function that does not exist is not invoked", "lambda", "invoke", {"FunctionName": NO_FUNCTION, "Payload": b"{}"}, DONE, Refused("ResourceNotFoundException"), "AWS Lambda API reference",
        pin=Pin('accepted', "moto's backend without Docker answers for any name")),
    Row("a message is published to a topic", "sns", "publish", {"TopicArn": "$topic", "Message": "parity", "Subject": "parity"}, "MessageId", "<id>", "Amazon SNS API reference"),
    Row("a message to a topic that does not exist is refused", "sns", "publish", {"TopicArn": "$topic-none", "Message": "parity"}, DONE, Refused("NotFound"), "Amazon SNS API reference"),
    Row("a message with a subject of more than 100 characters is refused", "sns", "publish", {"TopicArn": "$topic", "Message": "parity", "Subject": "s" * 101}, DONE, Refused("InvalidParameter"), "Amazon SNS API reference"),
    Row("an event is put on the default bus", "events", "put_events", {"Entries": [EVENT]}, "[FailedEntryCount, Entries[].EventId]", [0, ["<id>"]], "Amazon EventBridge API reference"),
    Row("an event without a detail type fails by itself", "events", "put_events", {"Entries": [EVENT, {"Source": "sluice.parity", "Detail": "{}"}]}, "[FailedEntryCount, Entries[].ErrorCode]", [1, ["InvalidArgument"]],
        "Amazon EventBridge API reference"),
    Row("an event whose detail is no JSON fails by itself", "events", "put_events", {"Entries": [EVENT | {"Detail": "{"}]}, "[FailedEntryCount, Entries[].ErrorCode]", [1, ["MalformedDetail"]],
        "Amazon EventBridge user guide"),
    Row("eleven events at a time are refused", "events", "put_events", {"Entries": [EVENT] * 11}, DONE, Refused("ValidationException"), "Amazon EventBridge API reference", malformed=True),
]
