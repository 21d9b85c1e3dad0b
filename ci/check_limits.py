#!/usr/bin/env python3
"""Every constant of libsupply/base/limits/*limits.hpp is used by the code, and named in a test; a limit (kMax…) is
nowhere else.

A large limit is tested with a smaller one as a parameter: that test names the constant, in a check that it is the
default or in a comment beside it. A unit (kKiB) is no limit.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMITS = sorted((ROOT / "libsupply" / "base" / "limits").glob("*limits.hpp"))
UNITS = {"kKiB", "kMiB", "kGiB"}


def main():
    names = set(re.findall(r"\b(k[A-Z]\w*)(?:\{| = )", "\n".join(p.read_text() for p in LIMITS))) - UNITS
    if not names:
        sys.exit("check_limits: no header names a limit")
    sources = [p for directory in ("libsupply", "tools") for p in (ROOT / directory).rglob("*.[ch]pp") if p not in LIMITS]
    tests = [p for p in sources if p.name.endswith("_test.cpp")] + sorted((ROOT / "ci" / "e2e").glob("*.py"))
    tested = set(re.findall(r"\bk[A-Z]\w*", "\n".join(p.read_text() for p in tests)))
    used = set(re.findall(r"\bk[A-Z]\w*", "\n".join(p.read_text() for p in sources if p not in tests)))
    wrong = [f"{name} is in no test" for name in sorted(names - tested)]
    wrong += [f"{name} is used nowhere" for name in sorted(names - used)]
    elsewhere = {p: re.findall(r"^.*constexpr.*\b(k(?:Max|Most)[A-Z]\w*) =", p.read_text(), re.M)
                 for p in sources if p not in tests and "testing" not in p.parts}
    wrong += [f"{name} stands in {p.relative_to(ROOT)}" for p, found in elsewhere.items() for name in found]
    print("\n".join([*wrong, f"check_limits: {len(names)} limits, {len(wrong)} problems"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
