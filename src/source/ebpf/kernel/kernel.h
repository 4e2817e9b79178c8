/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kernel: the few members of the kernel's structures that the programs read.
 *
 * They are found by their names when the programs are loaded (CO-RE), so only
 * the names must be right here; their order does not matter, and members that
 * are not read are left out.
 */
#ifndef STRACE_BPF_KERNEL_H
#define STRACE_BPF_KERNEL_H

typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
typedef int int32_t;
typedef long long int64_t;

/* bpf_helper_defs.h wants these. */
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef int32_t __s32;
typedef int64_t __s64;
typedef uint16_t __be16;
typedef uint32_t __be32;
typedef uint32_t __wsum;

#define bool _Bool
#define true 1
#define false 0

enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_HASH = 5,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};

/* This asks whether the kernel has a function; the number does not matter. */
enum bpf_func_id { BPF_FUNC_task_pt_regs = 175 };

enum { BPF_ANY, BPF_NOEXIST, BPF_EXIST };
enum { BPF_F_NO_PREALLOC = 1 };
enum { BPF_LOCAL_STORAGE_GET_F_CREATE = 1 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };
enum { BPF_RB_AVAIL_DATA = 0 };

#define CORE __attribute__((preserve_access_index))

#include "bpf_kernel.h"

struct proc_ns_operations {
	const char *name;
} CORE;

struct ns_common {
	unsigned int inum;
	const struct proc_ns_operations *ops;
} CORE;

struct pid_namespace {
	struct ns_common ns;
	unsigned int level;
} CORE;

struct upid {
	int nr;
	struct pid_namespace *ns;
} CORE;

struct hlist_node;
struct hlist_head {
	struct hlist_node *first;
} CORE;

struct pid {
	unsigned int level;
	struct hlist_head tasks[1];
	struct upid numbers[1];
} CORE;

struct rq {
	uint64_t clock, clock_task;
} CORE;

struct cfs_rq {
	struct rq *rq;
} CORE;

struct sched_entity {
	uint64_t exec_start;
	uint64_t sum_exec_runtime;
	struct cfs_rq *cfs_rq;
} CORE;

struct mm_struct {
	unsigned long arg_start, arg_end, start_stack;
	struct mm_context context;
} CORE;

/* ---- files ---- */

struct qstr {
	const unsigned char *name;
} CORE;

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
} CORE;

struct super_block {
	unsigned long s_magic;
} CORE;

struct inode {
	unsigned short i_mode;
	unsigned long i_ino;
	unsigned int i_rdev;
	struct super_block *i_sb;
	void *i_private;
} CORE;

struct dentry_operations {
	void *d_dname;
} CORE;

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	const struct dentry_operations *d_op;
	struct hlist_bl_node d_hash;
} CORE;

struct vfsmount {
	struct dentry *mnt_root;
} CORE;

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
} CORE;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} CORE;

struct file {
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
} CORE;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} CORE;

struct files_struct {
	struct fdtable *fdt;
} CORE;

struct fs_struct {
	struct path root, pwd;
} CORE;

/* ---- sockets ---- */

struct net {
	struct ns_common ns;
} CORE;

struct in6_addr;
struct sock_common {
	unsigned short skc_family;
	struct {
		struct net *net;
	} skc_net;
	uint16_t skc_dport;
	uint32_t skc_daddr, skc_rcv_saddr;
	struct {
		uint8_t bytes[16];
	} skc_v6_daddr, skc_v6_rcv_saddr;
} CORE;

struct sock {
	struct sock_common __sk_common;
	uint16_t sk_protocol;
	struct socket *sk_socket;
} CORE;

struct socket {
	struct file *file;
	struct sock *sk;
} CORE;

struct inet_sock {
	void *pinet6;		/* begins with the address */
	uint32_t inet_saddr;
	uint16_t inet_sport;
} CORE;

struct sockaddr_un {
	uint16_t sun_family;
} CORE;

struct unix_address {
	int len;
	struct sockaddr_un name[1];
} CORE;

struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
} CORE;

struct netlink_sock {
	uint32_t portid;
	uint32_t ngroups;
	unsigned long *groups;
} CORE;

/* ---- tasks ---- */

struct kernfs_node {
	uint64_t id;
} CORE;

struct cgroup {
	int level;
	struct kernfs_node *kn;
	struct cgroup *ancestors[1];	/* since 6.1; before: */
	uint64_t ancestor_ids[1];
} CORE;

struct css_set {
	struct cgroup *dfl_cgrp;
} CORE;

typedef struct {
	unsigned long sig[1];
} CORE sigset_t;

struct sigpending {
	sigset_t signal;
} CORE;

typedef struct {
	int counter;
} CORE atomic_t;

struct signal_struct {
	atomic_t live;		/* threads that have not ended */
	int group_exit_code;
	unsigned int flags;
} CORE;

struct seccomp {
	int mode;
} CORE;

struct task_struct {
	struct thread_info thread_info;
	unsigned int ptrace;
	struct seccomp seccomp;
	struct signal_struct *signal;
	struct sigpending pending;
	unsigned int flags;
	int pid, tgid;
	int exit_code;
	char comm[16];
	struct mm_struct *mm;
	struct files_struct *files;
	struct css_set *cgroups;
	struct fs_struct *fs;
	struct pid *thread_pid;
	struct task_struct *group_leader;
	struct sched_entity se;
	struct thread_struct thread;
} CORE;

struct kernel_siginfo {
	int si_signo;
} CORE;

struct sigaction {
	void *sa_handler;
} CORE;

struct k_sigaction {
	struct sigaction sa;
} CORE;

struct linux_binprm {
	int argc, envc;
	const char *filename;
} CORE;

struct io_uring_sqe;

struct io_uring_cqe {
	uint64_t user_data;
	int32_t res;
	uint32_t flags;
};

struct io_cqe {
	uint64_t user_data;
} CORE;

struct io_ring_ctx {
	unsigned int flags;
	uint32_t *sq_array;
	struct io_uring_sqe *sq_sqes;
	unsigned int cached_sq_head, sq_entries;
} CORE;

struct io_uring_task {
	struct task_struct *task;
} CORE;

struct io_kiocb {
	uint8_t opcode;
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
	struct io_uring_task *tctx;	/* since 6.13; before: */
	struct task_struct *task;
} CORE;

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
	uint64_t session_id;
	uint64_t seq_num;
} CORE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} CORE;

#endif
