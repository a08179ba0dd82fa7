"""Runs the parity table against the simulator and moto, and tells where they agree.

    python parity/run.py --simulator PROXY --simulator-control URL --moto PROXY --moto-control URL
    AWS=1 AWS_PARITY_I_ACCEPT_COSTS=yes ... python parity/run.py      (a real account; see parity/account.py)

Ends with 1 if the simulator does not show what AWS is documented to show, if moto differs where no row says so, or if
moto no longer differs where a row says it does.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from contract.clients import report, told  # noqa: E402
from parity import (
    backends,
    table_balancers,
    table_ecs,
    table_first_steps,
    table_others,
    table_releases,
    table_rules,
    table_task_sets,
)  # noqa: E402
from parity.rows import Row  # noqa: E402
from parity.runner import Run  # noqa: E402

TABLE: list[Row] = [
    *table_balancers.ROWS,
    *table_rules.ROWS,
    *table_ecs.ROWS,
    *table_task_sets.ROWS,
    *table_releases.ROWS,
    *table_others.ROWS,
    *table_first_steps.ROWS,
]


def verdicts(rows: list[Row], simulator: dict[str, Any], moto: dict[str, Any]) -> list[str]:
    """What is wrong, row by row."""
    wrong = []
    for row in rows:
        here, there = simulator[row.name], moto[row.name]
        if here != row.expect:
            wrong.append(f"{row.name}: the simulator shows {here!r} and not {row.expect!r} ({row.source})")
        if row.pin is None and there != row.expect:
            wrong.append(f"{row.name}: moto shows {there!r} and not {row.expect!r}, and the row does not say so")
        if row.pin is not None and there == row.expect:
            wrong.append(f"{row.name}: moto shows {there!r} like AWS; the pin ({row.pin.why}) can go")
        elif row.pin is not None and there != row.pin.shows:
            wrong.append(f"{row.name}: moto shows {there!r} and no longer {row.pin.shows!r}; look at the pin again")
    return wrong


def compare(arguments: argparse.Namespace) -> int:
    """The simulator and moto, one after the other."""
    began = time.monotonic()
    names = [row.name for row in TABLE]
    assert len(set(names)) == len(names), "two rows have the same name"
    here = Run(backends.simulator(arguments.simulator, arguments.simulator_control)).all(TABLE).answers
    there = Run(backends.moto(arguments.moto, arguments.moto_control)).all(TABLE).answers
    wrong = verdicts(TABLE, here, there)
    pinned = sum(row.pin is not None and there[row.name] == row.pin.shows for row in TABLE)
    equal = sum(row.pin is None and here[row.name] == there[row.name] == row.expect for row in TABLE)
    judged, other = report(arguments.simulator), report(arguments.moto)
    wrong += [f"contract: {told(one)}" for one in judged["violations"]]
    print(
        f"parity: {len(TABLE)} steps, {equal} equal, {pinned} pinned, "
        f"{len(wrong)} wrong ({time.monotonic() - began:.1f} s)"
    )
    print(
        f"parity: {judged['checked']['responses']} answers of the simulator checked, "
        f"{len(judged['violations'])} violations; {other['checked']['responses']} of moto, "
        f"{len(other['violations'])} violations, which are its own affair"
    )
    for line in wrong:
        print(f"  {line}")
    return 1 if wrong else 0


def real_account() -> int:
    """The same table, against AWS."""
    from parity.account import run

    return run([row for row in TABLE if not row.local_only])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    real = os.environ.get("AWS") == "1"
    for option in ("--simulator", "--simulator-control", "--moto", "--moto-control"):
        parser.add_argument(option, required=not real)
    arguments = parser.parse_args()
    sys.exit(real_account() if real else compare(arguments))


if __name__ == "__main__":
    main()
