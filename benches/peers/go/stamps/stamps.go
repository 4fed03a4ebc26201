// Package stamps says when a peer handled what: see ../../stamps.rs.
package stamps

import (
	"encoding/binary"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

type Stamps struct {
	fd          int
	answers     bool
	every, seen uint64
}

func Open() *Stamps {
	fd, _ := strconv.Atoi(os.Getenv("TTYRING_STAMP_FD"))
	every, _ := strconv.ParseUint(os.Getenv("TTYRING_COUNT"), 10, 64)
	_, answers := os.LookupEnv("TTYRING_ANSWER")
	return &Stamps{fd: fd, answers: answers, every: every}
}

func (s *Stamps) Ready() {
	if !s.answers {
		s.write(now())
	}
}

func (s *Stamps) Payload(count int) {
	if s.answers {
		syscall.Write(1, []byte{'.'})
	} else if s.every == 0 {
		s.write(now())
	} else {
		s.seen += uint64(count)
		for s.seen >= s.every {
			s.seen -= s.every
			s.write(now())
		}
	}
}

func (s *Stamps) write(at uint64) {
	var bytes [8]byte
	binary.LittleEndian.PutUint64(bytes[:], at)
	syscall.Write(s.fd, bytes[:])
}

// The standard library has CLOCK_MONOTONIC only as a difference; this is a system call.
func now() uint64 {
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, 1, uintptr(unsafe.Pointer(&t)), 0)
	return uint64(t.Nano())
}

// Raw sets raw mode on standard input.
func Raw() {
	var t syscall.Termios
	syscall.Syscall(syscall.SYS_IOCTL, 0, syscall.TCGETS, uintptr(unsafe.Pointer(&t)))
	t.Iflag &^= syscall.IGNBRK | syscall.BRKINT | syscall.PARMRK | syscall.ISTRIP |
		syscall.INLCR | syscall.IGNCR | syscall.ICRNL | syscall.IXON
	t.Oflag &^= syscall.OPOST
	t.Lflag &^= syscall.ECHO | syscall.ECHONL | syscall.ICANON | syscall.ISIG | syscall.IEXTEN
	t.Cflag = t.Cflag&^(syscall.CSIZE|syscall.PARENB) | syscall.CS8
	t.Cc[syscall.VMIN], t.Cc[syscall.VTIME] = 1, 0
	syscall.Syscall(syscall.SYS_IOCTL, 0, syscall.TCSETS, uintptr(unsafe.Pointer(&t)))
}
