# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/aio.c \
	%D%/bits.c \
	%D%/bpf.c \
	%D%/bpf_extended.c \
	%D%/btrfs.c \
	%D%/console.c \
	%D%/dir.c \
	%D%/dm.c \
	%D%/dns.c \
	%D%/drm.c \
	%D%/ioctl.c \
	%D%/keys_misc.c \
	%D%/kvm.c \
	%D%/memory.c \
	%D%/mount.c \
	%D%/netlink.c \
	%D%/perf.c \
	%D%/poll.c \
	%D%/process.c \
	%D%/quota.c \
	%D%/sched.c \
	%D%/scsi.c \
	%D%/seccomp.c \
	%D%/sigframe.c \
	%D%/siginfo.c \
	%D%/sockaddr.c \
	%D%/sockaddr_ax25.c \
	%D%/sockaddr_bt.c \
	%D%/sockaddr_can.c \
	%D%/sockopt.c \
	%D%/stat.c \
	%D%/sysctl.c \
	%D%/system.c \
	%D%/time.c \
	%D%/v4l2.c \
	%D%/xtables.c
