// SPDX-License-Identifier: MIT OR Apache-2.0
/* `ttyring trace --ioctl`: counts the ioctls of some processes by request, with the time and the
 * context switches of each. Nothing leaves the kernel before the end, so the program is not held up. */
#include "kernel.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* Longer ones are counted with the last: 2^26 ns is 67 ms. */
#define BUCKETS 104

/* Of a watched process: its ioctls are counted, or only those of the programs that it starts. */
#define COUNTED 1
#define STARTS 2

/* The same layout stands in ioctl.rs. */
struct cost {
	__u64 count;
	__u64 nanos;
	__u64 longest;
	__u64 slept;
	__u64 preempted;
	__u64 failed;
	/* Four buckets for each power of two of nanoseconds. */
	__u32 buckets[BUCKETS];
};

struct call {
	__u64 at;
	__u64 slept;
	__u64 preempted;
	__u32 request;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct cost);
} costs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct call);
} calls SEC(".maps");

/* The processes that are watched, and how. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u8);
} watched SEC(".maps");

static const struct cost none;

SEC("raw_tp/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 from = BPF_CORE_READ(parent, tgid), to = BPF_CORE_READ(child, tgid);
	__u8 *how = bpf_map_lookup_elem(&watched, &from), same;

	if (how && from != to) {
		same = *how;
		bpf_map_update_elem(&watched, &to, &same, BPF_ANY);
	}
	return 0;
}

SEC("raw_tp/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task)
{
	__u32 id = BPF_CORE_READ(task, tgid);
	__u8 *how = bpf_map_lookup_elem(&watched, &id);

	if (how)
		*how = COUNTED;
	return 0;
}

SEC("raw_tp/sys_enter")
int BPF_PROG(sys_enter, struct pt_regs *regs, long number)
{
	struct task_struct *task;
	__u64 id;
	__u32 tid, tgid;
	__u8 *how;
	struct call call = {};

	if (number != SYS_IOCTL)
		return 0;
	id = bpf_get_current_pid_tgid();
	tid = id;
	tgid = id >> 32;
	how = bpf_map_lookup_elem(&watched, &tgid);
	if (!how || *how != COUNTED)
		return 0;
	task = (struct task_struct *)bpf_get_current_task();
	call.request = PT_REGS_PARM2_CORE_SYSCALL(regs);
	call.slept = BPF_CORE_READ(task, nvcsw);
	call.preempted = BPF_CORE_READ(task, nivcsw);
	call.at = bpf_ktime_get_ns();
	bpf_map_update_elem(&calls, &tid, &call, BPF_ANY);
	return 0;
}

static __always_inline __u32 bucket(__u64 nanos)
{
	__u32 power = 0;

	if (nanos >= 1ULL << 26)
		return BUCKETS - 1;
	if (nanos < 4)
		return 0;
	for (int i = 0; i < 26; i++)
		if (nanos >> i > 1)
			power = i + 1;
	return power * 4 + ((nanos >> (power - 2)) & 3);
}

SEC("raw_tp/sys_exit")
int BPF_PROG(sys_exit, struct pt_regs *regs, long result)
{
	__u64 now = bpf_ktime_get_ns(), took;
	__u32 tid = bpf_get_current_pid_tgid(), at;
	struct call *call = bpf_map_lookup_elem(&calls, &tid);
	struct task_struct *task;
	struct cost *cost;

	if (!call)
		return 0;
	took = now - call->at;
	bpf_map_update_elem(&costs, &call->request, &none, BPF_NOEXIST);
	cost = bpf_map_lookup_elem(&costs, &call->request);
	if (cost) {
		task = (struct task_struct *)bpf_get_current_task();
		__sync_fetch_and_add(&cost->count, 1);
		__sync_fetch_and_add(&cost->nanos, took);
		__sync_fetch_and_add(&cost->slept, BPF_CORE_READ(task, nvcsw) - call->slept);
		__sync_fetch_and_add(&cost->preempted, BPF_CORE_READ(task, nivcsw) - call->preempted);
		if (result < 0)
			__sync_fetch_and_add(&cost->failed, 1);
		if (took > cost->longest)
			cost->longest = took;
		at = bucket(took);
		if (at < BUCKETS)
			__sync_fetch_and_add(&cost->buckets[at], 1);
	}
	bpf_map_delete_elem(&calls, &tid);
	return 0;
}
