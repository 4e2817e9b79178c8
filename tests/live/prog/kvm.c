/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs five instructions on a virtual CPU: two that leave it for a port, and
 * one that halts it.  Exits with 77 where there is none to be had.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define GONE 77
#define CODE_AT 0x1000
#define PAGE 4096

#if defined(__x86_64__)

/* mov $0x3f8,%dx; mov $'A',%al; out %al,(%dx); out %al,(%dx); hlt */
static const unsigned char code[] = {
	0xba, 0xf8, 0x03, 0xb0, 'A', 0xee, 0xee, 0xf4
};

static int machine_new(int kvm)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = CODE_AT, .memory_size = PAGE,
	};
	int machine = ioctl(kvm, KVM_CREATE_VM, 0);
	void *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	memcpy(memory, code, sizeof(code));
	region.userspace_addr = (unsigned long)memory;
	return ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region) ? -1 :
	       machine;
}

int main(void)
{
	struct kvm_regs regs = { .rip = CODE_AT, .rflags = 2 };
	int kvm = open("/dev/kvm", O_RDWR), machine, cpu;
	struct kvm_sregs sregs;
	struct kvm_run *run;

	machine = kvm < 0 ? -1 : machine_new(kvm);
	cpu = machine < 0 ? -1 : ioctl(machine, KVM_CREATE_VCPU, 3);
	if (cpu < 0)
		return GONE;
	run = mmap(NULL, (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0),
		   PROT_READ | PROT_WRITE, MAP_SHARED, cpu, 0);
	if (run == MAP_FAILED || ioctl(cpu, KVM_GET_SREGS, &sregs))
		return GONE;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (ioctl(cpu, KVM_SET_SREGS, &sregs) ||
	    ioctl(cpu, KVM_SET_REGS, &regs))
		return GONE;
	do {
		if (ioctl(cpu, KVM_RUN, 0))
			return GONE;
	} while (run->exit_reason == KVM_EXIT_IO);
	return run->exit_reason == KVM_EXIT_HLT ? 0 : 1;
}

#else

int main(void)
{
	return GONE;
}

#endif
