#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the kernel answers over netlink: the trace has to take it apart as the
# program itself does, to its end.  Usage: netlink.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
program=$prog/netlink
evidence=out
cd "$tmp" || exit 2

"$strace" -o out -e trace=sendto,recvmsg,sendmmsg,recvmmsg "$program" >said
if [ $? -eq 77 ]; then
	skip netlink 'there is no netlink here'
	finish
fi
{
	read -r link mtu
	read -r family
	read -r both
} <said
answers() { grep '^recvmsg' out; }

check asked grep -q '^sendto(.*nlmsg_type=RTM_GETLINK.*ifi_index=' out
check link grep -qF "[{nlmsg_len=$link, nlmsg_type=RTM_NEWLINK," <(answers)
check mtu grep -qF "[{nla_len=8, nla_type=IFLA_MTU}, $mtu]" <(answers)
check named grep -q 'nla_type=CTRL_ATTR_FAMILY_NAME}, "nlctrl"\]\], 31' out
check family grep -qF "[{nlmsg_len=$family, nlmsg_type=nlctrl," \
	<(answers)
check groups grep -q 'CTRL_ATTR_MCAST_GRP_NAME}, "notify"\]' <(answers)
check 'both asked' same 2 \
	"$(grep '^sendmmsg' out | grep -o nlmsg_type=RTM_GETLINK | wc -l)"
check 'both answered' same "$both" \
	"$(grep '^recvmmsg' out | grep -o nlmsg_type=RTM_NEWLINK | wc -l)"
# Neither ends in what was not there to be read.
check whole same "$(answers | grep -cE ', 0x[0-9a-f]{6,}\]|\.\.\. /\* 0x')" 0

# Interfaces of another namespace do not have the names that ours have, not even
# after the program has ended.
if unshare -n true 2>err; then
	"$strace" -f -o out -e trace=recvmsg unshare -n "$program" >said
	check 'other namespace' grep -q 'RTM_NEWLINK.*ifi_index=1,' out
else
	skip 'other namespace' "$(head -n 1 err)"
fi
finish
