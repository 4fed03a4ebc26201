// SPDX-License-Identifier: MIT OR Apache-2.0
/* `ttyring trace`: tells user space what happens to a key between the write on one side of a terminal
 * and the program on the other. It joins nothing and measures nothing: it says when what was.
 *
 * Whoever reads the terminal is the reader, and what it is woken by is the work of the terminal's buffer,
 * so nothing has to be known beforehand but the terminal's number. While no key is on its way, the
 * busy tracepoints (sched_switch, sched_waking, cpu_idle) return at once. */
#include "kernel.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* The same numbers stand in event.rs. */
enum kind {
	WRITE = 1,
	WRITTEN = 2,
	QUEUED = 3,
	RUNS = 4,
	LINE = 5,
	WAKING = 6,
	SWITCH = 7,
	AWAKE = 8,
	READ = 9,
	DECODED = 10,
	HANDLED = 11,
	ENDS = 12,
	PUSHED = 13,
};

/* The bit of `flags` that says that a control group has no quota left. */
#define THROTTLED 1

struct event {
	__u64 at;
	__s64 value;
	__u32 kind;
	__u32 cpu;
	__u32 tid;
	__u32 tgid;
	__u32 other;
	__u32 flags;
	char comm[16];
	char other_comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

/* A thread inside a read or a write of the terminal: which of the two. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u32);
} calls SEC(".maps");

struct idle {
	__u64 since;
	__u32 state;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct idle);
} idle SEC(".maps");

/* The terminal, as stat(2) numbers it, and the file system it is on, for pseudo-terminals. */
const volatile __u32 target_major;
const volatile __u32 target_minor;
const volatile __u32 target_fs;

/* Whether the way of a key goes on to HANDLED, or ends where the read returns. */
__u32 has_probes;
/* Events for which there was no room. */
__u64 lost;

static __u64 work;        /* address of the terminal's work item */
static __u32 worker;      /* the thread that executes it now */
static __u32 reader;      /* the process that read last */
static __u64 began;       /* when the key on its way was written; 0 when there is none */
static bool unread;       /* somebody has written since the last read */
static bool open_event;   /* an event was decoded, and the program has not asked for the next */

/* A key that nobody reads is given up after so long. */
#define GIVE_UP 5000000000ULL

static __always_inline bool flying(__u64 now)
{
	/* Another processor may have written since this one looked at the clock. */
	return began && (now < began || now - began < GIVE_UP);
}

/* A key sets off; an earlier one may still be on its way. */
static __always_inline void begin(__u64 now)
{
	if (!flying(now))
		open_event = false;
	began = now;
	unread = true;
}

static __always_inline struct event *event(__u64 now, __u32 kind)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->at = now;
	event->kind = kind;
	event->cpu = bpf_get_smp_processor_id();
	return event;
}

/* Tells what the current thread does. */
static __always_inline void tell(__u64 now, __u32 kind, __s64 value)
{
	struct event *e = event(now, kind);
	__u64 id = bpf_get_current_pid_tgid();

	if (!e)
		return;
	e->value = value;
	e->tid = id;
	e->tgid = id >> 32;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
}

static __always_inline __u32 throttled(struct task_struct *task)
{
	bool is = false;
	int count = 0;

	if (bpf_core_field_exists(task->throttled))
		is = BPF_CORE_READ(task, throttled);
	if (bpf_core_field_exists(((struct cfs_rq *)0)->throttle_count))
		count = BPF_CORE_READ(task, se.cfs_rq, throttle_count);
	return is || count > 0 ? THROTTLED : 0;
}

static __always_inline __s64 state(struct task_struct *task)
{
	if (bpf_core_field_exists(task->__state))
		return BPF_CORE_READ(task, __state);
	return BPF_CORE_READ((struct task_struct___old *)task, state);
}

/* Whether this is the terminal. */
static __always_inline bool matches(struct tty_struct *tty)
{
	struct tty_driver *driver = BPF_CORE_READ(tty, driver);
	struct dentry *name;

	if ((__u32)BPF_CORE_READ(driver, major) != target_major)
		return false;
	if ((__u32)(BPF_CORE_READ(driver, minor_start) + BPF_CORE_READ(tty, index)) != target_minor)
		return false;
	if (!target_fs)
		return true;
	/* Each mount of devpts counts from 0: a container's pts/0 is another than ours. */
	name = BPF_CORE_READ(tty, driver_data);
	return BPF_CORE_READ(name, d_sb, s_dev) == target_fs;
}

/* What a descriptor of the current thread is: WRITE for the other side of the terminal, READ for
 * the terminal, 0 for anything else. */
static __always_inline __u32 side(__u32 fd)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct fdtable *fdt = BPF_CORE_READ(task, files, fdt);
	struct tty_struct *tty, *link;
	struct tty_file_private *private;
	struct file **fds, *file;
	__u32 device;

	if (fd >= BPF_CORE_READ(fdt, max_fds))
		return 0;
	fds = BPF_CORE_READ(fdt, fd);
	if (bpf_probe_read_kernel(&file, sizeof(file), fds + fd) || !file)
		return 0;
	device = BPF_CORE_READ(file, f_inode, i_rdev);
	if ((BPF_CORE_READ(file, f_inode, i_mode) & 0170000) != 0020000)
		return 0;
	/* 5:0 is /dev/tty and 5:2 /dev/ptmx; the rest has the terminal's own number. */
	if (device >> 20 != 5 && device >> 20 != target_major)
		return 0;
	private = BPF_CORE_READ(file, private_data);
	tty = BPF_CORE_READ(private, tty);
	if (device == (5 << 20 | 2)) {
		link = BPF_CORE_READ(tty, link);
		if (!link || !matches(link))
			return 0;
		work = (__u64)BPF_CORE_READ(link, port) + bpf_core_field_offset(struct tty_port, buf.work);
		return WRITE;
	}
	if (!matches(tty))
		return 0;
	work = (__u64)BPF_CORE_READ(tty, port) + bpf_core_field_offset(struct tty_port, buf.work);
	return READ;
}

SEC("raw_tp/sys_enter")
int BPF_PROG(sys_enter, struct pt_regs *regs, long number)
{
	bool reads = number == SYS_READ || number == SYS_READV;
	__u64 now;
	__u32 tid, call;

	if (!reads && number != SYS_WRITE && number != SYS_WRITEV)
		return 0;
	now = bpf_ktime_get_ns();
	call = side(PT_REGS_PARM1_CORE_SYSCALL(regs));
	if (call != (reads ? READ : WRITE))
		return 0;
	tid = bpf_get_current_pid_tgid();
	bpf_map_update_elem(&calls, &tid, &call, BPF_ANY);
	if (call == WRITE) {
		begin(now);
		tell(now, WRITE, 0);
	}
	return 0;
}

/* A read that began before anybody looked is known by its descriptor, which is still in the registers. */
static __always_inline bool began_unseen(struct pt_regs *regs)
{
	long number = SYSCALL_NUMBER(regs);

	if (!unread || (number != SYS_READ && number != SYS_READV))
		return false;
	return side(PT_REGS_PARM1_CORE_SYSCALL(regs)) == READ;
}

SEC("raw_tp/sys_exit")
int BPF_PROG(sys_exit, struct pt_regs *regs, long result)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id, *call = bpf_map_lookup_elem(&calls, &tid), which;
	__u64 now;

	if (!call && !began_unseen(regs))
		return 0;
	now = bpf_ktime_get_ns();
	which = call ? *call : READ;
	if (call)
		bpf_map_delete_elem(&calls, &tid);
	if (which == WRITE) {
		tell(now, WRITTEN, result);
		return 0;
	}
	reader = id >> 32;
	if (result <= 0)
		return 0;
	tell(now, READ, result);
	unread = false;
	if (!has_probes)
		began = 0;
	return 0;
}

SEC("raw_tp/workqueue_queue_work")
int BPF_PROG(queue_work, int cpu, void *pool, struct work_struct *item)
{
	__u64 now;

	if (!work || (__u64)item != work)
		return 0;
	now = bpf_ktime_get_ns();
	/* A keyboard or a serial line: no program writes. */
	if (!flying(now))
		begin(now);
	tell(now, QUEUED, 0);
	return 0;
}

SEC("raw_tp/workqueue_execute_start")
int BPF_PROG(execute_start, struct work_struct *item)
{
	if (!work || (__u64)item != work)
		return 0;
	worker = bpf_get_current_pid_tgid();
	tell(bpf_ktime_get_ns(), RUNS, 0);
	return 0;
}

SEC("raw_tp/workqueue_execute_end")
int BPF_PROG(execute_end, struct work_struct *item)
{
	if (!work || (__u64)item != work)
		return 0;
	worker = 0;
	tell(bpf_ktime_get_ns(), ENDS, 0);
	return 0;
}

SEC("raw_tp/sched_waking")
int BPF_PROG(sched_waking, struct task_struct *task)
{
	__u64 now = bpf_ktime_get_ns();
	struct event *e;
	__u32 waker;

	if (!flying(now))
		return 0;
	waker = bpf_get_current_pid_tgid();
	if ((!worker || waker != worker) && (__u32)BPF_CORE_READ(task, tgid) != reader)
		return 0;
	e = event(now, WAKING);
	if (!e)
		return 0;
	e->tid = BPF_CORE_READ(task, pid);
	e->tgid = BPF_CORE_READ(task, tgid);
	e->other = waker;
	e->flags = throttled(task);
	BPF_CORE_READ_STR_INTO(&e->comm, task, comm);
	bpf_get_current_comm(e->other_comm, sizeof(e->other_comm));
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("raw_tp/sched_switch")
int BPF_PROG(sched_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	__u64 now = bpf_ktime_get_ns();
	struct event *e;

	if (!flying(now))
		return 0;
	e = event(now, SWITCH);
	if (!e)
		return 0;
	e->tid = BPF_CORE_READ(next, pid);
	e->tgid = BPF_CORE_READ(next, tgid);
	e->other = BPF_CORE_READ(prev, pid);
	e->value = preempt ? 0 : state(prev);
	e->flags = throttled(prev);
	BPF_CORE_READ_STR_INTO(&e->comm, next, comm);
	BPF_CORE_READ_STR_INTO(&e->other_comm, prev, comm);
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("raw_tp/cpu_idle")
int BPF_PROG(cpu_idle, unsigned int into, unsigned int cpu)
{
	__u64 now = bpf_ktime_get_ns();
	__u32 zero = 0;
	struct idle *last = bpf_map_lookup_elem(&idle, &zero);
	struct event *e;

	if (!last)
		return 0;
	if (into != (__u32)-1) {
		last->since = now;
		last->state = into;
		return 0;
	}
	if (!flying(now) || !last->since)
		return 0;
	e = event(now, AWAKE);
	if (!e)
		return 0;
	e->value = now - last->since;
	e->other = last->state;
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}

/* Where the kernel has kprobes: the line discipline takes the bytes, before it wakes anybody. */
SEC("kprobe")
int BPF_KPROBE(line_discipline, struct tty_struct *tty)
{
	__u64 item = (__u64)BPF_CORE_READ(tty, port) + bpf_core_field_offset(struct tty_port, buf.work);

	if (work && item == work)
		tell(bpf_ktime_get_ns(), LINE, 0);
	return 0;
}

/* As above: a driver hands its bytes over, before their work is queued. */
SEC("kprobe")
int BPF_KPROBE(flip_buffer_push, struct tty_port *port)
{
	__u64 item = (__u64)port + bpf_core_field_offset(struct tty_port, buf.work);
	__u64 now = bpf_ktime_get_ns();

	if (!work || item != work)
		return 0;
	if (!flying(now))
		begin(now);
	tell(now, PUSHED, 0);
	return 0;
}

/* The probes of the program: see src/probe.rs of the library. Another terminal's reader may have them, too. */
static __always_inline bool is_reader(void)
{
	return bpf_get_current_pid_tgid() >> 32 == reader;
}

SEC("usdt")
int decoded(void *context)
{
	__u64 now = bpf_ktime_get_ns();

	if (!flying(now) || !is_reader())
		return 0;
	open_event = true;
	tell(now, DECODED, 0);
	return 0;
}

SEC("usdt")
int handled(void *context)
{
	__u64 now = bpf_ktime_get_ns();

	if (!flying(now) || !open_event || !is_reader())
		return 0;
	open_event = false;
	tell(now, HANDLED, 0);
	if (!unread)
		began = 0;
	return 0;
}

/* A function of a program without probes, named on the command line. */
SEC("uprobe")
int BPF_KPROBE(function)
{
	__u64 now = bpf_ktime_get_ns();

	if (!flying(now) || unread || !is_reader())
		return 0;
	tell(now, HANDLED, 0);
	began = 0;
	return 0;
}
