/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * files: what a descriptor of the current task is (file_id.h).
 *
 * The walk up to the root is that of the kernel's d_path() as seen from
 * outside: it crosses mounts, and ends at our own root or where nothing is
 * above.  Its state lies in memory, and a step of a plan goes up only so far
 * before it is run again, so that the verifier has little to look at.
 */
#ifndef STRACE_BPF_FILES_H
#define STRACE_BPF_FILES_H

#define SOCKFS_MAGIC 0x534f434b
#define NSFS_MAGIC 0x6e736673
#define PIDFS_MAGIC 0x50494446
#define ANON_INODE_FS_MAGIC 0x09041934

#define S_IFMT 0170000
#define S_IFCHR 0020000
#define IPPROTO_UDP 17

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16

#define FILE_PIECE 128
#define FILE_AT_ONCE 8		/* components and mounts in one go */

/* The way up from a file to the root. */
struct file_walk {
	struct inode *inode;	/* of the file */
	struct dentry *dentry;
	struct mount *mount;	/* the one that dentry is in */
	struct dentry *top;	/* the root of that mount */
	struct mount *above;	/* the mount that it is mounted in, ... */
	struct dentry *place;	/* ... and where */
	uint32_t used;		/* bytes of the block */
	uint32_t fresh;		/* the piece is the beginning of the dentry */
	unsigned char piece[FILE_PIECE];	/* see piece_read() */
};

static __always_inline struct file_walk *walk_of(struct cap_run *r);

/*
 * Reading a structure's members one by one would cost a call for each, so its
 * beginning, where most of them are, is read as a whole.
 */
#define end_of(type, member)						\
	(bpf_core_field_offset(struct type, member) +			\
	 (uint32_t)sizeof(((struct type *)0)->member))

static __always_inline uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static __always_inline void piece_read(struct file_walk *w, const void *from,
				       uint32_t size)
{
	bpf_probe_read_kernel(w->piece, size < FILE_PIECE ? size : FILE_PIECE,
			      from);
}

/* The branch that is taken is known when the program is loaded. */
#define piece_get(w, from, type, member) ({				\
	uint32_t at_ = bpf_core_field_offset(struct type, member);	\
	typeof(((struct type *)0)->member) v_;				\
	if (at_ + sizeof(v_) <= FILE_PIECE)				\
		v_ = *(typeof(v_) *)((w)->piece + at_);			\
	else								\
		bpf_core_read(&v_, sizeof(v_), &(from)->member);	\
	v_;								\
})

/* ---- names ---- */

static __always_inline void name_add(struct file_walk *w, unsigned char *to,
				     const void *name)
{
	uint32_t at = w->used;
	long n;

	CAP_OPAQUE(at);
	n = bpf_probe_read_kernel_str(to + (at & (2 * FILE_NAMES_MAX - 1)),
				      FILE_NAME_MAX, name);
	if (n > 0)
		w->used += n;
}

static __always_inline void mount_enter(struct file_walk *w, struct mount *m)
{
	piece_read(w, m, larger(larger(end_of(mount, mnt_parent),
				       end_of(mount, mnt_mountpoint)),
				end_of(mount, mnt.mnt_root)));
	w->mount = m;
	w->above = piece_get(w, m, mount, mnt_parent);
	w->place = piece_get(w, m, mount, mnt_mountpoint);
	w->top = piece_get(w, m, mount, mnt.mnt_root);
	w->fresh = 0;
}

static __always_inline void dentry_read(struct file_walk *w, struct dentry *d)
{
	piece_read(w, d, larger(end_of(dentry, d_parent),
				end_of(dentry, d_name.name)));
}

/* Go up by one name or mount; false at the top. */
static __always_inline bool walk_up(struct file_walk *w, unsigned char *to)
{
	struct dentry *d = w->dentry, *parent;

	if (d == shared.self_root && w->mount == shared.self_mount)
		return false;
	if (d == w->top) {
		if (w->above == w->mount)
			return false;
		w->dentry = w->place;
		mount_enter(w, w->above);
		return true;
	}
	if (!w->fresh)
		dentry_read(w, d);
	w->fresh = 0;
	parent = piece_get(w, d, dentry, d_parent);
	if (parent == d || !parent)
		return false;
	name_add(w, to, piece_get(w, d, dentry, d_name.name));
	w->dentry = parent;
	return true;
}

/* Add names, which begin at id->names; false if there are more. */
static __always_inline bool path_names(struct file_id *id, struct file_walk *w)
{
	for (long i = 0; i < FILE_AT_ONCE; i++)
		if (!walk_up(w, (unsigned char *)id))
			return true;
	if (w->used - id->names <= FILE_NAMES_MAX)
		return false;
	id->flags |= FILE_CUT;
	return true;
}

/* ---- pidfds ---- */

/* Set the number of its process in our pid namespace. */
static __always_inline void pidfd_fill(struct file_id *id, struct file *f,
				       struct inode *inode)
{
	struct pid *pid = id->magic == PIDFS_MAGIC ?
			  BPF_CORE_READ(inode, i_private) :
			  BPF_CORE_READ(f, private_data);

	id->pid = -1;
	if (!BPF_CORE_READ(pid, tasks[0].first) ||
	    BPF_CORE_READ(pid, level) < shared.self_level)
		return;
	bpf_probe_read_kernel(&id->pid, sizeof(id->pid), (void *)pid +
		bpf_core_field_offset(struct pid, numbers) +
		shared.self_level * bpf_core_type_size(struct upid) +
		bpf_core_field_offset(struct upid, nr));
}

/* ---- sockets ---- */

static __always_inline uint64_t sock_inode(struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_socket, file, f_inode, i_ino);
}

static __always_inline void unix_fill(struct file_ends *e, struct sock *sk)
{
	struct unix_sock *u = (void *)sk;
	struct unix_address *a;
	struct sock *peer;
	uint32_t len;

	if (!bpf_core_type_exists(struct unix_sock))
		return;
	peer = BPF_CORE_READ(u, peer);
	if (peer)
		e->peer = sock_inode(peer);
	a = BPF_CORE_READ(u, addr);
	if (!a)
		return;
	len = BPF_CORE_READ(a, len) - sizeof(e->family);
	if (len > sizeof(e->name))
		return;
	CAP_OPAQUE(len);
	len &= 127;
	if (!bpf_probe_read_kernel(e->name, len < sizeof(e->name) ? len :
				   sizeof(e->name), (void *)a +
				   bpf_core_field_offset(struct unix_address,
							 name) +
				   sizeof(e->family)))
		e->name_len = len;
}

static __always_inline void inet_fill(struct file_ends *e, struct sock *sk)
{
	struct inet_sock *inet = (void *)sk;
	uint32_t local = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
	uint32_t remote = BPF_CORE_READ(sk, __sk_common.skc_daddr);

	e->local_port = BPF_CORE_READ(inet, inet_sport);
	e->remote_port = BPF_CORE_READ(sk, __sk_common.skc_dport);
	if (e->family == AF_INET) {
		if (!local)
			local = BPF_CORE_READ(inet, inet_saddr);
		__builtin_memcpy(e->local, &local, sizeof(local));
		__builtin_memcpy(e->remote, &remote, sizeof(remote));
		return;
	}
	if (!bpf_core_field_exists(sk->__sk_common.skc_v6_daddr))
		return;
	bpf_core_read(e->remote, sizeof(e->remote),
		      &sk->__sk_common.skc_v6_daddr);
	bpf_core_read(e->local, sizeof(e->local),
		      &sk->__sk_common.skc_v6_rcv_saddr);
	if (!*(uint64_t *)e->local && !*(uint64_t *)(e->local + 8))
		bpf_probe_read_kernel(e->local, sizeof(e->local),
				      BPF_CORE_READ(inet, pinet6));
}

static __always_inline void netlink_fill(struct file_ends *e, struct sock *sk)
{
	struct netlink_sock *nl = (void *)sk;
	uint32_t bytes;

	if (!bpf_core_type_exists(struct netlink_sock))
		return;
	e->peer = BPF_CORE_READ(nl, portid);
	bytes = (BPF_CORE_READ(nl, ngroups) + 63) / 64 * 8;
	if (bytes > sizeof(e->groups))
		bytes = sizeof(e->groups);
	CAP_OPAQUE(bytes);
	bytes &= 63;
	bpf_probe_read_kernel(e->groups, bytes < sizeof(e->groups) ? bytes :
			      sizeof(e->groups), BPF_CORE_READ(nl, groups));
}

static __always_inline void ends_fill(struct file_ends *e, struct sock *sk)
{
	e->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	e->protocol = BPF_CORE_READ(sk, sk_protocol);
	if (e->family == AF_UNIX)
		unix_fill(e, sk);
	else if (e->family == AF_INET || e->family == AF_INET6)
		inet_fill(e, sk);
	else if (e->family == AF_NETLINK)
		netlink_fill(e, sk);
}

/* ---- all files ---- */

static __always_inline struct file *file_find(struct task_struct *t,
					      uint32_t fd)
{
	struct fdtable *table = t->files->fdt;
	struct file *f = 0;

	if (fd < table->max_fds)
		bpf_probe_read_kernel(&f, sizeof(f), (void *)table->fd +
				      fd * 8ull);
	return f;
}

/* Begin at f, or if it is 0 at the working directory; false if it has none. */
static __always_inline bool walk_begin(struct file_walk *w, struct file *f)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct fs_struct *fs = BPF_CORE_READ(t, fs);
	struct path path = {};
	struct dentry *d;

	if (f) {
		piece_read(w, f, larger(end_of(file, f_path),
					end_of(file, f_inode)));
		path = piece_get(w, f, file, f_path);
		w->inode = piece_get(w, f, file, f_inode);
	} else {
		bpf_core_read(&path, sizeof(path), &fs->pwd);
		d = path.dentry;
		w->inode = BPF_CORE_READ(d, d_inode);
	}
	w->dentry = path.dentry;
	if (!path.dentry || !path.mnt)
		return false;
	mount_enter(w, (void *)path.mnt -
		       bpf_core_field_offset(struct mount, mnt));
	return true;
}

static __always_inline void inode_fill(struct file_id *id,
				       struct file_walk *w)
{
	struct inode *i = w->inode;
	struct super_block *sb;

	piece_read(w, i, larger(larger(end_of(inode, i_mode),
				       end_of(inode, i_ino)),
				larger(end_of(inode, i_rdev),
				       end_of(inode, i_sb))));
	id->mode = piece_get(w, i, inode, i_mode);
	id->ino = piece_get(w, i, inode, i_ino);
	id->rdev = piece_get(w, i, inode, i_rdev);
	sb = piece_get(w, i, inode, i_sb);
	id->magic = BPF_CORE_READ(sb, s_magic);
}

/* Does its file system make up a name for it, so that it has no path? */
static __always_inline bool dentry_look(struct file_id *id,
					struct file_walk *w)
{
	struct dentry *d = w->dentry;
	const struct dentry_operations *op;
	bool alone;

	piece_read(w, d, larger(larger(end_of(dentry, d_parent),
				       end_of(dentry, d_name.name)),
				larger(end_of(dentry, d_hash),
				       end_of(dentry, d_op))));
	w->fresh = 1;
	alone = piece_get(w, d, dentry, d_parent) == d;
	op = piece_get(w, d, dentry, d_op);
	if (op && (!alone || d != w->top) && BPF_CORE_READ(op, d_dname))
		return true;
	if (!alone && !piece_get(w, d, dentry, d_hash.pprev))
		id->flags |= FILE_DELETED;
	return false;
}

static __always_inline void pseudo_fill(struct file_id *id,
					struct file_walk *w, struct file *f,
					bool details)
{
	struct file_ends *e = (struct file_ends *)(id + 1);
	struct inode *inode = w->inode;
	struct dentry *d = w->dentry;
	const void *name = BPF_CORE_READ(d, d_name.name);
	struct ns_common *ns;
	struct socket *sock;

	id->flags |= FILE_PSEUDO;
	if (id->magic == NSFS_MAGIC) {
		ns = BPF_CORE_READ(inode, i_private);
		name = BPF_CORE_READ(ns, ops, name);
	} else if (details && id->magic == SOCKFS_MAGIC) {
		__builtin_memset(e, 0, sizeof(*e));
		sock = BPF_CORE_READ(f, private_data);
		ends_fill(e, BPF_CORE_READ(sock, sk));
		id->flags |= FILE_ENDS;
		w->used += sizeof(*e);
	} else if (id->magic == PIDFS_MAGIC ||
		   id->magic == ANON_INODE_FS_MAGIC) {
		pidfd_fill(id, f, inode);
	}
	id->names = w->used;
	name_add(w, (unsigned char *)id, name);
}

/* False if the names of its path are still to be added. */
static __always_inline bool file_fill(struct file_id *id, struct file_walk *w,
				      struct file *f, bool details)
{
	if (!walk_begin(w, f)) {
		id->flags = FILE_NONE;
		id->names = w->used;
		return true;
	}
	if (details) {
		id->flags = FILE_DETAILS;
		inode_fill(id, w);
	}
	id->names = w->used;
	if (!dentry_look(id, w))
		return false;
	if (!details)
		inode_fill(id, w);
	pseudo_fill(id, w, f, details);
	return true;
}

static __always_inline bool file_begin(struct file_id *id, struct file_walk *w,
				       int32_t fd, bool details)
{
	struct file *f = 0;

	__builtin_memset(id, 0, sizeof(*id));
	w->used = sizeof(*id);
	if (fd >= 0)
		f = file_find(bpf_get_current_task_btf(), fd);
	if (fd < 0 || f)
		return file_fill(id, w, f, details);
	id->flags = FILE_NONE;
	id->names = w->used;
	return true;
}

/* A block that says what netlink socket that is. */
static __always_inline void netlink_capture(struct cap_run *r, int32_t fd,
					    struct sock *sk)
{
	struct cap_block *b = r->late ? 0 : cap_block_new(r);

	if (b) {
		struct netlink_id *id = (struct netlink_id *)(b + 1);

		b->addr = NETLINK_MARK | (uint32_t)fd;
		b->len = sizeof(*id);
		id->protocol = BPF_CORE_READ(sk, sk_protocol);
		id->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
		cap_block_end(r, b, sizeof(*id));
	}
}

static __always_inline bool socket_is_whole(struct cap_run *r, int32_t fd,
					    struct file *f, uint32_t what)
{
	struct socket *sock = BPF_CORE_READ(f, private_data);
	struct sock *sk = BPF_CORE_READ(sock, sk);

	if (BPF_CORE_READ(sk, __sk_common.skc_family) != AF_NETLINK)
		return what & CAP_STREAM &&
		       BPF_CORE_READ(sk, sk_protocol) == IPPROTO_UDP;
	if (what & (CAP_NETLINK | CAP_STREAM))
		netlink_capture(r, fd, sk);
	return what & (CAP_NETLINK | CAP_STREAM);
}

/* Is the data of that descriptor wanted whole (enum cap_kind)? */
static __always_inline bool whole_capture(struct cap_run *r, int32_t fd,
					  uint32_t what)
{
	struct file *f = 0;
	uint64_t magic;

	if (fd >= 0)
		f = file_find(bpf_get_current_task_btf(), fd);
	if (!f)
		return false;
	magic = BPF_CORE_READ(f, f_inode, i_sb, s_magic);
	if (magic == SOCKFS_MAGIC)
		return socket_is_whole(r, fd, f, what);
	return what & CAP_STREAM &&
	       (magic == ANON_INODE_FS_MAGIC ||
		(BPF_CORE_READ(f, f_inode, i_mode) & S_IFMT) == S_IFCHR);
}

/* 0 if there is more to do, so that it is to be called again. */
static __always_inline int file_capture(struct cap_run *r, int32_t fd,
					uint32_t details)
{
	struct file_walk *w = walk_of(r);
	struct file_id *id;
	struct cap_block *b;
	bool done = false;

	if (!settings.files)
		return 1;
	if (!r->file_left && (r->late || (fd < 0 && fd != FILE_CWD)))
		return 1;
	b = cap_block_new(r);
	if (!b)
		return 1;
	id = (struct file_id *)(b + 1);
	if (!r->file_left) {
		b->addr = FILE_MARK | (uint32_t)fd;
		done = file_begin(id, w, fd, details);
	}
	if (!done && !path_names(id, w))
		return 0;
	id->names = w->used - id->names;
	b->len = w->used;
	cap_block_end(r, b, w->used);
	return 1;
}

#endif
