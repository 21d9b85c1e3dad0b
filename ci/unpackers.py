"""The trees that real unpackers make of an image, as text that can be compared.

    umoci     umoci unpack
    vfs       buildah mount, storage driver vfs
    overlay   buildah mount, storage driver overlay (the kernel's overlayfs over layers that buildah extracted)
    tar       GNU tar, for stacks of one layer without whiteouts (buildah refuses a layer that has a path twice)

A tree is a dict from path (bytes) to a Node. The three do not always agree, and each of them is wrong now and then:
what two of them leave is taken as what a container sees.
"""
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
from typing import NamedTuple


class Node(NamedTuple):
    type: str      # d directory, f file, l symbolic link, c and b devices, p fifo
    mode: str      # four octal digits; "-" for a symbolic link
    size: str      # of a file, else "-"
    detail: str    # SHA-256 of a file, target of a link, major:minor of a device, else "-"
    group: str     # first path of the names of the same file, "-" if it has one name only


def escaped(raw):
    return "".join(chr(b) if 0x20 < b < 0x7F and b != 0x5C else f"\\x{b:02x}" for b in raw)


def unescaped(text):
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())


def read_tree(root):
    """The tree under a directory, the directory itself left out."""
    root, found, names = os.fsencode(root), {}, {}
    for directory, directories, files in os.walk(root):
        for name in directories + files:
            full = os.path.join(directory, name)
            info, path = os.lstat(full), full[len(root) + 1:]
            found[path] = (full, info)
            if info.st_nlink > 1 and not stat.S_ISDIR(info.st_mode):
                names.setdefault((info.st_dev, info.st_ino), []).append(path)
    first = {path: min(group) for group in names.values() if len(group) > 1 for path in group}
    tree = {}
    for path, (full, info) in found.items():
        mode, size, detail = f"{stat.S_IMODE(info.st_mode):04o}", "-", "-"
        if stat.S_ISREG(info.st_mode):
            kind, size = "f", str(info.st_size)
            with open(full, "rb") as data:
                detail = hashlib.file_digest(data, "sha256").hexdigest()
        elif stat.S_ISLNK(info.st_mode):
            kind, mode, detail = "l", "-", escaped(os.readlink(full))
        elif stat.S_ISDIR(info.st_mode):
            kind = "d"
        elif stat.S_ISFIFO(info.st_mode):
            kind = "p"
        else:
            kind = "c" if stat.S_ISCHR(info.st_mode) else "b"
            detail = f"{os.major(info.st_rdev)}:{os.minor(info.st_rdev)}"
        tree[path] = Node(kind, mode, size, detail, escaped(first[path]) if path in first else "-")
    return tree


def to_text(tree):
    return "".join("\t".join(tree[path]) + "\t" + escaped(path) + "\n" for path in sorted(tree))


def from_text(text):
    tree = {}
    for line in text.splitlines():
        *node, path = line.split("\t")
        tree[unescaped(path)] = Node(*node)
    return tree


class Failed(Exception):
    """An unpacker refused the image."""


def _run(*command, cwd=None):
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                cwd=cwd)
    except FileNotFoundError:
        raise Failed(f"{command[0]} is not installed: see ci/setup") from None
    if result.returncode != 0:
        raise Failed(f"{' '.join(command[:2])}: {result.stdout.decode(errors='replace').strip()[-300:]}")
    return result.stdout.decode(errors="replace").strip()


def umoci(layout, tag, scratch):
    bundle = os.path.join(scratch, "umoci")
    try:
        _run("umoci", "unpack", "--image", f"{layout}:{tag}", bundle)
        return read_tree(os.path.join(bundle, "rootfs"))
    finally:
        shutil.rmtree(bundle, ignore_errors=True)


def _buildah(driver, layout, tag, scratch):
    store = os.path.join(scratch, driver)
    buildah = ["buildah", "--storage-driver", driver, "--root", store + "/root", "--runroot", store + "/run"]
    name, mounted = "proof", False
    os.makedirs(store)
    os.symlink(os.path.abspath(layout), os.path.join(store, "image"))  # buildah makes a name of the path: lower case
    try:
        _run(*buildah, "from", "--quiet", "--name", name, f"oci:image:{tag}", cwd=store)
        root = _run(*buildah, "mount", name).splitlines()[-1]
        mounted = True
        return read_tree(root)
    finally:
        if mounted:
            _run(*buildah, "umount", name)
        subprocess.run(["umount", "-q", store + "/root/" + driver], stderr=subprocess.DEVNULL)  # its private bind mount
        shutil.rmtree(store, ignore_errors=True)


def vfs(layout, tag, scratch):
    return _buildah("vfs", layout, tag, scratch)


def overlay(layout, tag, scratch):
    return _buildah("overlay", layout, tag, scratch)


def gnu_tar(layout, tag, scratch):
    def blob(digest):
        return os.path.join(layout, "blobs", *digest.split(":"))

    with open(os.path.join(layout, "index.json"), encoding="utf-8") as index:
        entry = next(m for m in json.load(index)["manifests"]
                     if m["annotations"]["org.opencontainers.image.ref.name"] == tag)
    with open(blob(entry["digest"]), encoding="utf-8") as manifest:
        layers = json.load(manifest)["layers"]
    if len(layers) != 1:
        raise Failed("tar: more than one layer")
    layer = blob(layers[0]["digest"])
    if any("/.wh." in "/" + name for name in _run("tar", "-tf", layer).splitlines()):
        raise Failed("tar: whiteouts")
    root = os.path.join(scratch, "tar")
    os.makedirs(root)
    try:
        _run("tar", "-xpf", layer, "-C", root, "--numeric-owner", "--delay-directory-restore")
        return read_tree(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


ALL = {"umoci": umoci, "vfs": vfs, "overlay": overlay, "tar": gnu_tar}


def unpack(layout, tag, scratch, using=ALL):
    """What each unpacker leaves: name -> tree, or the Failed that it raised."""
    made = {}
    for name in using:
        try:
            made[name] = ALL[name](layout, tag, scratch)
        except Failed as why:
            made[name] = why
        except OSError as why:  # overlayfs can list a name that it then does not have
            made[name] = Failed(f"{name}: {why}")
    return made


def agreed(made):
    """A tree that two unpackers left alike and their names, or (None, [])."""
    names = [name for name in made if not isinstance(made[name], Failed)]
    for first in names:
        same = [name for name in names if made[name] == made[first]]
        if len(same) > 1:
            return made[first], same
    return None, []


def difference(expected, got):
    lines = []
    for path in sorted(set(expected) | set(got)):
        if expected.get(path) != got.get(path):
            lines.append(f"  {escaped(path)}: expected {expected.get(path)}, got {got.get(path)}")
    return "\n".join(lines)
