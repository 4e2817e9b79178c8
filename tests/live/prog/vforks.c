/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vfork, where the parent waits in the kernel until the child has exec'd. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	volatile int bad = 0;

	for (int i = 0; i < 5; i++) {
		int status = 0;
		pid_t pid = vfork();

		if (pid == 0) {
			execl("/bin/true", "true", (char *)NULL);
			_exit(1);
		}
		waitpid(pid, &status, 0);
		bad += status != 0;
	}
	return bad;
}
