/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rawtrace: the ptrace source with nothing behind it, for its tests.
 *
 * Prints one line an event.  Options: -f follow, -p PID attach, -e N[,N] trace
 * these 64-bit numbers, -b filter in the kernel, -c no CPU placement, -q count
 * only, -s skip every exit, -n as on kernels without GET_SYSCALL_INFO, -m ADDR
 * read a string there at each entry, -k kill on exit, -D, -I N, -E CHANGE,
 * -u USER, -a ARGV0, -d, -o FILE.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"
#include "event.h"
#include "mem.h"
#include "options.h"
#include "source.h"

#define TABLE_END 480

struct raw {
	struct options o;
	const char *output;	/* NULL: standard output */
	bool quiet;
	bool skip;
	bool no_info;
	bool times;
	uint64_t str_addr;
	FILE *out;
	unsigned long events;
	unsigned long kinds[EV_IDLE + 1];
};

/* Stands in for the generated tables when those are not linked. */
__attribute__((weak)) size_t calls_count(unsigned abi)
{
	return abi < ABI_COUNT ? TABLE_END : 0;
}

static void trace_parse(struct raw *r, char *list)
{
	char *save = NULL;

	r->o.has_trace_filter = true;
	callset_clear(&r->o.trace);
	for (char *w = strtok_r(list, ",", &save); w;
	     w = strtok_r(NULL, ",", &save))
		for (unsigned abi = 0; abi < ABI_COUNT; abi++)
			numset_add(&r->o.trace.abi[abi],
				   (unsigned)strtoul(w, NULL, 10));
}

static void pid_add(struct raw *r, const char *arg)
{
	r->o.pids = realloc(r->o.pids, (r->o.npids + 1) * sizeof(pid_t));
	if (!r->o.pids)
		exit(1);
	r->o.pids[r->o.npids++] = (pid_t)strtol(arg, NULL, 10);
}

static void env_add(struct raw *r, char *arg)
{
	size_t n = r->o.nenv_changes + 1;

	r->o.env_changes = realloc(r->o.env_changes, n * sizeof(char *));
	if (!r->o.env_changes)
		exit(1);
	r->o.env_changes[r->o.nenv_changes++] = arg;
}

/* Make our own PTRACE_GET_SYSCALL_INFO fail, as on old kernels. */
static void info_forbid(void)
{
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ptrace, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			 PTRACE_GET_SYSCALL_INFO, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog p = {sizeof(f) / sizeof(*f), f};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &p) < 0)
		perror("seccomp");
}

static void flag_parse(struct raw *r, int c)
{
	switch (c) {
	case 'f':
		r->o.follow = FOLLOW_FORKS;
		break;
	case 'b':
		r->o.seccomp_bpf = SECCOMP_YES;
		break;
	case 'c':
		r->o.cpu_placement = false;
		break;
	case 'q':
		r->quiet = true;
		break;
	case 's':
		r->skip = true;
		break;
	case 'n':
		r->no_info = true;
		break;
	case 'k':
		r->o.kill_on_exit = true;
		break;
	case 'D':
		r->o.daemonize = true;
		break;
	case 'd':
		r->o.debug = 1;
		break;
	case 'w':
		r->o.summary = SUMMARY_ONLY;
		break;
	case 't':
		r->times = true;
		break;
	default:
		exit(2);
	}
}

static void args_parse(struct raw *r, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+fp:e:bcqsnm:kDI:E:u:a:do:wt")) >= 0) {
		if (c == 'p')
			pid_add(r, optarg);
		else if (c == 'e')
			trace_parse(r, optarg);
		else if (c == 'm')
			r->str_addr = strtoull(optarg, NULL, 0);
		else if (c == 'I')
			r->o.interruptible = atoi(optarg);
		else if (c == 'E')
			env_add(r, optarg);
		else if (c == 'u')
			r->o.user = optarg;
		else if (c == 'a')
			r->o.argv0 = optarg;
		else if (c == 'o')
			r->output = optarg;
		else
			flag_parse(r, c);
	}
	if (argv[optind])
		r->o.command = argv + optind;
}

static void enter_print(struct raw *r, const struct event *ev)
{
	char buf[64];
	size_t got;

	fprintf(r->out, "enter %d %" PRIu64, ev->abi, ev->nr);
	for (int i = 0; i < 6; i++)
		fprintf(r->out, " %" PRIx64, ev->arg[i]);
	if (r->str_addr) {
		enum mem_str how = mem_read_str(ev->mem, r->str_addr, buf,
						sizeof(buf), &got);

		fprintf(r->out, " str %d %.*s", (int)how, (int)got, buf);
	}
	fprintf(r->out, "\n");
}

static void rest_print(struct raw *r, const struct event *ev)
{
	switch (ev->kind) {
	case EV_SIGNAL:
		fprintf(r->out, "signal %d code %d\n", ev->sig,
			ev->has_siginfo ? ev->siginfo.si_code : -999);
		break;
	case EV_GROUP_STOP:
		fprintf(r->out, "group-stop %d\n", ev->sig);
		break;
	case EV_FORK:
		fprintf(r->out, "fork %d\n", ev->child);
		break;
	case EV_EXEC:
		fprintf(r->out, "exec from %d\n", ev->other_tid);
		break;
	case EV_EXITED:
		fprintf(r->out, "exited %d\n", ev->status);
		break;
	case EV_KILLED:
		fprintf(r->out, "killed %d\n", ev->sig);
		break;
	case EV_ATTACH:
		fprintf(r->out, "attach pid %d count %" PRIu64 "\n", ev->pid,
			ev->count);
		break;
	case EV_DETACH:
		fprintf(r->out, "detach\n");
		break;
	default:
		fprintf(r->out, "event %d\n", ev->kind);
		break;
	}
}

static void event_print(struct raw *r, const struct event *ev)
{
	if (r->times)
		fprintf(r->out, "%" PRId64 " %" PRId64 " %" PRId64 " ",
			ev->wall_ns, ev->mono_ns, ev->cpu_ns);
	fprintf(r->out, "%d ", ev->tid);
	if (ev->kind == EV_ENTER)
		enter_print(r, ev);
	else if (ev->kind == EV_EXIT)
		fprintf(r->out, "exit %d %" PRId64 " err %d%s\n", ev->abi,
			ev->ret, ev->err,
			ev->attach_entry ? " no-entry" : "");
	else
		rest_print(r, ev);
}

/*
 * A source fills all of an event, but for the siginfo of one that has none.  Of
 * the one before it reads what it was and the answer to it.
 */
static int event_next(struct source *src, struct event *ev)
{
	const struct event before = *ev;
	int rc;

	memset(ev, 0xa5, sizeof(*ev));
	ev->kind = before.kind;
	ev->verdict = before.verdict;
	rc = source_next(src, ev);
	if (rc <= 0)
		return rc;
	if (ev->page_size & (ev->page_size - 1) ||
	    ev->tracer_abi >= ABI_COUNT || ev->counts || ev->cost ||
	    ev->comm || ev->last_nr || ev->many) {
		fprintf(stderr, "rawtrace: event %d has members that nobody "
			"set\n", (int)ev->kind);
		exit(99);
	}
	return rc;
}

static int raw_run(struct raw *r, struct source *src)
{
	struct event ev = {.kind = EV_IDLE};
	int status = 0;

	while (event_next(src, &ev) > 0) {
		r->events++;
		r->kinds[ev.kind]++;
		if (!r->quiet)
			event_print(r, &ev);
		ev.verdict.skip_exit = r->skip;
		if (ev.tid && ev.tid == src->command) {
			if (ev.kind == EV_EXITED)
				status = ev.status;
			if (ev.kind == EV_KILLED)
				status = 128 + ev.sig;
		}
	}
	if (src->interrupt_sig)
		status = 128 + src->interrupt_sig;
	return status;
}

int main(int argc, char **argv)
{
	struct raw r = {.out = stderr, .o = {.cpu_placement = true}};
	struct source *src;
	int status;

	callset_set_all(&r.o.trace);
	args_parse(&r, argc, argv);
	if (r.output) {
		r.out = fopen(r.output, "we");
		if (!r.out)
			return 1;
	}
	setvbuf(r.out, NULL, _IOLBF, 1 << 16);
	if (r.no_info)
		info_forbid();
	src = ptrace_open(&r.o, &status);
	if (src)
		status = raw_run(&r, src);
	source_close(src);
	if (src && r.quiet)
		fprintf(r.out, "%lu events, %lu enter, %lu exit\n", r.events,
			r.kinds[EV_ENTER], r.kinds[EV_EXIT]);
	callset_clear(&r.o.trace);
	free(r.o.pids);
	free(r.o.env_changes);
	return status;
}
