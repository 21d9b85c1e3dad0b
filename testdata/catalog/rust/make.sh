#!/usr/bin/env bash
# Builds a small program with cargo-auditable and keeps its list of crates, and beside it what cargo says is in it.
#   cargo install cargo-auditable && testdata/catalog/rust/make.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cargo new --quiet hello
cd hello
cat >Cargo.toml <<'END'
[package]
name = "hello"
version = "0.3.1"
edition = "2021"
[dependencies]
serde = { version = "1", features = ["derive"] }
itoa = "1"
[build-dependencies]
cc = "1"
END
echo 'fn main() {}' >build.rs
cargo auditable build --quiet --release
objcopy --dump-section ".dep-v0=$here/dep-v0" target/release/hello /dev/null
cargo tree --offline --edges normal,no-proc-macro --prefix none --format '{p}' | sed 's/ (.*//' | sort -u >"$here/cargo-tree.txt"
