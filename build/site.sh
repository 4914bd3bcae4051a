#!/usr/bin/env bash
# Makes a static site of web/ for any https host (docs/flashing.md). Usage: build/site.sh [FOLDER], by default artifacts/site.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
site=${1:-$root/artifacts/site}
library=$root/web/flash/node_modules/esptool-js
image=${HUB_IMAGE:-$root/Hub.Firmware/bin/Release/netnano1.0/Hub.Firmware.bin}

# A folder that holds something else is not emptied.
if [ -n "$(ls -A "$site" 2>/dev/null)" ] && [ ! -e "$site/.print-farm-hub-site" ]; then
  echo "$site holds files that this script did not make. Choose another folder." >&2
  exit 1
fi

if [ ! -f "$library/bundle.js" ]; then
  (cd "$root/web/flash" && npm ci --no-audit --no-fund) || { echo "npm ci failed in web/flash: the site needs esptool-js." >&2; exit 1; }
fi

rm -rf "$site"
mkdir -p "$site/flash/licenses"
touch "$site/.print-farm-hub-site"
(cd "$root/web" && cp -R index.html index.js provisioning.css provisioning.js provisioning "$site/")
for file in "$root"/web/flash/*.js "$root"/web/flash/*.css "$root"/web/flash/*.html; do
  cp "$file" "$site/flash/"
done

# Hosts leave node_modules out, so the library takes the place of the module that loads it.
cp "$library/bundle.js" "$site/flash/library.js"
for name in esptool-js pako atob-lite; do
  cp "$library/../$name"/LICENSE* "$site/flash/licenses/$name.txt"
done

if [ -f "$image" ]; then
  mkdir "$site/firmware"
  cp "$image" "$site/firmware/Hub.Firmware.bin"
  echo 'export const builtImage = "../firmware/Hub.Firmware.bin";' > "$site/flash/built-image.js"
  echo "$site: provisioning, flashing, and the image."
else
  echo "$site: provisioning and flashing. No image was built; the page asks for one."
fi
