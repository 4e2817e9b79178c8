/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "env_captured.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "buf.h"
#include "captured_file.h"
#include "captured_maps.h"
#include "env.h"
#include "env_files.h"
#include "event.h"
#include "fdinfo.h"
#include "file_id.h"
#include "hash.h"
#include "xalloc.h"

#define COMM_MAX 16
#define GONE_MAX 4096		/* powers of two, both */
#define MEMOS 16
#define PIDS_MAX 4
#define PEERS 1024		/* a power of two */

struct captured_file {
	int fd;
	size_t at, size;	/* in captured_task.ids */
};

struct captured_task {
	uint64_t number;	/* no other task ever has it */
	char comm[COMM_MAX];
	size_t comm_len;
	bool elsewhere;
	/* Its numbers in the namespaces below ours; the last one is its own. */
	struct captured_pid in[PIDS_MAX];
	size_t nin;
	bool in_known;
	/* The descriptors of its last call; a later entry replaces another. */
	struct captured_file *file;
	size_t nfiles, room;
	struct buf ids;
	bool has_netlink;	/* netlink_fd is such a socket */
	int netlink_fd;
	struct netlink_id netlink;
};

/* An answer that was given last: the same facts give the same answer, and tight
 * loops ask for it again and again. */
struct captured_memo {
	enum env_what what;
	enum file_says says;
	struct buf id, answer;
};

/* The peer of a unix socket, which may have closed its end meanwhile. */
struct captured_peer {
	uint64_t ino, peer;
};

/* The task that ended; its tid may be another's by now. */
struct captured_end {
	pid_t tid;
	uint64_t number;
};

struct env_captured {
	struct env env;
	struct env *other;
	struct env *files;
	struct env *walker;
	struct captured_memo memo[MEMOS];
	struct captured_peer peer[PEERS];
	struct hash tasks;	/* by tid, the last that had it */
	struct hash pids;	/* tid by namespace and number */
	uint64_t last;		/* the last number that was given */
	struct captured_end gone[GONE_MAX];	/* a ring, oldest goes next */
	unsigned ngone;
	struct buf stack;	/* the last piece, ... */
	pid_t stack_tid, stack_pid;	/* ... whose it is; 0: nobody's, ... */
	int64_t stack_wall_ns;	/* ... and when that was */
	struct captured_maps maps;
	struct buf vdso;
};

static struct env_captured *captured(struct env *e)
{
	return (struct env_captured *)e;
}

static struct captured_task *task_find(struct env_captured *t, pid_t tid)
{
	return hash_get(&t->tasks, (uint64_t)tid);
}

static struct captured_task *task_get(struct env_captured *t, pid_t tid)
{
	struct captured_task *task = task_find(t, tid);

	if (task)
		return task;
	task = xalloc_new(1, sizeof(*task));
	task->number = ++t->last;
	hash_put(&t->tasks, (uint64_t)tid, task);
	return task;
}

void env_captured_comm(struct env *e, pid_t tid, const char *comm, size_t len)
{
	struct captured_task *task = task_get(captured(e), tid);

	task->comm_len = len < COMM_MAX ? len : COMM_MAX;
	memcpy(task->comm, comm, task->comm_len);
}

void env_captured_elsewhere(struct env *e, pid_t tid)
{
	task_get(captured(e), tid)->elsewhere = true;
}

static uint64_t pid_key(uint32_t ns, uint64_t nr)
{
	return (uint64_t)ns << 32 | (uint32_t)nr;
}

static void pids_forget(struct env_captured *t, struct captured_task *task,
			pid_t tid)
{
	for (size_t i = 0; task && i < task->nin; i++) {
		uint64_t key = pid_key(task->in[i].ns,
				       (uint64_t)task->in[i].nr);

		if ((pid_t)(uintptr_t)hash_get(&t->pids, key) == tid)
			hash_del(&t->pids, key);
	}
}

void env_captured_pids(struct env *e, pid_t tid, const struct captured_pid *in,
		       size_t n)
{
	struct env_captured *t = captured(e);
	struct captured_task *task = task_get(t, tid);

	pids_forget(t, task, tid);
	task->nin = n < PIDS_MAX ? n : PIDS_MAX;
	task->in_known = true;
	for (size_t i = 0; i < task->nin; i++) {
		task->in[i] = in[i];
		hash_put(&t->pids, pid_key(in[i].ns, (uint64_t)in[i].nr),
			 (void *)(uintptr_t)tid);
	}
}

/* Ask the other env, because nothing about it came with an event. */
static ssize_t other_get(struct env_captured *t, const struct env_query *q,
			 void *buf, size_t size)
{
	struct captured_task *task = task_find(t, q->tid);

	return task && task->elsewhere ? -1 : env_ask(t->other, q, buf, size);
}

/* ---- descriptors ---- */

static void task_free(struct captured_task *task)
{
	if (!task)
		return;
	free(task->file);
	buf_free(&task->ids);
	free(task);
}

void env_captured_call(struct env *e, pid_t tid)
{
	struct captured_task *task = task_find(captured(e), tid);

	if (!task)
		return;
	task->nfiles = 0;
	task->has_netlink = false;
	buf_reset(&task->ids);
}

void env_captured_netlink(struct env *e, pid_t tid, int fd,
			  const void *id, size_t size)
{
	struct captured_task *task = task_get(captured(e), tid);

	if (size != sizeof(task->netlink))
		return;
	task->has_netlink = true;
	task->netlink_fd = fd;
	memcpy(&task->netlink, id, size);
}

/* If the peer has closed its end, fill in the one that was known. */
static void peer_fill(struct env_captured *t, char *bytes, size_t size)
{
	struct captured_peer *known;
	struct file_ends ends;
	struct file_id id;

	if (size < sizeof(id) + sizeof(ends))
		return;
	memcpy(&id, bytes, sizeof(id));
	memcpy(&ends, bytes + sizeof(id), sizeof(ends));
	if (!(id.flags & FILE_ENDS) || ends.family != AF_UNIX)
		return;
	known = &t->peer[id.ino & (PEERS - 1)];
	if (ends.peer) {
		*known = (struct captured_peer){ id.ino, ends.peer };
	} else if (known->ino == id.ino) {
		ends.peer = known->peer;
		memcpy(bytes + sizeof(id), &ends, sizeof(ends));
	}
}

void env_captured_file(struct env *e, pid_t tid, int fd, const void *id,
		       size_t size)
{
	struct captured_task *task = task_get(captured(e), tid);

	if (task->nfiles == task->room)
		task->file = xalloc_grow(task->file, &task->room,
					 sizeof(*task->file));
	task->file[task->nfiles++] = (struct captured_file){
		.fd = fd, .at = task->ids.len, .size = size };
	buf_add(&task->ids, id, size);
	peer_fill(captured(e), task->ids.data + task->ids.len - size, size);
}

static const struct captured_file *file_find(const struct captured_task *task,
					     int fd)
{
	for (size_t i = task ? task->nfiles : 0; i-- > 0;)
		if (task->file[i].fd == fd)
			return &task->file[i];
	return NULL;
}

static const struct captured_memo *memo_get(struct env_captured *t,
					    enum env_what what,
					    const struct captured_file *f,
					    const char *id)
{
	unsigned i = (unsigned)f->fd ^ (unsigned)what << 1;
	struct captured_memo *m = &t->memo[i & (MEMOS - 1)];

	if (m->what == what && m->id.len == f->size &&
	    !memcmp(buf_cstr(&m->id), id, f->size))
		return m;
	m->what = what;
	buf_reset(&m->id);
	buf_add(&m->id, id, f->size);
	buf_reset(&m->answer);
	m->says = file_answer(id, f->size, what, &m->answer);
	return m;
}

/* How much two details of the same thing have in common; 0: nothing is. */
static size_t detail_mark(const struct env_fd_text *t)
{
	static const char *const with[] = {
		"<char 5:2", "<char 10:200", "PACKET:[", "AF_VSOCK:[",
	};

	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		if (t->detail_len > strlen(with[i]) &&
		    !memcmp(t->detail, with[i], strlen(with[i])))
			return strlen(with[i]);
	return 0;
}

/* The kernel programs don't read the state of these files; /proc has it. */
static bool file_has_state(const struct buf *known)
{
	struct env_fd_text t;

	env_fd_split(known->data, known->len, &t);
	return t.detail_len ? detail_mark(&t) > 0 :
	       fdinfo_kind(t.path, t.path_len) != NULL;
}

/* Is text about the captured file?  By now the number may be another file's. */
static bool file_is_same(const struct buf *known, const char *text, size_t len)
{
	struct env_fd_text was, is;
	size_t mark;

	env_fd_split(known->data, known->len, &was);
	env_fd_split(text, len, &is);
	if (!was.detail_len)
		return fdinfo_kind_shown(is.detail, is.detail_len) ==
		       fdinfo_kind(was.path, was.path_len);
	mark = detail_mark(&was);
	return is.detail_len > mark && !memcmp(is.detail, was.detail, mark);
}

static ssize_t file_get(struct env_captured *t, const struct env_query *q,
			void *buf, size_t size)
{
	struct captured_task *task = task_find(t, q->tid);
	int fd = q->what == ENV_CWD ? FILE_CWD : (int)q->key;
	const struct captured_file *f = file_find(task, fd);
	const struct captured_memo *m;
	ssize_t n;

	if (!f)
		return other_get(t, q, buf, size);
	m = memo_get(t, q->what, f, buf_cstr(&task->ids) + f->at);
	if (m->says == FILE_ANSWERS && q->what == ENV_FD_DETAIL &&
	    file_has_state(&m->answer)) {
		n = other_get(t, q, buf, size);
		if (n > 0 && file_is_same(&m->answer, buf, n))
			return n;
	}
	if (m->says == FILE_UNKNOWN)
		return other_get(t, q, buf, size);
	if (t->files && q->what != ENV_CWD)
		env_files_captured(t->files, q, m->answer.data,
				   m->says == FILE_ANSWERS_NOT ? -1 :
				   (ssize_t)m->answer.len);
	if (m->says == FILE_ANSWERS_NOT)
		return -1;
	if (size > m->answer.len)
		size = m->answer.len;
	if (size)
		memcpy(buf, m->answer.data, size);
	return (ssize_t)size;
}

static ssize_t netlink_get(struct env_captured *t, const struct env_query *q,
			   void *buf, size_t size)
{
	const struct captured_task *task = task_find(t, q->tid);
	size_t n = sizeof(task->netlink.protocol);

	if (!task || !task->has_netlink || q->key != (uint64_t)task->netlink_fd)
		return file_get(t, q, buf, size);
	if (n > size)
		n = size;
	memcpy(buf, &task->netlink.protocol, n);
	return (ssize_t)n;
}

/* What a message tells of is in its socket's namespace. */
static ssize_t ifname_get(struct env_captured *t, const struct env_query *q,
			  void *buf, size_t size)
{
	const struct captured_task *task = task_find(t, q->tid);
	struct env_query in = *q;

	if (task && task->has_netlink && task->netlink.netns &&
	    q->key <= UINT32_MAX) {
		in.what = ENV_IFNAME_IN;
		in.key = ENV_IFNAME_KEY(task->netlink.netns, q->key);
	}
	return other_get(t, &in, buf, size);
}

/* ---- stacks ---- */

void env_captured_stack(struct env *e, const struct event *ev,
			const void *piece, size_t size)
{
	struct env_captured *t = captured(e);

	t->stack_tid = piece ? ev->tid : 0;
	t->stack_pid = piece ? ev->pid : 0;
	t->stack_wall_ns = piece ? ev->wall_ns : 0;
	buf_reset(&t->stack);
	if (piece)
		buf_add(&t->stack, piece, size);
}

pid_t env_captured_stack_of(const struct env *e)
{
	return ((const struct env_captured *)e)->stack_tid;
}

void env_captured_walker(struct env *e, struct env *live)
{
	captured(e)->walker = live;
}

void env_captured_vdso(struct env *e, const void *image, size_t size)
{
	struct env_captured *t = captured(e);

	buf_reset(&t->vdso);
	buf_add(&t->vdso, image, size);
}

void env_captured_maps_read(struct env *e, pid_t pid)
{
	captured_maps_read(&captured(e)->maps, pid);
}

void env_captured_exec(struct env *e, pid_t pid)
{
	captured_maps_begin(&captured(e)->maps, pid);
}

void env_captured_map(struct env *e, pid_t pid, const struct captured_map *m)
{
	const struct stack_map map = {
		.start = m->start, .end = m->end, .offset = m->offset,
		.inode = m->inode, .major = m->major, .minor = m->minor,
		.name_len = m->len,
	};

	captured_maps_put(&captured(e)->maps, pid, &map, m->name);
}

void env_captured_fork(struct env *e, pid_t pid, pid_t child)
{
	captured_maps_fork(&captured(e)->maps, pid, child);
}

void env_captured_maps_lost(struct env *e)
{
	captured_maps_free(&captured(e)->maps);
}

void env_captured_over(struct env *e, pid_t pid)
{
	captured_maps_forget(&captured(e)->maps, pid);
}

/* A task that has gone on has another stack by now, so nobody else is asked. */
static ssize_t stack_answer(struct env_captured *t, const struct env_query *q,
			    void *buf, size_t size)
{
	const struct stack_captured c = {
		.tid = q->tid, .wall_ns = t->stack_wall_ns,
		.piece = t->stack.data, .size = t->stack.len,
		.maps = captured_maps_get(&t->maps, t->stack_pid),
		.vdso = &t->vdso,
	};
	const struct captured_task *task = task_find(t, q->tid);

	if (!t->walker || !q->tid || q->tid != t->stack_tid ||
	    (task && task->elsewhere))
		return -1;
	return env_live_stack(t->walker, &c, q->key, buf, size);
}

/* ---- tasks ---- */

static void task_forget(struct env_captured *t, pid_t tid)
{
	pids_forget(t, task_find(t, tid), tid);
	task_free(hash_del(&t->tasks, (uint64_t)tid));
}

void env_captured_born(struct env *e, pid_t tid)
{
	task_forget(captured(e), tid);
}

void env_captured_gone(struct env *e, pid_t tid)
{
	struct env_captured *t = captured(e);
	struct captured_end *end = &t->gone[t->ngone++ & (GONE_MAX - 1)];
	struct captured_task *oldest = task_find(t, end->tid), *task;

	if (oldest && oldest->number == end->number)
		task_forget(t, end->tid);
	task = task_find(t, tid);
	*end = (struct captured_end){
		.tid = tid, .number = task ? task->number : 0 };
}

/* The task that has this number for tid, if that was captured, else 0. */
static pid_t pid_captured(struct env_captured *t, pid_t tid, uint64_t number)
{
	struct captured_task *task = task_find(t, tid);

	if (!task || !task->in_known)
		return 0;
	if (!task->nin)
		return (pid_t)number;
	return (pid_t)(uintptr_t)hash_get(&t->pids, pid_key(
		task->in[task->nin - 1].ns, number));
}

static ssize_t comm_answer(struct env_captured *t, const struct env_query *q,
			   void *buf, size_t size)
{
	pid_t who = q->key ? pid_captured(t, q->tid, q->key) : q->tid;
	const struct env_query ours = {.what = ENV_COMM, .tid = who};
	struct captured_task *task = task_find(t, who);

	if (!task || !task->comm_len)
		return other_get(t, who ? &ours : q, buf, size);
	if (size > task->comm_len)
		size = task->comm_len;
	memcpy(buf, task->comm, size);
	return (ssize_t)size;
}

static ssize_t pid_answer(struct env_captured *t, const struct env_query *q,
			  void *buf, size_t size)
{
	pid_t ours = pid_captured(t, q->tid, q->key);

	if (!ours || size < sizeof(ours))
		return other_get(t, q, buf, size);
	memcpy(buf, &ours, sizeof(ours));
	return sizeof(ours);
}

static ssize_t captured_get(struct env *e, const struct env_query *q, void *buf,
			    size_t size)
{
	struct env_captured *t = captured(e);

	switch (q->what) {
	case ENV_PIDNS:
		return pid_answer(t, q, buf, size);
	case ENV_COMM:
		return comm_answer(t, q, buf, size);
	case ENV_FD_NETLINK:
		return netlink_get(t, q, buf, size);
	case ENV_IFNAME:
		return ifname_get(t, q, buf, size);
	case ENV_STACK:
		return stack_answer(t, q, buf, size);
	case ENV_FD_PATH:
	case ENV_FD_DETAIL:
	case ENV_CWD:
		return file_get(t, q, buf, size);
	default:
		return other_get(t, q, buf, size);
	}
}

static void captured_close(struct env *e)
{
	struct env_captured *t = captured(e);

	hash_each(&t->tasks, slot)
		task_free(slot->value);
	hash_free(&t->tasks);
	hash_free(&t->pids);
	for (size_t i = 0; i < MEMOS; i++) {
		buf_free(&t->memo[i].id);
		buf_free(&t->memo[i].answer);
	}
	buf_free(&t->stack);
	buf_free(&t->vdso);
	captured_maps_free(&t->maps);
	env_close(t->other);
	free(t);
}

static const struct env_ops captured_ops = {
	.get = captured_get,
	.close = captured_close,
};

struct env *env_captured_new(struct env *other, struct env *files)
{
	struct env_captured *t = xalloc_new(1, sizeof(*t));

	t->env.ops = &captured_ops;
	t->other = other;
	t->files = files;
	return &t->env;
}
