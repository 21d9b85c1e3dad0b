"""SBOMs of source trees: what lock files fix, what is installed, what is left out and what is not known."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from harness import DAMAGED, IMAGES, NO, SUPPLY, UNKNOWN, USAGE, YES, Case, environment, some

LOCK = {"name": "app", "version": "1.2.3", "lockfileVersion": 3, "packages": {
    "": {"name": "app", "version": "1.2.3", "dependencies": {"a": "1"}, "devDependencies": {"b": "2"}},
    "node_modules/a": {"version": "1.0.0", "dependencies": {"c": "1"},
                       "integrity": "sha512-" + "A" * 86 + "=="},
    "node_modules/b": {"version": "2.0.0", "dev": True},
    "node_modules/c": {"version": "3.0.0", "optional": True}}}


class Tree(Case):
    def project(self, name="tree"):
        self.write(f"{name}/package-lock.json", json.dumps(LOCK))
        self.write(f"{name}/package.json", json.dumps({"name": "app", "dependencies": {"a": "1"}}))
        self.write(f"{name}/tools/requirements.txt", "Six==1.16.0\n")
        self.write(f"{name}/.git/HEAD", "x")
        return self.path(name)

    def test_every_format_says_packages_scopes_and_what_was_left_out(self):
        tree = self.project()
        answer = self.answers(YES, "sbom", f"dir:{tree}", "-o", "purls")
        self.assertEqual(["pkg:npm/a@1.0.0", "pkg:npm/b@2.0.0", "pkg:npm/c@3.0.0", "pkg:pypi/six@1.16.0"], answer.text.split())
        self.says(answer, "left out .git", "4 packages; lock files: package-lock.json, tools/requirements.txt")
        spdx = self.answers(YES, "sbom", tree, "--quiet").json
        names = {p["SPDXID"]: p["name"] for p in spdx["packages"]}
        (root,) = [p for p in spdx["packages"] if p["SPDXID"] == "SPDXRef-DocumentRoot-Image"]
        self.assertEqual(("app", "1.2.3", "SOURCE"), (root["name"], root["versionInfo"], root["primaryPackagePurpose"]))
        said = {(names[r["spdxElementId"]], r["relationshipType"], names[r["relatedSpdxElement"]])
                for r in spdx["relationships"] if r["spdxElementId"] in names}
        for one in (("a", "RUNTIME_DEPENDENCY_OF", "app"), ("b", "DEV_DEPENDENCY_OF", "app"), ("c", "OPTIONAL_DEPENDENCY_OF", "app"),
                    ("a", "DEPENDS_ON", "c"), ("app", "CONTAINS", "a")):
            self.assertIn(one, said)
        self.assertIn("left out: .git: of version control", [a["comment"] for a in spdx["annotations"]])
        cyclonedx = self.answers(YES, "sbom", tree, "-o", "cyclonedx-json").json
        self.assertEqual({"a": "required", "b": "excluded", "c": "optional", "six": None},
                         {c["name"]: c.get("scope") for c in cyclonedx["components"]})
        self.assertEqual([{"phase": "pre-build"}], cyclonedx["metadata"]["lifecycles"])

    def test_the_same_files_give_the_same_bytes_wherever_they_lie(self):
        one, other = self.project("one"), self.project("a/b/other")
        for form in ("spdx-json", "spdx3-json", "cyclonedx-json", "spdx-tag-value"):
            self.assertEqual(self.answers(YES, "sbom", one, "-o", form).out, self.answers(YES, "sbom", other, "-o", form).out, form)

    def test_a_tree_is_compared_with_its_document_converted_and_linted(self):
        tree = self.project()
        for form in ("spdx-json", "spdx3-json", "cyclonedx-json", "spdx-tag-value"):
            document = self.write("document", self.answers(YES, "sbom", tree, "-o", form).out)
            answer = self.answers(YES, "sbom", "diff", f"sbom:{document}", f"dir:{tree}", "--json").json
            self.assertEqual([], answer["differences"])
            converted = self.answers(YES, "sbom", "convert", f"sbom:{document}", "-o", "spdx-json")
            self.assertNotIn("scope", converted.err)
        for form in ("spdx-json", "spdx3-json", "cyclonedx-json", "spdx-tag-value"):
            converted = self.answers(YES, "sbom", "convert", f"dir:{tree}", "-o", form)
            self.assertEqual(self.answers(YES, "sbom", tree, "-o", form).out, converted.out, form)
        self.answers(YES, "sbom", "merge", f"dir:{tree}", f"oci:{IMAGES}:debian", "-o", "spdx-json")
        self.assertIn(self.answers(YES, "sbom", "lint", "--profile", "cra", f"dir:{tree}").code, (YES,))
        self.write("tree/tools/requirements.txt", "Six==1.17.0\n")
        changed = self.answers(YES, "sbom", "diff", f"sbom:{document}", f"dir:{tree}", "--json").json["differences"]
        self.assertEqual(["1.16.0"], changed[0]["before"])

    def test_a_document_is_checked_against_the_tree_and_an_image(self):
        tree = self.project()
        document = self.write("document", self.answers(YES, "sbom", tree).out)
        self.says(self.answers(YES, "sbom", "check", tree, "--sbom", document), "satisfied", "a document to compare")
        same = self.answers(YES, "sbom", "check", f"dir:{tree}", "--sbom", document, "--json").json
        self.assertEqual((4, "SPDX-2.3"), (same["compared"][0]["agreed"], same["compared"][0]["format"]))
        self.write("tree/tools/requirements.txt", "Six==1.17.0\n")
        changed = self.answers(NO, "sbom", "check", tree, "--sbom", document, "--json").json
        self.assertEqual(["pkg:pypi/six"], [d["package"] for d in changed["compared"][0]["differences"]])
        self.assertEqual((None, False, document), (changed["digest"], changed["agrees"], changed["document"]))
        self.write("tree/yarn.lock", "<<<<<<< HEAD\n")
        self.write("tree/tools/requirements.txt", "Six==1.16.0\n")
        self.assertIsNone(self.answers(UNKNOWN, "sbom", "check", tree, "--sbom", document, "--json").json["agrees"])
        image = f"oci:{IMAGES}:debian"
        mine = self.write("mine", self.answers(YES, "sbom", image).out)
        self.answers(YES, "sbom", "check", image, "--sbom", mine)
        self.answers(NO, "sbom", "check", image, "--sbom", document)
        for wrong in ([tree], [tree, "--sbom", mine, "--platform", "linux/amd64"], [image, "--sbom", mine, "--key", "k"],
                      [tree, "--sbom", "missing"]):
            self.answers(USAGE, "sbom", "check", *wrong)

    def test_what_is_not_known_is_said_and_strict_is_damaged(self):
        for name, files in {"damaged": {"yarn.lock": "<<<<<<< HEAD\n"},
                            "manifest": {"package.json": '{"dependencies": {"a": "1"}}'},
                            "version": {"Cargo.lock": "version = 99\n"},
                            "pom": {"pom.xml": "<project><artifactId>x</artifactId><dependencies><dependency><groupId>g</groupId>"
                                               "<artifactId>a</artifactId><version>1</version></dependency></dependencies></project>"}}.items():
            with self.subTest(name):
                for path, text in files.items():
                    self.write(f"{name}/{path}", text)
                self.says(self.answers(YES, "sbom", self.path(name)), "may be in", *files)
                self.answers(DAMAGED, "sbom", self.path(name), "--strict")
                document = self.write("document", self.answers(YES, "sbom", self.path(name)).out)
                self.answers(UNKNOWN, "sbom", "diff", f"sbom:{document}", f"sbom:{document}")

    def test_an_empty_or_unreadable_directory_is_no_tree_without_packages(self):
        os.mkdir(self.path("empty"))
        self.says(self.answers(UNKNOWN, "sbom", self.path("empty")), "no lock file")
        self.answers(UNKNOWN, "sbom", "dir:" + self.path("none"))
        self.write("file", "x")
        self.answers(UNKNOWN, "sbom", "dir:" + self.path("file"))
        self.answers(USAGE, "sbom", f"dir:{self.project()}", "--platform", "linux/amd64")
        self.answers(USAGE, "sbom", f"dir:{self.project()}", "--verify")

    def test_a_file_or_directory_that_may_not_be_read_is_a_known_unknown(self):
        # Root may read everything, so another user asks: the tree lies where that user may go (TMPDIR may be root's alone).
        self.directory = tempfile.mkdtemp(dir="/tmp", prefix="supply-e2e-")
        self.addCleanup(shutil.rmtree, self.directory)
        os.chmod(self.directory, 0o755)
        tree = self.project()
        self.write("tree/closed/yarn.lock", "")
        self.write("tree/go.mod", "module x\n")
        os.chmod(self.path("tree/closed"), 0)
        os.chmod(self.path("tree/go.mod"), 0)
        self.addCleanup(os.chmod, self.path("tree/closed"), 0o700)
        command = [SUPPLY, "sbom", tree, "--no-cache"]
        if os.geteuid() == 0:
            self.needs("setpriv")
            program = shutil.copy(SUPPLY, self.path("supply"))
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, *command[1:]]
        ran = subprocess.run(command, capture_output=True, text=True, env=environment(XDG_CACHE_HOME="/nonexistent"))
        self.assertEqual(YES, ran.returncode, ran.stderr)
        self.assertRegex(ran.stderr, r"may be in closed: .*ermission")
        self.assertRegex(ran.stderr, r"may be in go.mod: .*ermission")

    def test_a_megabyte_of_junk_costs_little_in_every_lock_file(self):
        names = ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "requirements.txt", "poetry.lock", "pdm.lock",
                 "uv.lock", "Pipfile.lock", "pylock.toml", "Cargo.lock", "go.mod", "go.sum", "Gemfile.lock", "composer.lock",
                 "packages.lock.json", "gradle.lockfile", "pom.xml", "mix.lock", "pubspec.lock", "Package.resolved", "conan.lock",
                 "vcpkg.json", "stack.yaml.lock", "cabal.project.freeze", "renv.lock"]
        junk = {"brackets": "[" * 1_000_000, "braces": '{"a":' * 200_000, "tables": "[a.b]\n" * 170_000, "lines": "a\n" * 500_000,
                "arrays": "a=[" + "[]," * 333_000 + "]\n", "names": "[[package]]\nname = \"a\"\nversion = \"1\"\n" * 24_000,
                "quotes": '"' * 1_000_000, "spaces": " " * 1_000_000, "gems": "GEM\n  specs:\n" + "    a (1)\n      a\n" * 60_000}
        for kind, text in some(junk.items()):
            for name in names:
                self.write(f"{kind}/{name}/{name}", text)
            begin = time.monotonic()
            command = ["/usr/bin/time", "-f", "%M", SUPPLY, "sbom", self.path(kind), "-o", "purls", "--quiet"]
            if not os.path.exists(command[0]):
                command = command[3:]
            ran = subprocess.run(command, capture_output=True, text=True, env=environment())
            self.assertIn(ran.returncode, (YES, UNKNOWN, DAMAGED), f"{kind}: {ran.stderr[-2000:]}")
            self.assertLess(time.monotonic() - begin, 20 * len(names) / 4, kind)
            if command[0] == "/usr/bin/time":
                self.assertLess(int(ran.stderr.split()[-1]), 1 << 20, kind)


def parsed_purls(text):
    return {re.sub(r"\?.*", "", line).replace("%40", "@").replace("%2B", "+") for line in text.split()}


class Tools(Case):
    """Against the tool's own list. Needs the tool and its registry."""
    def run_tool(self, *command):
        self.needs_large(command[0])
        ran = subprocess.run(command, cwd=self.directory, capture_output=True, text=True, timeout=300)
        if ran.returncode != 0:
            self.skipTest(f"what {command[0]} wants cannot be had: {ran.stderr[-300:]}")
        return ran.stdout

    def test_npm_ls(self):
        self.write("package.json", json.dumps({"name": "app", "version": "1.0.0", "dependencies": {"express": "4.18.2"},
                                               "devDependencies": {"mocha": "10.2.0"}}))
        self.run_tool("npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit")

        def walk(node, out):
            for name, child in node.get("dependencies", {}).items():
                if "version" in child:
                    out.add(f"pkg:npm/{name}@{child['version']}")
                walk(child, out)
            return out

        theirs = walk(json.loads(self.run_tool("npm", "ls", "--all", "--json", "--package-lock-only")), set())
        self.assertEqual(theirs, parsed_purls(self.answers(YES, "sbom", f"dir:{self.directory}", "-o", "purls").text))

    def test_cargo_metadata(self):
        self.write("Cargo.toml", '[package]\nname = "demo"\nversion = "0.3.0"\nedition = "2021"\n'
                                 '[dependencies]\nserde = { version = "1", features = ["derive"] }\n[dev-dependencies]\nlog = "0.4"\n')
        self.write("src/main.rs", "fn main() {}\n")
        self.run_tool("cargo", "generate-lockfile")
        metadata = json.loads(self.run_tool("cargo", "metadata", "--format-version", "1"))
        theirs = {f"pkg:cargo/{p['name']}@{p['version']}" for p in metadata["packages"]}
        self.assertEqual(theirs, parsed_purls(self.answers(YES, "sbom", f"dir:{self.directory}", "-o", "purls").text))

    def test_go_list(self):
        self.write("go.mod", "module example.org/demo\n\ngo 1.21\n")
        self.write("main.go", 'package main\n\nimport "github.com/spf13/pflag"\n\nfunc main() { pflag.Parse() }\n')
        self.run_tool("go", "mod", "tidy")
        theirs = {"pkg:golang/" + line.replace(" ", "@") for line in self.run_tool("go", "list", "-m", "all").splitlines()[1:]}
        self.assertEqual(theirs, parsed_purls(self.answers(YES, "sbom", f"dir:{self.directory}", "-o", "purls").text))


if __name__ == "__main__":
    unittest.main()
