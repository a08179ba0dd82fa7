#!/usr/bin/env bash
# Fails when docs/invariants.md and the code have parted: a name without its heading, a path or a test that is not there,
# an invariant that no test cites. Fails too when a row of docs/codedeploy.md or docs/ecs-native.md that says yes names no
# test, or one that is not there. A part of `make verify`.
set -euo pipefail
cd "$(dirname "$0")/.."
page=docs/invariants.md
failed=0
complain() {
  echo "$page: $*" >&2
  failed=1
}

ids=$(printf 'S%d\n' $(seq 1 18); printf 'L%d\n' $(seq 1 8))
headings=$(sed -n 's/^### //p' "$page")
for id in $ids; do
  grep -q "^$id " <<<"$headings" || complain "no heading '### $id': write what it means, who keeps it and which test fails without it"
done

# The names under which the operator and the simulator tell of a violation.
names=$(grep -ohE '"S[0-9]+ [A-Za-z]+"' operator/plan/src/invariant.rs e2e/simulated-aws/src/invariants/names.rs | tr -d '"' | sort -u)
while read -r name; do
  grep -qx "$name" <<<"$headings" || complain "no heading '### $name', and the code tells of it by that name"
done <<<"$names"

# Paths and tests stand in backticks: a path has a slash and an ending, the name of a test at least four words.
words=$(grep -oE '`[^`]+`' "$page" | tr -d '`' | sort -u)
for path in $(grep -E '^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+\.[a-z]+$' <<<"$words"); do
  [ -e "$path" ] || complain "there is no $path: name the file that took its place"
done
functions=$(grep -rhoE --include='*.rs' '\bfn [a-z0-9_]+' operator e2e | cut -c4- | sort -u)
for test in $(grep -E '^[a-z0-9]+(_[a-z0-9]+){3,}$' <<<"$words" | grep -v '^sluice_'); do
  grep -qx "$test" <<<"$functions" || complain "there is no test $test: name the one that took its place"
done

# The names of invariants under whose heading no test is named.
silent=$(awk '/^#/ { if (id && !told) print id; id = ""; told = 0 }
              /^### / { id = $2 }
              /Fails without it: / { told = 1 }
              END { if (id && !told) print id }' "$page")
[ -z "$silent" ] || complain "no line 'Fails without it:' under" $silent

tests=$(find operator e2e -name target -prune -o \
  \( -path '*/tests/*.rs' -o -name '*_tests.rs' -o -name 'tests.rs' \) -print)
for id in $ids; do
  # shellcheck disable=SC2086 # one file a word
  grep -qE "\b$id\b" $tests charts/test.sh || complain "no test cites $id: write a comment such as '// $id' where a test keeps it"
done

# The pages that set Sluice beside its peers: rows of three cells, `theirs | here | test`.
run=$(grep -rhE -A3 --include='*.rs' '#\[(tokio::)?test\b' operator e2e | grep -oE '\bfn [a-z0-9_]+' | cut -c4- | sort -u)
for page in docs/codedeploy.md docs/ecs-native.md; do
  while IFS=$'\t' read -r theirs here named; do
    [[ $here != yes* || $named =~ \` ]] || complain "the row of $theirs says yes: name the test that shows it, or say what is so"
    for test in $(grep -oE '`[^`]+`' <<<"$named" | tr -d '`'); do
      grep -qx "$test" <<<"$run" || complain "the row of $theirs names $test, and there is no such test: name the one that took its place"
    done
  done < <(awk -F' *[|] *' -v OFS='\t' '/^[|]/ && NF >= 5 { print $2, $3, $(NF - 1) }' "$page")
done

# The words of users: each row names what brings it about, or a test.
page=docs/vocabulary.md
for test in $(awk -F'|' '/^## Elsewhere/ { on = 1 } on && NF >= 4 { print $(NF - 1) }' "$page" | grep -oE '`[^`]+`' | tr -d '`') \
  $(grep -oE '`[a-z0-9]+(_[a-z0-9]+){3,}`' "$page" | tr -d '`' | grep -v '^sluice_'); do
  grep -qx "$test" <<<"$run" || complain "there is no test $test: name the one that took its place"
done

[ "$failed" = 0 ] || exit 1
echo "docs/invariants.md and the code agree: $(wc -w <<<"$ids") invariants; and so do docs/codedeploy.md and docs/ecs-native.md"
