#!/bin/sh
# SPDX-License-Identifier: ISC
#
# watchdogctl_check.sh - watchdogctl(8) is well-formed, and describes the commands and options that
# the built program says it has. (The documents' keys are checked by tests/unit/watchdogctl_test.c.)
set -eu

cd "$(dirname "$0")/../.."
page=watchdogctl/watchdogctl.8
program=${BUILD:-build}/watchdogctl
status=0

complain() {
	echo "watchdogctl_check: $*" >&2
	status=1
}

lint=$(mandoc -T lint -W warning "$page" 2>/dev/null) || complain "$lint"

# What the program says of itself: "name" and, of arguments, "--option".
help=$("$program" help --json)
names=$(printf '%s' "$help" | /usr/bin/python3 -c '
import json, sys
document = json.load(sys.stdin)
for part in document["commands"] + document["arguments"]:
    print(part["name"])')

described=$(sed -n 's/^\.It Cm //p' "$page" | sed -E 's/ (Ar|Oo|Op) .*//')
options=$(grep -oE 'Fl Fl [a-z-]+' "$page" | sed 's/Fl Fl //')

count=0
while read -r name; do
	case $name in
	--*) printf '%s\n' "$options" | grep -qx -- "${name#--}" ||
		complain "$page does not describe $name" ;;
	[a-z]*) printf '%s\n' "$described" | grep -qx -- "$name" ||
		complain "$page does not describe $name" ;;
	esac
	count=$((count + 1))
done <<END
$names
END
while read -r name; do
	printf '%s\n' "$names" | grep -qx -- "$name" || complain "$page describes $name, which is no command"
done <<END
$described
END

[ "$count" -ge 13 ] || complain "only $count commands and arguments were seen"
[ "$status" -eq 0 ] && echo "watchdogctl_check: $count commands and arguments, all described"
exit "$status"
