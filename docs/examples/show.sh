#!/bin/sh
# Shows a file to the room with nothing but curl: `show.sh FILE`. Exits 0 once it is on the server's disk and said.
set -eu
server=${KPL_URL:-http://127.0.0.1:3000}
name=$(basename "$1")
[ -f "$1" ] || { echo "there is no file $1" >&2; exit 1; }
brought=$(curl -sSf -u "${KPL_KEY:-}:" --url-query "name=$name" --data-binary "@$1" "$server/files")
hash=$(printf '%s' "$brought" | sed 's/.*"hash":"\([^"]*\)".*/\1/')
quoted=$(printf '%s' "$name" | sed 's/\\/\\\\/g; s/"/\\"/g')

url="$server/socket.io/?EIO=4&transport=polling"
sid=$(curl -sSf "$url" | sed 's/.*"sid":"\([^"]*\)".*/\1/')
curl -sSf -o /dev/null --data-binary "40{\"name\":\"${KPL_NAME:-curl}\"${KPL_KEY:+,\"key\":\"$KPL_KEY\"}}" "$url&sid=$sid"
answer=
until [ "${answer#*4[04]\{}" != "$answer" ]; do answer=$(curl -sSf "$url&sid=$sid"); done
case $answer in *40\{*) ;; *) printf '%s\n' "$answer" >&2; exit 1 ;; esac
curl -sSf -o /dev/null --data-binary "420[\"talk\",\"$quoted\",{\"file\":\"$hash\"}]" "$url&sid=$sid"
answer=
until [ "${answer#*430[}" != "$answer" ]; do answer=$(curl -sSf "$url&sid=$sid"); done
curl -sSf -o /dev/null --data-binary 41 "$url&sid=$sid"
case $answer in
  *'"ok":true'*) ;;
  *) printf '%s\n' "$answer" >&2; exit 1 ;;
esac
