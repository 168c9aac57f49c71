#!/usr/bin/env bash
# Builds the program that is handed out, and prints where it is: target/dist/envgate. On Linux it is linked statically (and stays position
# independent): one file runs in every distribution, and in images without a C library, and it starts sooner, since no loader runs before
# it. ENVGATE_PAGE names the review page to put into it, if any.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"
host=$(rustc -vV | sed -n 's/^host: //p')
flags=$(remap)
case $host in
  *-linux-gnu)
    [ -f "$(cc -print-file-name=libc.a)" ] || die "the C library to link statically is missing: apt-get install libc6-dev, or dnf install glibc-static"
    flags+=" -Ctarget-feature=+crt-static"
    ;;
esac
# With a target of its own, the flags do not reach build scripts and macros, which can't be static.
RUSTFLAGS=$flags cargo build --locked --quiet --release --target "$host"
mkdir -p "$target_dir/dist"
cp "$target_dir/$host/release/envgate" "$target_dir/dist/envgate"
echo "$target_dir/dist/envgate"
