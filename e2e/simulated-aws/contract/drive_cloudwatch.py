"""Every modelled operation of CloudWatch, in both protocols that clients speak: JSON 1.0 and CBOR."""

from __future__ import annotations

import datetime
from typing import Any

from botocore.client import BaseClient

from contract.clients import speaking
from contract.driver import Driver

HOUR = datetime.timedelta(hours=1)


def drive(d: Driver) -> None:
    """Runs all steps in each protocol."""
    for protocol, word in (("json", "JSON"), ("smithy-rpc-v2-cbor", "CBOR")):
        good = speaking(protocol, "cloudwatch", d.proxy)
        bad = speaking(protocol, "cloudwatch", d.proxy, malformed=True)
        _alarms(d, good, bad, word)
        _metrics(d, good, bad, word)


def _alarm(name: str) -> dict[str, Any]:
    return dict(
        AlarmName=name,
        AlarmDescription="too many errors, 5 % & more",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=[{"Name": "TargetGroup", "Value": "targetgroup/judged-blue/1"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=3,
        DatapointsToAlarm=2,
        Threshold=1.5,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="missing",
    )


def _alarms(d: Driver, good: BaseClient, bad: BaseClient, word: str) -> None:
    names = [f"judged-{word}-{number}" for number in (1, 2, 3)]
    with d.step(f"{word}: alarms are made and have insufficient data"):
        for name in names:
            good.put_metric_alarm(**_alarm(name))
        shown = good.describe_alarms(AlarmNames=names[:1])["MetricAlarms"][0]
        assert shown["StateValue"] == "INSUFFICIENT_DATA", shown
        differing = {key for key, value in _alarm(names[0]).items() if shown.get(key) != value}
        assert not differing, (differing, shown)
        assert shown["AlarmArn"].endswith(f":alarm:{names[0]}"), shown
    with d.step(f"{word}: a state that is set is shown, with its reason and its time"):
        good.set_alarm_state(AlarmName=names[0], StateValue="ALARM", StateReason="judged", StateReasonData='{"a": [1]}')
        shown = good.describe_alarms(AlarmNames=names[:1])["MetricAlarms"][0]
        assert (shown["StateValue"], shown["StateReason"]) == ("ALARM", "judged"), shown
        assert (
            isinstance(shown["StateUpdatedTimestamp"], datetime.datetime) and shown["StateUpdatedTimestamp"].tzinfo
        ), shown
        found = good.describe_alarms(AlarmNamePrefix=f"judged-{word}", StateValue="ALARM", AlarmTypes=["MetricAlarm"])[
            "MetricAlarms"
        ]
        assert [alarm["AlarmName"] for alarm in found] == names[:1], found
    with d.step(f"{word}: alarms come page by page"):
        pages = good.get_paginator("describe_alarms").paginate(
            AlarmNamePrefix=f"judged-{word}", PaginationConfig={"PageSize": 2}
        )
        assert [len(page["MetricAlarms"]) for page in pages] == [2, 1]
    with d.step(f"{word}: alarms that do not exist are no error"):
        assert good.describe_alarms(AlarmNames=["nowhere"])["MetricAlarms"] == []
    d.refused(
        f"{word}: a page of alarms that does not exist is refused",
        "InvalidNextToken",
        good.describe_alarms,
        NextToken="moon",
    )
    d.refused(f"{word}: a page of 101 alarms is refused", "ValidationError", bad.describe_alarms, MaxRecords=101)
    d.refused(
        f"{word}: an unknown alarm takes no state",
        "ResourceNotFound",
        good.set_alarm_state,
        AlarmName="nowhere",
        StateValue="OK",
        StateReason="r",
    )
    d.refused(
        f"{word}: reason data is JSON",
        "InvalidFormat",
        good.set_alarm_state,
        AlarmName=names[0],
        StateValue="OK",
        StateReason="r",
        StateReasonData="{",
    )
    d.refused(
        f"{word}: a state has one of three values",
        "ValidationError",
        bad.set_alarm_state,
        AlarmName=names[0],
        StateValue="MOON",
        StateReason="r",
    )
    d.refused(
        f"{word}: an alarm has a number of periods",
        "ValidationError",
        good.put_metric_alarm,
        **{key: value for key, value in _alarm("x").items() if key != "EvaluationPeriods"},
    )
    d.refused(
        f"{word}: no more datapoints than periods make an alarm",
        "ValidationError",
        good.put_metric_alarm,
        **_alarm("x") | {"DatapointsToAlarm": 4},
    )


def _metrics(d: Driver, good: BaseClient, bad: BaseClient, word: str) -> None:
    now = datetime.datetime.now(datetime.UTC)
    dimensions = [
        {"Name": "LoadBalancer", "Value": "app/shop/50dc6c495c0c9188"},
        {"Name": "TargetGroup", "Value": "targetgroup/shop-a/73e2d6bc24d8a067"},
    ]
    stat = {
        "Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount", "Dimensions": dimensions},
        "Period": 60,
        "Stat": "Sum",
    }
    query: dict[str, Any] = dict(
        StartTime=now - HOUR,
        EndTime=now + 12 * HOUR,
        ScanBy="TimestampAscending",
        MetricDataQueries=[{"Id": "requests", "MetricStat": stat, "Label": "requests & more"}],
    )
    with d.step(f"{word}: the requests that the traffic model sent are a metric, oldest first"):
        found: list[dict[str, Any]] = []

        def told() -> bool:
            found[:] = good.get_metric_data(**query)["MetricDataResults"]
            return bool(found[0]["Values"])

        d.until("a first datapoint", told)
        result = found[0]
        assert (
            result["Id"] == "requests" and result["StatusCode"] == "Complete" and result["Label"] == "requests & more"
        ), result
        assert len(result["Timestamps"]) == len(result["Values"]) and result["Timestamps"] == sorted(
            result["Timestamps"]
        ), result
        assert all(value > 0 for value in result["Values"]), result
    with d.step(f"{word}: what nothing measures has no datapoints"):
        nowhere = {
            **stat,
            "Metric": {**stat["Metric"], "Dimensions": [{"Name": "TargetGroup", "Value": "targetgroup/x/1"}]},
        }
        result = good.get_metric_data(**query | {"MetricDataQueries": [{"Id": "none", "MetricStat": nowhere}]})[
            "MetricDataResults"
        ][0]
        assert result["Values"] == [] and result["Timestamps"] == [], result
    d.refused(
        f"{word}: metrics end after they begin",
        "ValidationError",
        good.get_metric_data,
        **query | {"EndTime": now - 2 * HOUR},
    )
    d.refused(
        f"{word}: a page of metrics that does not exist is refused",
        "InvalidNextToken",
        good.get_metric_data,
        **query,
        NextToken="moon",
    )
    d.refused(
        f"{word}: metrics have queries", "ValidationError", bad.get_metric_data, StartTime=now - HOUR, EndTime=now
    )
