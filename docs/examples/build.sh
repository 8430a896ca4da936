#!/bin/sh
# Tells the room how a build went: `build.sh COMMAND...`, with its output as code.
set -u
"$@" 2>&1 | kpl-chat send --code
