/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hook of sysctl.abi: a path of numbers. */
#include "hook.h"

#define LEVELS_MOST 10		/* CTL_MAXNAME */

/*
 * Below which number of one set which other set goes on.  Between the numbers
 * of a protocol's conf and those of its interfaces is one that says which.
 */
static const char *const tree[][3] = {
	{ "sysctl_names", "CTL_KERN", "sysctl_kern" },
	{ "sysctl_names", "CTL_VM", "sysctl_vm" },
	{ "sysctl_names", "CTL_NET", "sysctl_net" },
	{ "sysctl_names", "CTL_FS", "sysctl_fs" },
	{ "sysctl_names", "CTL_DEV", "sysctl_dev" },
	{ "sysctl_names", "CTL_BUS", "sysctl_bus" },
	{ "sysctl_names", "CTL_ABI", "sysctl_abi" },
	{ "sysctl_kern", "KERN_RANDOM", "sysctl_random" },
	{ "sysctl_kern", "KERN_PTY", "sysctl_pty" },
	{ "sysctl_net", "NET_CORE", "sysctl_net_core" },
	{ "sysctl_net", "NET_UNIX", "sysctl_net_unix" },
	{ "sysctl_net", "NET_IPV4", "sysctl_net_ipv4" },
	{ "sysctl_net", "NET_IPV6", "sysctl_net_ipv6" },
	{ "sysctl_net", "NET_SCTP", "sysctl_net_sctp" },
	{ "sysctl_net", "NET_BRIDGE", "sysctl_net_bridge" },
	{ "sysctl_net", "NET_NETFILTER", "sysctl_net_netfilter" },
	{ "sysctl_net_ipv4", "NET_IPV4_ROUTE", "sysctl_net_ipv4_route" },
	{ "sysctl_net_ipv4", "NET_IPV4_CONF", "sysctl_net_interfaces" },
	{ "sysctl_net_ipv4", "NET_IPV4_NEIGH", "sysctl_net_interfaces" },
	{ "sysctl_net_ipv6", "NET_IPV6_ROUTE", "sysctl_net_ipv6_route" },
	{ "sysctl_net_ipv6", "NET_IPV6_ICMP", "sysctl_net_ipv6_icmp" },
	{ "sysctl_net_ipv6", "NET_IPV6_CONF", "sysctl_net_interfaces" },
	{ "sysctl_net_ipv6", "NET_IPV6_NEIGH", "sysctl_net_interfaces" },
	{ "sysctl_fs", "FS_DQSTATS", "sysctl_fs_quota" },
	{ "sysctl_fs", "FS_INOTIFY", "sysctl_inotify" },
	{ "sysctl_dev", "DEV_CDROM", "sysctl_dev_cdrom" },
	{ "sysctl_dev", "DEV_RAID", "sysctl_dev_raid" },
	{ "sysctl_dev", "DEV_MAC_HID", "sysctl_dev_mac_hid" },
	{ "sysctl_dev", "DEV_SCSI", "sysctl_dev_scsi" },
	{ "sysctl_dev", "DEV_IPMI", "sysctl_dev_ipmi" },
	{ "sysctl_bus", "CTL_BUS_ISA", "sysctl_bus_isa" },
};

/* What lies below each interface. */
static const char *const interfaces[][2] = {
	{ "NET_IPV4_CONF", "sysctl_net_ipv4_conf" },
	{ "NET_IPV6_CONF", "sysctl_net_ipv6_conf" },
	{ "NET_IPV4_NEIGH", "sysctl_net_neigh" },
	{ "NET_IPV6_NEIGH", "sysctl_net_neigh" },
};

/* The set of the next level, or NULL; before is the name of the last one. */
static const char *set_below(const char *set, const char *before,
			     const char *name)
{
	if (!strcmp(set, "sysctl_net_interfaces")) {
		for (size_t i = 0; i < 4; i++)
			if (!strcmp(before, interfaces[i][0]))
				return interfaces[i][1];
		return NULL;
	}
	for (size_t i = 0; i < sizeof(tree) / sizeof(*tree); i++)
		if (!strcmp(set, tree[i][0]) && !strcmp(name, tree[i][1]))
			return tree[i][2];
	return NULL;
}

void hook_sysctl_name(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const char *set = "sysctl_names", *before = "", *name = "";
	int32_t n = (int32_t)arg[0];
	uint64_t v;

	if (n < 0 || n > LEVELS_MOST || (n && !dec_uint(d, self, 4, &v))) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (int32_t i = 0; i < n; i++) {
		if (!dec_uint(d, self + (uint64_t)i * 4, 4, &v)) {
			emit_unreadable_from(&d->em, self + (uint64_t)i * 4);
			break;
		}
		v = (uint64_t)(int32_t)v;
		before = name;
		name = set ? symset_name(dec_set(set), d->abi, v) : NULL;
		if (name)
			dec_sym(d, VAL_SYM, dec_set(set), v);
		else
			emit_num(&d->em, VAL_DEC, v);
		name = name ? name : "";
		set = set ? set_below(set, before, name) : NULL;
	}
	emit_close(&d->em, EMIT_ARRAY);
}
