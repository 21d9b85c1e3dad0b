"""What a tar holds is what skopeo, umoci and buildah take from it, or is refused: archives of images, and layers."""
import collections
import concurrent.futures
import hashlib
import json
import os
import subprocess
import tempfile

import odd_images
import runtimes
import tar_tricks
from harness import OCI, Case, Layout, digest_of, supply, to_json

ANSWERS = (0, 3, 4)


def in_parallel(call, cases):
    with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as workers:
        return list(workers.map(lambda case: call(*case), cases))


class TarTricks(Case):
    def judge_archives(self, cases, form, tag):
        """`cases`: (name, bytes). Supply lists the packages of what skopeo copies, or refuses."""
        def judge(number, name, data):
            source = f"{form}-archive:{self.write(f'{form}-{number}.tar', data)}:{tag}"
            answer = supply("sbom", "-o", "purls", source)
            taken = runtimes.skopeo(source, "linux/amd64", self.directory)
            ours = {kind for kind in ("good", "evil") if answer.code == 0 and f"/{kind}@1" in answer.text}
            wrong = answer.code not in ANSWERS or bool(answer.code == 0 and taken and taken != ours)
            return f"{form} {name}: skopeo takes {sorted(taken)}: {answer}" if wrong else None, answer.code, taken

        return in_parallel(judge, [(number, *case) for number, case in enumerate(cases)])

    def holds(self, results, *seen):
        self.assertEqual([], [wrong for wrong, _, _ in results if wrong])
        count = collections.Counter([code for _, code, _ in results] + [kind for _, _, taken in results for kind in taken])
        for each in seen:  # a comparison in which nobody takes anything proves nothing
            self.assertTrue(count[each], f"never seen: {each}: {count}")

    def test_an_archive_of_a_layout_is_what_skopeo_takes_or_is_refused(self):
        self.needs("skopeo")
        pool = odd_images.Pool(self.path("pool"), 1, 1)
        of = tar_tricks.oci_archive(pool, self.path("both"))
        cases = [*tar_tricks.tricks(*of), *tar_tricks.tricks(*tar_tricks.swapped(of))]
        self.holds(self.judge_archives(cases, "oci", "t"), 0, 4, "good", "evil")

    def test_what_docker_saves_is_what_skopeo_takes_or_is_refused(self):
        self.needs("skopeo")
        pool, cases = odd_images.Pool(self.path("pool"), 1, 1), []
        for main in ("list", "config", "layer"):
            of = tar_tricks.docker_archive(pool, main)
            cases += [(f"{main}: {name}", data) for name, data in tar_tricks.tricks(*of)]
            cases += [(f"{main}, swapped: {name}", data) for name, data in tar_tricks.tricks(*tar_tricks.swapped(of))] if main == "list" else []
        self.holds(self.judge_archives(cases, "docker", "a:1"), 0, 4, "good", "evil")

    def test_a_layer_is_what_umoci_unpacks_or_is_refused(self):
        self.needs("umoci")

        def judge(number, name, data):
            layout = Layout(self.path(f"image-{number}"))
            config = layout.blob(to_json({"os": "linux", "architecture": "amd64", "config": {},
                                          "rootfs": {"type": "layers", "diff_ids": [digest_of(data)]}}), OCI["config"])
            layout.tag(layout.blob(to_json({"schemaVersion": 2, "mediaType": OCI["manifest"], "config": config,
                                            "layers": [layout.blob(data, OCI["plain"])]}), OCI["manifest"]), "t")
            layout.close()
            answer = supply("inspect", "--files", f"oci:{layout.path}:t")
            ours = {line["path"]: line["sha256"] for line in map(json.loads, answer.text.splitlines()) if line["type"] == "file"} if answer.code == 0 else None
            theirs = unpacked(layout.path, self.directory)
            wrong = answer.code not in ANSWERS or bool(ours is not None and theirs is not None and ours != theirs)
            return f"{name}: umoci makes {theirs}, {answer}" if wrong else None, answer.code, ["umoci"] if theirs else []

        cases = tar_tricks.tricks({"a": b"a", "d/b": b"b"}, "main", b"one" * 200, b"two" * 300)
        self.holds(in_parallel(judge, [(number, *case) for number, case in enumerate(cases)]), 0, 4, "umoci")


def unpacked(layout, scratch):
    """path -> SHA-256 of the files that umoci makes of the image, None where it makes nothing."""
    bundle = tempfile.mkdtemp(dir=scratch) + "/bundle"
    options = [] if os.getuid() == 0 else ["--rootless"]
    done = subprocess.run(["umoci", "unpack", *options, "--image", layout + ":t", bundle], stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode != 0:
        return None
    found = {}
    for directory, _, names in os.walk(bundle + "/rootfs"):
        for path in (os.path.join(directory, name) for name in names):
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as data:
                    found[os.path.relpath(path, bundle + "/rootfs")] = hashlib.sha256(data.read()).hexdigest()
    return found
