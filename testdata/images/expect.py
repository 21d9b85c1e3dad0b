#!/usr/bin/env python3
"""Makes expected/TAG.tree, the tree that each stack of make.py must give, from real unpackers.

    expect.py             writes the trees (as root: devices, mounts)
    expect.py --check     compares them with what the unpackers make today

Every stack is packed as gzip layers of OCI types, which all unpackers read; a tree depends on the tars alone. It is kept
where two of umoci, buildah's vfs, overlayfs and (for one plain layer) GNU tar leave the same (ci/unpackers.py). One line per path: type, mode, size,
SHA-256 or link target or device, first of the names of a hard-linked file, path; tabs between them.
"""
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "ci"))
import unpackers  # noqa: E402
from image_writer import Layout, tar  # noqa: E402
from make import PACKAGES, STACKS  # noqa: E402


def main():
    check, wrong = "--check" in sys.argv[1:], 0
    expected = os.path.join(HERE, "expected")
    os.makedirs(expected, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="supply-expect-") as scratch:
        layout = Layout(os.path.join(scratch, "stacks"))
        for tag, entries in {**STACKS, **PACKAGES}.items():
            layout.tag(layout.image([("gzip", tar(layer)) for layer in entries]), tag)
        layout.close()
        for tag in {**STACKS, **PACKAGES}:
            made = unpackers.unpack(layout.path, tag, scratch)
            tree, by = unpackers.agreed(made)
            path = os.path.join(expected, tag + ".tree")
            print(f"{tag}: {' and '.join(by) or 'no two agree'}")
            for name, other in made.items():
                if isinstance(other, unpackers.Failed):
                    if name != "tar":
                        print(f"  {name} failed: {other}")
                elif name not in by:
                    print(f"  {name} has another tree\n{unpackers.difference(tree or {}, other)}")
            if tree is None:
                wrong += 1
            elif not check:
                with open(path, "w", encoding="ascii") as out:
                    out.write(unpackers.to_text(tree))
            elif not os.path.exists(path) or open(path, encoding="ascii").read() != unpackers.to_text(tree):
                print(f"  differs from {path}")
                wrong += 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
