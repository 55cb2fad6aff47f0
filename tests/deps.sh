#!/bin/sh
# SPDX-License-Identifier: ISC
#
# deps.sh [check] - the Debian packages that building and the demo need, with "check" those of all
# tests, and the service user. Run as root, on Debian 12 or 13. Does nothing where everything is there; removes no package, and
# starts or changes no mail server of the machine.
set -eu

packages='
gcc libc6-dev make pkg-config binutils
libinotifytools0-dev libsqlite3-dev libesmtp-dev libssl-dev libyaml-dev libevent-dev
libjansson-dev libxxhash-dev libseccomp-dev libcap-ng-dev
libxml2-dev zlib1g-dev
libcmocka-dev clang-19 libclang-rt-19-dev clang-format-19 mandoc
postfix openssl procps python3 python3-pytest python3-aiosmtpd
clamav-daemon clamav-milter
'
# What another remedy for a filter is tried on, what shows the files that a role opens, a file system
# that gives no events, what lists the sources for the checkers, what reads the metrics, and
# shells.
[ "${1:-}" != check ] || packages="$packages git rspamd strace bindfs
prometheus python3-prometheus-client zsh fish"
user=_postfix-watchdog

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# A Postfix or a filter that is installed here must not be started by its own package: whoever wants
# the machine's mail server to run installs it himself.
forbid_start() {
	[ ! -e /usr/sbin/policy-rc.d ] || return 0
	printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
	chmod 755 /usr/sbin/policy-rc.d
	trap 'rm -f /usr/sbin/policy-rc.d' EXIT
	trap 'exit 1' HUP INT TERM
}

missing=
for package in $packages; do
	is_installed "$package" || missing="$missing $package"
done

if [ -n "$missing" ] || ! getent passwd $user >/dev/null; then
	if [ "$(id -u)" -ne 0 ]; then
		echo "deps.sh: root is needed to install:$missing (and to make the user $user)" >&2
		exit 1
	fi
fi

if [ -n "$missing" ]; then
	export DEBIAN_FRONTEND=noninteractive
	echo "deps.sh: installing:$missing"
	apt-get update -q
	case " $missing " in
	*' postfix '* | *' rspamd '* | *' clamav-'* | *' prometheus '*) forbid_start ;;
	esac
	case " $missing " in
	*' postfix '*)
		if ! apt-get install -s --no-remove --no-install-recommends $missing >/dev/null 2>&1 &&
			apt-get install -s --no-install-recommends $missing >/dev/null 2>&1; then
			echo "deps.sh: postfix would replace another mail server or package of this machine;" \
				"nothing was changed. What would be removed:" >&2
			apt-get install -s --no-install-recommends $missing 2>/dev/null | grep ^Remv >&2 || :
			exit 1
		fi
		if [ ! -e /etc/postfix/main.cf ]; then
			echo 'postfix postfix/main_mailer_type select Local only' | debconf-set-selections
			echo 'postfix postfix/mailname string localhost' | debconf-set-selections
		fi
		;;
	esac
	apt-get install -q -y --no-remove --no-install-recommends $missing </dev/null
fi

getent passwd $user >/dev/null ||
	useradd --system --user-group --no-create-home --home-dir /nonexistent \
		--shell /usr/sbin/nologin --comment 'Postfix queue watchdog' $user
