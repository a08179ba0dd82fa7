"""Composite alarms, the history of alarms, and published metrics, in both protocols that clients speak."""

from __future__ import annotations

import datetime
from typing import Any

from botocore.client import BaseClient

from contract.clients import speaking
from contract.driver import Driver

DAY = datetime.timedelta(days=1)
BOTH = ["MetricAlarm", "CompositeAlarm"]


def drive(d: Driver) -> None:
    """Runs all steps in each protocol."""
    for protocol, word in (("json", "JSON"), ("smithy-rpc-v2-cbor", "CBOR")):
        good = speaking(protocol, "cloudwatch", d.proxy)
        bad = speaking(protocol, "cloudwatch", d.proxy, malformed=True)
        _metrics(d, good, word)
        _composites(d, good, word)
        _history(d, good, bad, word)


def _metrics(d: Driver, good: BaseClient, word: str) -> None:
    metric = {"Namespace": "Judged", "MetricName": f"Queue-{word}", "Dimensions": [{"Name": "Shop", "Value": "a & b"}]}
    now = datetime.datetime.now(datetime.UTC)
    with d.step(f"{word}: published values are read back as statistics"):
        datum = {"MetricName": metric["MetricName"], "Dimensions": metric["Dimensions"], "Unit": "Count"}
        summary = {"SampleCount": 2, "Sum": 5, "Minimum": 1, "Maximum": 4}
        good.put_metric_data(
            Namespace="Judged",
            MetricData=[
                datum | {"Value": 1.5},
                datum | {"Values": [1, 2], "Counts": [3, 1]},
                datum | {"StatisticValues": summary, "StorageResolution": 1},
            ],
        )
        stats = ["Sum", "SampleCount", "Maximum"]
        queries = [
            {"Id": stat.lower(), "MetricStat": {"Metric": metric, "Period": 3600, "Stat": stat}} for stat in stats
        ]
        results = good.get_metric_data(StartTime=now - DAY, EndTime=now + DAY, MetricDataQueries=queries)
        assert [result["Values"] for result in results["MetricDataResults"]] == [[11.5], [7.0], [4.0]], results
    wrong: list[tuple[str, str, dict[str, Any]]] = [
        ("a datum without a value", "MissingParameter", {}),
        ("a datum with two values", "InvalidParameterCombination", {"Value": 1, "Values": [1]}),
        ("a datum of three weeks ago", "InvalidParameterValue", {"Value": 1, "Timestamp": now - 21 * DAY}),
    ]
    for name, code, more in wrong:
        d.refused(
            f"{word}: {name} is refused",
            code,
            good.put_metric_data,
            Namespace="Judged",
            MetricData=[{"MetricName": "M"} | more],
        )
    d.refused(
        f"{word}: nobody publishes in a namespace of AWS",
        "InvalidParameterValue",
        good.put_metric_data,
        Namespace="AWS/ECS",
        MetricData=[{"MetricName": "M", "Value": 1}],
    )


def _composites(d: Driver, good: BaseClient, word: str) -> None:
    child, whole = f"watched-child-{word}", f"watched-whole-{word}"
    with d.step(f"{word}: a composite alarm follows its alarm"):
        good.put_metric_alarm(
            AlarmName=child,
            Namespace="Judged",
            MetricName="Never",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="ignore",
        )
        good.put_composite_alarm(
            AlarmName=whole,
            AlarmRule=f'ALARM("{child}") AND NOT (FALSE OR INSUFFICIENT_DATA({child}))',
            AlarmDescription="all & nothing",
            AlarmActions=["arn:aws:sns:eu-west-1:123456789012:alarms"],
            Tags=[{"Key": "a", "Value": "b"}],
        )
        asked: dict[str, Any] = {"AlarmNames": [whole, child], "AlarmTypes": BOTH}
        shown = good.describe_alarms(**asked)
        assert shown["CompositeAlarms"][0]["StateValue"] == "OK", shown
        good.set_alarm_state(AlarmName=child, StateValue="ALARM", StateReason="drill")
        shown = good.describe_alarms(**asked)
        assert [alarm["AlarmName"] for alarm in shown["MetricAlarms"]] == [child], shown
        composite = shown["CompositeAlarms"][0]
        assert (composite["StateValue"], composite["AlarmDescription"]) == ("ALARM", "all & nothing"), composite
        assert isinstance(composite["StateTransitionedTimestamp"], datetime.datetime), composite
    for name, rule in (("names nobody", "ALARM(nowhere)"), ("is none", "ALARM(")):
        d.refused(
            f"{word}: a rule that {name} is refused",
            "ValidationError",
            good.put_composite_alarm,
            AlarmName="judged-x",
            AlarmRule=rule,
        )


def _history(d: Driver, good: BaseClient, bad: BaseClient, word: str) -> None:
    with d.step(f"{word}: a history comes page by page, the latest first"):
        asked: dict[str, Any] = {"AlarmName": f"watched-whole-{word}", "AlarmTypes": BOTH}
        pages = good.get_paginator("describe_alarm_history").paginate(**asked, PaginationConfig={"PageSize": 2})
        items = [item for page in pages for item in page["AlarmHistoryItems"]]
        kinds = [item["HistoryItemType"] for item in items]
        assert kinds == ["StateUpdate", "StateUpdate", "ConfigurationUpdate"], items
        assert items[0]["HistorySummary"] == "Alarm updated from OK to ALARM", items[0]
        assert {item["AlarmType"] for item in items} == {"CompositeAlarm"}, items
        assert items[0]["Timestamp"].tzinfo, items[0]
    with d.step(f"{word}: a history is asked for by kind and from its beginning"):
        found = good.describe_alarm_history(
            **asked, HistoryItemType="StateUpdate", ScanBy="TimestampAscending", MaxRecords=1
        )
        assert found["AlarmHistoryItems"][0]["HistorySummary"] == "Alarm updated from INSUFFICIENT_DATA to OK", found
    d.refused(
        f"{word}: a page of a history that does not exist is refused",
        "InvalidNextToken",
        good.describe_alarm_history,
        NextToken="moon",
    )
    d.refused(
        f"{word}: a kind of history that does not exist is refused",
        "ValidationError",
        bad.describe_alarm_history,
        HistoryItemType="Moon",
    )
