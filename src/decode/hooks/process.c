/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of process.abi: wait statuses, descriptors of others, ptrace. */
#include <stdio.h>

#include "calls.h"
#include "hook.h"
#include "options.h"

void hook_wait_status(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t s;

	(void)arg;
	if (!dec_uint(d, self, 4, &s)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	emit_value(&d->em, &(struct value){
		.kind = VAL_WAIT_STATUS, .abi = d->abi, .width = 4,
		.num = s,
		.set = dec_set("ptrace_events") });
	emit_close(&d->em, EMIT_ARRAY);
}

/* arg: a number that is flags and, in its lowest byte, a signal */
void hook_clone_flags_signal(struct dec *d, uint64_t self,
			     const uint64_t *arg)
{
	uint64_t flags = arg[0] & ~0xffull;

	(void)self;
	emit_open(&d->em, EMIT_OR);
	if (flags || !arg[0])
		dec_sym(d, VAL_FLAGS, dec_set("clone_flags"), flags);
	if (arg[0] & 0xff)
		emit_num(&d->em, VAL_SIGNAL, arg[0] & 0xff);
	emit_close(&d->em, EMIT_OR);
}

void hook_user_desc(struct dec *d, uint64_t self, const uint64_t *arg);

/* An address, or on some ABIs the descriptor that it points to. */
void hook_clone3_tls(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char byte;

	(void)self;
	if (abi_infos[d->abi].tls_desc && arg[0] &&
	    dec_read(d, arg[0], &byte, 1))
		hook_user_desc(d, arg[0], NULL);
	else
		emit_addr(&d->em, arg[0]);
}

/* The number after "pid:" or "pidfd:[" in what is known of a pidfd. */
static pid_t pid_of_pidfd(struct dec *d, int fd)
{
	ssize_t n = env_get(d->env, ENV_FD_DETAIL, d->ev->tid, fd, d->text,
			    sizeof(d->text) - 1);
	const char *p = NULL;
	pid_t pid = 0;

	for (ssize_t i = 0; i + 4 < n && !p; i++)
		if (!memcmp(d->text + i, "pid:", 4))
			p = d->text + i + 4;
	for (; p && p < d->text + n && *p >= '0' && *p <= '9' &&
	     pid < 1 << 24; p++)
		pid = pid * 10 + (*p - '0');
	return pid;
}

/* pid is the owner as we see it, 0 if that is not known. */
static void fd_of_other(struct dec *d, int fd, pid_t pid)
{
	struct value v = { .kind = VAL_FD, .num = (int64_t)fd, .width = 4,
			   .abi = d->abi };
	char path[DEC_PATH_MAX + 512];
	ssize_t n = -1;

	if (pid > 0 && fd >= 0)
		n = dec_fd_text(d, &(struct env_query){ .tid = pid,
							.key = fd },
				path, sizeof(path));
	if (n > 0) {
		v.text = path;
		v.len = n;
	}
	emit_value(&d->em, &v);
}

void hook_fd_of_pidfd(struct dec *d, uint64_t self, const uint64_t *arg)
{
	fd_of_other(d, self, d->o->decode_fds ? pid_of_pidfd(d, arg[0]) : 0);
}

void hook_fd_of_pid(struct dec *d, uint64_t self, const uint64_t *arg)
{
	pid_t pid = (pid_t)arg[0], ours;

	(void)self;
	if (!d->o->decode_fds || pid <= 0 ||
	    env_get(d->env, ENV_PIDNS, d->ev->tid, pid, &ours,
		    sizeof(ours)) != sizeof(ours))
		ours = 0;
	fd_of_other(d, arg[1],
		    (pid_t)abi_number(d->ev->tracer_abi, &ours, 4));
}

void hook_personality_result(struct dec *d, uint64_t self,
			     const uint64_t *arg)
{
	(void)self;
	emit_open(&d->em, EMIT_AUX);
	dec_sym(d, VAL_FLAGS, dec_set("personalities"), (uint32_t)arg[0]);
	emit_close(&d->em, EMIT_AUX);
}

/* ---- namespaces ---- */

/* pid: the process, as the task sees it; 0: its own */
static void new_namespaces(struct dec *d, uint64_t flags, pid_t pid)
{
	const struct env_namespace *known;
	bool any = false;

	for (unsigned i = 0; (known = env_namespace(i)); i++) {
		char text[64];
		uint64_t ino;

		if (!(flags & known->flag) ||
		    env_get(d->env, ENV_NAMESPACE, d->ev->tid,
			    ENV_NAMESPACE_KEY(pid, i), &ino,
			    sizeof(ino)) != sizeof(ino))
			continue;
		ino = abi_number(d->ev->tracer_abi, &ino, 8);
		if (!any)
			emit_open(&d->em, EMIT_AUX);
		any = true;
		snprintf(text, sizeof(text), "%s:[%llu]", known->name,
			 (unsigned long long)ino);
		hook_name(d, text, ino);
	}
	if (any)
		emit_close(&d->em, EMIT_AUX);
}

/* arg: the call's flags; 0, or the new process */
void hook_new_namespaces(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	if (d->o->new_namespaces)
		new_namespaces(d, arg[0], (pid_t)arg[1]);
}

/* arg: clone3's struct, which begins with flags; the new process */
void hook_clone3_namespaces(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t flags;

	(void)self;
	if (d->o->new_namespaces &&
	    dec_uint(d, arg[0], 8, &flags))
		new_namespaces(d, flags, (pid_t)arg[1]);
}

/* ---- ptrace ---- */

struct syscall_info {
	uint8_t op, reserved;
	uint16_t flags;
	uint32_t arch;
	uint64_t ip, sp;
	union {
		struct {
			uint64_t nr, args[6];
			uint32_t ret_data, reserved2;
		} entry;
		struct {
			int64_t rval;
			uint8_t is_error;
		} exit;
	};
};

static void info_entry(struct dec *d, const struct syscall_info *i,
		       size_t size)
{
	bool seccomp = i->op == 3;
	size_t nargs = (size - 32) / 8;

	dec_name(d, seccomp ? "seccomp" : "entry");
	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "nr");
	hook_call_number(d, i->entry.nr, i->arch);
	if (nargs && size >= 40) {
		dec_name(d, "args");
		emit_open(&d->em, EMIT_ARRAY);
		for (size_t n = 0; n < nargs && n < 6; n++)
			emit_num(&d->em, VAL_HEX, i->entry.args[n]);
		emit_close(&d->em, EMIT_ARRAY);
	}
	if (seccomp && size >= 84)
		hook_field(d, "ret_data", VAL_HEX, i->entry.ret_data, 4);
	emit_close(&d->em, EMIT_STRUCT);
}

static void info_exit(struct dec *d, const struct syscall_info *i, size_t size)
{
	bool failed = size > 32 && i->exit.is_error;

	dec_name(d, "exit");
	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "rval");
	if (failed)
		hook_result(d, i->exit.rval);
	else
		emit_num(&d->em, VAL_DEC, i->exit.rval);
	if (size > 32)
		hook_field(d, "is_error", VAL_UDEC, i->exit.is_error, 1);
	emit_close(&d->em, EMIT_STRUCT);
}

static void info_show(struct dec *d, const struct syscall_info *i, size_t size)
{
	dec_name(d, "op");
	emit_value(&d->em, &(struct value){
		.kind = VAL_SYM, .num = i->op, .width = 1, .abi = d->abi,
		.set = dec_set("syscall_info_ops") });
	if (size >= 4 && i->flags)
		hook_field(d, "flags", VAL_HEX, i->flags, 2);
	if (size >= 8)
		hook_sym(d, "arch", "audit_archs", i->arch);
	if (size >= 16)
		hook_field(d, "instruction_pointer", VAL_ADDR, i->ip, 8);
	if (size >= 24)
		hook_field(d, "stack_pointer", VAL_ADDR, i->sp, 8);
	if (size >= 32 && (i->op == 1 || i->op == 3))
		info_entry(d, i, size);
	else if (size >= 32 && i->op == 2)
		info_exit(d, i, size);
}

/* arg: bytes of the struct that there are */
void hook_syscall_info(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct syscall_info i;
	size_t size = arg[0] < sizeof(i) ? arg[0] : sizeof(i);

	memset(&i, 0, sizeof(i));
	if (!size || !dec_read(d, self, &i, size)) {
		emit_addr(&d->em, self);
		return;
	}
	dec_order(d, &i, size, i.op == 2 ? "11248881" : "11248888888884");
	emit_open(&d->em, EMIT_STRUCT);
	info_show(d, &i, size);
	emit_close(&d->em, EMIT_STRUCT);
}

/* A register's place in the tracee's struct user: 8*RAX, 8*RAX+1. */
void hook_user_offset(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const char *const *names = abi_infos[d->abi].user;
	unsigned word = abi_word_size(d->abi);
	uint64_t i = self / word, over = self % word, n = 0;
	struct buf b = { 0 };

	(void)arg;
	while (names && names[n] && n <= i)
		n++;
	if (i >= n) {
		emit_addr(&d->em, self);
		return;
	}
	buf_fmt(&b, "%u*%s", word, names[i]);
	if (over)
		buf_fmt(&b, "+%u", (unsigned)over);
	hook_name(d, buf_cstr(&b), self);
	buf_free(&b);
}
