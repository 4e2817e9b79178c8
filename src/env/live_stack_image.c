/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ELF files as they lie in the memory of a task: the kernel's own code, which
 * is in no file, and files that can't be opened any more.  What was loaded of
 * those goes to its place in the file again; that has no sections then, but
 * unwinding tables and the symbols of the dynamic linker are found without.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "live_stack_dw.h"
#include "xalloc.h"

#define VDSO_MAX (1u << 18)
#define LOADED_MAX (32u << 20)
#define HEAD 4096u		/* bytes that have the headers */

static size_t memory_get(pid_t tid, uint64_t addr, void *to, size_t size)
{
	struct iovec local = { to, size };
	struct iovec remote = { (void *)(uintptr_t)addr, size };
	ssize_t n = process_vm_readv(tid, &local, 1, &remote, 1, 0);

	return n > 0 ? (size_t)n : 0;
}

/* There are no sections: they are not loaded. */
static void sections_drop(char *image)
{
	Elf32_Ehdr *narrow = (Elf32_Ehdr *)image;
	Elf64_Ehdr *wide = (Elf64_Ehdr *)image;

	if (image[EI_CLASS] == ELFCLASS32) {
		narrow->e_shoff = 0;
		narrow->e_shnum = narrow->e_shstrndx = 0;
	} else {
		wide->e_shoff = 0;
		wide->e_shnum = wide->e_shstrndx = 0;
	}
}

/* The dynamic linker may have made addresses of the file's own ones. */
static void dynamic_restore(char *p, size_t size, bool narrow,
			    const struct elf_place *place)
{
	size_t word = narrow ? 4 : 8;

	for (size_t at = word; at + word <= size; at += 2 * word) {
		uint64_t v = 0;
		uint32_t v32;

		memcpy(narrow ? (void *)&v32 : &v, p + at, word);
		v = narrow ? v32 : v;
		if (v < place->low || v >= place->high)
			continue;
		v -= place->bias;
		v32 = (uint32_t)v;
		memcpy(p + at, narrow ? (void *)&v32 : &v, word);
	}
}

/* The segments of the file at their places; head has its headers. */
static void segments_get(const struct dw_api *dw, Elf *head, pid_t tid,
			 const struct elf_place *place, struct buf *to)
{
	GElf_Phdr ph;

	for (int i = 0; dw->gelf_getphdr(head, i, &ph); i++) {
		if (ph.p_type != PT_LOAD || ph.p_offset > LOADED_MAX ||
		    ph.p_filesz > LOADED_MAX - ph.p_offset)
			continue;
		while (to->len < ph.p_offset + ph.p_filesz) {
			buf_grow(to, HEAD);
			memset(to->data + to->len, 0, HEAD);
			to->len += HEAD;
		}
		memory_get(tid, place->bias + ph.p_vaddr,
			   to->data + ph.p_offset, ph.p_filesz);
	}
	for (int i = 0; dw->gelf_getphdr(head, i, &ph); i++) {
		if (ph.p_type == PT_DYNAMIC && ph.p_offset < to->len &&
		    ph.p_filesz <= to->len - ph.p_offset)
			dynamic_restore(to->data + ph.p_offset, ph.p_filesz,
					to->data[EI_CLASS] == ELFCLASS32,
					place);
	}
}

Elf *stack_image_loaded(const struct dw_api *dw, pid_t tid,
			const struct stack_fact *fact, struct buf *image)
{
	struct elf_place place;
	char head[HEAD] __attribute__((aligned(8)));
	Elf *elf;

	if (memory_get(tid, fact->start - fact->offset, head, HEAD) != HEAD ||
	    memcmp(head, ELFMAG, SELFMAG))
		return NULL;
	sections_drop(head);
	elf = stack_elf_image(dw, head, HEAD);
	if (!elf)
		return NULL;
	buf_reset(image);
	if (stack_elf_place(dw, elf, fact, &place))
		segments_get(dw, elf, tid, &place, image);
	dw->elf_end(elf);
	if (image->len < HEAD)
		return NULL;
	sections_drop(image->data);
	return stack_elf_image(dw, image->data, image->len);
}

Elf *stack_image_vdso(const struct dw_api *dw, pid_t tid, uint64_t addr,
		      size_t size, struct buf *image)
{
	if (size > VDSO_MAX)
		return NULL;
	buf_reset(image);
	buf_grow(image, size);
	image->len = memory_get(tid, addr, image->data, size);
	return image->len == size ? stack_elf_image(dw, image->data, size) :
				    NULL;
}
