#!/usr/bin/env python3
"""Asks every package manager of the zoo (make-image OUT zoo) what it installed, and writes truth.json.

    zoo_truth.py ROOT WORK OUT CRATE

Each entry: the purl type, below which path its packages are, and [name, version] as its manager says them.
"""
import json
import os
import re
import shutil
import subprocess
import sys


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout


def main():
    root, work, out, crate = sys.argv[1:]
    inside = lambda *command: run("env", "TMPDIR=/tmp", "HOME=/root", "chroot", root, *command)  # noqa: E731
    truth = []

    def add(name, kind, scope, packages):
        packages = sorted({(a, b) for a, b in packages})
        if packages:
            truth.append({"name": name, "type": kind, "scope": scope, "packages": packages})
        else:
            print(f"zoo_truth: {name}: its manager says nothing", file=sys.stderr)

    lines = inside("dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version}\n").splitlines()
    add("dpkg", "deb", "", [line.split()[1:] for line in lines if line.startswith("installed ")])
    listed = inside("/opt/venv/bin/python", "-m", "pip", "list", "--format", "json")
    add("pip", "pypi", "opt/venv/", [(p["name"], p["version"]) for p in json.loads(listed or "[]")])
    packages = []
    for line in run("npm", "ls", "--all", "--parseable", "--long", "--prefix", f"{root}/srv/app").splitlines():
        name, _, version = line.split(":")[1].rpartition("@")
        if name != "app":
            packages.append((name, version))
    add("npm", "npm", "srv/app/node_modules/", packages)
    packages = []
    for line in inside("gem", "list", "--local").splitlines():
        found = re.fullmatch(r"(\S+) \((.*)\)", line)
        for version in found[2].split(", ") if found else []:
            packages.append((found[1], version.replace("default: ", "").split(" ")[0]))
    add("gem", "gem", "", packages)
    script = 'x <- installed.packages(); cat(paste(x[,"Package"], x[,"Version"]), sep="\\n")'
    add("R", "cran", "", [line.split() for line in inside("R", "--slave", "-e", script).splitlines()])
    # An application is what has a resource file: erl_interface is C alone.
    script = ('[io:format("~s~n",[filename:basename(filename:dirname(filename:dirname(F)))]) || '
              'F <- filelib:wildcard(code:lib_dir()++"/*-*/ebin/*.app")], halt().')
    lines = inside("erl", "-noshell", "-boot", "start_clean", "-eval", script).splitlines()
    add("erlang", "otp", "usr/lib/erlang/", [line.rpartition("-")[::2] for line in lines])
    packages = []
    for line in inside("pear", "list").splitlines():
        found = re.fullmatch(r"(\S+)\s+(\d\S*)\s+(stable|beta|alpha|devel)", line)
        if found:
            packages.append((found[1], found[2]))
    add("pear", "pear", "", packages)
    packages = []
    for program in sorted(os.listdir(f"{root}/usr/local/bin")):
        path = f"usr/local/bin/{program}"
        text = run("go", "version", "-m", f"{root}/{path}")
        version = re.search(r": go(\S+)", text)
        if not version:
            continue
        packages.append(("stdlib", version[1]))
        rows = [line.split("\t")[1:] for line in text.splitlines()[1:]]
        for at, row in enumerate(rows):
            replaced = at + 1 < len(rows) and rows[at + 1][0] == "=>"
            if row[0] in ("mod", "dep") and not replaced:
                packages.append((row[1], row[2]))
            elif row[0] == "=>":
                packages.append((row[1], row[2]))
    add("go", "golang", "usr/local/bin/", packages)
    source = next((os.path.join(directory, name) for directory, names, _ in os.walk(os.path.expanduser("~/.cargo/registry/src"))
                   for name in names if name.startswith(crate + "-")), None)
    if source and os.path.exists(f"{root}/usr/local/bin/{crate}"):
        shutil.rmtree(f"{work}/crate", ignore_errors=True)
        shutil.copytree(source, f"{work}/crate")
        tree = run("cargo", "tree", "--locked", "--manifest-path", f"{work}/crate/Cargo.toml", "-e", "normal,no-proc-macro", "--prefix", "none")
        add("cargo", "cargo", "usr/local/bin/", [(w[0], w[1][1:]) for w in (line.split() for line in tree.splitlines()) if w])
    if os.path.exists(f"{work}/maven.txt"):
        with open(f"{work}/maven.txt", encoding="utf-8") as text:
            rows = [line.strip().split(":") for line in text]
        add("maven", "maven", "opt/java/", [(f"{row[0]}/{row[1]}", row[-2]) for row in rows])
    lines = run("rpm", "--root", f"{root}/opt/fedora", "--define", "_dbpath /var/lib/rpm", "--define", "_db_backend sqlite",
                "-qa", "--qf", "%{NAME} %{VERSION}-%{RELEASE}\n").splitlines()
    add("rpm", "rpm", "opt/fedora/", [line.split() for line in lines])
    lines = run("pacman", "--root", f"{root}/opt/arch", "--dbpath", f"{root}/opt/arch/var/lib/pacman", "-Q").splitlines()
    add("pacman", "alpm", "opt/arch/", [line.split() for line in lines])
    lines = run("luarocks", "--tree", f"{root}/opt/rocks", "list", "--porcelain").splitlines()
    add("luarocks", "luarocks", "opt/rocks/", [line.split("\t")[:2] for line in lines if f"{root}/opt/rocks" in line])
    with open(out, "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1)


if __name__ == "__main__":
    main()
