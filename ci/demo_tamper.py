#!/usr/bin/env python3
"""What an attacker with write access to a store can do to an image: one change, and all digests made right again.

    demo_tamper.py flip-layer LAYOUT TAG          one bit of the top layer's stored bytes; its name stays
    demo_tamper.py alter-layer LAYOUT TAG         one byte of one file in it; layer, diff_id, config, manifest and index made
                                                  right again, and everything attached linked to the new manifest
    demo_tamper.py alter-sbom LAYOUT TAG          one letter of the attached SBOM
    demo_tamper.py alter-signature LAYOUT TAG     one byte of the image's signature
"""
import sys

sys.dont_write_bytecode = True
import layout_edit  # noqa: E402


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    what, path, tag = sys.argv[1:]
    edit = layout_edit.LayoutEdit(path)
    subject = edit.entry(tag)["digest"]
    if what == "flip-layer":
        digest = edit.manifest(tag)["layers"][-1]["digest"]
        edit.flip(digest)
        print(f"   flipped one bit in the middle of layer {digest}")
    elif what == "alter-layer":
        count = len(edit.referrers(subject))
        old, new = edit.alter_layer(tag)
        print(f"   the image is now {new},\n   {count} attachments of {old} are linked to it")
    elif what in ("alter-sbom", "alter-signature"):
        kind, change = (("https://spdx.dev/Document", layout_edit.flip_payload_byte) if what == "alter-sbom" else
                        (layout_edit.SIGN, layout_edit.flip_signature_byte))
        if edit.alter_bundle(subject, kind, change) == 0:
            sys.exit("demo_tamper.py: nothing of that kind is attached")
        print(f"   changed one byte of the attached {what.removeprefix('alter-')}; every digest in the layout is right")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
