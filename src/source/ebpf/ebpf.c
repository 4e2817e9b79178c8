/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The eBPF source: opening, the loop, closing.
 */
#include "diag.h"
#include "ebpf.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"
#include "interrupt.h"
#include "source/launch/launch.h"
#include "options.h"
#include "xalloc.h"

#define NAP_NS 500000		/* less if the ring is small */
#define NAPS_MAX 4		/* after that, sleep until something comes */
#define SLEEP_MS 200
/* Orphans are looked for no more often than this. */
#define LOOK_NS (100 * NSEC_PER_MS)
/* After a signal the rest is shown for no longer than this. */
#define SHOW_NS (700 * NSEC_PER_MS)

static struct ebpf_source *ebpf_source(struct source *src)
{
	return (struct ebpf_source *)src;
}

/* ---- memory: captured blocks first, then the task's own ---- */

static size_t both_read(struct mem *m, uint64_t addr, void *buf, size_t len)
{
	struct ebpf_source *s = (struct ebpf_source *)
		((char *)m - offsetof(struct ebpf_source, mem));
	size_t got = mem_read(&s->blocks.mem, addr, buf, len);

	if (got < len && s->live_tid)
		got += mem_read(s->live, addr + got, (char *)buf + got,
				len - got);
	return got;
}

static bool both_unknown(struct mem *m, uint64_t addr)
{
	struct ebpf_source *s = (struct ebpf_source *)
		((char *)m - offsetof(struct ebpf_source, mem));

	return !s->live_tid && mem_unknown(&s->blocks.mem, addr);
}

static const struct mem_ops both_ops = {
	.read = both_read,
	.unknown = both_unknown,
};

/* ---- the loop ---- */

/*
 * When events come fast, we look again a moment later.  That costs the tracees
 * nothing, while waking us for each event would.
 */
static void ebpf_nap(struct ebpf_source *s)
{
	size_t size = s->ring[RING_CALLS].size / 8;

	s->nap(s, size < NAP_NS ? (long)size : NAP_NS);
}

/* True if a signal ended the wait. */
static bool ebpf_sleep(struct ebpf_source *s)
{
	struct wire_shared *shared = kernel_shared(s->kernel);
	struct epoll_event got;
	int n;

	__atomic_store_n(&shared->asleep, 1, __ATOMIC_SEQ_CST);
	if (!ebpf_is_drained(s)) {
		shared->asleep = 0;
		return false;
	}
	n = epoll_wait(s->epoll, &got, 1, cost_wait(s, SLEEP_MS));
	shared->asleep = 0;
	return n < 0 && errno == EINTR;
}

static bool ebpf_over(struct ebpf_source *s)
{
	return !s->base.many && kernel_shared(s->kernel)->live == 0 &&
	       ebpf_is_drained(s);
}

/* The first process of a PID namespace does, and one that was made to. */
static bool adopts_orphans(void)
{
	int subreaper = 0;

	return getpid() == 1 ||
	       (prctl(PR_GET_CHILD_SUBREAPER, &subreaper) == 0 && subreaper);
}

/* Is the command over?  Nobody else waits for orphans, so we do. */
static bool command_look(struct ebpf_source *s)
{
	siginfo_t info = {.si_pid = 0};
	bool over = false;
	int status;
	pid_t pid;

	if (!s->adopts)
		return !s->command_over && s->base.command &&
		       waitid(P_PID, (id_t)s->base.command, &info,
			      WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid;
	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
		if (pid == s->base.command) {
			s->command_status = status;
			over = true;
		}
	return over;
}

/*
 * With -o, signals do not cut short the trace of a command.  Once the command
 * is over they may, because processes that it left running may run for ever.
 */
static void children_look(struct ebpf_source *s)
{
	s->looked = s->now;
	if (!command_look(s))
		return;
	s->command_over = true;
	interrupt_allow(s->o, &s->ignored_signals);
}

/* Wait for records.  True if the wait itself made an event, which is in *ev. */
static bool wait_serve(struct ebpf_source *s, struct event *ev)
{
	bool signalled = false;

	children_look(s);
	if (!order_count(&s->order))
		maps_serve(s, s->order.horizon);
	if (!ebpf_is_drained(s) || s->idle++ < NAPS_MAX)
		ebpf_nap(s);
	else
		signalled = ebpf_sleep(s);
	clocks_read(s);
	cost_sample(s);
	if (!signalled || interrupt_pending())
		return false;
	memset(ev, 0, sizeof(*ev));
	ev->kind = EV_IDLE;
	event_stamp(s, ev, s->now);
	return true;
}

/* ---- the end ---- */

static void ebpf_stop(struct source *src)
{
	struct ebpf_source *s = ebpf_source(src);

	if (s->detached)
		return;
	clocks_read(s);
	s->deadline = s->now + SHOW_NS;
	kernel_detach(s->kernel);
	/* Entries that wait for their outcome are written as they are. */
	kernel_shared(s->kernel)->mark_how = MARK_FLUSH;
	kernel_mark(s->kernel, NULL, 0);
	s->detached = true;
}

/*
 * The signal was meant for the command as well, so it gets it.  What was
 * captured until then is still shown, but for SHOW_NS only, and not at all if
 * a second signal comes: then the user does not want to wait.
 */
static void interrupt_serve(struct ebpf_source *s)
{
	if (!s->base.interrupt_sig)
		s->base.interrupt_sig = interrupt_pending();
	s->asked_again = s->detached || interrupt_again();
	s->discard_rest = s->asked_again;
	interrupt_clear(false);
	if (s->detached)
		return;
	ebpf_stop(&s->base);
	if (s->base.command && !s->command_over &&
	    etask_get(s, s->base.command))
		kill(s->base.command, s->base.interrupt_sig);
}

/* After a signal, what was captured is still shown, but not for ever. */
static bool rest_is_discarded(struct ebpf_source *s)
{
	if (s->detached && !s->discard_rest) {
		clocks_read(s);
		s->discard_rest = s->now >= s->deadline;
	}
	return s->discard_rest;
}

static bool unshown_next(struct ebpf_source *s, struct event *ev)
{
	uint64_t n = s->has_item;

	while (item_take(s))
		n++;
	n += order_count(&s->order);
	order_free(&s->order);
	memset(ev, 0, sizeof(*ev));
	ev->kind = EV_LOST;
	ev->tid = ev->pid = s->last_tid;
	event_stamp(s, ev, s->now);
	ev->count = n;
	ev->status = LOST_UNSHOWN;
	s->nunshown += n;
	return n > 0;
}

static bool detach_next(struct ebpf_source *s, struct event *ev)
{
	hash_each(&s->tasks, slot) {
		struct ebpf_task *t = slot->value;

		memset(ev, 0, sizeof(*ev));
		ev->kind = EV_DETACH;
		ev->tid = t->tid;
		ev->pid = t->pid;
		event_stamp(s, ev, s->now);
		etask_remove(s, t);
		return true;
	}
	return false;
}

/* If the record of the command's end was lost, wait still says how it ended. */
static bool command_next(struct ebpf_source *s, struct event *ev)
{
	int status = s->command_status;

	if (!s->base.command || s->command_end_given || s->detached ||
	    (!(s->adopts && s->command_over) &&
	     waitpid(s->base.command, &status, 0) != s->base.command))
		return false;
	s->command_end_given = true;
	memset(ev, 0, sizeof(*ev));
	ev->tid = ev->pid = s->base.command;
	end_fill(ev, status);
	event_stamp(s, ev, s->now);
	return true;
}

static bool first_pop(struct ebpf_source *s, struct event *ev)
{
	if (s->first_at == s->nfirst)
		return false;
	*ev = s->first[s->first_at++];
	if (ev->kind == EV_ENTER) {
		struct ebpf_task *t = etask_get(s, ev->tid);

		if (t)
			t->in_call = true;
		mem_blocks_reset(&s->blocks);
		s->live_tid = ev->tid;
		mem_live_set(s->live, ev->tid);
		ev->mem = &s->mem;
	}
	return true;
}

/*
 * The last record is that of the last task's end.  Losses that no record has
 * reported happened before it, so they are shown before it.
 */
static bool lost_before_end(struct ebpf_source *s, struct event *ev)
{
	const struct wire *w = s->item.rec.data;

	return w->kind == WIRE_END && ebpf_over(s) && lost_next(s, w, ev);
}

/* The trace is over, and everything that was captured is served. */
static bool is_over(struct ebpf_source *s)
{
	return s->discard_rest ||
	       (s->detached ? ebpf_is_drained(s) : ebpf_over(s));
}

static bool last_next(struct ebpf_source *s, struct event *ev)
{
	return lost_next(s, NULL, ev) ||
	       (s->detached ? detach_next(s, ev) : command_next(s, ev)) ||
	       counts_next(s, ev) || cost_next(s, ev);
}

static int ebpf_next(struct source *src, struct event *ev)
{
	struct ebpf_source *s = ebpf_source(src);

	for (;;) {
		if (interrupt_pending())
			interrupt_serve(s);
		if ((!rest_is_discarded(s) && first_pop(s, ev)) ||
		    ready_pop(s, ev))
			return 1;
		if (s->discard_rest && unshown_next(s, ev))
			return 1;
		if (s->has_item) {
			if (lost_before_end(s, ev) || item_serve(s, ev))
				return 1;
			continue;
		}
		if (ignored_release(s, s->now))
			continue;
		if (s->adopts && s->now - s->looked > LOOK_NS)
			children_look(s);
		if (!s->discard_rest && item_take(s)) {
			s->idle = 0;
			continue;
		}
		if (!is_over(s)) {
			if (wait_serve(s, ev))
				return 1;
			continue;
		}
		if (!ignored_release(s, INT64_MAX))
			return last_next(s, ev);
	}
}

/* ---- opening and closing ---- */

static void ebpf_close(struct source *src)
{
	struct ebpf_source *s = ebpf_source(src);

	if (s->kernel && s->o->debug)
		cost_tell(s);
	if (s->kernel)
		lost_tell(s);
	for (unsigned i = 0; i < RING_COUNT; i++)
		ring_close(&s->ring[i]);
	maps_close(s);
	kernel_free(s->kernel);
	if (s->epoll >= 0)
		close(s->epoll);
	interrupt_clear(false);
	order_free(&s->order);
	hash_free(&s->urings);
	uring_ops_free(&s->uring_ops);
	etasks_free(s);
	mem_blocks_free(&s->blocks);
	mem_live_free(s->live);
	launch_free(s->launch);
	free(s->first);
	free(s);
}

static const struct source_ops ebpf_ops = {
	.name = "bpf",
	.next = ebpf_next,
	.stop = ebpf_stop,
	.close = ebpf_close,
};

static struct ebpf_source *source_new(const struct options *o, struct env *env)
{
	struct ebpf_source *s = xalloc_new(1, sizeof(*s));

	s->base.ops = &ebpf_ops;
	s->base.page_size = (uint32_t)sysconf(_SC_PAGESIZE);
	s->o = o;
	s->env = env;
	s->epoll = -1;
	s->adopts = adopts_orphans();
	s->mem.ops = &both_ops;
	mem_blocks_init(&s->blocks);
	s->live = mem_live_new();
	ebpf_read_setup(s);
	clocks_read(s);
	return s;
}

static bool rings_open(struct ebpf_source *s)
{
	struct epoll_event want = {.events = EPOLLIN};

	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (unsigned i = 0; i < RING_COUNT; i++) {
		size_t size;
		int fd = kernel_ring(s->kernel, i, &size);

		if (!ring_open(&s->ring[i], fd, size) ||
		    epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &want) < 0)
			return false;
	}
	return true;
}

/* Programs, maps and links take some forty descriptors. */
static void files_allow(struct ebpf_source *s)
{
	struct rlimit most;

	if (getrlimit(RLIMIT_NOFILE, &s->files) < 0)
		return;
	most = s->files;
	most.rlim_cur = most.rlim_max;
	s->files_raised = setrlimit(RLIMIT_NOFILE, &most) == 0;
}

/* The command gets the limit that we had, not the raised one. */
static pid_t command_fork(struct ebpf_source *s)
{
	pid_t pid;

	if (!s->files_raised)
		return launch_fork(s->launch, false);
	setrlimit(RLIMIT_NOFILE, &s->files);
	pid = launch_fork(s->launch, false);
	files_allow(s);
	return pid;
}

static bool command_start(struct ebpf_source *s)
{
	pid_t pid = command_fork(s);

	interrupt_ignored(&s->ignored_signals);
	interrupt_setup(s->o);
	if (pid < 0)
		return false;
	s->base.command = pid;
	if (!ebpf_mark(s, MARK_THREAD, pid)) {
		diag_warn("The command ended before it could be traced");
		return false;
	}
	return true;
}

/* Mark all tasks that are to be traced, while the command still waits. */
static bool targets_open(struct ebpf_source *s, const struct cgroup_target *cg)
{
	if (s->o->command && !command_start(s))
		return false;
	if (!s->o->command)
		interrupt_setup(s->o);
	if (s->o->npids && ebpf_attach_all(s) && !s->o->command)
		return false;
	if (s->o->trace_all)
		ebpf_attach_system(s);
	else if (cg)
		ebpf_attach_cgroup(s, cg);
	if (!s->o->trace_all && !ebpf_counts_in_kernel(s->o))
		ebpf_flights(s);
	return true;
}

struct source *ebpf_open(const struct options *o, struct env *env,
			 int *exit_status)
{
	struct ebpf_source *s = source_new(o, env);
	bool in_cgroup = o->cgroup || o->container;
	struct cgroup_target cg;

	*exit_status = 1;
	if (o->command) {
		s->launch = launch_prepare(o, exit_status);
		if (!s->launch)
			goto failed;
	}
	if (in_cgroup && !cgroup_find(o, &cg))
		goto failed;
	files_allow(s);
	s->kernel = kernel_load(o, in_cgroup ? &cg : NULL);
	if (!s->kernel)
		goto failed;
	if (!rings_open(s) || !kernel_attach(s->kernel)) {
		diag_warn("Can't read from the kernel programs: %s",
			  strerror(errno));
		goto failed;
	}
	if (o->stack != STACK_NONE && !ebpf_counts_in_kernel(o))
		maps_open(s);
	if (!targets_open(s, in_cgroup ? &cg : NULL))
		goto failed;
	clocks_read(s);
	s->cost.begun = s->now;
	if (s->launch)
		launch_go(s->launch);
	*exit_status = 0;
	return &s->base;
failed:
	ebpf_close(&s->base);
	return NULL;
}
