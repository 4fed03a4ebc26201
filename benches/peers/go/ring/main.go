// The article's design: a goroutine in epoll_wait that reads into a ring of 4096 bytes, and a
// handler that takes byte by byte out of it. Positions are atomic; who finds the ring empty is
// woken over a channel of one.
package main

import (
	"sync/atomic"
	"syscall"

	"peers/stamps"
)

const size = 4096

type ring struct {
	bytes [size]byte
	head  uint64
	_     [120]byte
	tail  uint64
	_     [120]byte
	more  chan struct{}
	room  chan struct{}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (r *ring) write(bytes []byte) {
	for len(bytes) > 0 {
		tail := atomic.LoadUint64(&r.tail)
		free := size - (tail - atomic.LoadUint64(&r.head))
		if free == 0 {
			<-r.room
			continue
		}
		n := 0
		for n < len(bytes) && uint64(n) < free {
			r.bytes[(tail+uint64(n))%size] = bytes[n]
			n++
		}
		atomic.StoreUint64(&r.tail, tail+uint64(n))
		bytes = bytes[n:]
		wake(r.more)
	}
}

func (r *ring) readByte() byte {
	head := atomic.LoadUint64(&r.head)
	for head == atomic.LoadUint64(&r.tail) {
		<-r.more
	}
	b := r.bytes[head%size]
	atomic.StoreUint64(&r.head, head+1)
	wake(r.room)
	return b
}

func main() {
	s := stamps.Open()
	stamps.Raw()
	r := &ring{more: make(chan struct{}, 1), room: make(chan struct{}, 1)}
	epoll, _ := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: 0}
	syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, 0, &event)
	go func() {
		var buffer [size]byte
		var events [1]syscall.EpollEvent
		for {
			if _, err := syscall.EpollWait(epoll, events[:], -1); err != nil {
				continue
			}
			n, err := syscall.Read(0, buffer[:])
			if err != nil || n == 0 {
				syscall.Exit(0)
			}
			r.write(buffer[:n])
		}
	}()
	s.Ready()
	for {
		b := r.readByte()
		s.Payload(1)
		if b == 4 {
			return
		}
	}
}
