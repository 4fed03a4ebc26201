/* The parking protocol of the ring: src/ring/gate.rs, one direction.
 *
 * A publisher makes ITEMS things available one after the other and never closes; a waiter takes
 * them all and sleeps in between. A store goes through a buffer of one entry a process, as on x86:
 * it is visible to its own process at once, to the other when it is flushed, which may happen at
 * any time. A fence waits for the flush; so does a read-modify-write. A lost wake-up is an invalid
 * end state.
 */

#define ITEMS 2

#define AWAKE  0
#define PARKED 1

/* Memory. */
byte tail = 0;
byte waiting = AWAKE;
/* The token of the parker, whose lock makes it immediately visible. */
bool token = false;

/* Store buffers: the publisher's for the tail, the waiter's for its announcement. */
bool tail_buffered = false;
byte tail_next = 0;
bool waiting_buffered = false;
byte waiting_next = AWAKE;

inline flush_tail() {
    atomic {
        if
        :: tail_buffered -> tail = tail_next; tail_buffered = false
        :: else
        fi
    }
}

inline flush_waiting() {
    atomic {
        if
        :: waiting_buffered -> waiting = waiting_next; waiting_buffered = false
        :: else
        fi
    }
}

/* What the processors do by themselves. */
active proctype Buffers() {
end:
    do
    :: atomic { tail_buffered -> tail = tail_next; tail_buffered = false }
    :: atomic { waiting_buffered -> waiting = waiting_next; waiting_buffered = false }
    od
}

inline publish() {
    atomic { !tail_buffered -> tail_next = sent; tail_buffered = true }
}

inline notify() {
#ifndef NO_NOTIFY_FENCE
    flush_tail();
#endif
    seen = waiting;
    if
    :: seen != AWAKE ->
        /* A compare-exchange: a locked instruction flushes, too. */
        atomic {
            flush_tail();
            if
            :: waiting == seen -> waiting = AWAKE; mine = true
            :: else -> mine = false
            fi
        }
        if
        :: mine -> token = true
        :: else
        fi
    :: else
    fi
}

active proctype Publisher() {
    byte sent = 0;
    byte seen;
    bool mine;
    do
    :: sent < ITEMS ->
        sent++;
#ifdef NOTIFY_FIRST
        notify();
        publish()
#else
        publish();
        notify()
#endif
    :: else -> break
    od
}

/* A swap: a locked instruction. */
inline retract() {
    atomic { flush_waiting(); waiting = AWAKE }
}

active proctype Waiter() {
    byte taken = 0;
    do
    :: taken == ITEMS -> break
    :: taken < ITEMS && tail > taken -> taken = tail
    :: taken < ITEMS && tail <= taken ->
        /* Announce. */
        atomic { !waiting_buffered -> waiting_next = PARKED; waiting_buffered = true }
#ifndef NO_ANNOUNCE_FENCE
        flush_waiting();
#endif
        /* Look again, and sleep if there is nothing. */
        if
#ifndef NO_RECHECK
        :: tail > taken
#endif
#ifdef NO_RECHECK
        :: token -> token = false
#else
        :: atomic { tail <= taken -> skip }; token -> token = false
#endif
        fi;
        retract()
    od
}
