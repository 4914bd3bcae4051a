#!/usr/bin/env bash
# Runs the firmware on a nanoFramework CLR for this machine, with virtual printers and the local cloud (docs/board.md, "Firmware in the loop").
#   NANOCLR    command of the runtime, options included; it gets the folder of the *.pe files as last argument, and the variables of docs/board.md
#   NANO_FEED  one more package source, or nothing
#   HUB_FIRMWARE_BUILT  anything: use what the last run built
#   HUB_FIRMWARE_PORT   port of the cloud, built into the flash's first content (15980)
# Arguments: names of tests (parts are enough), else all of them.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${NANOCLR:-}" ]; then
  echo "Set NANOCLR to the command that runs a folder of .pe files (docs/board.md)." >&2
  exit 2
fi

export HUB_FIRMWARE_PORT=${HUB_FIRMWARE_PORT:-15980}
export HUB_FIRMWARE=$PWD/Hub.Firmware/bin/in-the-loop
flash=$PWD/Hub.Tests/Firmware/Flash
export HUB_FLASH_PROGRAMS=$flash/bin/in-the-loop

# Packages go to a folder of their own: what an extra source holds under a real name must not stay in the user's.
board=(-c Release -p:Nano=true -p:RestorePackagesPath="$flash/obj/packages" ${NANO_FEED:+-p:RestoreAdditionalProjectSources="$NANO_FEED"} -nologo -v quiet)
if [ -z "${HUB_FIRMWARE_BUILT:-}" ]; then
  rm -rf "$HUB_FIRMWARE" "$HUB_FLASH_PROGRAMS"
  dotnet build Hub.Firmware -o "$HUB_FIRMWARE" "${board[@]}"
  for program in seed write fill; do
    dotnet build "$flash" -o "$HUB_FLASH_PROGRAMS/$program" -p:FlashProgram=$program -p:FlashCloudUrl="ws://127.0.0.1:$HUB_FIRMWARE_PORT" "${board[@]}"
  done
  dotnet build Hub.Tests -c Release -nologo -v quiet
fi

filter=TestCategory=Firmware
for name in "$@"; do
  names=${names:+$names|}FullyQualifiedName~$name
done
dotnet test Hub.Tests -c Release --no-build --settings Hub.Tests/firmware.runsettings ${names:+--filter "$filter&($names)"} --logger "console;verbosity=detailed"
