#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# "quickstart run" builds in its own tree and runs where the user stands, in a
# tree with a made-up configure.  Usage: quickstart.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=$tmp/err

if ! command -v dpkg-query >/dev/null; then
	skip quickstart 'not a system with Debian packages'
	finish
fi
mkdir "$tmp/tree" "$tmp/here" && cd "$tmp/here" || exit 2
cp "$top/quickstart" "$tmp/tree"
touch "$tmp/tree/configure.ac" "$tmp/tree/Makefile.am"
cat >"$tmp/tree/configure" <<'EOT'
#!/bin/sh
printf 'all:\n\tcp "%s" strace\n' "$(command -v env)" >Makefile
: >config.status
EOT
chmod +x "$tmp/tree/configure"
touch "$tmp/tree/Makefile.in"

# It has to be configured the first time, and not the second.
for time in first second; do
	said=$(../tree/quickstart run -- pwd 2>"$tmp/err")
	check "run, the $time time" same "$said" "$tmp/here"
done
check 'nothing is left where the user stands' same "$(ls)" ''
finish
