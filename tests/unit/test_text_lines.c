/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The text sink's lines: prefixes, columns, and tasks that write in between.
 */
#include "sink_fakes.h"

static void put_num(struct stage *g, uint64_t n)
{
	emit_name(&g->e, "n");
	emit_num(&g->e, VAL_UDEC, n);
}

static void test_unfinished(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.follow = FOLLOW_FORKS;
	stage_open(&g, "text");
	stage_enter(&g, "wait4");
	put_num(&g, 1);
	stage_pause(&g);
	stage_select(&g, 123456);
	stage_enter(&g, "pause");
	stage_pause(&g);
	stage_select(&g, 100);
	stage_resume(&g);
	put_num(&g, 2);
	stage_result(&g, 7, 0);
	stage_leave(&g);
	stage_select(&g, 123456);
	stage_resume(&g);
	put_num(&g, 3);
	stage_result(&g, -1, 2);
	stage_leave(&g);
	stage_end(&g,
		  "100   wait4(1 <unfinished ...>\n"
		  "123456 pause( <unfinished ...>\n"
		  "100   <... wait4 resumed>, 2)           = 7\n"
		  "123456 <... pause resumed>3)            = -1 ENOENT "
		  "(No such file or directory)\n");
}

/* A line that is written out in the middle keeps its column. */
static void test_flush_inside(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	stage_enter(&g, "read");
	put_num(&g, 1);
	stage_pause(&g);
	assert_true(output_pending(g.out));
	assert_false(sinks_write(&g.sinks, true));
	assert_false(output_pending(g.out));
	stage_resume(&g);
	put_num(&g, 2);
	stage_result(&g, 0, 0);
	stage_leave(&g);
	stage_end(&g, "read(1, 2)                              = 0\n");
}

/* What follows a call's line has limits of its own, whatever was written. */
static void test_lines_after(void **state)
{
	static const struct node run = { .kind = NODE_VALUE, .value = {
		.kind = VAL_UDEC, .num = 7, .width = 8 } };
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.line_limit = 45;
	stage_open(&g, "text");
	stage_enter(&g, "ioctl");
	put_num(&g, 1);
	g.call->vcpu.number = 3;
	g.call->vcpu.before = g.call->vcpu.after = &run;
	stage_return(&g, 0, 0);
	stage_end(&g, "ioctl(1)                                = 0\n"
		  " VCPU:3< 7\n"
		  " VCPU:3> 7\n");
}

static void test_times(void **state)
{
	struct stage g;

	(void)state;
	setenv("TZ", "UTC0", 1);
	stage_init(&g);
	g.o.time_style = TIME_CLOCK;
	g.o.show_duration = true;
	g.o.show_nr = true;
	g.o.show_ip = true;
	stage_open(&g, "text");
	g.ev.ip = 0x7f2bb;
	stage_enter(&g, "f");
	g.call->duration_ns = 1000012999;
	stage_return(&g, 0, 0);
	g.o.relative = true;
	g.o.time_digits = 0;
	g.ev.mono_ns += 1500000000;
	g.ev.wall_ns += 1500000000;
	g.ev.ip = 0;
	g.ev.last_nr = true;
	g.ev.nr = 231;
	stage_event(&g, EV_EXITED);
	stage_end(&g,
		  "04:12:11.474768 [   7] [000000000007f2bb] f() = 0 "
		  "<1.000012>\n"
		  "04:12:12 (+     1.500000) [ 231] [????????????????] "
		  "+++ exited with 0 +++\n");
}

static void test_unix_time(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.time_style = TIME_UNIX;
	g.o.time_digits = 9;
	stage_open(&g, "text");
	stage_enter(&g, "f");
	stage_return(&g, 0, 0);
	g.o.time_style = TIME_NONE;
	g.o.relative = true;
	g.o.relative_digits = 3;
	g.ev.mono_ns += 2012345678;
	stage_event(&g, EV_EXITED);
	stage_end(&g, "1795234331.474768123 f()                = 0\n"
		  "     2.012 +++ exited with 0 +++\n");
}

static void test_events(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	g.ev.sig = 19;
	stage_event(&g, EV_GROUP_STOP);
	stage_signal(&g, 17, 1);
	stage_signal(&g, 40, 0);
	g.ev.count = 3;
	stage_event(&g, EV_LOST);
	g.ev.status = LOST_MISSED;
	stage_event(&g, EV_LOST);
	g.ev.status = 0;
	g.ev.sig = 11;
	g.ev.core = true;
	stage_event(&g, EV_KILLED);
	g.o.quiet = QUIET_EXIT;
	g.ev.status = 3;
	stage_event(&g, EV_EXITED);
	stage_end(&g,
		  "--- stopped by SIGSTOP ---\n"
		  "--- SIGCHLD {n=1} ---\n"
		  "--- SIGRT_8 ---\n"
		  "<... 3 events lost here: ring buffer full>\n"
		  "<... 3 events lost: kernel program busy>\n"
		  "+++ killed by SIGSEGV (core dumped) +++\n");
}

/* What the pipeline gives when a thread executes a program. */
static void renumber(struct stage *g, pid_t from, pid_t to)
{
	stage_select(g, from);
	g->ev.tid = to;
	if (!g->call->held)
		stage_give(g, CALL_RENUMBERED);
	g->ev.other_tid = from;
	stage_event(g, EV_EXEC);
	g->call->tid = to;
	stage_resume(g);
	stage_result(g, 0, 0);
	stage_leave(g);
}

static void test_exec_by_thread(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.follow = FOLLOW_FORKS;
	stage_open(&g, "text");
	stage_enter(&g, "nanosleep");
	put_num(&g, 1);
	stage_pause(&g);
	stage_select(&g, 101);
	stage_enter(&g, "execve");
	put_num(&g, 2);
	stage_pause(&g);
	stage_select(&g, 100);
	stage_abort(&g, CALL_UNFINISHED);
	renumber(&g, 101, 100);
	stage_end(&g,
		  "100   nanosleep(1 <unfinished ...>\n"
		  "101   execve(2 <unfinished ...>\n"
		  "100   <... nanosleep resumed> <unfinished ...>) = ?\n"
		  "100   +++ superseded by execve in pid 101 +++\n"
		  "100   <... execve resumed>)             = 0\n");
}

/* Task 101, a thread, executes a program and takes the number 100. */
static void exec_by_thread(struct stage *g)
{
	stage_open(g, "text");
	stage_select(g, 101);
	stage_enter(g, "execve");
	put_num(g, 2);
	stage_pause(g);
	renumber(g, 101, 100);
}

/* Nobody came between: the line says it. */
static void test_exec_by_thread_in_one_line(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.follow = FOLLOW_FORKS;
	exec_by_thread(&g);
	stage_end(&g,
		  "101   execve(2 <pid changed to 100 ...>\n"
		  "100   +++ superseded by execve in pid 101 +++\n"
		  "100   <... execve resumed>)             = 0\n");
}

/* With -z the whole line comes under the number that it goes on with. */
static void test_exec_by_thread_held(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.status = STATUS_SUCCESSFUL;
	g.o.follow = FOLLOW_FORKS;
	exec_by_thread(&g);
	stage_end(&g,
		  "100   +++ superseded by execve in pid 101 +++\n"
		  "100   execve(2)                         = 0\n");
}

/* A call that does not return is over when it begins. */
static void test_exit_in_one_line(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.follow = FOLLOW_FORKS;
	stage_open(&g, "text");
	for (pid_t tid = 100; tid <= 101; tid++) {
		stage_select(&g, tid);
		stage_enter(&g, "exit");
		put_num(&g, 42);
		g.call->complete = true;
		g.call->ret_kind = RET_NONE;
		stage_pause(&g);
	}
	stage_abort(&g, CALL_UNFINISHED);
	stage_event(&g, EV_EXITED);
	/* unless somebody's filter refuses it */
	stage_select(&g, 100);
	stage_resume(&g);
	stage_result(&g, -1, 1);
	stage_leave(&g);
	stage_end(&g,
		  "100   exit(42)                          = ?\n"
		  "101   exit(42)                          = ?\n"
		  "101   +++ exited with 0 +++\n"
		  "100   <... exit resumed>)               = -1 (errno 1)\n");
}

static void test_aborts(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	stage_enter(&g, "read");
	put_num(&g, 3);
	stage_pause(&g);
	stage_abort(&g, CALL_UNFINISHED);
	stage_enter(&g, "write");
	put_num(&g, 3);
	g.call->complete = true;
	stage_pause(&g);
	stage_abort(&g, CALL_UNFINISHED);
	stage_enter(&g, "exit");
	put_num(&g, 0);
	g.call->ret_kind = RET_NONE;
	stage_pause(&g);
	stage_abort(&g, CALL_UNFINISHED);
	stage_enter(&g, "pause");
	stage_pause(&g);
	stage_abort(&g, CALL_DETACHED);
	stage_enter(&g, "restart_syscall");
	stage_pause(&g);
	stage_abort(&g, CALL_RUNNING);
	stage_end(&g,
		  "read(3 <unfinished ...>)                = ?\n"
		  "write(3)                                = ?\n"
		  "exit(0)                                 = ?\n"
		  "pause( <detached ...>\n"
		  "restart_syscall( <unfinished ...>\n");
}

static void test_resuming(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	stage_enter(&g, "poll");
	stage_return(&g, -1, 516);
	stage_enter(&g, "restart_syscall");
	stage_return(&g, 0, 0);
	stage_enter(&g, "restart_syscall");
	g.call->resuming = true;
	g.call->resumed_name = "read";
	stage_return(&g, -1, 516);
	stage_enter(&g, "restart_syscall");
	g.call->resuming = true;
	stage_return(&g, 0, 0);
	stage_end(&g,
		  "poll()                                  = ? "
		  "ERESTART_RESTARTBLOCK (Interrupted by signal)\n"
		  "restart_syscall()                       = 0\n"
		  "restart_syscall(<... resuming interrupted read ...>) = ? "
		  "ERESTART_RESTARTBLOCK (Interrupted by signal)\n"
		  "restart_syscall(<... resuming interrupted system call "
		  "...>) = 0\n");
}

/* -z: nothing is seen of a call before it is over. */
static void test_hold(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.status = STATUS_SUCCESSFUL;
	g.o.follow = FOLLOW_FORKS;
	stage_open(&g, "text");
	stage_enter(&g, "read");
	put_num(&g, 1);
	stage_pause(&g);
	stage_select(&g, 101);
	stage_enter(&g, "open");
	put_num(&g, 2);
	stage_pause(&g);	/* it is left out: nothing more comes */
	stage_enter(&g, "close");
	put_num(&g, 3);
	stage_return(&g, 0, 0);
	stage_select(&g, 100);
	stage_resume(&g);
	put_num(&g, 4);
	stage_result(&g, 5, 0);
	stage_leave(&g);
	stage_enter(&g, "pause");
	put_num(&g, 6);
	stage_pause(&g);
	stage_abort(&g, CALL_UNFINISHED);
	stage_end(&g,
		  "101   close(3)                          = 0\n"
		  "100   read(1, 4)                        = 5\n"
		  "100   pause(6 <unfinished ...>)         = ?\n");
}

static void test_pid_when_many(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.follow = FOLLOW_FORKS;
	g.o.decode_pids = true;
	stage_open(&g, "text");
	g.comm = "s>\33h";
	stage_enter(&g, "f");
	stage_return(&g, 0, 0);
	stage_end(&g, "100<s\\76\\33h> f()                       = 0\n");
}

static void test_colour(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.colour = COLOUR_ALWAYS;
	strcpy(g.o.colours[ROLE_NAME], "1");
	strcpy(g.o.colours[ROLE_ERROR], "1;31");
	stage_open(&g, "text");
	stage_enter(&g, "f");
	stage_return(&g, -1, 2);
	stage_end(&g, "\033[1mf\033[m()                                     "
		  "= -1 \033[1;31mENOENT\033[m (No such file or directory)\n");
}

/* Standard error goes to the stage's file; what it was is returned. */
static int stage_on_standard_error(struct stage *g)
{
	int saved = dup(STDERR_FILENO);
	int fd;

	stage_init(g);
	g->output = NULL;
	g->o.follow = FOLLOW_FORKS;
	fd = open(g->path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	dup2(fd, STDERR_FILENO);
	close(fd);
	stage_open(g, "text");
	return saved;
}

static void standard_error_back(int saved)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
}

/* On standard error the pid is shown as long as there are several tasks. */
static void test_standard_error(void **state)
{
	struct stage g;
	int saved = stage_on_standard_error(&g);

	(void)state;
	stage_enter(&g, "fork");
	stage_pause(&g);
	stage_resume(&g);
	stage_result(&g, 101, 0);
	stage_leave(&g);
	g.ev.many = true;
	stage_enter(&g, "wait");
	stage_pause(&g);
	stage_select(&g, 101);
	stage_event(&g, EV_EXITED);
	g.ev.many = false;
	stage_select(&g, 100);
	stage_resume(&g);
	stage_result(&g, 101, 0);
	stage_leave(&g);
	standard_error_back(saved);
	stage_end(&g,
		  "fork()                                  = 101\n"
		  "[pid   100] wait( <unfinished ...>\n"
		  "[pid   101] +++ exited with 0 +++\n"
		  "<... wait resumed>)                     = 101\n");
}

/* A command and a process that was attached to are two. */
static void test_command_and_process(void **state)
{
	char *command[] = { (char[]){ "ls" }, NULL };
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.command = command;
	g.o.npids = 1;
	stage_open(&g, "text");
	stage_enter(&g, "f");
	stage_return(&g, 0, 0);
	stage_end(&g, "100   f()                               = 0\n");
}

/* Files of their own: no pids, no interruptions. */
static void test_separate(void **state)
{
	struct stage g;
	struct buf path = {0};
	char *text;

	(void)state;
	stage_init(&g);
	g.o.follow = FOLLOW_SEPARATE;
	g.o.output_separately = true;
	stage_open(&g, "text");
	stage_enter(&g, "wait");
	stage_pause(&g);
	stage_select(&g, 101);
	stage_enter(&g, "f");
	stage_return(&g, 0, 0);
	stage_event(&g, EV_EXITED);
	buf_fmt(&path, "%s.101", g.path);
	text = stage_read(buf_cstr(&path));
	unlink(buf_cstr(&path));
	assert_string_equal(text, "f()                                     "
			    "= 0\n+++ exited with 0 +++\n");
	free(text);
	stage_select(&g, 100);
	stage_resume(&g);
	stage_result(&g, 1, 0);
	stage_leave(&g);
	stage_end(&g, "");
	buf_reset(&path);
	buf_fmt(&path, "%s.100", g.path);
	text = stage_read(buf_cstr(&path));
	unlink(buf_cstr(&path));
	assert_string_equal(text, "wait()                                  "
			    "= 1\n");
	free(text);
	buf_free(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_flush_inside),
		cmocka_unit_test(test_lines_after),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_unix_time),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_exec_by_thread),
		cmocka_unit_test(test_exec_by_thread_in_one_line),
		cmocka_unit_test(test_exec_by_thread_held),
		cmocka_unit_test(test_exit_in_one_line),
		cmocka_unit_test(test_aborts),
		cmocka_unit_test(test_resuming),
		cmocka_unit_test(test_hold),
		cmocka_unit_test(test_pid_when_many),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_standard_error),
		cmocka_unit_test(test_command_and_process),
		cmocka_unit_test(test_separate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
