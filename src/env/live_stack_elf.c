/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The library reads whole sections into memory, and unpacks those that are
 * packed, as large as a file says they are.  So a file that says too much is
 * not given to it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi_info.h"
#include "live_stack_dw.h"

#define SECTION_MAX (512u << 20)	/* of debug information, say */
#define DEBUGDATA_MAX (64u << 20)	/* of packed symbols, unpacked */

/* ---- how large sections become ---- */

struct bytes {
	const unsigned char *p;
	size_t at, len;
};

static unsigned byte_next(struct bytes *b)
{
	return b->at < b->len ? b->p[b->at++] : 0;
}

static unsigned number_next(struct bytes *b)
{
	unsigned high = byte_next(b);

	return high << 8 | byte_next(b);
}

/* The chunks of an LZMA2 stream each say how large they become. */
static uint64_t chunks_size(struct bytes *b)
{
	uint64_t size = 0;
	unsigned control;

	while ((control = byte_next(b))) {
		unsigned packed = number_next(b) + 1;

		if (control >= 0x80) {
			size += ((control & 0x1f) << 16) + packed;
			packed = number_next(b) + 1;
			packed += control >= 0xc0;
		} else if (control < 3) {
			size += packed;
		} else {
			return UINT64_MAX;
		}
		if (packed > b->len - b->at || size > DEBUGDATA_MAX)
			return UINT64_MAX;
		b->at += packed;
	}
	return size;
}

/* How large the first stream of an .xz file becomes: a lie is no use here. */
static uint64_t xz_size(const void *p, size_t len)
{
	static const unsigned char magic[] = { 0xfd, '7', 'z', 'X', 'Z', 0, 0 };
	struct bytes b = { p, 12, len };
	uint64_t size = 0, more;
	unsigned check, header;

	if (len < 24 || memcmp(p, magic, sizeof(magic)))
		return UINT64_MAX;
	check = b.p[7] & 15;
	check = check ? 4u << (check - 1) / 3 : 0;
	while ((header = byte_next(&b))) {
		if (header * 4 + 3 > b.len - b.at)
			return UINT64_MAX;
		b.at += header * 4 + 3;
		more = chunks_size(&b);
		size += more;
		if (more > DEBUGDATA_MAX || size > DEBUGDATA_MAX)
			return UINT64_MAX;
		b.at = ((b.at + 3) & ~(size_t)3) + check;
	}
	return size;
}

static bool debugdata_is_bounded(const struct dw_api *dw, Elf_Scn *scn)
{
	Elf_Data *data = dw->elf_getdata(scn, NULL);

	return data && xz_size(data->d_buf, data->d_size) <= DEBUGDATA_MAX;
}

static bool section_is_bounded(const struct dw_api *dw, Elf *elf, Elf_Scn *scn,
			       size_t names)
{
	GElf_Shdr sh;
	GElf_Chdr ch;
	const char *name;

	if (!dw->gelf_getshdr(scn, &sh) || sh.sh_type == SHT_NOBITS)
		return true;
	if (sh.sh_size > SECTION_MAX)
		return false;
	if (sh.sh_flags & SHF_COMPRESSED)
		return dw->gelf_getchdr(scn, &ch) && ch.ch_size <= SECTION_MAX;
	name = dw->elf_strptr(elf, names, sh.sh_name);
	if (name && !strcmp(name, ".gnu_debugdata"))
		return debugdata_is_bounded(dw, scn);
	/* An old form of packed sections. */
	return !name || strncmp(name, ".zdebug", 7) ||
	       sh.sh_size <= SECTION_MAX / 1024;
}

/*
 * Debug information may leave a part of itself to a file that it names.  When
 * the library reads lines it opens that, be it a pipe.
 */
bool stack_elf_is_whole(const struct dw_api *dw, Elf *elf)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;
	const char *name;
	size_t names;

	if (dw->elf_getshdrstrndx(elf, &names))
		return true;
	while ((scn = dw->elf_nextscn(elf, scn))) {
		name = dw->gelf_getshdr(scn, &sh) ?
		       dw->elf_strptr(elf, names, sh.sh_name) : NULL;
		if (name && !strcmp(name, ".gnu_debugaltlink"))
			return false;
	}
	return true;
}

static bool elf_is_bounded(const struct dw_api *dw, Elf *elf)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (dw->elf_getshdrstrndx(elf, &names))
		return true;	/* There are none. */
	while ((scn = dw->elf_nextscn(elf, scn)))
		if (!section_is_bounded(dw, elf, scn, names))
			return false;
	return true;
}

/* ---- files ---- */

/* More sections or segments than the header can count have no use here. */
static bool header_is_bounded(int fd)
{
	union {
		unsigned char ident[EI_NIDENT];
		Elf32_Ehdr narrow;
		Elf64_Ehdr wide;
	} h;

	if (pread(fd, &h, sizeof(h), 0) != sizeof(h) ||
	    memcmp(h.ident, ELFMAG, SELFMAG))
		return false;
	if (h.ident[EI_CLASS] == ELFCLASS32)
		return h.narrow.e_phnum != PN_XNUM &&
		       (h.narrow.e_shnum || !h.narrow.e_shoff);
	return h.wide.e_phnum != PN_XNUM &&
	       (h.wide.e_shnum || !h.wide.e_shoff);
}

static Elf *elf_checked(const struct dw_api *dw, Elf *elf)
{
	GElf_Ehdr ehdr;

	if (elf && dw->gelf_getehdr(elf, &ehdr) && elf_is_bounded(dw, elf))
		return elf;
	dw->elf_end(elf);
	return NULL;
}

Elf *stack_elf_open(const struct dw_api *dw, int fd)
{
	if (!header_is_bounded(fd))
		return NULL;
	return elf_checked(dw, dw->elf_begin(fd, ELF_C_READ, NULL));
}

Elf *stack_elf_image(const struct dw_api *dw, void *image, size_t size)
{
	return elf_checked(dw, dw->elf_memory(image, size));
}

Elf *stack_elf_machine(const struct dw_api *dw, struct elf_header *h,
		       unsigned abi)
{
	const struct abi_info *a = &abi_infos[abi];
	bool wide = a->elf_class == 64;
	unsigned char ident[EI_NIDENT] = {
		ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
		wide ? ELFCLASS64 : ELFCLASS32,
		a->big_endian ? ELFDATA2MSB : ELFDATA2LSB, EV_CURRENT,
	};

	*h = (struct elf_header){ .u.wide.e_ident = { 0 } };
	memcpy(h, ident, sizeof(ident));
	if (wide) {
		h->u.wide.e_machine = a->elf_machine;
		h->u.wide.e_version = EV_CURRENT;
		h->u.wide.e_ehsize = sizeof(h->u.wide);
	} else {
		h->u.narrow.e_machine = a->elf_machine;
		h->u.narrow.e_version = EV_CURRENT;
		h->u.narrow.e_ehsize = sizeof(h->u.narrow);
	}
	return dw->elf_memory((char *)h, wide ? sizeof(h->u.wide) :
					 sizeof(h->u.narrow));
}

/* ---- where they are mapped ---- */

/* How well a segment fits a mapping; 0: not at all. */
static unsigned segment_fits(const GElf_Phdr *ph, uint64_t offset)
{
	uint64_t first = ph->p_offset & -(uint64_t)sysconf(_SC_PAGESIZE);

	if (ph->p_type != PT_LOAD || offset < first ||
	    offset - first >= ph->p_filesz + (ph->p_offset - first))
		return 0;
	return 1 + 2 * (offset == first) + !!(ph->p_flags & PF_X);
}

bool stack_elf_place(const struct dw_api *dw, Elf *elf,
		     const struct stack_fact *fact, struct elf_place *place)
{
	uint64_t first = 0, last = 0;
	unsigned best = 0, fits;
	bool any = false;
	GElf_Phdr ph;
	size_t n;

	if (dw->elf_getphdrnum(elf, &n))
		return false;
	for (size_t i = 0; i < n && dw->gelf_getphdr(elf, (int)i, &ph); i++) {
		if (ph.p_type != PT_LOAD)
			continue;
		if (!any)
			first = ph.p_vaddr & -ph.p_align;
		any = true;
		if (ph.p_vaddr + ph.p_memsz > last)
			last = ph.p_vaddr + ph.p_memsz;
		fits = segment_fits(&ph, fact->offset);
		if (fits > best) {
			best = fits;
			place->bias = fact->start - fact->offset +
				      ph.p_offset - ph.p_vaddr;
		}
	}
	place->low = place->bias + first;
	place->high = place->bias + last;
	if (place->high < fact->end)
		place->high = fact->end;
	return best && place->low <= fact->start;
}
