#!/bin/sh
# Says a line with nothing but curl, over polling: `say.sh TEXT`. Exits 0 once it is on the server's disk.
set -eu
url="${KPL_URL:-http://127.0.0.1:3000}/socket.io/?EIO=4&transport=polling"
quoted=$(printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g')

sid=$(curl -sSf "$url" | sed 's/.*"sid":"\([^"]*\)".*/\1/')
curl -sSf -o /dev/null --data-binary "40{\"name\":\"${KPL_NAME:-curl}\"}" "$url&sid=$sid"
answer=
until [ "${answer#*4[04]\{}" != "$answer" ]; do answer=$(curl -sSf "$url&sid=$sid"); done
case $answer in *40\{*) ;; *) printf '%s\n' "$answer" >&2; exit 1 ;; esac
curl -sSf -o /dev/null --data-binary "420[\"talk\",\"$quoted\"]" "$url&sid=$sid"
answer=
until [ "${answer#*430[}" != "$answer" ]; do answer=$(curl -sSf "$url&sid=$sid"); done
curl -sSf -o /dev/null --data-binary 41 "$url&sid=$sid"
case $answer in
  *'"ok":true'*) ;;
  *) printf '%s\n' "$answer" >&2; exit 1 ;;
esac
