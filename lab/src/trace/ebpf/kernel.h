/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What of the kernel's types the programs look at. Names and fields are the kernel's; where they are is
 * put in when a program is loaded (CO-RE), so that neither the order nor the missing fields matter. */
#ifndef TTYRING_KERNEL_H
#define TTYRING_KERNEL_H

typedef unsigned char __u8;
typedef signed short __s16;
typedef unsigned short __u16;
typedef signed int __s32;
typedef unsigned int __u32;
typedef signed long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
enum { false, true };

/* linux/bpf.h */
enum {
	BPF_ANY = 0,
	BPF_NOEXIST = 1,
	BPF_RB_NO_WAKEUP = 1,
};
enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};

/* The registers under their names in the kernel, which bpf_tracing.h uses if it finds this. */
#define __VMLINUX_H__

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs;
	unsigned long flags, sp, ss;
};
#define SYSCALL_NUMBER(regs) BPF_CORE_READ(regs, orig_ax)
enum {
	SYS_READ = 0,
	SYS_WRITE = 1,
	SYS_IOCTL = 16,
	SYS_READV = 19,
	SYS_WRITEV = 20,
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
	__u64 regs[31], sp, pc, pstate;
};
struct pt_regs {
	union {
		struct user_pt_regs user_regs;
		struct {
			__u64 regs[31], sp, pc, pstate;
		};
	};
	__u64 orig_x0;
	__s32 syscallno;
};
#define SYSCALL_NUMBER(regs) BPF_CORE_READ(regs, syscallno)
enum {
	SYS_IOCTL = 29,
	SYS_READ = 63,
	SYS_WRITE = 64,
	SYS_READV = 65,
	SYS_WRITEV = 66,
};
#else
#error "the numbers of the system calls are known for x86_64 and aarch64"
#endif

struct work_struct {
	unsigned long data;
};

struct tty_bufhead {
	struct work_struct work;
};

struct tty_port {
	struct tty_bufhead buf;
};

struct tty_driver {
	int major;
	int minor_start;
};

struct super_block {
	__u32 s_dev;
};

struct dentry {
	struct super_block *d_sb;
};

struct tty_struct {
	int index;
	struct tty_driver *driver;
	struct tty_port *port;
	struct tty_struct *link;
	void *driver_data;
};

struct tty_file_private {
	struct tty_struct *tty;
};

struct inode {
	unsigned short i_mode;
	__u32 i_rdev;
};

struct file {
	struct inode *f_inode;
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct cfs_rq {
	int throttle_count;
};

struct sched_entity {
	struct cfs_rq *cfs_rq;
};

struct task_struct {
	unsigned int __state;
	int pid;
	int tgid;
	char comm[16];
	unsigned long nvcsw;
	unsigned long nivcsw;
	struct files_struct *files;
	struct sched_entity se;
	bool throttled;
};

/* Before Linux 5.14 the state had another name. */
struct task_struct___old {
	long state;
};

#pragma clang attribute pop

#endif
