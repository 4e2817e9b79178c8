/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bpf_left prog|map ID...: prints those of these that the kernel still has.
 * Exits with 0 when it has none.
 */
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int left = 0, cmd;

	if (argc < 2)
		return 2;
	cmd = strcmp(argv[1], "map") ? BPF_PROG_GET_FD_BY_ID :
				       BPF_MAP_GET_FD_BY_ID;
	for (int i = 2; i < argc; i++) {
		union bpf_attr attr;
		long fd;

		memset(&attr, 0, sizeof(attr));
		attr.prog_id = (unsigned)atoi(argv[i]);
		fd = syscall(SYS_bpf, cmd, &attr, sizeof(attr));
		if (fd < 0)
			continue;
		close((int)fd);
		printf("%s %s\n", argv[1], argv[i]);
		left++;
	}
	return left != 0;
}
