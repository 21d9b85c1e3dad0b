#!/usr/bin/env python3
"""Guards the floors: reads the supply_room lines of libsupply/CMakeLists.txt and every #include.

An error is: a room that uses another without declaring it, a room above its floor, a cycle of rooms, another room's
internal/, a foreign header outside the room that owns it, a room that declares what it does not use, a directory that is
no room, a public header that leads to a foreign library, a room that the README's map of directories lacks or invents.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIB = ROOT / "libsupply"
FLOORS = ["base", "image", "content", "trust", "verdict"]

# Which rooms may include a foreign header; "*.cpp" means every source and no header.
OWNERS = {
    r"openssl/": {"base/crypto", "base/http_server"},
    r"sodium": {"base/crypto"},
    r"isa-l": {"base/archive"},
    r"zstd": {"base/archive"},
    r"archive(_entry)?\.h": {"base/archive", "base/zip"},
    r"expat\.h": {"base/xml"},
    r"zlib\.h": {"base/archive"},
    r"sqlite3": {"base/sqlite"},
    r"curl/": {"base/http"},
    r"boost/": {"base/http_server"},
    r"CLI/": set(),
    r"catch2/": {"*_test.cpp"},
    r"nlohmann/json\.hpp": {"*.cpp"},
    r"re2/": {"*.cpp"},
    r"fmt/": {"*.cpp"},
}
# What no code may do outside the named rooms: what reads the environment, the clock, or writes to the terminal.
NEVER = re.compile(r"\b(getenv|std::cout|std::cerr|printf|std::exit|system_clock::now)\b")
# Pure rooms: never on stores, files, HTTP.
PURE = {"trust/attest", "verdict/policy", "content/pins"}
PURE_NEVER = {"base/http", "image/layout", "image/registry"}


def rooms():
    text = (LIB / "CMakeLists.txt").read_text()
    found = {}
    for body in re.findall(r"^supply_room\(([^)]*)\)", text, re.M | re.S):
        words = body.split()
        name, key, uses = words[0], None, []
        for word in words[1:]:
            if word in ("USES", "LINKS", "TABLES", "TESTS"):
                key = word
            elif key == "USES":
                uses.append(word)
        found[name] = uses
    return found


def room_of(path, names):
    parts = path.relative_to(LIB).parts
    name = "/".join(parts[:2])
    if name in names:
        return name
    return parts[0] if parts[0] == "testing" else None


def map_of_the_readme():
    """The rooms that the README's map names: `name` in the row of a floor."""
    rows = re.findall(r"^\| `libsupply/(\w+)` \| (.*) \|$", (ROOT / "README.md").read_text(), re.M)
    return {f"{floor}/{name}" for floor, text in rows for name in re.findall(r"`([a-z0-9_]+)`", text)}


def main():
    problems = []
    declared = rooms()
    problems += [f"README.md: the map of directories lacks {name}" for name in sorted(set(declared) - map_of_the_readme())]
    problems += [f"README.md: {name} of the map is no room" for name in sorted(map_of_the_readme() - set(declared))]
    used = {name: set() for name in declared}

    for name, uses in declared.items():
        floor = FLOORS.index(name.split("/")[0])
        for other in uses:
            if other not in declared:
                problems.append(f"{name}: uses {other}, which is no room")
            elif FLOORS.index(other.split("/")[0]) > floor:
                problems.append(f"{name}: uses {other}, which is on a floor above")

    def visit(name, way):
        if name in way:
            problems.append("cycle: " + " -> ".join(way[way.index(name):] + [name]))
            return
        for other in declared.get(name, []):
            if other not in done:
                visit(other, way + [name])
        done.add(name)

    done = set()
    for name in declared:
        visit(name, [])

    for path in sorted(LIB.rglob("*")):
        if path.suffix not in (".hpp", ".cpp"):
            continue
        where = path.relative_to(ROOT)
        room = room_of(path, declared)
        if room is None:
            problems.append(f"{where}: stands in no room")
            continue
        test = path.name.endswith(("_test.cpp", "_fuzz.cpp")) or room == "testing"
        text = path.read_text(errors="replace")
        for include in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.M):
            if include.startswith("libsupply/"):
                other_path = ROOT / include
                if not other_path.exists():
                    problems.append(f"{where}: includes {include}, which is not there")
                    continue
                other = room_of(other_path, declared)
                if other == room:
                    continue
                if other == "testing":
                    if not test:
                        problems.append(f"{where}: uses testing outside a test")
                    continue
                if "internal" in Path(include).parts:
                    problems.append(f"{where}: includes {include}, another room's internal")
                if test or path.name.endswith("_fuzz.cpp"):
                    continue
                if other not in declared[room]:
                    problems.append(f"{where}: {room} uses {other} without declaring it")
                used[room].add(other)
                continue
            if include.startswith("tools/"):
                problems.append(f"{where}: includes {include}: the library never uses the tools")
            for pattern, owners in OWNERS.items():
                if not re.match(pattern, include):
                    continue
                fine = (room in owners and (path.suffix == ".cpp" or "internal" in path.parts)
                        or "*.cpp" in owners and path.suffix == ".cpp"
                        or path.name.endswith("_test.cpp") and pattern.startswith("catch2"))
                if not fine and not (test and path.suffix == ".cpp" and room in owners):
                    problems.append(f"{where}: includes {include} outside its owner")
        if not test:
            for number, line in enumerate(text.splitlines(), 1):
                if NEVER.search(line.split("//")[0]):
                    problems.append(f"{where}:{number}: library code on the terminal, environment or clock")

    for name, uses in declared.items():
        for other in uses:
            if other not in used[name]:
                problems.append(f"{name}: declares {other} and does not use it")
        if not any((LIB / name).rglob("*.cpp")) and not any((LIB / name).rglob("*.hpp")):
            problems.append(f"{name}: is declared and not there")
        if name in PURE and PURE_NEVER & set(uses):
            problems.append(f"{name}: may not use {PURE_NEVER & set(uses)}")

    for problem in problems:
        print(problem)
    print(f"check_rooms: {len(declared)} rooms, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
