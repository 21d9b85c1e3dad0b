"""Adding a lock format is adding one file: in a copy of the sources, CMake finds it and the table has it."""
import os
import shutil
import subprocess
import unittest

from harness import ROOT, Case

FORMAT = """#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"

namespace supply::locks::formats {
const Format& one_more() {
  static const Format format = {"one-more", [](std::string_view path) { return base_name(path) == "one-more.lock"; },
                                [](std::string_view) -> Result<LockFile> { return LockFile{}; }};
  return format;
}
}  // namespace supply::locks::formats
"""


class OneFile(Case):
    def test_a_lock_format_is_one_file(self):
        for program in ("cmake", "ninja", "g++", "git"):
            self.needs(program)
        copy = self.path("copy")
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
        if listed.returncode != 0:
            self.skipTest("the sources are no checkout")
        for name in filter(None, listed.stdout.split("\0")):
            if name.startswith(("libsupply/", "tools/", "ci/")) or "/" not in name:
                os.makedirs(os.path.dirname(os.path.join(copy, name)), exist_ok=True)
                if os.path.exists(os.path.join(ROOT, name)):
                    shutil.copyfile(os.path.join(ROOT, name), os.path.join(copy, name))
        self.write("copy/libsupply/content/locks/formats/one_more.cpp", FORMAT)
        made = subprocess.run(["cmake", "-S", copy, "-B", self.path("build"), "-G", "Ninja"], capture_output=True, text=True)
        self.assertEqual(0, made.returncode, made.stderr[-2000:])
        table = self.path("build", "generated", "content", "locks", "formats.cpp")
        self.assertIn(b"one_more()", self.read(table))
        for source in (table, os.path.join(copy, "libsupply/content/locks/formats/one_more.cpp")):
            compiled = subprocess.run(["g++", "-std=c++20", "-fsyntax-only", "-I", copy, source], capture_output=True, text=True)
            self.assertEqual(0, compiled.returncode, compiled.stderr[-2000:])


if __name__ == "__main__":
    unittest.main()
