"""What somebody else wrote to do harm: a clear error that names the digest and the place, exit 4, and nothing worse."""
import json
import os
import resource
import struct
import subprocess
import time
import zlib

from harness import (DAMAGED, DOCKER, NO, OCI, SUPPLY, SUPPLY_GATE, UNKNOWN, USAGE, YES, Case, Layout, LayoutEdit, directory, environment, file, gzip,
                     supply, tar, to_json)
from image_writer import FILE, HARDLINK, Entry, digest_of, hardlink, symlink, zstd


class BadCase(Case):
    def raw_layer(self, data, media_type=OCI["gzip"], diff_id="sha256:" + "00" * 32, name="image"):
        """An image whose one layer is these bytes."""
        layout = Layout(self.path(name))
        layer = layout.blob(data, media_type)
        config = layout.blob(to_json({"architecture": "amd64", "os": "linux", "config": {},
                                      "rootfs": {"type": "layers", "diff_ids": [diff_id]}}), OCI["config"])
        layout.tag(layout.blob(to_json({"schemaVersion": 2, "mediaType": OCI["manifest"], "config": config, "layers": [layer]}),
                               OCI["manifest"]), "app")
        layout.close()
        return layout.path, layer["digest"]

    def raw_manifest(self, data, media_type=OCI["manifest"], name="image", **entry):
        layout = Layout(self.path(name))
        layout.image([("gzip", tar([file("x", "y")]))])
        layout.tag({**layout.blob(data if isinstance(data, bytes) else to_json(data), media_type), **entry}, "app")
        layout.close()
        return layout.path

    def refused(self, layout, *words, codes=(DAMAGED,), verbs=(("inspect", "--verify"), ("sbom",))):
        for verb in verbs:
            answer = supply(*verb, f"oci:{layout}:app")
            self.assertIn(answer.code, codes, str(answer))
            self.says(answer, "supply: ", *words)
            self.assertLess(len(answer.err), 10_000)

    def forget(self, name="image"):
        import shutil
        shutil.rmtree(self.path(name), ignore_errors=True)


class Layers(BadCase):
    def test_names_that_escape(self):
        outside = self.path("escaped")
        for name in ("../escaped", "a/../../escaped", "../../../../../../.." + outside, "a/b/../../../escaped", ".."):
            for entry in (file(name, "x"), directory(name), symlink(name, "x")):
                with self.subTest(name=name, kind=entry.kind):
                    self.forget()
                    data = tar([directory("a"), entry])
                    layout, digest = self.raw_layer(gzip(data), diff_id=digest_of(data))
                    self.refused(layout, digest)
        with self.subTest("a hard link's target"):
            self.forget()
            data = tar([hardlink("shadow", "../../../../etc/shadow")])
            layout, digest = self.raw_layer(gzip(data), diff_id=digest_of(data))
            self.refused(layout, digest)
        self.assertFalse(os.path.exists(outside))

    def test_an_absolute_name_stays_inside(self):
        data = tar([file("/etc/os-release", "ID=debian\nVERSION_ID=12\n")])
        layout, _ = self.raw_layer(gzip(data), diff_id=digest_of(data))
        answer = supply("inspect", "--files", f"oci:{layout}:app")
        self.assertIn(answer.code, (YES, DAMAGED), str(answer))
        if answer.code == YES:
            self.assertIn("etc/os-release", [json.loads(line)["path"] for line in answer.out.splitlines()])

    def test_cyclic_links(self):
        data = tar([symlink("a", "b"), symlink("b", "a"), symlink("etc", "etc"), symlink("lib", "/lib"), file("ok", "1")])
        layout, _ = self.raw_layer(gzip(data), diff_id=digest_of(data))
        self.answers(YES, "inspect", "--verify", f"oci:{layout}:app")
        self.answers(YES, "sbom", f"oci:{layout}:app")
        self.forget()
        data = tar([symlink("a", "b"), symlink("b", "a"), file("a/x", "through a cycle")])
        layout, digest = self.raw_layer(gzip(data), diff_id=digest_of(data))
        answer = supply("sbom", f"oci:{layout}:app")
        self.assertIn(answer.code, (YES, DAMAGED), str(answer))

    def test_a_hard_link_to_nothing(self):
        data = tar([hardlink("a", "no/such/file")])
        layout, digest = self.raw_layer(gzip(data), diff_id=digest_of(data))
        self.refused(layout, verbs=(("sbom",),), codes=(DAMAGED,))

    def test_huge_names(self):
        for name in ("n" * 70_000, "d/" * 40_000 + "x"):
            with self.subTest(len(name)):
                self.forget()
                data = tar([file(name, "x")])
                layout, digest = self.raw_layer(gzip(data), diff_id=digest_of(data))
                self.refused(layout, digest)
        self.forget()
        records = b"%d path=" % (4 << 20) + b"p" * (4 << 20)
        entry = Entry("PaxHeaders/x", b"x", records)
        data = tar([entry, file("x", "y")])
        layout, digest = self.raw_layer(gzip(data), diff_id=digest_of(data))
        self.refused(layout, digest)

    def test_broken_tars(self):
        good = tar([file("a", "1" * 600), file("b", "2" * 600)])
        cases = {"cut in a header": good[:700 + 512 + 100], "cut in a file": good[:512 + 100], "no tar": b"\xde\xad" * 1000,
                 "checksum": good[:148] + b"0000000\0" + good[156:], "size is no number": good[:124] + b"notanumber!\0" + good[136:],
                 "negative size": good[:124] + b"\xff" * 12 + good[136:],
                 "size of 8 EiB": good[:124] + b"\x80\0\0\0" + b"\x7f" + b"\xff" * 7 + good[136:]}
        for name, data in cases.items():
            with self.subTest(name):
                self.forget()
                layout, digest = self.raw_layer(gzip(data), diff_id=digest_of(data))
                self.refused(layout, digest)

    def test_broken_compression(self):
        data = tar([file("a", os.urandom(100_000))])
        packed, squeezed = gzip(data), zstd(data)
        cases = {"gzip cut": (packed[:-20], OCI["gzip"]), "gzip crc": (packed[:-8] + b"\0\0\0\0" + packed[-4:], OCI["gzip"]),
                 "gzip length": (packed[:-4] + b"\1\0\0\0", OCI["gzip"]), "garbage behind gzip": (packed + b"garbage", OCI["gzip"]),
                 "zstd cut": (squeezed[:-20], OCI["zstd"]), "garbage behind zstd": (squeezed + b"garbage", OCI["zstd"]),
                 "not compressed": (b"plain text", OCI["gzip"])}
        for name, (bytes_, kind) in cases.items():
            with self.subTest(name):
                self.forget()
                layout, digest = self.raw_layer(bytes_, kind, digest_of(data))
                self.refused(layout, digest)

    def test_a_bomb_ends_soon(self):
        """4 GiB of zeros in some kilobytes: refused by ratio, or read in bounded memory; never held."""
        head = bytearray(file("bomb", b"").bytes()[:512])
        size = 4 << 30
        head[124:136] = b"%011o\0" % size
        head[148:156] = b" " * 8
        head[148:156] = b"%06o\0 " % sum(head)
        deflate, zeros = zlib.compressobj(1, zlib.DEFLATED, 31), bytes(16 << 20)
        data = deflate.compress(bytes(head)) + b"".join(deflate.compress(zeros) for _ in range(size // len(zeros)))
        layout, digest = self.raw_layer(data + deflate.flush())
        started = time.monotonic()
        self.refused(layout, digest, verbs=(("inspect", "--verify"),))
        self.assertLess(time.monotonic() - started, 60)
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 400 * 1024)

    def test_a_zstd_bomb(self):
        import subprocess
        made = subprocess.run("head -c 3000000000 /dev/zero | zstd -q -19 --long=27 -c", shell=True, stdout=subprocess.PIPE, check=True)
        layout, digest = self.raw_layer(made.stdout, OCI["zstd"])
        self.refused(layout, digest)

    def test_a_zstd_window_of_a_gigabyte(self):
        frame = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([(30 - 10) << 3]) + b"\x01\x00\x00"
        layout, digest = self.raw_layer(frame, OCI["zstd"])
        self.refused(layout, digest)


class Names(BadCase):
    def test_names_that_are_not_utf8_in_every_output(self):
        layers = [[directory("etc"), file("etc/os-release", b"ID=debian\nVERSION_ID=12\nPRETTY_NAME=\xff\xfe\n"), file(b"\xff\xfe", "x"),
                   file(b"usr/lib/python3/dist-packages/b\xe4d-1.dist-info/METADATA", b"Metadata-Version: 2.1\nName: b\xe4d\nVersion: 1\n"),
                   file("var/lib/dpkg/status", b"Package: p\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n"
                                               b"Maintainer: J\xf6rg <j@example.org>\nDescription: latin-1\n\n")]]
        layout = self.image(layers=layers)
        for options in (["sbom"], ["sbom", "--files", "all"], ["inspect", "--json"]):
            answer = self.answers(YES, *options, f"oci:{layout}:app")
            json.loads(answer.out.decode("utf-8"))  # strict UTF-8
        self.answers(YES, "inspect", "--files", f"oci:{layout}:app").out.decode("utf-8")

    def test_messages_do_not_steer_a_terminal(self):
        data = tar([file("a/../../\x1b]0;owned\x07\x1b[2J", "x")])
        layout, _ = self.raw_layer(gzip(data), diff_id=digest_of(data))
        answer = supply("inspect", "--verify", f"oci:{layout}:app")
        self.assertEqual(DAMAGED, answer.code)
        self.assertNotIn("\x1b", answer.err)


class Manifests(BadCase):
    def config(self):
        return {"mediaType": OCI["config"], "digest": "sha256:" + "11" * 32, "size": 2}

    def layer(self):
        return {"mediaType": OCI["gzip"], "digest": "sha256:" + "22" * 32, "size": 2}

    def good(self, **more):
        return {"schemaVersion": 2, "mediaType": OCI["manifest"], "config": self.config(), "layers": [self.layer()], **more}

    def test_digests_with_path_characters(self):
        for digest in ("sha256:../../../../etc/passwd", "sha256:" + "a" * 63, "sha256:" + "A" * 64, "sha256:" + "g" * 64, "../x:aa",
                       "sha256", "sha256:", "", "sha256:" + "a" * 64 + "/..", "sha256:" + "a" * 64 + "\u0000", "md5:" + "a" * 32):
            for place in ("layer", "config", "entry"):
                with self.subTest(digest=digest, place=place):
                    self.forget()
                    manifest = self.good()
                    if place == "layer":
                        manifest["layers"][0]["digest"] = digest
                    elif place == "config":
                        manifest["config"]["digest"] = digest
                    layout = self.raw_manifest(manifest)
                    if place == "entry":
                        index = LayoutEdit(layout).index()
                        index["manifests"][0]["digest"] = digest
                        LayoutEdit(layout).save_index(index)
                    self.refused(layout, codes=(DAMAGED, UNKNOWN) if digest.startswith("md5") else (DAMAGED,))

    def test_digests_on_the_command_line(self):
        layout = self.image()
        for digest in ("sha256:abc", "sha256:" + "A" * 64, "sha256:"):
            self.answers(USAGE, "inspect", f"oci:{layout}@{digest}")
        self.answers(UNKNOWN, "inspect", f"oci:{layout}@sha256:../../etc/passwd")  # a directory of that name, and there is none

    def test_ambiguous_manifests(self):
        both = self.good(manifests=[{"mediaType": OCI["manifest"], "digest": "sha256:" + "33" * 32, "size": 3}])
        for kind in (OCI["manifest"], OCI["index"], DOCKER["manifest"], DOCKER["index"]):
            with self.subTest(kind):
                self.forget()
                self.refused(self.raw_manifest({**both, "mediaType": kind}, kind), "sha256:")

    def test_a_media_type_that_is_not_the_descriptors(self):
        self.refused(self.raw_manifest(self.good(), OCI["index"]), "sha256:")
        self.forget()
        index = {"schemaVersion": 2, "mediaType": OCI["index"], "manifests": []}
        self.refused(self.raw_manifest(index, OCI["manifest"]), "sha256:")
        self.forget()
        self.refused(self.raw_manifest({"schemaVersion": 1, "name": "x", "tag": "y", "fsLayers": []}), codes=(DAMAGED, UNKNOWN))

    def test_case_variants(self):
        """A reader that ignores case would take "Layers" for "layers"."""
        text = to_json(self.good()).replace(b'"layers":', b'"Layers":[],"layers":')
        self.refused(self.raw_manifest(text))

    def test_duplicate_keys_and_other_json_tricks(self):
        good = to_json(self.good())
        cases = {"duplicate layers": good[:-1] + b',"layers":[]}', "duplicate in a descriptor": good.replace(b'"size":2', b'"size":2,"size":3', 1),
                 "text behind": good + b"x", "second document": good + good, "comment": good[:-1] + b"/**/}", "comma": good[:-1] + b",}",
                 "NaN": good.replace(b'"size":2', b'"size":NaN', 1), "negative": good.replace(b'"size":2', b'"size":-2', 1),
                 "fraction": good.replace(b'"size":2', b'"size":2.5', 1), "huge": good.replace(b'"size":2', b'"size":1e400', 1),
                 "too big": good.replace(b'"size":2', b'"size":99999999999999999999', 1),
                 "text for a number": good.replace(b'"size":2', b'"size":"2"', 1), "not utf-8": good.replace(b"manifest.v1", b"manif\xffst.v1", 1),
                 "lone surrogate": good[:-1] + b',"x":"\\ud800"}', "bom": b"\xef\xbb\xbf" + good, "utf-16": good.decode().encode("utf-16"),
                 "empty": b"", "null": b"null", "a list": b"[]", "no layers": b'{"schemaVersion":2}'}
        for name, text in cases.items():
            with self.subTest(name):
                self.forget()
                self.refused(self.raw_manifest(text))

    def test_nesting_bombs(self):
        for text in (b"[" * 200_000, b'{"a":' * 200_000, b'{"schemaVersion":2,"x":' + b"[" * 1000 + b"]" * 1000 + b"}"):
            with self.subTest(text[:10]):
                self.forget()
                self.refused(self.raw_manifest(text))
                layout = self.image("nested")
                self.write("nested/index.json", text)
                self.refused(layout)
                self.forget("nested")

    def test_an_index_in_itself_and_deep_ones(self):
        layout = Layout(self.path("deep"))
        image = layout.image([("gzip", tar([file("x", "y")]))])
        for _ in range(20):
            image = layout.index([image])
        layout.tag(image, "app")
        layout.close()
        self.refused(layout.path)

    def test_a_manifest_of_many_megabytes(self):
        self.refused(self.raw_manifest(to_json(self.good(annotations={"a": "x" * (5 << 20)}))))

    def test_wrong_sizes(self):
        for change in (-1, 1, 10**12):
            with self.subTest(change):
                self.forget()
                layout = self.image()
                edit = LayoutEdit(layout)
                index = edit.index()
                index["manifests"][0]["size"] += change
                edit.save_index(index)
                self.refused(layout)
                self.forget()
                layout = self.image()
                edit = LayoutEdit(layout)
                manifest = edit.manifest("app")
                manifest["layers"][0]["size"] += change
                edit.substitute(edit.entry("app")["digest"], to_json(manifest))
                self.refused(layout, manifest["layers"][0]["digest"])

    def test_inline_data_must_be_what_the_digest_says(self):
        layout = self.image()
        edit = LayoutEdit(layout)
        index = edit.index()
        index["manifests"][0]["data"] = "e30="
        edit.save_index(index)
        self.refused(layout)

    def test_a_config_that_does_not_fit(self):
        for change in ({"rootfs": {"type": "layers", "diff_ids": []}}, {"rootfs": {"type": "layers", "diff_ids": ["sha256:" + "aa" * 32] * 3}},
                       {"rootfs": {}}, {"architecture": 7}, {"config": {"Env": "PATH=/bin"}}):
            with self.subTest(change):
                self.forget()
                layout = self.image()
                edit = LayoutEdit(layout)
                manifest = edit.manifest("app")
                config = to_json({**edit.parsed(manifest["config"]["digest"]), **change})
                manifest["config"].update(digest=edit.put(config), size=len(config))
                edit.substitute(edit.entry("app")["digest"], to_json(manifest))
                self.refused(layout)

    def test_layouts_that_are_none(self):
        for name, files in {"no index": {"oci-layout": '{"imageLayoutVersion":"1.0.0"}'}, "no version": {"oci-layout": "{}", "index.json": "{}"},
                            "newer": {"oci-layout": '{"imageLayoutVersion":"2.0.0"}', "index.json": '{"schemaVersion":2,"manifests":[]}'},
                            "junk": {"oci-layout": "junk", "index.json": "junk"}}.items():
            with self.subTest(name):
                for file_name, text in files.items():
                    self.write(os.path.join(name.replace(" ", "-"), file_name), text)
                answer = supply("inspect", f"oci:{self.path(name.replace(' ', '-'))}:app")
                self.assertIn(answer.code, (UNKNOWN, DAMAGED), str(answer))

    def test_a_blob_that_is_a_link_out_of_the_layout(self):
        layout = self.image()
        edit = LayoutEdit(layout)
        digest = edit.manifest("app")["layers"][0]["digest"]
        secret = self.write("secret", edit.blob(digest))
        os.remove(edit.blob_path(digest))
        os.symlink(secret, edit.blob_path(digest))
        answer = supply("inspect", "--verify", f"oci:{layout}:app")
        self.assertIn(answer.code, (YES, UNKNOWN, DAMAGED), str(answer))  # the digest holds, so reading it does no harm


class Databases(BadCase):
    def test_broken_databases_do_not_end_the_run_unnoticed(self):
        """A database that cannot be read must be said: an SBOM that silently lacks its packages is worse than none."""
        for path, data in (("var/lib/dpkg/status", b"\x00\x01\x02 no stanza"), ("lib/apk/db/installed", b"\xff" * 100)):
            with self.subTest(path):
                self.forget()
                layout = self.image(layers=[[file("etc/os-release", "ID=debian\nVERSION_ID=12\n"), file(path, data)]])
                answer = supply("sbom", f"oci:{layout}:app")
                self.assertIn(answer.code, (YES, DAMAGED), str(answer))
                if answer.code == YES:
                    self.assertNotEqual("", answer.err)

    def test_package_json_of_every_kind_of_nonsense(self):
        names = [b"[]", b"7", b'{"name":7,"version":[]}', b'{"name":"a/../../b","version":"1"}', b'{"name":"x","version":"1' + b"0" * 100_000 + b'"}',
                 b'{"a":' * 5000, b'{"name":"\\u0000","version":"1"}', b'{"name":"dup","name":"other","version":"1"}', b"\xff\xfe"]
        layout = self.image(layers=[[file(f"srv/{i}/node_modules/x/package.json", text) for i, text in enumerate(names)] +
                                    [file("srv/ok/node_modules/good/package.json", '{"name":"good","version":"1.0.0"}')]])
        from harness import purl_bases
        self.assertIn("npm/good@1.0.0", purl_bases(self.answers(YES, "sbom", f"oci:{layout}:app").json))

    def test_elf_files_that_lie(self):
        header = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 2**63, 2**63, 0, 64, 56, 65535, 64, 65535, 65535)
        magic = b"\xff Go buildinf:" + b"\x08\x02" + bytes(16) + b"\xff" * 9
        layout = self.image(layers=[[file("usr/bin/liar", header), file("usr/bin/short", b"\x7fELF"), file("usr/bin/magic", header + magic * 10)]])
        self.answers(YES, "sbom", f"oci:{layout}:app")


class Memory(BadCase):
    def test_a_machine_without_memory_is_no_verdict_and_no_crash(self):
        """A document for which the memory does not suffice, as ulimit -v cuts it: exit 3, in one line of the program's."""
        def within(limit, *words, program=SUPPLY):
            return subprocess.run([program, *words], capture_output=True, text=True, timeout=120, env=environment(),
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        if within(400 << 20, "version").returncode != YES:
            self.skipTest("this machine gives no build that runs in 400 MB (a sanitizer reserves more)")
        path = self.write("large.json", json.dumps({"spdxVersion": "SPDX-2.3", "packages": [
            {"SPDXID": f"SPDXRef-{i}", "name": f"n{i}" * 20, "versionInfo": "1"} for i in range(40_000)]}))
        policy = self.policy("version: 1\nimages: [{match: ['**'], config: {non_root: true}}]\n")
        deployment = self.write("compose.yaml", "services:\n" + "".join(f"  s{i}: {{image: 'x:{i}'}}\n" for i in range(80_000)))
        # How much the program needs to start, and then for the document, is the build's own.
        for program, words in ((SUPPLY, ("sbom", "lint", path)), (SUPPLY_GATE, ("gate", "--policy", policy, "--deployment", deployment))):
            name = os.path.basename(program)
            starting = [limit for limit in range(20, 200, 10) if within(limit << 20, "version", program=program).returncode == YES]
            answers = [within((starting[0] + more) << 20, *words, program=program) for more in (5, 10, 20)]
            self.assertIn(UNKNOWN, [answer.returncode for answer in answers])
            for answer in answers:
                if answer.returncode == UNKNOWN:
                    self.assertEqual((name + ": this machine or its limits (ulimit -v) gave no more memory\n", ""), (answer.stderr, answer.stdout))
                else:
                    self.assertIn(answer.returncode, (NO, DAMAGED), str(answer))

    def test_the_image_verifier_without_memory_refuses_in_one_line(self):
        call = [SUPPLY_GATE, "-name", "r.example/app:1", "-digest", "sha256:" + "1" * 64, "-stdin-media-type", "application/vnd.oci.descriptor.v1+json"]
        descriptor = json.dumps({"digest": "sha256:" + "1" * 64, "x": [[[]]] * 300_000}).encode()

        def within(limit):
            return subprocess.run(call, input=descriptor, capture_output=True, timeout=120, env=environment(),
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        # With which limit it still starts is the machine's own: below it the loader ends it.
        codes = {limit: within(limit << 20) for limit in range(30, 200, 10)}
        without = [answer for answer in codes.values() if answer.returncode == UNKNOWN]
        if not without:
            self.skipTest("this machine gives no limit at which the program starts and lacks memory")
        for answer in without:
            self.assertEqual(b"refused: could not be found out: this machine or its limits (ulimit -v) gave no more memory\n", answer.stdout)
        for answer in codes.values():
            self.assertGreater(answer.returncode, 0, answer)

    def test_a_limit_of_files_sizes_is_said_like_a_full_disk(self):
        layout = self.image()
        no_file = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        for command in (["copy", f"oci:{layout}:app", f"oci:{self.path('new')}:app"],
                        ["sbom", f"oci:{layout}:app", "-o", f"spdx-json={self.path('sbom.json')}"]):
            result = subprocess.run([SUPPLY, *command], capture_output=True, env=environment(), preexec_fn=no_file)
            self.assertEqual(UNKNOWN, result.returncode, result.stderr.decode())
