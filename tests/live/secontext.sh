#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# SELinux contexts (--secontext) of files that have one: root can give them
# one where there is no SELinux, too.  Usage: secontext.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"

run() { timeout 30 "$strace" "$@" >"$tmp/stdout" 2>"$tmp/out" </dev/null; }
# has NAME TEXT: somewhere in the last output
has() {
	if grep -qF -- "$2" "$tmp/out"; then ok "$1"; else not_ok "$1"; fi
}
lacks() {
	if grep -qF -- "$2" "$tmp/out"; then not_ok "$1"; else ok "$1"; fi
}

features=$("$strace" -V | grep '^Features:')
if [ "${features/no-secontext/}" != "$features" ]; then
	run --secontext true
	has "refused in one line that helps" 'not in this build'
	skip "contexts" "not in this build"
	finish
fi
mkdir "$tmp/broken" && : >"$tmp/broken/libselinux.so.1"
LD_LIBRARY_PATH=$tmp/broken run --secontext true
has "a library that can't be loaded is named" 'needs libselinux: '
run --secontext=wrong true
has "a word that there is not" 'wrong'
run --secontext -c true
has "-c says that it has no use" '--secontext has no effect with -c'

file=$tmp/file
full=system_u:object_r:tmp_t:s0
echo text >"$file"
if command -v setfattr >/dev/null; then
	setfattr -n security.selinux -v "$full" "$file" 2>/dev/null
elif command -v python3 >/dev/null; then
	python3 -c 'import os, sys
os.setxattr(sys.argv[1], "security.selinux", sys.argv[2].encode() + b"\0")' \
		"$file" "$full" 2>/dev/null
else
	false
fi || {
	skip "contexts" "no file can be given one here"
	finish
}

run --secontext -e trace=openat,close cat "$file"
has "a path, and the descriptor it became" \
	"openat(AT_FDCWD, \"$file\" [tmp_t], O_RDONLY) = 3 [tmp_t]"
has "a descriptor" 'close(3 [tmp_t])'
run --secontext=full -e trace=openat cat "$file"
has "all of it" "\"$file\" [$full], O_RDONLY) = 3 [$full]"
(cd "$tmp" && run --secontext -e trace=openat cat file)
has "a relative path" '"file" [tmp_t]'
run --secontext -y -e trace=close cat "$file"
has "with paths of descriptors" "close(3<$file> [tmp_t])"
run --secontext -e trace=openat cat "$tmp/none"
has "a file that is not there" "openat(AT_FDCWD, \"$tmp/none\", O_RDONLY) = -1"
ln -s file "$tmp/link"
mkfifo "$tmp/fifo"
run --secontext -e trace=openat cat "$tmp/link"
has "a link's file" "\"$tmp/link\" [tmp_t]"
run --secontext -e trace=%stat stat "$tmp/fifo"
has "a fifo does not hold us up" '+++ exited with 0 +++'
run -e trace=openat cat "$file"
lacks "nothing unless asked" '[tmp_t]'
run --json --secontext -e trace=openat cat "$file"
if grep -q '"[a-z]*_secontext":"tmp_t".*"ret_secontext":"tmp_t"' "$tmp/out"
then
	ok "JSON"
else
	not_ok "JSON"
fi
run --secontext=full --record="$tmp/r" -o "$tmp/o1" cat "$file"
run --secontext=full --replay="$tmp/r" -o "$tmp/o2"
if cmp -s "$tmp/o1" "$tmp/o2" && grep -qF "[$full]" "$tmp/o2"; then
	ok "record and replay"
else
	not_ok "record and replay"
fi

# A policy of our own, in a mount namespace of our own.
cat >"$tmp/policy.sh" <<'EOF'
mount -t tmpfs none /etc/selinux || exit 77
mkdir -p /etc/selinux/t/contexts/files
printf 'SELINUX=permissive\nSELINUXTYPE=t\n' >/etc/selinux/config
printf '%s\tsystem_u:object_r:user_tmp_t:s0\n' "$2" \
	>/etc/selinux/t/contexts/files/file_contexts
shift 2
exec "$@"
EOF
policy() {
	timeout 30 unshare -m sh "$tmp/policy.sh" x "$file" "$strace" "$@" \
		-e trace=openat cat "$file" >"$tmp/stdout" 2>"$tmp/out"
}
if [ -d /etc/selinux ] && policy --secontext; then
	lacks "the policy is not asked unless told" '!!'
	policy --secontext=mismatch
	has "what the policy says" "\"$file\" [tmp_t!!user_tmp_t]"
	policy --secontext=full,mismatch
	has "all of both" "[$full!!system_u:object_r:user_tmp_t:s0]"
else
	skip "what the policy says" "no mount namespace, or no /etc/selinux"
fi
finish
