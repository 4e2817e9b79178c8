/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * load.c loads the kernel programs, gives them their settings, attaches them
 * and takes them out.
 *
 * They live as long as our file descriptors, so nothing is left in the kernel
 * when we end, however we end.
 */
#include "ebpf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "diag.h"
#include "cgroup.h"
#include "plans.h"
#include "filter.h"
#include "lazy.h"
#include "options.h"
#include "stack_piece.h"
#include "trace.skel.h"
#include "xalloc.h"

#define BPF_FUNCTIONS(X)						\
	X(bpf_enable_stats)						\
	X(bpf_iter_create) X(bpf_link__destroy) X(bpf_link__fd)		\
	X(bpf_map__fd) X(bpf_map__set_autocreate)			\
	X(bpf_map__set_initial_value) X(bpf_map__set_max_entries)	\
	X(bpf_map_get_next_key)						\
	X(bpf_map_lookup_elem) X(bpf_map_update_batch)			\
	X(bpf_obj_get_info_by_fd) X(bpf_object__close)			\
	X(bpf_object__find_map_by_name) X(bpf_object__load)		\
	X(bpf_object__next_program) X(bpf_object__open_mem)		\
	X(bpf_program__attach) X(bpf_program__fd) X(bpf_program__name)	\
	X(bpf_program__section_name) X(bpf_program__set_autoload)	\
	X(libbpf_num_possible_cpus) X(libbpf_set_print)

struct bpf_api {
	BPF_FUNCTIONS(LAZY_POINTER)
};

static const struct lazy_name bpf_names[] = {
	BPF_FUNCTIONS(LAZY_NAME) LAZY_END
};

#define LINKS_MAX 16
#define SLOTS 4			/* programs that put records together, */
#define SLOTS_STACK 6		/* ... with -k */
#define RING_MIN (1ul << 20)
#define RING_MAX (64ul << 20)
#define RING_MAX_STACK (256ul << 20)	/* with -k records are larger */
#define TASK_RING (2ul << 20)
#define RING_SHARE 128		/* of the machine's memory */

struct ebpf_kernel {
	struct bpf_api api;
	struct bpf_object *object;
	struct bpf_link *link[LINKS_MAX];
	unsigned nlinks;
	struct bpf_link *mark;
	struct wire_shared *shared;
	size_t ring_size[RING_COUNT];
	int ring_fd[RING_COUNT];
	int lost_fd;
	bool counting;			/* calls, in the kernel */
	int counts_fd, beyond_fd;
	struct call_counts *counts;	/* of one call, on each CPU */
	size_t cpus;
	bool measured;			/* run times, while stats_fd is open */
	int stats_fd;
};

/* Where the ptrace source could be used instead, say so. */
static const char *ptrace_hint(const struct options *o)
{
	return o->trace_all || o->cgroup || o->container ? "" :
	       "; --backend=ptrace does without";
}

static void load_failed(const struct options *o, int err)
{
	const char *why = ebpf_missing();

	diag_warn("--backend=bpf: can't load the kernel programs: %s%s%s",
		  why ? why : strerror(err),
		  why ? "" : " (-d shows what the kernel says)",
		  ptrace_hint(o));
}

/* ---- loading ---- */

static int print_nothing(enum libbpf_print_level level, const char *fmt,
			 va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

/* With -d, each line becomes a note: the verifier's messages have many. */
static int print_note(enum libbpf_print_level level, const char *fmt,
		      va_list ap)
{
	static const size_t size = 1 << 16;
	char *text, *line, *rest;

	if (level == LIBBPF_DEBUG)
		return 0;
	rest = text = xalloc_new(size, 1);
	vsnprintf(text, size, fmt, ap);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			diag_note("%s", line);
	free(text);
	return 0;
}

static struct bpf_map *map_find(struct ebpf_kernel *k, const char *name)
{
	return k->api.bpf_object__find_map_by_name(k->object, name);
}

static int map_fd(struct ebpf_kernel *k, const char *name)
{
	return k->api.bpf_map__fd(map_find(k, name));
}

static size_t ring_choose(const struct options *o)
{
	struct sysinfo info;
	size_t most = o->stack ? RING_MAX_STACK : RING_MAX;
	size_t size = RING_MIN, share = 0;

	if (o->buffer_size)
		return o->buffer_size;
	if (ebpf_counts_in_kernel(o))
		return size;
	if (sysinfo(&info) == 0)
		share = info.totalram * info.mem_unit / RING_SHARE;
	while (size < most && size * 2 <= share)
		size *= 2;
	return size;
}

_Static_assert((int)OUTCOME_SUCCESS == (int)STATUS_SUCCESSFUL &&
	       (int)OUTCOME_FAILURE == (int)STATUS_FAILED &&
	       (int)OUTCOME_UNFINISHED == (int)STATUS_UNFINISHED,
	       "the kernel programs have the same bits");

/* With -P, fds are not filtered in the kernel: it does not know paths. */
static void filters_set(struct wire_settings *to, const struct options *o)
{
	to->stage = filter_wants_outcome(o);
	to->files = capture_wants_files(o);
	to->outcomes = o->status;
	to->slower_ns = (uint64_t)o->slower_ns;
	to->fd_filter = o->has_trace_fds && !o->ntrace_paths;
	for (unsigned fd = 0; fd < WIRE_FDS_MAX; fd++)
		if (numset_has(&o->trace_fds, fd))
			to->fds[fd / 64] |= 1ull << fd % 64;
}

/* Before 5.12, tasks have no storage for such programs: use maps instead. */
static bool tasks_choose(struct ebpf_kernel *k)
{
	static const char *const maps[2][2] = {
		{ "tasks", "stages" },
		{ "tasks_by_address", "stages_by_address" },
	};
	bool by_address = ebpf_kernel_before(5, 12);

	for (size_t i = 0; i < 2; i++)
		k->api.bpf_map__set_autocreate(
			map_find(k, maps[!by_address][i]), false);
	return by_address;
}

static int settings_set(struct ebpf_kernel *k, const struct options *o,
			const struct ebpf_plans *t)
{
	bool stack = o->stack != STACK_NONE && !k->counting;
	struct wire_settings settings = {
		.mode = o->trace_all ? MODE_ALL :
			o->cgroup || o->container ? MODE_CGROUP : MODE_TASKS,
		.follow = o->follow != FOLLOW_NONE,
		.count = k->counting,
		.by_address = tasks_choose(k),
		.cpu = o->summary != SUMMARY_NONE && !o->wall_clock,
		.overhead_ns = o->overhead_ns,
		.stack = stack ? STACK_PIECE_MAX & ~7u : 0,
		.slots = stack ? SLOTS_STACK : SLOTS,
	};
	const struct {
		const char *map;
		size_t entries;
	} sizes[] = {
		{ "ring", k->ring_size[RING_CALLS] },
		{ "task_ring", k->ring_size[RING_TASKS] },
		{ "plans", k->counting ? 1 : t->nplans },
		{ "cases", k->counting || !t->ncases ? 1 : t->ncases },
		{ "scratches", k->cpus * settings.slots },
		{ "counts", k->counting ? t->ncalls + 1 : 1 },
		{ "counts_beyond", k->counting ? WIRE_BEYOND_MAX : 1 },
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		int err = k->api.bpf_map__set_max_entries(
			map_find(k, sizes[i].map), (uint32_t)sizes[i].entries);

		if (err)
			return err;
	}
	filters_set(&settings, o);
	memcpy(settings.uring, t->uring, sizeof(t->uring));
	return k->api.bpf_map__set_initial_value(map_find(k, ".rodata"),
						 &settings, sizeof(settings));
}

static int rows_put(struct ebpf_kernel *k, const char *map, const void *rows,
		    size_t n)
{
	uint32_t *keys = xalloc_new(n, sizeof(*keys)), count = (uint32_t)n;
	int err;

	for (uint32_t i = 0; i < n; i++)
		keys[i] = i;
	err = k->api.bpf_map_update_batch(map_fd(k, map), keys, rows, &count,
					  NULL);
	free(keys);
	return err;
}

/* The last comes first: of cases with the same key the first one is to stay. */
static int cases_put(struct ebpf_kernel *k, const struct ebpf_plans *t)
{
	struct wire_case *keys = xalloc_new(t->ncases + 1, sizeof(*keys));
	struct wire_plans *values = xalloc_new(t->ncases + 1, sizeof(*values));
	uint32_t count = (uint32_t)t->ncases;
	int err = 0;

	for (size_t i = 0; i < t->ncases; i++) {
		keys[i] = t->cases[t->ncases - 1 - i].key;
		values[i] = t->cases[t->ncases - 1 - i].plans;
	}
	if (count)
		err = k->api.bpf_map_update_batch(map_fd(k, "cases"), keys,
						  values, &count, NULL);
	free(keys);
	free(values);
	return err;
}

static int tables_put(struct ebpf_kernel *k, const struct ebpf_plans *t)
{
	int err = rows_put(k, "calls", t->calls, t->ncalls);

	if (k->counting)
		return err;
	if (!err)
		err = rows_put(k, "plans", t->plans, t->nplans);
	return err ? err : cases_put(k, t);
}

static struct bpf_program *program_next(const struct ebpf_kernel *k,
					struct bpf_program *p)
{
	return k->api.bpf_object__next_program(k->object, p);
}

/*
 * Programs on io_uring's tracepoints are loaded where the kernel has these.
 * False if the kernel has none that says what is submitted.
 */
static bool uring_choose(struct ebpf_kernel *k, bool wanted)
{
	struct tracepoints *t = wanted ? tracepoints_read() : NULL;
	bool tells = false;

	for (struct bpf_program *p = program_next(k, NULL); p;
	     p = program_next(k, p)) {
		const char *at = k->api.bpf_program__section_name(p);

		if (strncmp(at, "tp_btf/io_uring_", 16))
			continue;
		if (!tracepoints_have(t, at + 7))
			k->api.bpf_program__set_autoload(p, false);
		else if (!strncmp(at + 16, "submit_", 7))
			tells = true;
	}
	free(t);
	return tells;
}

static int object_try(struct ebpf_kernel *k, const struct options *o,
		      bool *uring)
{
	struct ebpf_plans t = {.ncalls = 0};
	size_t size;
	const void *bytes = trace_bpf__elf_bytes(&size);
	int err;

	k->object = k->api.bpf_object__open_mem(bytes, size, NULL);
	if (!k->object)
		return -errno;
	*uring = uring_choose(k, *uring);
	ebpf_plans_make(&t, o);
	err = settings_set(k, o, &t);
	if (!err)
		err = k->api.bpf_object__load(k->object);
	if (!err)
		err = tables_put(k, &t);
	ebpf_plans_free(&t);
	return err;
}

/*
 * If loading fails, it is tried again without io_uring, because a kernel that
 * we don't know may have other tracepoints for it.
 */
static int object_load(struct ebpf_kernel *k, const struct options *o)
{
	bool wanted = filter_uring(o) && !k->counting, uring = wanted;
	int err = object_try(k, o, &uring);

	if (err && err != -EPERM && uring) {
		k->api.bpf_object__close(k->object);
		k->object = NULL;
		uring = false;
		err = object_try(k, o, &uring);
	}
	if (!err && wanted && !uring && o->debug)
		diag_note("io_uring: this kernel does not tell what its "
			  "rings do");
	return err;
}

static bool is_iterator(struct ebpf_kernel *k, struct bpf_program *p)
{
	return !strcmp(k->api.bpf_program__name(p), "on_mark");
}

static bool is_for_signals(struct ebpf_kernel *k, struct bpf_program *p)
{
	const char *name = k->api.bpf_program__name(p);

	return !strcmp(name, "on_deliver") || !strcmp(name, "on_generate");
}

/* Open the iterator.  Its first run notes what the programs need of us. */
static bool mark_open(struct ebpf_kernel *k, const struct cgroup_target *cg)
{
	for (struct bpf_program *p = program_next(k, NULL); p;
	     p = program_next(k, p))
		if (is_iterator(k, p))
			k->mark = k->api.bpf_program__attach(p);
	if (cg) {
		k->shared->cgroup_id = cg->id;
		k->shared->cgroup_root = cg->root_id;
	}
	if (!k->mark || kernel_mark(k, NULL, 0))
		return false;
	if (cg)
		k->shared->cgroup_level += cg->depth;
	return true;
}

static void kernel_prepare(struct ebpf_kernel *k, const struct options *o)
{
	int cpus = k->api.libbpf_num_possible_cpus();

	k->cpus = cpus > 0 ? (size_t)cpus : 1;
	k->counts = xalloc_new(k->cpus, sizeof(*k->counts));
	k->counting = ebpf_counts_in_kernel(o);
	k->ring_size[RING_CALLS] = ring_choose(o);
	k->ring_size[RING_TASKS] = TASK_RING;
	k->stats_fd = o->debug || o->summary == SUMMARY_ONLY ?
		      k->api.bpf_enable_stats(BPF_STATS_RUN_TIME) : -1;
	k->measured = k->stats_fd >= 0;
}

struct ebpf_kernel *kernel_load(const struct options *o,
				const struct cgroup_target *cg)
{
	struct ebpf_kernel *k = xalloc_new(1, sizeof(*k));
	const char *error;
	int err;

	error = lazy_load("libbpf.so.1", bpf_names, &k->api);
	if (error) {
		diag_warn("--backend=bpf needs libbpf (to be installed): %s%s",
			  error, ptrace_hint(o));
		free(k);
		return NULL;
	}
	k->api.libbpf_set_print(o->debug ? print_note : print_nothing);
	kernel_prepare(k, o);
	err = object_load(k, o);
	if (err) {
		load_failed(o, -err);
		kernel_free(k);
		return NULL;
	}
	k->ring_fd[RING_CALLS] = map_fd(k, "ring");
	k->ring_fd[RING_TASKS] = map_fd(k, "task_ring");
	k->lost_fd = map_fd(k, "lost_calls");
	k->counts_fd = map_fd(k, "counts");
	k->beyond_fd = map_fd(k, "counts_beyond");
	k->shared = mmap(NULL, sizeof(*k->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED, map_fd(k, ".bss"), 0);
	if (k->shared == MAP_FAILED || !mark_open(k, cg)) {
		load_failed(o, errno);
		kernel_free(k);
		return NULL;
	}
	return k;
}

void kernel_free(struct ebpf_kernel *k)
{
	if (!k)
		return;
	kernel_detach(k);
	if (k->mark)
		k->api.bpf_link__destroy(k->mark);
	if (k->shared && k->shared != MAP_FAILED)
		munmap(k->shared, sizeof(*k->shared));
	if (k->object)
		k->api.bpf_object__close(k->object);
	kernel_run_time_stop(k);
	free(k->counts);
	free(k);
}

bool kernel_attach(struct ebpf_kernel *k)
{
	for (struct bpf_program *p = program_next(k, NULL); p;
	     p = program_next(k, p)) {
		struct bpf_link *link;

		if (k->api.bpf_program__fd(p) < 0 || is_iterator(k, p) ||
		    (k->counting && is_for_signals(k, p)))
			continue;
		link = k->api.bpf_program__attach(p);
		if (!link)
			return false;
		BUG_ON(k->nlinks == LINKS_MAX);
		k->link[k->nlinks++] = link;
	}
	return true;
}

void kernel_detach(struct ebpf_kernel *k)
{
	while (k->nlinks)
		k->api.bpf_link__destroy(k->link[--k->nlinks]);
}

size_t kernel_mark(struct ebpf_kernel *k, struct wire_marked *m, size_t n)
{
	int fd = k->api.bpf_iter_create(k->api.bpf_link__fd(k->mark));
	size_t size = n * sizeof(*m), got = 0;
	struct wire_marked rest;
	ssize_t len = -1;

	if (fd < 0)
		return 0;
	do {
		bool full = got == size;

		len = read(fd, full ? (char *)&rest : (char *)m + got,
			   full ? sizeof(rest) : size - got);
		if (len > 0 && !full)
			got += (size_t)len;
	} while (len > 0 || (len < 0 && (errno == EINTR || errno == EAGAIN)));
	close(fd);
	return got / sizeof(*m);
}

struct wire_shared *kernel_shared(const struct ebpf_kernel *k)
{
	return k->shared;
}

int kernel_ring(const struct ebpf_kernel *k, unsigned which, size_t *size)
{
	*size = k->ring_size[which];
	return k->ring_fd[which];
}

uint64_t kernel_lost(const struct ebpf_kernel *k, unsigned abi, uint32_t nr)
{
	uint32_t i = abi * WIRE_CALLS_MAX + nr;
	uint64_t n = 0;

	if (k->api.bpf_map_lookup_elem(k->lost_fd, &i, &n))
		return 0;
	return n;
}

_Static_assert(sizeof(struct call_counts) % 8 == 0,
	       "the kernel gives those of the CPUs without gaps");

size_t kernel_beyond(const struct ebpf_kernel *k, struct wire_number *nr,
		     size_t most)
{
	size_t n = 0;

	while (k->counting && n < most &&
	       !k->api.bpf_map_get_next_key(k->beyond_fd,
					    n ? &nr[n - 1] : NULL, &nr[n]))
		n++;
	return n;
}

static bool count_read(struct ebpf_kernel *k, int fd, const void *key,
		       struct call_counts *sum)
{
	memset(sum, 0, sizeof(*sum));
	if (!k->counting || k->api.bpf_map_lookup_elem(fd, key, k->counts))
		return false;
	for (size_t cpu = 0; cpu < k->cpus; cpu++)
		counts_merge(sum, &k->counts[cpu]);
	return sum->calls > 0;
}

bool kernel_count(struct ebpf_kernel *k, uint32_t row, struct call_counts *sum)
{
	return count_read(k, k->counts_fd, &row, sum);
}

bool kernel_count_beyond(struct ebpf_kernel *k, const struct wire_number *nr,
			 struct call_counts *sum)
{
	return count_read(k, k->beyond_fd, nr, sum);
}

static bool program_info(const struct ebpf_kernel *k, struct bpf_program *p,
			 struct bpf_prog_info *info)
{
	uint32_t size = sizeof(*info);
	int fd = k->api.bpf_program__fd(p);

	memset(info, 0, sizeof(*info));
	return fd >= 0 && !k->api.bpf_obj_get_info_by_fd(fd, info, &size);
}

uint64_t kernel_missed(const struct ebpf_kernel *k)
{
	struct bpf_prog_info info;
	uint64_t n = 0;

	for (struct bpf_program *p = program_next(k, NULL); p;
	     p = program_next(k, p))
		if (program_info(k, p, &info))
			n += info.recursion_misses;
	return n;
}

bool kernel_run_time(struct ebpf_kernel *k, int64_t *ns, uint64_t *runs)
{
	*ns = 0;
	*runs = 0;
	if (!k->measured)
		return false;
	for (struct bpf_program *p = program_next(k, NULL); p;
	     p = program_next(k, p)) {
		struct bpf_prog_info info;

		if (!program_info(k, p, &info))
			continue;
		*ns += (int64_t)info.run_time_ns;
		*runs += info.run_cnt;
	}
	return true;
}

void kernel_run_time_stop(struct ebpf_kernel *k)
{
	if (k->stats_fd >= 0)
		close(k->stats_fd);
	k->stats_fd = -1;
}
