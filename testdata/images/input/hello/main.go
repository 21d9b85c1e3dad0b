// Command hello prints a checksum: a small real Go program for the test image.
package main

import "github.com/cespare/xxhash/v2"

func main() { println("hello", xxhash.Sum64String("hello")) }
