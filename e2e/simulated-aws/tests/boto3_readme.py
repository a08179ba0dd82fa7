"""Runs the example of README.md as it is printed, against a simulator with scenarios/shop.yaml.

python tests/boto3_readme.py http://127.0.0.1:PORT
"""

import contextlib
import io
import re
import sys
from pathlib import Path

EXPECTED = "4 tasks, {'healthy'}"

text = (Path(__file__).resolve().parent.parent / "README.md").read_text()
example = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    exec(example.replace("http://127.0.0.1:4566", sys.argv[1]), {})
assert f"`{EXPECTED}`" in text, "README.md says what its example prints"
if printed.getvalue().strip() != EXPECTED:
    sys.exit(f"README.md: its example prints {printed.getvalue().strip()} and not {EXPECTED}")
print("README.md: its example runs as it is printed")
