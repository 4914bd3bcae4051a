#!/usr/bin/env bash
# Runs the portable tests on a nanoFramework CLR for this machine. Last line: "N passed, N failed".
#   NANOCLR    command of the runtime, options included; it gets the folder of the *.pe files as last argument
#   NANO_FEED  one more package source, or nothing
#   NANO_PARTS some of the parts, or nothing for all
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${NANOCLR:-}" ]; then
  echo "Set NANOCLR to the command that runs a folder of .pe files (docs/board.md)." >&2
  exit 2
fi

project=Hub.Tests/Nano
output=$project/bin/nano-tests
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Packages go to a folder of their own: what an extra source holds under a real name must not stay in the user's.
packages=$PWD/$project/obj/packages
passed=0 failed=0
for part in ${NANO_PARTS:-http links farm jobs cloud drivers provisioning rest}; do
  rm -rf "$output"
  dotnet build "$project" -c Release -o "$output" -p:Nano=true -p:NanoTestPart="$part" -p:RestorePackagesPath="$packages" \
    ${NANO_FEED:+-p:RestoreAdditionalProjectSources="$NANO_FEED"} -nologo -v quiet

  status=0
  # NANOCLR is split on purpose: it may hold options.
  # shellcheck disable=SC2086
  $NANOCLR "$output" 2>&1 | tee "$log" || status=$?

  total=$(grep -E '^##total [0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 | tr -d '\r' || true)
  part_passed=$(sed -E 's/^##total ([0-9]+) .*/\1/' <<<"${total:-##total 0 passed}")
  part_failed=$(sed -E 's/.*, ([0-9]+) failed$/\1/' <<<"${total:-, 0 failed}")

  if grep -q '^##unhandled' "$log"; then
    echo "$part: a thread died of an exception."
    part_failed=$((part_failed + 1))
  elif [ "$status" -ne 0 ] && [ "$part_failed" -eq 0 ]; then
    echo "$part: the runtime ended with code $status."
    part_failed=1
  elif [ "$part_passed" -eq 0 ] && [ "$part_failed" -eq 0 ]; then
    echo "$part: no test ran."
    part_failed=1
  fi

  passed=$((passed + part_passed))
  failed=$((failed + part_failed))
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
