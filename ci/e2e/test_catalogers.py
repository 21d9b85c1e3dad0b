"""A new ecosystem is one file: a cataloger that is put into catalogers/ is found, built and asked, and nothing else is changed."""
import glob
import os
import shlex
import shutil
import subprocess

from harness import ROOT, SUPPLY, YES, Case, directory, file

BUILD = os.path.dirname(SUPPLY)

CATALOGER = r"""
#include "libsupply/content/catalog/cataloger.hpp"

namespace supply::catalog::catalogers {
namespace {

constexpr rootfs::Select kSelects[] = {{rootfs::Select::By::name, "lamp.txt"}};
const PathCollector kFiles({.name = "lamps", .selects = kSelects, .limit = 100});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  for (const rootfs::CollectedFile& file : context.tree.collected(kFiles.name())) {
    pkg::Package package;
    package.name = "lamp";
    package.version = file.content;
    SUPPLY_TRY(package.purl, pkg::Purl::create({"generic", "lamps", package.name, package.version, {}, ""}));
    package.cataloger = "lamps";
    package.location = file.file.path;
    SUPPLY_TRY(context.add(std::move(package), catalog));
  }
  return {};
}

}  // namespace

const Cataloger& lamps() {
  static constexpr Cataloger cataloger{.name = "lamps", .types = {}, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
"""

# The table of a copy of the directory, made by the function that makes the real one.
PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(one_file CXX)
include({root}/ci/rooms.cmake)
supply_table(content/catalog catalogers:Cataloger)
"""


class OneFile(Case):
    def test_a_cataloger_is_one_file(self):
        for program in ("cmake", "ninja", "c++"):
            self.needs(program)
        if not os.path.exists(os.path.join(BUILD, "build.ninja")):
            self.skipTest("the program was not built here")
        room = os.path.join("libsupply", "content", "catalog", "catalogers")
        os.makedirs(self.path("tree", room))
        for name in glob.glob(os.path.join(ROOT, room, "*.cpp")):
            shutil.copy(name, self.path("tree", room))
        added = self.path("tree", room, "lamps.cpp")
        with open(added, "w", encoding="utf-8") as out:
            out.write(CATALOGER)
        with open(self.path("tree", "CMakeLists.txt"), "w", encoding="utf-8") as out:
            out.write(PROJECT.format(root=ROOT))
        self.run_command("cmake", "-S", self.path("tree"), "-B", self.path("build"), "-G", "Ninja")
        table = self.path("build", "generated", "content", "catalog", "catalogers.cpp")
        for source in (table, added):
            self.run_command("c++", "-std=c++20", "-O0", "-fPIC", f"-I{ROOT}", "-c", source, "-o", source + ".o")
        # The link of the program itself, with the new table before the library that has the old one.
        commands = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "supply"], check=True, capture_output=True, text=True)
        link = shlex.split(commands.stdout.strip().splitlines()[-1])
        link = link[link.index("&&") + 1:] if "&&" in link else link
        link = link[:link.index("&&")] if "&&" in link else link
        at = link.index("-o")
        program = self.path("supply")
        link[at + 1:at + 2] = [program, table + ".o", added + ".o"]
        self.run_command(*link, cwd=BUILD)
        layout = self.image(layers=[[directory("srv"), file("srv/lamp.txt", "1.5")]])
        self.assertNotIn("pkg:generic/lamps/", self.answers(YES, "sbom", "-o", "purls", f"oci:{layout}:app").text)
        answer = self.answers(YES, "sbom", "-o", "purls", f"oci:{layout}:app", program=program)
        self.assertIn("pkg:generic/lamps/lamp@1.5", answer.text.splitlines())

    def run_command(self, *command, cwd=None):
        result = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
        self.assertEqual(0, result.returncode, f"{' '.join(command)}\n{result.stdout}{result.stderr}"[-3000:])


if __name__ == "__main__":
    import unittest
    unittest.main()
