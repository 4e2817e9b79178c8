/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live_stack.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arch.h"
#include "diag.h"
#include "live.h"
#include "lazy.h"
#include "xalloc.h"

#define SETS 8			/* sets of mappings that are remembered */
#define PIECE 4096u		/* of stack memory: never more than a page */
#define PIECES 4		/* during one walk */

#define DW_FUNCTIONS(X)							\
	X(dwfl_addrmodule) X(dwfl_attach_state) X(dwfl_begin)		\
	X(dwfl_build_id_find_debuginfo) X(dwfl_end) X(dwfl_frame_pc)	\
	X(dwfl_getmodules) X(dwfl_getthread_frames) X(dwfl_lineinfo)	\
	X(dwfl_linux_proc_find_elf) X(dwfl_linux_proc_report)		\
	X(dwfl_module_addrinfo) X(dwfl_module_getelf)			\
	X(dwfl_module_getsrc) X(dwfl_report_begin) X(dwfl_report_end)	\
	X(dwfl_thread_state_registers)

struct dw_api {
	DW_FUNCTIONS(LAZY_POINTER)
};

static const struct lazy_name dw_names[] = {
	DW_FUNCTIONS(LAZY_NAME) LAZY_END
};

struct piece {
	uint64_t addr;
	size_t len;
	unsigned char data[PIECE];
};

/*
 * What the library knows of one set of mappings.  Tasks with the same mappings
 * share it: threads, or a process and its child.
 */
struct stack_set {
	const struct dw_api *dw;
	Dwfl *dwfl;
	struct buf text;	/* the mappings, to be compared */
	uint64_t used;
	struct stack_walk *walk; /* the present one */
	unsigned abi;		/* the task's: says how its registers lie */
	unsigned next_piece;
	struct piece piece[PIECES];
};

struct stack_backend {
	struct dw_api dw;
	struct stack_set set[SETS];
	uint64_t clock;
};

/* ---- finding files ---- */

static int open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The mapping itself leads to the file, even if that has another name now. */
static int map_open(pid_t tid, const struct stack_map *k, const char *name)
{
	char path[4096 + 64];
	int fd;

	if (env_mount_is_fuse(tid, k->major, k->minor))
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx", (int)tid,
		 (unsigned long long)k->start, (unsigned long long)k->end);
	fd = open_regular(path);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "/proc/%d/root%s", (int)tid, name);
	return open_regular(path);
}

static int find_elf(Dwfl_Module *mod, void **userdata, const char *name,
		    Dwarf_Addr base, char **file_name, Elf **elf)
{
	const struct stack_set *s = *userdata;
	const struct stack_map *k;

	if (s && !strncmp(name, "[vdso", 5))
		return s->dw->dwfl_linux_proc_find_elf(mod, userdata, name,
						       base, file_name, elf);
	if (*name != '/' || !s || !s->walk)
		return -1;
	k = stack_maps_find(s->walk->maps, base);
	return k ? map_open(s->walk->tid, k, name) : -1;
}

/* Looks for local files only; the library's own function may ask servers. */
static int find_debuginfo(Dwfl_Module *mod, void **userdata, const char *name,
			  Dwarf_Addr base, const char *file, const char *link,
			  GElf_Word crc, char **found)
{
	const struct stack_set *s = *userdata;

	if (!s)
		return -1;
	return s->dw->dwfl_build_id_find_debuginfo(mod, userdata, name, base,
						   file, link, crc, found);
}

/* ---- the task's state ---- */

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

static struct piece *piece_get(struct stack_set *s, uint64_t addr)
{
	struct iovec local, remote;
	struct piece *p;
	ssize_t n;

	for (unsigned i = 0; i < PIECES; i++) {
		if (s->piece[i].addr == addr && s->piece[i].len)
			return &s->piece[i];
	}
	p = &s->piece[s->next_piece++ % PIECES];
	local = (struct iovec){ p->data, PIECE };
	remote = (struct iovec){ (void *)(uintptr_t)addr, PIECE };
	n = process_vm_readv(s->walk->tid, &local, 1, &remote, 1, 0);
	p->addr = addr;
	p->len = n > 0 ? n : 0;
	return p;
}

static bool memory_read(Dwfl *dwfl, Dwarf_Addr addr, Dwarf_Word *result,
			void *arg)
{
	struct stack_set *s = arg;
	unsigned char bytes[8] = { 0 };

	(void)dwfl;
	for (size_t i = 0; i < abi_word_size(s->abi); i++) {
		uint64_t at = addr + i;
		struct piece *p = piece_get(s, at & ~(uint64_t)(PIECE - 1));

		if ((at & (PIECE - 1)) >= p->len)
			return false;
		bytes[i] = p->data[at & (PIECE - 1)];
	}
	*result = abi_number(s->abi, bytes, abi_word_size(s->abi));
	return true;
}

static unsigned regs_get(struct stack_set *s, Dwarf_Word *to)
{
	struct arch_regs r;

	if (!arch_regs_get(&r, s->walk->tid))
		return 0;
	s->abi = arch_regs_abi(&r);
	return arch_regs_dwarf(&r, to);
}

static bool set_registers(Dwfl_Thread *thread, void *arg)
{
	struct stack_set *s = arg;
	Dwarf_Word regs[ARCH_DWARF_MAX];
	unsigned n = regs_get(s, regs);

	return n && s->dw->dwfl_thread_state_registers(thread, 0, n, regs);
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

/* ---- sets of mappings ---- */

static void set_drop(struct stack_set *s)
{
	if (s->dwfl)
		s->dw->dwfl_end(s->dwfl);
	s->dwfl = NULL;
	s->text.len = 0;
}

/* Gives a module its set, and reads the vdso while its task is there. */
static int module_adopt(Dwfl_Module *mod, void **userdata, const char *name,
			Dwarf_Addr base, void *arg)
{
	const struct stack_set *s = arg;
	GElf_Addr bias;

	(void)base;
	*userdata = arg;
	if (!strncmp(name, "[vdso", 5))
		s->dw->dwfl_module_getelf(mod, &bias);
	return DWARF_CB_OK;
}

static bool set_fill(struct stack_set *s)
{
	const struct buf *text = &s->walk->maps->text;
	const struct dw_api *dw = s->dw;
	pid_t tid = s->walk->tid;

	set_drop(s);
	s->dwfl = dw->dwfl_begin(&dwfl_callbacks);
	if (!s->dwfl)
		return false;
	dw->dwfl_report_begin(s->dwfl);
	if (dw->dwfl_linux_proc_report(s->dwfl, tid) ||
	    dw->dwfl_report_end(s->dwfl, NULL, NULL)) {
		set_drop(s);
		return false;
	}
	dw->dwfl_getmodules(s->dwfl, module_adopt, s, 0);
	if (!dw->dwfl_attach_state(s->dwfl, NULL, tid, &thread_callbacks, s)) {
		set_drop(s);
		return false;
	}
	buf_add(&s->text, text->data, text->len);
	return true;
}

static struct stack_set *set_get(struct stack_backend *b,
				 struct stack_walk *w)
{
	const struct buf *text = &w->maps->text;
	struct stack_set *s = NULL, *oldest = &b->set[0];

	for (unsigned i = 0; i < SETS && !s; i++) {
		struct stack_set *k = &b->set[i];

		if (k->dwfl && k->text.len == text->len &&
		    (!text->len || !memcmp(k->text.data, text->data,
					   text->len)))
			s = k;
		if (k->used < oldest->used)
			oldest = k;
	}
	if (!s) {
		s = oldest;
		s->walk = w;
		if (!set_fill(s))
			return NULL;
	}
	s->walk = w;
	s->used = ++b->clock;
	return s;
}

/* ---- the walk ---- */

static void find_source(const struct dw_api *dw, Dwfl_Module *mod,
			Dwarf_Addr addr, struct stack_found *f)
{
	Dwfl_Line *line = dw->dwfl_module_getsrc(mod, addr);

	if (line)
		f->file = dw->dwfl_lineinfo(line, NULL, &f->line, NULL, NULL,
					    NULL);
}

static int frame_seen(Dwfl_Frame *frame, void *arg)
{
	struct stack_set *s = arg;
	const struct dw_api *dw = s->dw;
	struct stack_found f = { .symbol = NULL };
	bool activation = true;
	Dwarf_Addr pc;
	Dwfl_Module *mod;
	GElf_Sym sym;

	if (!dw->dwfl_frame_pc(frame, &pc, &activation))
		return DWARF_CB_ABORT;
	/* The call may be the last instruction of a function or a mapping. */
	f.pc = pc - !activation;
	mod = dw->dwfl_addrmodule(s->dwfl, f.pc);
	if (mod)
		f.symbol = dw->dwfl_module_addrinfo(mod, f.pc, &f.offset, &sym,
						    NULL, NULL, NULL);
	if (mod && s->walk->source)
		find_source(dw, mod, f.pc, &f);
	return stack_frame_add(s->walk, &f) ? DWARF_CB_OK : DWARF_CB_ABORT;
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
	for (unsigned i = 0; i < SETS; i++)
		b->set[i].dw = &b->dw;
	return b;
}

void stack_backend_free(struct stack_backend *b)
{
	if (!b)
		return;
	for (unsigned i = 0; i < SETS; i++) {
		set_drop(&b->set[i]);
		buf_free(&b->set[i].text);
	}
	free(b);
}

void stack_backend_walk(struct stack_backend *b, struct stack_walk *w)
{
	struct stack_set *s = set_get(b, w);

	if (!s)
		return;
	for (unsigned i = 0; i < PIECES; i++)
		s->piece[i].len = 0;
	s->dw->dwfl_getthread_frames(s->dwfl, w->tid, frame_seen, s);
	s->walk = NULL;
}
