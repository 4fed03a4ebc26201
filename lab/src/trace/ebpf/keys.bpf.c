// SPDX-License-Identifier: MIT OR Apache-2.0
/* `ttyring trace`: tells user space what happens to a key between the write on one side of a terminal
 * and the program on the other. It joins nothing and measures nothing: it says when what was.
 *
 * Whoever reads the terminal is the reader, and what it is woken by is the work of the terminal's buffer,
 * so nothing has to be known beforehand but the terminal's number. While no key is on its way, the
 * busy tracepoints (sched_switch, sched_waking, cpu_idle) return at once. */
#include "keys.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

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
