#!/usr/bin/env bash
# usage: ci/prove/handler-calls.sh DEATHS   (the test binary)
#
# Traces a program that gets a signal in raw mode and looks at every system call between the arrival
# of the signal and the end of the process, or of the handler where the process goes on (SIGTSTP in
# an orphaned group): only calls that are async-signal-safe (POSIX.1-2017,
# 2.4.3: tcgetattr and tcsetattr are ioctls on a terminal here) may be among them, no memory may
# be asked for, and no lock waited on.
. "$(dirname "$0")/../lib.sh"
deaths=$1
command -v strace >/dev/null || { echo "handler-calls: strace is not installed" >&2; exit 1; }
trace=$(mktemp -d)
trap 'rm -rf "$trace"' EXIT
allowed='^(ioctl|write|rt_sigaction|rt_sigprocmask|rt_sigreturn|getpid|gettid|getpgrp|getpgid|getppid|tgkill|poll|restart_syscall|sigaltstack)$'

for signal in TERM HUP INT QUIT SEGV BUS FPE ILL ABRT TSTP; do
    strace -f -o "$trace/$signal" -e 'trace=all' -e 'signal=all' "$deaths" --signalled "$signal" >/dev/null
    # Calls of the thread that handled the signal.
    awk -v name="SIG$signal" -v goes_on="$([ "$signal" = TSTP ] && echo 1)" '
        $0 ~ "--- " name " " && !thread { thread = $1; next }
        thread && $1 == thread { print; if (goes_on && /rt_sigreturn/) exit }
    ' "$trace/$signal" |
        sed -n 's/^[0-9]* *\([a-z_0-9]*\)(.*/\1/p' | sort -u >"$trace/calls"
    wrong=$(grep -vE "$allowed" "$trace/calls" || true)
    grep -qx ioctl "$trace/calls" && grep -qx write "$trace/calls" || {
        echo "handler-calls: nothing was put back after SIG$signal" >&2
        exit 1
    }
    if [ -n "$wrong" ]; then
        echo "SIG$signal: not async-signal-safe: $wrong" >&2
        exit 1
    fi
    echo "SIG$signal: $(tr '\n' ' ' <"$trace/calls")"
done
