"""Runs commands and says what they needed."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

PARTS = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.join(os.path.dirname(os.path.dirname(PARTS)), "build", "bench")


def built(name, *libraries):
    """The program of one source here, compiled when that is newer."""
    program, source = os.path.join(BENCH, name), os.path.join(PARTS, name + ".cpp")
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        os.makedirs(BENCH, exist_ok=True)
        subprocess.run(["g++", "-O2", "-std=c++20", source, "-o", program, *libraries], check=True)
    return program


def timed(command, env=None, accept=(0,)):
    """(seconds, peak resident MB); what it says is shown when it ends with a code that is not accepted."""
    with tempfile.TemporaryFile() as said:
        reading, writing = os.pipe()

        def on_three():
            os.dup2(writing, 3)

        process = subprocess.Popen([built("run"), *command], stdout=subprocess.DEVNULL, stderr=said, env=env,
                                   preexec_fn=on_three, close_fds=False)
        os.close(writing)
        with os.fdopen(reading, "rb") as figures:
            seconds, kib = (figures.read().split() + [b"0", b"0"])[:2]
        if process.wait() not in accept:
            said.seek(0)
            sys.exit(f"bench: {' '.join(command)[:200]}: exit {process.returncode}\n"
                     f"{said.read().decode(errors='replace')[-2000:]}")
        return float(seconds), int(kib) / 1024


def instructions(command, main_alone):
    """How many the command executes, the same on every machine of a kind; of main() alone where a dynamic linker would
    hide it. None where there is no valgrind."""
    if shutil.which("valgrind") is None:
        return None
    counting = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *(["--toggle-collect=main"] if main_alone else [])]
    done = subprocess.run([*counting, *command], env={**os.environ, "LD_BIND_NOW": "1"}, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or counted is None:
        sys.exit(f"bench: {' '.join(command)[:200]}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return int(counted.group(1))
