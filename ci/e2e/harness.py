"""What the end-to-end tests share: the program, a directory of their own, keys, images, and ways to damage them.

    python3 -m unittest discover -s ci/e2e -p 'test_*.py'      SUPPLY=build/release/supply in the environment
"""
import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path[:0] = [os.path.join(ROOT, "ci"), os.path.join(ROOT, "testdata", "images")]
from image_writer import DOCKER, OCI, Layout, digest_of, file, directory, gzip, hardlink, symlink, tar, to_json  # noqa: E402,F401
from layout_edit import LayoutEdit  # noqa: E402

SUPPLY = os.path.abspath(os.environ.get("SUPPLY", os.path.join(ROOT, "build", "release", "supply")))
SUPPLY_GATE = SUPPLY + "-gate"
PEERS = os.path.join(ROOT, "testdata", "peers")
IMAGES = os.path.join(ROOT, "testdata", "images", "layout")
EXPECTED = os.path.join(ROOT, "testdata", "images", "expected")
PASSWORD = "correct horse"
YES, NO, USAGE, UNKNOWN, DAMAGED = 0, 1, 2, 3, 4


def how_many(option, usually):
    """A number of --OPTION in the command line, where unittest must not see it, or of OPTION in the environment."""
    if f"--{option}" in sys.argv:
        at = sys.argv.index(f"--{option}")
        os.environ[option.upper()] = sys.argv[at + 1]
        del sys.argv[at:at + 2]
    return int(os.environ.get(option.upper(), usually))


def some(things):
    """What a loop that asserts something goes over: it must not be empty, or the test would have nothing to say."""
    things = list(things)
    if not things:
        raise AssertionError("there is nothing here to check")
    return things


class Answer:
    def __init__(self, command, result):
        self.command, self.code = command, result.returncode
        self.out, self.err = result.stdout, result.stderr.decode(errors="replace")

    @property
    def text(self):
        return self.out.decode()

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"$ {' '.join(self.command)}\nexit {self.code}\n{self.out.decode(errors='replace')[-3000:]}{self.err[-3000:]}"


CACHE = tempfile.mkdtemp(prefix="supply-cache-")
atexit.register(shutil.rmtree, CACHE, ignore_errors=True)


def environment(**more):
    """What Supply is run with: nothing of the machine's CI variables, so that tests see the same everywhere."""
    keep = {k: v for k, v in os.environ.items()
            if k in ("PATH", "HOME", "TMPDIR", "LANG") or k.startswith(("ASAN_", "UBSAN_", "LSAN_"))}
    return {**keep, "SUPPLY_PASSWORD": PASSWORD, "XDG_CACHE_HOME": CACHE, **more}


def supply(*arguments, stdin=b"", env=None, cwd=None, program=SUPPLY):
    command = [program, *map(str, arguments)]
    return Answer(command, subprocess.run(command, input=stdin, capture_output=True, env=environment(**(env or {})), cwd=cwd))


class Case(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="supply-e2e-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def needs(self, program):
        """Skips the test where the program is not; ci/e2e/run.py makes that a failure under ci/test."""
        if shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
            self.skipTest(f"the program {program} is not here")

    def needs_large(self, program):
        """The same of one that ci/setup does not install, for it is large: skipped under ci/test too."""
        if shutil.which(program) is None:
            self.skipTest(f"the program {program} is not here, which ci/setup does not install")

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, path):
        with open(path, "rb") as data:
            return data.read()

    def answers(self, code, *arguments, **more):
        """Runs Supply and asserts its exit code; a refusal must say why on stderr and nothing but JSON on stdout."""
        answer = supply(*arguments, **more)
        self.assertEqual(code, answer.code, str(answer))
        if code not in (YES, NO):
            self.assertRegex(answer.err, r"(?m)^supply(-gate)?: ", str(answer))
        return answer

    def says(self, answer, *words):
        for word in words:
            self.assertIn(word, answer.err + answer.out.decode(errors="replace"), str(answer))

    def follows(self, name, *records):
        """Asserts that schemas/NAME.schema.json takes each record, and none that lacks a member or has one too many."""
        schema = os.path.join(ROOT, "schemas", name + ".schema.json")
        wrong = [{k: v for k, v in record.items() if k != member} for record in records for member in record]
        wrong += [{**record, "more": 1} for record in records]
        files = {self.write(f"{name}-{i}.json", json.dumps(record)): i < len(records) for i, record in enumerate([*records, *wrong])}
        command = [sys.executable, os.path.join(ROOT, "ci", "validate_schema.py"), schema, *files]
        told = subprocess.run(command, capture_output=True, text=True).stdout
        for path, good in files.items():
            self.assertIn(f"{path}: {'ok' if good else 'bad'}", told, f"{name}: {self.read(path).decode()}\n{told}")

    def key(self, name="release", *options):
        """A new key pair: (private, public) paths."""
        prefix = self.path(name)
        self.answers(YES, "key", "generate", "--output-key-prefix", prefix, *options)
        return prefix + ".key", prefix + ".pub"

    def quick_key(self, name):
        """A key pair without a password, which would take longer than what is done with the key: (private, public) paths."""
        private, public = self.path(name + ".pem"), self.path(name + ".pub")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
        return private, public

    def peer_layout(self, name):
        """A writable copy of a layout that other tools made."""
        to = self.path(name)
        shutil.copytree(os.path.join(PEERS, name), to)
        return to

    def image(self, name="image", tag="app", layers=None, names=OCI, **more):
        """A layout with one small image."""
        layout = Layout(self.path(name))
        layers = layers or [[directory("etc"), file("etc/os-release", 'ID=debian\nVERSION_ID="12"\n'),
                             file("var/lib/dpkg/status", stanza("one", "1.0-1") + stanza("two", "2:2.0"))],
                            [directory("srv"), file("srv/readme", "hello\n" * 100)]]
        config = {"config": {"User": "1000:1000", "Env": ["PATH=/usr/bin"]}, **more}
        layout.tag(layout.image([("gzip", tar(entries)) for entries in layers], names=names, **config), tag)
        layout.close()
        return layout.path

    def index_image(self, name="many", tag="app"):
        """A layout with an index of two platforms."""
        layout = Layout(self.path(name))
        layout.tag(layout.index([layout.image([("gzip", tar([file("arch", arch)]))], architecture=arch,
                                              config={"User": "1000"}) for arch in ("amd64", "arm64")]), tag)
        layout.close()
        return layout.path

    def policy(self, text, name="policy.yaml"):
        return self.write(name, text)

    def skopeo_takes(self, layout, tag):
        """skopeo inspects and copies the image."""
        copied = tempfile.mkdtemp(dir=self.directory)
        for command in (["inspect", f"oci:{layout}:{tag}"],
                        ["copy", "--quiet", "--all", "--preserve-digests", f"oci:{layout}:{tag}",
                         f"oci:{copied}/copy:{tag}"]):
            result = subprocess.run(["skopeo", *command], capture_output=True)
            self.assertEqual(0, result.returncode, f"skopeo {command}: {result.stderr.decode()}")
        shutil.rmtree(copied)


def stanza(name, version, **more):
    fields = {"Package": name, "Status": "install ok installed", "Priority": "optional", "Section": "misc",
              "Installed-Size": "1", "Maintainer": "Some One <some@example.org>", "Architecture": "amd64",
              "Version": version, **more, "Description": f"the package {name}"}
    return "".join(f"{key}: {value}\n" for key, value in fields.items()) + "\n"


def tree_of(layout, tag, *options):
    """The lines of `supply inspect --files`, parsed as ci/stacks does."""
    answer = supply("inspect", "--files", f"oci:{layout}:{tag}", *options)
    if answer.code != 0:
        raise AssertionError(str(answer))
    return answer.out


def purl_bases(spdx):
    """type/namespace/name@version of every purl in an SPDX document, percent-decoded, without qualifiers; a list."""
    from urllib.parse import unquote
    found = []
    for package in spdx["packages"]:
        for reference in package.get("externalRefs", []):
            if reference["referenceType"] == "purl":
                text = reference["referenceLocator"].removeprefix("pkg:").split("#")[0].split("?")[0]
                found.append(unquote(text))
    return found


def load_stacks():
    """ci/stacks as a module (it has no .py, being a program)."""
    import importlib.machinery
    import importlib.util
    loader = importlib.machinery.SourceFileLoader("stacks", os.path.join(ROOT, "ci", "stacks"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("stacks", loader))
    loader.exec_module(module)
    return module
