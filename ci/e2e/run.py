#!/usr/bin/env python3
"""Runs one file of end-to-end tests, for ctest.

    python3 ci/e2e/run.py test_NAME

Exit code 1 when a test failed or none ran, 77 (shown as skipped) when one was skipped and none failed, else 0. With
SUPPLY_REQUIRE_PROGRAMS=1, which ci/test sets, a skipped test is a failure, unless it lacks what neither a checkout nor
ci/setup has: what only a registry has, data beside the project's directory, a program that is too large to install, a
right that the machine does not give (namespaces, containers).
"""
import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# registry_data.Unreachable, Case.needs_large, tests of data beside the project, tests that start containers.
NOT_OURS = ("cannot be had", "which ci/setup does not install", "../shared/", "this machine gives no ")


def main():
    result = unittest.main(module=sys.argv[1], argv=[sys.argv[0], *sys.argv[2:]], exit=False).result
    for test, why in result.skipped:
        print(f"SKIPPED {test}: {why}", file=sys.stderr)
    if not result.wasSuccessful() or result.testsRun == 0:
        return 1
    if result.skipped:
        lacking = [why for _, why in result.skipped if not any(part in why for part in NOT_OURS)]
        return 1 if lacking and os.environ.get("SUPPLY_REQUIRE_PROGRAMS") == "1" else 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
