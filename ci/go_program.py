"""Programs of one Go file in ci/, for ci/interop: built once with modules of fixed versions."""
import os
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def go_program(directory, stem, *modules):
    """The program of ci/STEM.go in the directory, built if need be; None where there is no Go or it cannot be built."""
    path = os.path.abspath(os.path.join(directory, stem.replace("_", "-")))
    if os.path.exists(path):
        return path
    if shutil.which("go") is None:
        return None
    with tempfile.TemporaryDirectory() as module:
        shutil.copy(os.path.join(HERE, f"{stem}.go"), f"{module}/main.go")
        with open(f"{module}/go.mod", "w", encoding="ascii") as out:
            out.write("module interop\n\ngo 1.24\n")
        env = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
        for command in (["go", "get", *modules], ["nice", "-n", "19", "go", "build", "-trimpath", "-o", path, "."]):
            result = subprocess.run(command, cwd=module, env=env, capture_output=True, text=True, errors="replace")
            if result.returncode != 0:
                print(result.stderr[-1000:])
                return None
    return path
