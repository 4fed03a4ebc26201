// Raw mode and bufio.Reader.ReadByte: what the article compares itself with.
package main

import (
	"bufio"
	"os"

	"peers/stamps"
)

func main() {
	s := stamps.Open()
	stamps.Raw()
	reader := bufio.NewReader(os.Stdin)
	s.Ready()
	for {
		b, err := reader.ReadByte()
		if err != nil {
			return
		}
		s.Payload(1)
		if b == 4 {
			return
		}
	}
}
