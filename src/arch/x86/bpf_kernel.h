/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bpf_kernel: what is of x86 among the structures of the kernel that
 * source/bpf/kernel.h declares, which includes this.
 */
struct pt_regs {
	unsigned long r10, r9, r8, dx, si, di, bp, bx, cx, ax, orig_ax, ip, sp;
} CORE;

struct vdso_image {
	void *data;
	unsigned long size;
} CORE;

struct mm_context {
	const struct vdso_image *vdso_image;
} CORE;

struct thread_struct {
	unsigned long fsbase;
} CORE;

struct thread_info {
	uint32_t status;
} CORE;
