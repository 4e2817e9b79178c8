/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live_stack_dw.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/uio.h>
#include <unistd.h>

#include "abi_info.h"
#include "arch.h"
#include "diag.h"
#include "env.h"
#include "stack_piece.h"
#include "xalloc.h"

#define PIECE 4096u		/* of stack memory: never more than a page */
#define PIECES 4		/* during one walk */
#define LOWEST 4096u		/* address that memory can have */
#define SYMBOLS_MAX (1 << 22)	/* of one file */

static const struct lazy_name dw_names[] = {
	DW_FUNCTIONS(LAZY_NAME) LAZY_END
};

struct piece {
	uint64_t addr;
	size_t len;
	unsigned char data[PIECE];
};

struct stack_backend {
	struct dw_api dw;
	/* The present walk. */
	struct stack_walk *walk;
	Dwarf_Word regs[ARCH_DWARF_MAX];
	unsigned reg_count;
	unsigned abi;		/* the task's: says how its registers lie */
	unsigned next_piece;
	struct piece piece[PIECES];
};

/* A file, or the vdso, at its place. */
struct module {
	struct module *next;
	const struct stack_file *file;
	struct elf_place place;
	const struct dw_api *dw;
	Dwfl_Module *dwfl;	/* NULL: the library can do nothing with it */
	Elf *elf;
	struct buf image;	/* if the file can't be read */
	bool whole;		/* lines may be asked for */
	bool sorted;
	struct stack_symbols symbols;
};

/* What the library knows of a space. */
struct known {
	const struct dw_api *dw;
	Dwfl *dwfl;
	unsigned abi;
	struct elf_header header;
	Elf *machine;
	struct module *modules;
};

/* ---- what the library asks for ---- */

/* The reference is the library's to give back; another one stays here. */
static int find_elf(Dwfl_Module *mod, void **userdata, const char *name,
		    Dwarf_Addr base, char **file_name, Elf **elf)
{
	const struct module *m = *userdata;

	(void)mod;
	(void)name;
	(void)base;
	(void)file_name;
	if (m)
		*elf = m->dw->elf_begin(-1, ELF_C_READ, m->elf);
	return -1;
}

/* Looks for local files only; the library's own function may ask servers. */
static int find_debuginfo(Dwfl_Module *mod, void **userdata, const char *name,
			  Dwarf_Addr base, const char *file, const char *link,
			  GElf_Word crc, char **found)
{
	const struct module *m = *userdata;

	if (!m)
		return -1;
	return m->dw->dwfl_build_id_find_debuginfo(mod, userdata, name, base,
						   file, link, crc, found);
}

static pid_t no_next_thread(Dwfl *dwfl, void *arg, void **thread_arg)
{
	(void)dwfl;
	(void)arg;
	(void)thread_arg;
	return 0;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *arg, void **thread_arg)
{
	(void)dwfl;
	(void)tid;
	*thread_arg = arg;
	return true;
}

static struct piece *piece_get(struct stack_backend *b, uint64_t addr)
{
	struct iovec local, remote;
	struct piece *p;
	ssize_t n;

	for (unsigned i = 0; i < PIECES; i++) {
		if (b->piece[i].addr == addr && b->piece[i].len)
			return &b->piece[i];
	}
	p = &b->piece[b->next_piece++ % PIECES];
	local = (struct iovec){ p->data, PIECE };
	remote = (struct iovec){ (void *)(uintptr_t)addr, PIECE };
	n = process_vm_readv(b->walk->tid, &local, 1, &remote, 1, 0);
	p->addr = addr;
	p->len = n > 0 ? n : 0;
	return p;
}

static bool live_read(struct stack_backend *b, uint64_t addr,
		      unsigned char *bytes, size_t size)
{
	size_t got = 0, n;

	for (; got < size; got += n) {
		size_t at = (addr + got) & (PIECE - 1);
		const struct piece *p = piece_get(b, addr + got - at);

		if (at >= p->len)
			return false;
		n = size - got < p->len - at ? size - got : p->len - at;
		memcpy(bytes + got, p->data + at, n);
	}
	return true;
}

static bool is_in_hole(const struct stack_piece *p, uint64_t addr)
{
	uint64_t page = addr / STACK_PAGE_SIZE - p->sp / STACK_PAGE_SIZE;

	return page < 16 && p->holes >> page & 1;
}

/* What is there now need not be what was there then, so it is not read. */
static bool captured_read(struct stack_walk *w, uint64_t addr,
			  unsigned char *bytes, size_t size)
{
	const struct stack_piece *p = w->captured->piece;
	size_t have = w->captured->size - sizeof(*p) -
		      8 * stack_piece_far(p, w->captured->size);

	if (addr < p->sp || addr - p->sp > have ||
	    size > have - (addr - p->sp) || is_in_hole(p, addr) ||
	    is_in_hole(p, addr + size - 1)) {
		w->missed |= addr >= LOWEST;
		return false;
	}
	memcpy(bytes, (const char *)(p + 1) + (addr - p->sp), size);
	return true;
}

static bool memory_read(Dwfl *dwfl, Dwarf_Addr addr, Dwarf_Word *result,
			void *arg)
{
	struct stack_backend *b = arg;
	unsigned char bytes[8];
	size_t size = abi_word_size(b->abi);

	(void)dwfl;
	if (!(b->walk->captured ? captured_read(b->walk, addr, bytes, size) :
				  live_read(b, addr, bytes, size)))
		return false;
	*result = abi_number(b->abi, bytes, size);
	return true;
}

static bool set_registers(Dwfl_Thread *thread, void *arg)
{
	struct stack_backend *b = arg;

	return b->dw.dwfl_thread_state_registers(thread, 0, b->reg_count,
						 b->regs);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = no_next_thread,
	.get_thread = get_thread,
	.memory_read = memory_read,
	.set_initial_registers = set_registers,
};

static const Dwfl_Callbacks dwfl_callbacks = {
	.find_elf = find_elf,
	.find_debuginfo = find_debuginfo,
};

/* ---- modules ---- */

static void module_free(struct module *m)
{
	stack_symbols_free(&m->symbols);
	m->dw->elf_end(m->elf);
	buf_free(&m->image);
	free(m);
}

/*
 * The kernel gives the same code to all processes of a kind, so if one is gone,
 * our own will do, or that which was captured.
 */
static Elf *vdso_elf(struct stack_walk *w, const struct stack_fact *fact,
		     struct module *m)
{
	const struct buf *captured = w->captured ? w->captured->vdso : NULL;
	unsigned abi = w->backend->abi;
	size_t size = fact->end - fact->start;
	Elf *elf = stack_image_vdso(m->dw, w->tid, fact->start, size,
				    &m->image);

	if (elf || !captured)
		return elf;
	if (abi == abi_own())
		return stack_image_vdso(m->dw, getpid(),
					getauxval(AT_SYSINFO_EHDR), size,
					&m->image);
	if (abi_word_size(abi) != 4 || captured->len != size)
		return NULL;
	buf_reset(&m->image);
	buf_add(&m->image, captured->data, size);
	return stack_elf_image(m->dw, m->image.data, size);
}

static Elf *module_elf(struct stack_walk *w, const struct stack_fact *fact,
		       struct module *m)
{
	if (fact->vdso)
		return vdso_elf(w, fact, m);
	if (fact->file->fd >= 0)
		return stack_elf_open(m->dw, fact->file->fd);
	/* What a task that went on has loaded now may be another file. */
	return fact->file->forbidden || w->captured ? NULL :
	       stack_image_loaded(m->dw, w->tid, fact, &m->image);
}

static bool module_read(struct stack_walk *w, const struct stack_fact *fact,
			struct module *m)
{
	m->elf = module_elf(w, fact, m);
	if (!m->elf || !stack_elf_place(m->dw, m->elf, fact, &m->place))
		return false;
	m->whole = w->source && stack_elf_is_whole(m->dw, m->elf);
	return true;
}

/* Makes it known to the library, which may be in the middle of a walk. */
static void module_report(struct known *known, struct module *m)
{
	const struct dw_api *dw = known->dw;
	GElf_Addr bias;
	void **userdata;

	dw->dwfl_report_begin_add(known->dwfl);
	m->dwfl = dw->dwfl_report_module(known->dwfl, "", m->place.low,
					 m->place.high);
	dw->dwfl_report_end(known->dwfl, NULL, NULL);
	if (!m->dwfl)
		return;
	dw->dwfl_module_info(m->dwfl, &userdata, NULL, NULL, NULL, NULL, NULL,
			     NULL);
	*userdata = m;
	/* A strange file may lead the library to another place than us. */
	if (!dw->dwfl_module_getelf(m->dwfl, &bias) || bias != m->place.bias)
		m->dwfl = NULL;
}

static struct module *module_of(const struct known *known,
				const struct stack_fact *fact)
{
	for (struct module *m = known->modules; m; m = m->next) {
		if (m->file == fact->file && m->place.low <= fact->start &&
		    fact->end <= m->place.high)
			return m;
	}
	return NULL;
}

static bool modules_overlap(const struct known *known,
			    const struct elf_place *p)
{
	for (struct module *m = known->modules; m; m = m->next)
		if (m->place.low < p->high && p->low < m->place.high)
			return true;
	return false;
}

bool stack_backend_map(struct stack_walk *w, struct stack_fact *fact)
{
	struct known *known = w->space->known;
	struct module *m = module_of(known, fact);

	if (!m) {
		m = xalloc_new(1, sizeof(*m));
		m->dw = known->dw;
		m->file = fact->file;
		if (!module_read(w, fact, m)) {
			module_free(m);
			return true;
		}
		if (modules_overlap(known, &m->place)) {
			module_free(m);
			return false;
		}
		m->next = known->modules;
		known->modules = m;
		module_report(known, m);
	}
	fact->module = m;
	return true;
}

/* ---- symbols ---- */

static const unsigned char bindings[16] = {
	[STB_GLOBAL] = 3, [STB_GNU_UNIQUE] = 2, [STB_WEAK] = 1,
};

/* The end of the section that a symbol is in. */
static uint64_t section_end(const struct dw_api *dw, Elf *elf, GElf_Word ndx,
			    uint64_t bias)
{
	Elf_Scn *scn = elf ? dw->elf_getscn(elf, ndx) : NULL;
	GElf_Shdr sh;

	if (!scn || !dw->gelf_getshdr(scn, &sh))
		return 0;
	return sh.sh_addr + sh.sh_size + bias;
}

static void symbol_read(struct module *m, int index)
{
	const struct dw_api *dw = m->dw;
	struct stack_symbol s = { .index = index };
	GElf_Word ndx;
	Dwarf_Addr bias;
	GElf_Sym sym;
	Elf *elf;
	const char *name = dw->dwfl_module_getsym_info(
		m->dwfl, index, &sym, &s.start, &ndx, &elf, &bias);
	unsigned type = GELF_ST_TYPE(sym.st_info);

	if (!name || !*name || sym.st_shndx == SHN_UNDEF ||
	    type == STT_SECTION || type == STT_FILE || type == STT_TLS)
		return;
	s.sized = sym.st_size;
	s.binding = bindings[GELF_ST_BIND(sym.st_info)];
	s.end = sym.st_size ? s.start + sym.st_size :
		section_end(dw, elf, ndx, bias);
	if (s.end > s.start)
		stack_symbols_add(&m->symbols, &s);
}

static void find_symbol(struct module *m, uint64_t pc, struct stack_found *f)
{
	const struct stack_symbol *s;
	GElf_Addr start;
	GElf_Sym sym;
	int n;

	if (!m->sorted) {
		n = m->dw->dwfl_module_getsymtab(m->dwfl);
		for (int i = 1; i < n && i < SYMBOLS_MAX; i++)
			symbol_read(m, i);
		stack_symbols_sort(&m->symbols);
		m->sorted = true;
	}
	s = stack_symbols_find(&m->symbols, pc);
	if (!s)
		return;
	f->symbol = m->dw->dwfl_module_getsym_info(
		m->dwfl, (int)s->index, &sym, &start, NULL, NULL, NULL);
	f->offset = pc - s->start;
}

void stack_backend_find(struct stack_walk *w, const struct stack_fact *fact,
			uint64_t pc, void *frame, struct stack_found *f)
{
	const struct dw_api *dw = &w->backend->dw;
	struct module *m = fact->module;
	Dwfl_Line *line;

	(void)frame;
	if (!m || !m->dwfl)
		return;
	find_symbol(m, pc, f);
	line = m->whole ? dw->dwfl_module_getsrc(m->dwfl, pc) : NULL;
	if (line)
		f->file = dw->dwfl_lineinfo(line, NULL, &f->line, NULL, NULL,
					    NULL);
}

/* ---- spaces ---- */

void stack_backend_forget(struct stack_space *s)
{
	struct known *known = s->known;
	struct module *m, *next;

	if (!known)
		return;
	if (known->dwfl)
		known->dw->dwfl_end(known->dwfl);
	if (known->machine)
		known->dw->elf_end(known->machine);
	for (m = known->modules; m; m = next) {
		next = m->next;
		module_free(m);
	}
	free(known);
	s->known = NULL;
}

static bool space_open(struct stack_walk *w)
{
	struct stack_backend *b = w->backend;
	const struct dw_api *dw = &b->dw;
	struct known *known = xalloc_new(1, sizeof(*known));

	w->space->known = known;
	known->dw = dw;
	known->abi = b->abi;
	known->machine = stack_elf_machine(dw, &known->header, b->abi);
	known->dwfl = dw->dwfl_begin(&dwfl_callbacks);
	return known->dwfl && known->machine &&
	       dw->dwfl_attach_state(known->dwfl, known->machine, w->tid,
				     &thread_callbacks, b);
}

/* ---- the walk ---- */

static int frame_seen(Dwfl_Frame *frame, void *arg)
{
	struct stack_walk *w = arg;
	const struct dw_api *dw = &w->backend->dw;
	bool activation = true;
	Dwarf_Addr pc;

	w->missed = false;
	if (!dw->dwfl_frame_pc(frame, &pc, NULL))
		return DWARF_CB_ABORT;
	/* Asked what kind of frame that is, the library unwinds it. */
	stack_frame_meet(w, pc - !!w->count);
	if (!dw->dwfl_frame_pc(frame, &pc, &activation))
		return DWARF_CB_ABORT;
	/* The call may be the last instruction of a function or a mapping. */
	if (stack_frame_add(w, pc - !activation, frame))
		return DWARF_CB_OK;
	w->missed = false;
	return DWARF_CB_ABORT;
}

struct stack_backend *stack_backend_new(void)
{
	struct stack_backend *b = xalloc_new(1, sizeof(*b));
	const char *error;

	error = lazy_load("libdw.so.1", dw_names, &b->dw);
	if (error) {
		diag_warn("-k/--stack-trace needs libdw: %s", error);
		free(b);
		return NULL;
	}
	b->dw.elf_version(EV_CURRENT);
	return b;
}

void stack_backend_free(struct stack_backend *b)
{
	free(b);
}

static bool walk_regs(const struct stack_walk *w, struct arch_regs *r)
{
	const struct stack_piece *p;

	if (!w->captured)
		return arch_regs_get(r, w->tid);
	p = w->captured->piece;
	return w->captured->size >= sizeof(*p) &&
	       p->regs <= sizeof(p->reg) &&
	       arch_regs_kernel(r, p->reg, p->regs);
}

static bool walk_begin(struct stack_walk *w)
{
	struct stack_backend *b = w->backend;
	struct arch_regs r;

	if (!walk_regs(w, &r))
		return false;
	b->walk = w;
	b->abi = arch_regs_abi(&r);
	b->reg_count = arch_regs_dwarf(&r, b->regs);
	for (unsigned i = 0; i < PIECES; i++)
		b->piece[i].len = 0;
	return b->reg_count;
}

void stack_backend_walk(struct stack_walk *w)
{
	const struct known *known = w->space->known;

	if (!walk_begin(w))
		return;
	if (known && known->abi != w->backend->abi) {
		w->disagreed = true;
		return;
	}
	if (!known && !space_open(w))
		return;
	known = w->space->known;
	known->dw->dwfl_getthread_frames(known->dwfl, w->tid, frame_seen, w);
}
