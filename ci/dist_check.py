#!/usr/bin/env python3
"""Checks programs as they are shipped: what they need, how large they are, how they are hardened, how fast they start.

    ci/dist_check.py PROGRAM:MB...      MB: the size that each must stay under
"""
import os
import re
import subprocess
import sys
import time

# glibc and nothing else; the three in the second row have been empty since 2.34.
GLIBC = {"linux-vdso.so.1", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
         "libdl.so.2", "libpthread.so.0", "librt.so.1"}
START_UP = 6.0  # times what /bin/true takes beside it, that `version` may take; machines differ, and what else they do
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout


def start_up(program, rounds=200):
    """How long `PROGRAM version` takes, in times of /bin/true: the least of each, run in turns."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    least = {}
    for _ in range(rounds):
        for words in (["/bin/true"], [program, "version"]):
            started = time.perf_counter()
            process = os.posix_spawn(words[0], words, os.environ, file_actions=quiet)
            _, status = os.waitpid(process, 0)
            least[words[0]] = min(least.get(words[0], 60.0), time.perf_counter() - started)
            if status != 0:
                sys.exit(f"dist_check: {' '.join(words)}: status {status}")
    return least[program] / least["/bin/true"]


def check(program, budget):
    """(columns of its row, problems)"""
    needs = {os.path.basename(line.split()[0]) for line in output("ldd", program).splitlines()}
    problems = [f"needs {name}" for name in sorted(needs - GLIBC)]

    size = os.path.getsize(program)
    if size >= budget * 1_000_000:
        problems.append(f"has {size} bytes, must stay under {budget} MB")

    read = output("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", "--dyn-syms", "--sections", program)
    hardening = {
        "PIE": re.search(r"Type:\s+DYN", read),
        "RELRO": "GNU_RELRO" in read,
        "bind now": re.search(r"FLAGS\S*\).*\bNOW\b", read),
        "no executable stack": re.search(r"GNU_STACK(\s+0x\w+){5}\s+RW\s", read),
        "no segment to write and execute": not re.search(r"LOAD(\s+0x\w+){5}\s+RWE", read),
        "stack protector": "__stack_chk_fail" in read,
        "fortified": "_chk@" in read,
        "stripped": ".symtab" not in read,
    }
    problems += [f"is not built as it should be: {what}" for what, holds in hardening.items() if not holds]

    with open(program, "rb") as data:
        if ROOT.encode() in data.read():
            problems.append(f"names the directory it was built in: {ROOT}")

    times = start_up(program)
    if times >= START_UP:
        problems.append(f"version takes {times:.1f} times as long as /bin/true, should take less than {START_UP:g}")
    libraries = " ".join(sorted(name for name in needs if name.startswith("lib")))
    return [os.path.basename(program), f"{size / 1e6:.2f} MB (< {budget:g})", f"{times:.1f} x true (< {START_UP:g})",
            libraries], problems


def main(arguments):
    rows, failed = [["program", "size", "version takes", "needs of the system"]], False
    for argument in arguments:
        program, _, budget = argument.rpartition(":")
        row, problems = check(os.path.abspath(program), float(budget))
        rows.append(row)
        for problem in problems:
            failed = True
            print(f"dist_check: {program}: {problem}")
    for row in rows:
        print("  " + "".join(cell.ljust(width) for cell, width in zip(row, (14, 22, 20, 0))))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
