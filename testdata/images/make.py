#!/usr/bin/env python3
"""Makes the image layout beside it: a few small images whose layers hold what real images are hard in.

    make.py [DIRECTORY]   writes DIRECTORY (default: layout, beside this script), which must not exist

Each stack below is one tag; the comment says what it is about. The tree that a stack must give is not written here: it
comes from real unpackers (expect.py). The packages that it must give are in expected/packages.json, by hand, from the
databases in this file. Needs the program zstd for the zstd layers.
"""
import base64
import hashlib
import os
import subprocess
import sys

from image_writer import (BLOCK, CHARACTER, DOCKER, FIFO, OCI, Entry, Layout, file, directory, hardlink, opaque, symlink, tar,
                          to_json, whiteout)

HERE = os.path.dirname(os.path.abspath(__file__))


def given(name):
    with open(os.path.join(HERE, "input", name), "rb") as data:
        return data.read()


def b64(raw):
    return base64.b64encode(raw).decode()


# ------------------------------------------------------------------------------------------- link and layer rules

STACKS = {
    # Files and directories that go, directories that come back, a marker for something that never was.
    "whiteouts": [
        [directory("a"), file("a/gone", "1"), file("a/stays", "2"), directory("a/deep"), file("a/deep/x", "3"),
         directory("b"), file("b/x", "4"), file("c", "5"), directory("empty")],
        [directory("a"), whiteout("a/gone"), whiteout("a/deep"), whiteout("b"), whiteout("never"), whiteout("empty")],
        [directory("b"), file("b/y", "new"), whiteout("c"), file("a/deep", "now a file")],
    ],
    # The opaque marker before, between and after the entries of its layer; and without a header for its directory.
    "opaque-first": [
        [directory("d"), file("d/old", "1"), directory("d/sub"), file("d/sub/old", "2"), file("beside", "3")],
        [directory("d"), opaque("d"), file("d/new", "4"), directory("d/sub"), file("d/sub/new", "5")],
    ],
    "opaque-middle": [
        [directory("d"), file("d/old", "1"), directory("d/sub"), file("d/sub/old", "2"), file("beside", "3")],
        [directory("d"), file("d/new", "4"), opaque("d"), directory("d/sub"), file("d/sub/new", "5")],
    ],
    "opaque-last": [
        [directory("d"), file("d/old", "1"), directory("d/sub"), file("d/sub/old", "2"), file("beside", "3")],
        [directory("d"), file("d/new", "4"), directory("d/sub"), file("d/sub/new", "5"), opaque("d")],
    ],
    "opaque-bare": [
        [directory("d"), file("d/old", "1"), directory("d/sub"), file("d/sub/old", "2")],
        [opaque("d")],
    ],
    # Opaque one directory further down, whose parent keeps what it has.
    "opaque-deep": [
        [directory("d"), file("d/kept", "1"), directory("d/sub"), file("d/sub/old", "2"), directory("d/sub/s"),
         file("d/sub/s/old", "3")],
        [directory("d"), directory("d/sub"), file("d/sub/new", "4"), opaque("d/sub")],
    ],
    # A file with several names: one is deleted, one is overwritten, a later layer makes another of what is left.
    "hard-links": [
        [directory("d"), file("d/first", "content of the first layer"), hardlink("d/second", "d/first"),
         hardlink("d/third", "d/first")],
        [whiteout("d/first"), file("d/second", "overwritten")],
        [hardlink("d/fourth", "d/third"), directory("e"), hardlink("e/fifth", "d/fourth")],
    ],
    # The first name is hidden by an opaque directory, the second stands elsewhere.
    "hard-link-opaque": [
        [directory("d"), directory("e"), file("d/first", "kept through its other name"), hardlink("e/second", "d/first")],
        [directory("d"), opaque("d"), file("d/first", "another file")],
    ],
    # A hard link to a symbolic link is another name of the link itself.
    "hard-link-to-link": [
        [file("real", "r"), symlink("link", "real"), hardlink("again", "link")],
        [whiteout("link")],
    ],
    # usr-merge: the second layer writes through a link of the first, with no header for `lib` or `bin`.
    "usr-merge": [
        [directory("usr"), directory("usr/lib"), directory("usr/bin"), symlink("lib", "usr/lib"), symlink("bin", "/usr/bin"),
         file("usr/lib/a.so", "a"), file("usr/bin/tool", "old", mode=0o755)],
        [file("lib/x.so", "x"), file("bin/tool", "new", mode=0o755), file("lib/deep/er/y.so", "y")],
        [whiteout("lib/a.so")],
    ],
    # Directory to link and back; file to directory and back; a link replaced by a file.
    "types": [
        [directory("x"), file("x/in", "1"), directory("y"), file("y/in", "2"), file("z", "3"), symlink("w", "y"),
         directory("v"), file("v/in", "4")],
        [symlink("x", "y"), directory("z"), file("z/in", "5"), file("w", "a file now"), file("v", "was a folder")],
        [directory("x"), file("x/back", "6"), file("z", "7"), directory("v"), file("v/back", "8")],
    ],
    # The same path twice in one layer: the later one counts.
    "duplicates": [
        [file("f", "first"), file("f", "second, longer"), symlink("l", "f"), symlink("l", "nowhere"), directory("d", mode=0o700),
         file("d/x", "1"), directory("d", mode=0o750), file("d/x", "2")],
    ],
    # Every kind of entry and every bit of the mode.
    "kinds": [
        [directory("dev"), Entry("dev/null", CHARACTER, mode=0o666, major=1, minor=3),
         Entry("dev/loop0", BLOCK, mode=0o660, major=7, minor=0), directory("run"), Entry("run/pipe", FIFO, mode=0o600),
         directory("tmp", mode=0o1777), file("su", "s", mode=0o4755), file("sg", "g", mode=0o2755), file("none", "", mode=0),
         symlink("dangling", "no/such/file"), symlink("up", "../../outside"), symlink("self", "self"),
         directory("bin"), symlink("bin/absolute", "/run/pipe")],
        [whiteout("dev/loop0")],
    ],
    # Names: UTF-8, other bytes, spaces and controls, long ones in the pax and in the GNU way, long link targets.
    "names": [
        [directory("ä"), file("ä/größe", "utf-8"), file("ä/日本語", "utf-8"), file(b"latin-\xe4", "not utf-8"),
         file(b"\xff\xfe\x80", "no text at all"), file("with space", "s"), file("back\\slash", "b"), file("new\nline", "n"),
         file("-rf", "dash"), file(".wh", "not a marker"), file("quote\"'", "q"),
         file("pax/" + "p" * 120 + "/" + "f" * 200, "long", long="pax"),
         file(b"gnu/" + b"\xe9" * 120 + b"/g", "long, not utf-8", long="gnu"),
         symlink("long-target", "t/" * 80 + "end", long="pax"), symlink("long-target-gnu", "t/" * 80 + "end", long="gnu"),
         file("ü", "pax name wins", pax={"comment": "nothing"})],
        [whiteout("ä/größe"), whiteout(b"latin-\xe4")],
    ],
    # An empty layer between two others, and names written as ./name and with a directory's final slash left out.
    "plain-names": [
        [Entry("./", b"5", mode=0o755), Entry("./a", b"5", mode=0o755), file("./a/x", "1"), file("b//y", "2")],
        [],
        [file("a/./z", "3")],
    ],
}
PACKING = ["gzip", "zstd", "plain"]

# ------------------------------------------------------------------------------------------------------ packages

OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\n'
TOOL = "#!/bin/sh\necho proof\n"
TOOL_COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 The Supply authors
License: Apache-2.0

Files: debian/*
Copyright: 2026 The Supply authors
License: GPL-2+ or Expat
"""
TOOL_STANZA = """
Package: proof-tool
Status: install ok installed
Priority: optional
Section: misc
Installed-Size: 1
Maintainer: The Supply authors <supply@example.org>
Architecture: all
Source: proof
Version: 2:1.0~rc1-1
Depends: libc6 (>= 2.36), base-files | missing-package
Description: a package whose files are in the image

Package: proof-removed
Status: deinstall ok config-files
Priority: optional
Section: misc
Maintainer: The Supply authors <supply@example.org>
Architecture: all
Version: 0.9-1
Description: was removed, only its configuration is left
"""


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def dpkg_base():
    status = given("dpkg-status").decode()
    return [directory("etc"), file("etc/debian_version", "12.15\n"), directory("usr"), directory("usr/lib"), symlink("lib", "usr/lib"),
            file("usr/lib/os-release", OS_RELEASE), symlink("etc/os-release", "../usr/lib/os-release"),
            directory("var"), directory("var/lib"), directory("var/lib/dpkg"), directory("var/lib/dpkg/info"),
            file("var/lib/dpkg/status", status)]


def dpkg_more():
    """A later layer as apt leaves it: the database again, whole, with one package more."""
    status = given("dpkg-status").decode() + TOOL_STANZA
    copyright_file = "usr/share/doc/proof-tool/copyright"
    return [directory("usr"), directory("usr/bin"), file("usr/bin/proof-tool", TOOL, mode=0o755), directory("usr/share"),
            directory("usr/share/doc"), directory("usr/share/doc/proof-tool"), file(copyright_file, TOOL_COPYRIGHT),
            file("var/lib/dpkg/status", status), file("var/lib/dpkg/status-old", given("dpkg-status")),
            file("var/lib/dpkg/info/proof-tool.list",
                 "/.\n/usr\n/usr/bin\n/usr/bin/proof-tool\n/usr/share\n/usr/share/doc\n/usr/share/doc/proof-tool\n/"
                 + copyright_file + "\n"),
            file("var/lib/dpkg/info/proof-tool.md5sums",
                 f"{md5(TOOL)}  usr/bin/proof-tool\n{md5(TOOL_COPYRIGHT)}  {copyright_file}\n")]


def language_packages():
    site = "usr/lib/python3/dist-packages"
    module = "value = 1\n"
    record = b64(hashlib.sha256(module.encode()).digest()).replace("+", "-").replace("/", "_").rstrip("=")
    app = '{"name":"app","version":"1.0.0","private":true,"dependencies":{"@proof/scoped":"^2.0.0","plain":"*"}}\n'
    return [directory("usr"), directory("usr/lib"), directory("usr/lib/python3"), directory(site), file(site + "/proof_wheel.py", module),
            directory(site + "/Proof_Wheel-1.2.dist-info"),
            file(site + "/Proof_Wheel-1.2.dist-info/METADATA",
                 "Metadata-Version: 2.1\nName: Proof_Wheel\nVersion: 1.2\nSummary: a wheel\nLicense: MIT\n"
                 "Author: The Supply authors\nRequires-Dist: proof-egg (>=0.1)\n\nName: not-this-one\nVersion: 9\n"),
            file(site + "/Proof_Wheel-1.2.dist-info/RECORD",
                 f"proof_wheel.py,sha256={record},{len(module)}\nProof_Wheel-1.2.dist-info/METADATA,,\n"
                 "Proof_Wheel-1.2.dist-info/RECORD,,\n"),
            file(site + "/Proof_Wheel-1.2.dist-info/INSTALLER", "pip\n"),
            file(site + "/proof_egg-0.1.egg-info", "Metadata-Version: 1.0\nName: proof.egg\nVersion: 0.1\nLicense: BSD\n"),
            directory(site + "/proof_folder-3.egg-info"),
            file(site + "/proof_folder-3.egg-info/PKG-INFO", "Metadata-Version: 1.2\nName: proof-folder\nVersion: 3.0.post1\n"),
            directory("srv"), directory("srv/app"), file("srv/app/package.json", app), directory("srv/app/node_modules"),
            directory("srv/app/node_modules/@proof"), directory("srv/app/node_modules/@proof/scoped"),
            file("srv/app/node_modules/@proof/scoped/package.json",
                 '{"name":"@proof/scoped","version":"2.1.0","license":"MIT","author":{"name":"A"}}'),
            directory("srv/app/node_modules/plain"),
            file("srv/app/node_modules/plain/package.json",
                 '{"name":"plain","version":"0.0.7","license":"(MIT OR Apache-2.0)","repository":"git+https://example.org/p.git"}'),
            directory("srv/app/node_modules/plain/lib"),
            file("srv/app/node_modules/plain/lib/package.json", '{"type":"module"}'),
            directory("srv/app/node_modules/plain/node_modules"), directory("srv/app/node_modules/plain/node_modules/@proof"),
            directory("srv/app/node_modules/plain/node_modules/@proof/scoped"),
            file("srv/app/node_modules/plain/node_modules/@proof/scoped/package.json",
                 '{"name":"@proof/scoped","version":"1.9.9","license":"ISC"}')]


def go_program():
    binary = subprocess.run(["zstd", "-q", "-d", "-c", os.path.join(HERE, "input", "hello.zst")], stdout=subprocess.PIPE,
                            check=True).stdout
    return [directory("usr"), directory("usr/bin"), file("usr/bin/hello", binary, mode=0o755)]


def q1(data):
    return "Q1" + b64(hashlib.sha1(data).digest())


def apk_base():
    loader, config = b"\x7fELF not really\n", b"alpine\n"
    installed = f"""C:Q1Ye1+5tAmGQPjlyTLRtuRZlWAHcM=
P:musl
V:1.2.5-r9
A:x86_64
S:412345
I:667648
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Natanael Copa <ncopa@alpinelinux.org>
t:1712345678
c:ffb8e4a0cbd5e1d2ff4b8b1a7f35ba2a3a0d2c0e
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:{q1(loader)}

C:Q1L2sEIr3MJQdt9zFU1HzGIAqGdBs=
P:libcrypto3
V:3.3.5-r0
A:x86_64
T:Crypto library from openssl
U:https://www.openssl.org/
L:Apache-2.0
o:openssl
m:Ariadne Conill <ariadne@dereferenced.org>
D:so:libc.musl-x86_64.so.1
p:so:libcrypto.so.3=3

C:Q1u3Mt0sw9BkeLN0UwzC8Fh0nM9Ew=
P:alpine-baselayout-data
V:3.6.5-r0
A:x86_64
T:Alpine base dir structure and init scripts
U:https://git.alpinelinux.org/cgit/aports/tree/main/alpine-baselayout
L:GPL-2.0-only
o:alpine-baselayout
m:Natanael Copa <ncopa@alpinelinux.org>
F:etc
R:hostname
Z:{q1(config)}

"""
    release = 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n'
    return [directory("etc"), file("etc/os-release", release), file("etc/alpine-release", "3.20.3\n"),
            file("etc/hostname", config), directory("lib"), file("lib/ld-musl-x86_64.so.1", loader, mode=0o755),
            directory("lib/apk"), directory("lib/apk/db"), file("lib/apk/db/installed", installed)]


def distroless():
    """One file for each package, as Google's distroless images have it."""
    stanza = ("Package: {0}\nVersion: {1}\nArchitecture: {2}\nMaintainer: Someone <a@example.org>\n"
              "Source: {3}\nDescription: {0}\n")
    zone = "TZif2 not really\n"
    return [directory("etc"), file("etc/os-release", OS_RELEASE), directory("usr"), directory("usr/share"),
            directory("usr/share/zoneinfo"), file("usr/share/zoneinfo/UTC", zone),
            file("var/lib/dpkg/status.d/tzdata", stanza.format("tzdata", "2026a-0+deb12u1", "all", "tzdata")),
            file("var/lib/dpkg/status.d/tzdata.md5sums", f"{md5(zone)}  usr/share/zoneinfo/UTC\n"),
            file("var/lib/dpkg/status.d/netbase", stanza.format("netbase", "6.4", "all", "netbase"))]


PACKAGES = {
    # dpkg in a lower layer, again in a later one through nothing but a link (`lib` is `usr/lib`), languages, a Go program.
    "debian": [dpkg_base(), dpkg_more(), language_packages(), go_program()],
    "alpine": [apk_base()],
    "distroless": [distroless()],
    # The database under its first name is deleted; under its second name, in a directory of no cataloger, it is not one.
    "database-gone": [dpkg_base(), [whiteout("var/lib/dpkg")]],
    # The database reached through a link of a lower layer, written without directory headers.
    "database-through-link": [
        [directory("usr"), directory("usr/lib"), symlink("lib", "usr/lib"), directory("usr/lib/apk")] + apk_base()[:4],
        [file("lib/apk/db/installed", apk_base()[-1].data)]],
    # The only name left of a package.json is a hard link whose first name a later layer hides.
    "package-hard-link": [
        [directory("keep"), directory("keep/node_modules"), directory("keep/node_modules/left"), directory("stage"),
         file("stage/package.json", '{"name":"left","version":"4.5.6","license":"MIT"}'),
         hardlink("keep/node_modules/left/package.json", "stage/package.json")],
        [whiteout("stage")]],
    # Python's metadata moved by a link: the directory is a link into another layer.
    "metadata-through-link": [
        [directory("opt"), directory("opt/site-packages"), directory("opt/site-packages/linked-5.0.dist-info"),
         file("opt/site-packages/linked-5.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: linked\nVersion: 5.0\n")],
        [directory("usr"), directory("usr/lib"), directory("usr/lib/python3.12"), symlink("usr/lib/python3.12/site-packages", "/opt/site-packages")]],
}


def main():
    out = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else os.path.join(HERE, "layout")
    if os.path.exists(out):
        sys.exit(f"make.py: {out} exists")
    layout = Layout(out)

    def stack(entries, **more):
        return layout.image([(PACKING[i % 3], tar(layer)) for i, layer in enumerate(entries)], **more)

    for tag, entries in STACKS.items():
        layout.tag(stack(entries), tag)
    config = {"Env": ["PATH=/usr/bin"], "Entrypoint": ["/usr/bin/hello"], "User": "1000:1000", "WorkingDir": "/srv/app"}
    made = {tag: stack(entries, config=config) for tag, entries in PACKAGES.items()}
    for tag, descriptor in made.items():
        layout.tag(descriptor, tag)

    # Docker's media types, and a manifest list of them.
    docker = [layout.image([("gzip", tar(distroless())), ("gzip", tar([file("etc/arch", arch)]))], names=DOCKER,
                           architecture=arch, config=config) for arch in ("amd64", "arm64")]
    layout.tag(docker[0], "docker")
    layout.tag(layout.index(docker, DOCKER), "docker-list")

    # An index with an index in it, several platforms, and the unsigned statement that BuildKit puts beside an image.
    arm64 = stack(PACKAGES["alpine"], architecture="arm64", variant="v8", config=config)
    inner = layout.index([stack(PACKAGES["distroless"], architecture="arm", variant="v7", config=config), docker[1]])
    statement = to_json({"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://spdx.dev/Document",
                         "subject": [{"name": "app", "digest": {"sha256": made["debian"]["digest"][7:]}}],
                         "predicate": {"spdxVersion": "SPDX-2.3"}})
    beside = layout.blob(to_json({
        "schemaVersion": 2, "mediaType": OCI["manifest"],
        "config": layout.blob(to_json({"architecture": "unknown", "os": "unknown", "config": {}, "rootfs": {
            "type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(statement).hexdigest()]}}), OCI["config"]),
        "layers": [layout.blob(statement, "application/vnd.in-toto+json",
                               annotations={"in-toto.io/predicate-type": "https://spdx.dev/Document"})]}),
        OCI["manifest"], platform={"architecture": "unknown", "os": "unknown"},
        annotations={"vnd.docker.reference.type": "attestation-manifest",
                     "vnd.docker.reference.digest": made["debian"]["digest"]})
    layout.tag(layout.index([made["debian"], arm64, inner, beside]), "app")
    layout.close()
    print(f"make.py: {len(layout.entries)} tags in {out}")


if __name__ == "__main__":
    main()
