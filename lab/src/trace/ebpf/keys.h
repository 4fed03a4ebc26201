// SPDX-License-Identifier: MIT OR Apache-2.0
/* What the programs in keys.bpf.c share: the events that they send to user space, what they know of the
 * key on its way, and how they tell of it. */
#pragma once

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

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
