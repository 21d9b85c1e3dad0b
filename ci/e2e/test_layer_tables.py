"""Layers that carry a table of contents, which some runtimes read files by in the tar's place: zstd:chunked and eStargz."""
import json
import os
import struct
import subprocess

from harness import DAMAGED, UNKNOWN, YES, Case, LayoutEdit, digest_of, directory, file, hardlink, symlink, to_json
from image_writer import zstd

STATUS = "Package: one\nStatus: install ok installed\nVersion: 1.0\nArchitecture: amd64\nMaintainer: x\nDescription: y\n\n"


class Tables(Case):
    def chunked(self):
        """An image as skopeo makes it zstd:chunked: its layout, an editor of it, and its manifest."""
        self.needs("skopeo")
        plain = self.image(layers=[[directory("etc"), file("etc/os-release", "ID=debian\n"), file("var/lib/dpkg/status", STATUS),
                                    file("usr/bin/tool", "0123456789" * 2_000_000, mode=0o4755), file("usr/empty", ""), symlink("usr/link", "bin/tool"),
                                    hardlink("usr/other", "usr/bin/tool")], [file("usr/.wh.empty", ""), file("srv/last", "last\n")]])
        layout = self.path("chunked")
        subprocess.run(["skopeo", "copy", "--quiet", "--dest-compress", "--dest-compress-format", "zstd:chunked", f"oci:{plain}:app",
                        f"oci:{layout}:app"], check=True, capture_output=True)
        edit = LayoutEdit(layout)
        manifest = edit.manifest("app")
        if not any("zstd-chunked" in key for layer in manifest["layers"] for key in layer.get("annotations", {})):
            self.skipTest("this skopeo makes no zstd:chunked layers")
        return layout, edit, manifest

    def alter_table(self, edit, manifest, number, change):
        """The layer with another table, of which all digests are right: the tar is byte for byte the same."""
        layer = manifest["layers"][number]
        notes = layer["annotations"]
        position, checksum = (next(key for key in notes if key.endswith(end)) for end in ("manifest-position", "manifest-checksum"))
        offset, size, _, kind = map(int, notes[position].split(":"))
        blob = edit.blob(layer["digest"])
        table = json.loads(subprocess.run(["zstd", "-dcq"], input=blob[offset:offset + size], stdout=subprocess.PIPE, check=True).stdout)
        change(table["entries"])
        text = to_json(table)
        packed = zstd(text)
        footer = struct.pack("<QQQQ", offset, len(packed), len(text), kind) + blob[-8:]
        data = blob[:offset - 4] + struct.pack("<I", len(packed)) + packed + blob[offset + size:offset + size + 4] + struct.pack("<I", len(footer)) + footer
        notes[position], notes[checksum] = f"{offset}:{len(packed)}:{len(text)}:{kind}", digest_of(packed)
        layer.update(digest=edit.put(data), size=len(data))
        edit.substitute(edit.entry("app")["digest"], to_json(manifest))

    def test_a_chunked_layer_is_read_where_its_table_says_what_its_tar_says(self):
        layout, edit, manifest = self.chunked()
        image = f"oci:{layout}:app"
        self.assertIn("pkg:deb/debian/one@1.0", self.answers(YES, "sbom", image, "-o", "purls").text)
        self.answers(YES, "inspect", "--verify", image)
        policy = self.policy("version: 1\nimages: [{match: ['**'], packages: {deny: ['pkg:npm/*']}}]\n")
        self.answers(YES, "gate", "--policy", policy, image)
        # A table that nobody changes is the same table.
        self.alter_table(edit, manifest, 0, lambda entries: None)
        self.answers(YES, "sbom", image, "-o", "purls")
        self.skopeo_takes(layout, "app")

    def test_a_chunked_layer_of_which_podman_reads_other_files_is_damaged(self):
        def entry(entries, name):
            return next(each for each in entries if each["name"] == name)

        evil = digest_of(b"evil")
        for number, change in ((0, lambda all_of: entry(all_of, "var/lib/dpkg/status").update(digest=evil)),
                               (0, lambda all_of: entry(all_of, "usr/bin/tool").update(mode=0o755)),
                               (0, lambda all_of: entry(all_of, "usr/link").update(linkName="/etc/shadow")),
                               (0, lambda all_of: all_of.remove(entry(all_of, "usr/empty"))),
                               (1, lambda all_of: all_of.append({**entry(all_of, "srv/last"), "name": "etc/cron.d/evil"})),
                               (1, lambda all_of: entry(all_of, "srv/last").update(xattrs={"security.capability": "AQAAAgAgAAAAAAAAAAAAAAAAAAA="}))):
            with self.subTest(number=number):
                layout, edit, manifest = self.chunked()
                self.alter_table(edit, manifest, number, change)
                image = f"oci:{layout}:app"
                self.says(self.answers(DAMAGED, "sbom", image), "table of contents (zstd:chunked)")
                self.answers(DAMAGED, "inspect", "--verify", image)
                policy = self.policy("version: 1\nimages: [{match: ['**'], packages: {deny: ['pkg:npm/*']}}]\n")
                self.answers(DAMAGED, "gate", "--policy", policy, image)
                subprocess.run(["rm", "-rf", layout, self.path("image")], check=True)

    def test_an_estargz_layer_is_not_known_to_hold_what_its_tar_holds(self):
        layout = self.image()
        edit = LayoutEdit(layout)
        manifest = edit.manifest("app")
        manifest["layers"][1]["annotations"] = {"containerd.io/snapshot/stargz/toc.digest": digest_of(b"x")}
        edit.substitute(edit.entry("app")["digest"], to_json(manifest))
        by_entry = self.image("entry", layers=[[file("var/lib/dpkg/status", STATUS), file("stargz.index.json", "{}")]])
        policy = self.policy("version: 1\nimages: [{match: ['**'], packages: {deny: ['pkg:npm/*']}}]\n")
        for image in (f"oci:{layout}:app", f"oci:{by_entry}:app"):
            self.says(self.answers(YES, "sbom", image, "-o", "purls"), "eStargz")
            self.says(self.answers(UNKNOWN, "gate", "--policy", policy, image), "eStargz")
