/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env_stack_dw: what the files of the libdw backend share.
 */
#ifndef STRACE_ENV_STACK_DW_H
#define STRACE_ENV_STACK_DW_H

#include <elfutils/libdwfl.h>

#include "lazy.h"
#include "live_stack.h"
#include "live_stack_symbols.h"

#define DW_FUNCTIONS(X)							\
	X(dwfl_addrmodule) X(dwfl_attach_state) X(dwfl_begin)		\
	X(dwfl_build_id_find_debuginfo) X(dwfl_end) X(dwfl_frame_pc)	\
	X(dwfl_getthread_frames) X(dwfl_lineinfo) X(dwfl_module_getelf)	\
	X(dwfl_module_getsrc) X(dwfl_module_getsym_info)		\
	X(dwfl_module_getsymtab) X(dwfl_module_info)			\
	X(dwfl_report_begin_add) X(dwfl_report_end)			\
	X(dwfl_report_module) X(dwfl_thread_state_registers)		\
	X(elf_begin) X(elf_end) X(elf_getdata) X(elf_getphdrnum)	\
	X(elf_getscn) X(elf_getshdrstrndx) X(elf_memory) X(elf_nextscn)	\
	X(elf_strptr) X(elf_version) X(gelf_getchdr) X(gelf_getehdr)	\
	X(gelf_getphdr) X(gelf_getshdr)

struct dw_api {
	DW_FUNCTIONS(LAZY_POINTER)
};

/* ---- live_stack_elf.c ---- */

/* Where a file that is mapped at a known place lies altogether. */
struct elf_place {
	uint64_t low, high;
	uint64_t bias;		/* added to the file's own addresses */
};

/* NULL: no ELF file, or one that would take too much to read. */
Elf *stack_elf_open(const struct dw_api *dw, int fd);
/* The same of an image in memory, which has to stay as long. */
Elf *stack_elf_image(const struct dw_api *dw, void *image, size_t size);
/* False if the lines of its source must not be asked for. */
bool stack_elf_is_whole(const struct dw_api *dw, Elf *elf);
/* False if the file can't be mapped like this. */
bool stack_elf_place(const struct dw_api *dw, Elf *elf,
		     const struct stack_fact *fact, struct elf_place *place);
/* A file of nothing but a header, for the machine of an ABI. */
struct elf_header {
	union {
		Elf32_Ehdr narrow;
		Elf64_Ehdr wide;
	} u;
};
Elf *stack_elf_machine(const struct dw_api *dw, struct elf_header *h,
		       unsigned abi);

/* ---- live_stack_image.c ---- */

/* NULL if it can't be read; the image has to stay as long. */
Elf *stack_image_vdso(const struct dw_api *dw, pid_t tid, uint64_t addr,
		      size_t size, struct buf *image);
Elf *stack_image_loaded(const struct dw_api *dw, pid_t tid,
			const struct stack_fact *fact, struct buf *image);

#endif
