"""Many writers of one layout, and writers that die: nothing is lost, nothing half-written stays."""
import os
import random
import signal
import subprocess
import time
import unittest

from harness import SUPPLY, YES, Case, LayoutEdit, digest_of, environment, how_many


MOMENTS, ROUNDS = how_many("moments", 200), how_many("rounds", 50)


class Together(Case):
    def test_eight_writers_at_once_lose_nothing(self):
        keys = [self.quick_key(f"k{i}") for i in range(8)]
        for number in range(ROUNDS):
            self.write_at_once(self.image(f"image{number}"), keys)

    def write_at_once(self, layout, keys):
        for form in ("bundle", "legacy"):
            with self.subTest(form):
                running = [subprocess.Popen([SUPPLY, "sign", "--key", private, "--format", form, f"oci:{layout}:app"],
                                            env=environment(), stderr=subprocess.PIPE) for private, _ in keys]
                for process in running:
                    _, said = process.communicate()
                    self.assertEqual(0, process.returncode, said)
        edit = LayoutEdit(layout)
        subject = edit.entry("app")["digest"]
        self.assertEqual(8, len(edit.referrers(subject)))
        listed = edit.parsed(edit.entry(subject.replace(":", "-"))["digest"])["manifests"]
        self.assertEqual(8, len({m["digest"] for m in listed}))
        signatures = edit.parsed(edit.entry(subject.replace(":", "-") + ".sig")["digest"])["layers"]
        self.assertEqual(8, len({l["annotations"]["dev.cosignproject.cosign/signature"] for l in signatures}))
        for _, public in keys:
            self.answers(YES, "verify", "--key", public, f"oci:{layout}:app")
        self.skopeo_takes(layout, "app")


class Killed(Case):
    def litter(self, layout):
        """Everything in the layout that a reader would not look for."""
        found = []
        for directory, _, files in os.walk(layout):
            for name in files:
                path = os.path.relpath(os.path.join(directory, name), layout)
                good = path in ("oci-layout", "index.json") or (path.startswith("blobs/sha256/") and len(name) == 64)
                if not good:
                    found.append(path)
        return found

    def test_a_writer_killed_at_any_moment_leaves_a_valid_layout(self):
        private, public = self.key()
        layout = self.image()
        ref = f"oci:{layout}:app"
        predicate = self.write("predicate.json", '{"text":"' + "x" * 200_000 + '"}')
        command = [SUPPLY, "attest", "--key", private, "--type", "custom", "--predicate", predicate, ref]
        started = time.monotonic()
        self.answers(YES, *command[1:])
        takes = time.monotonic() - started
        dice = random.Random(4)
        edit, killed, before = LayoutEdit(layout), 0, 1
        for moment in range(MOMENTS):
            process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(takes * dice.uniform(0.2, 1.2))
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
            edit.index()  # is JSON
            subject = edit.entry("app")["digest"]
            for entry in edit.index()["manifests"]:
                self.assertEqual(entry["size"], len(edit.blob(entry["digest"])), f"moment {moment}")
            count = len(edit.referrers(subject))
            self.assertIn(count, (before, before + 1), f"moment {moment}")
            before = count
        self.assertGreater(killed, MOMENTS // 4, "the killer came too late")
        for directory, _, files in os.walk(os.path.join(layout, "blobs", "sha256")):
            for name in files:  # every blob is what its name says: files appear by rename
                with open(os.path.join(directory, name), "rb") as data:
                    self.assertEqual("sha256:" + name, digest_of(data.read()))
        self.answers(YES, "attest", "--key", private, "--type", "custom", "--predicate", predicate, ref)
        self.assertEqual([], [path for path in self.litter(layout) if os.path.getsize(os.path.join(layout, path)) > 0])
        self.answers(YES, "verify-attestation", "--key", public, "--type", "custom", ref)
        self.answers(YES, "inspect", "--verify", ref)
        self.skopeo_takes(layout, "app")

    def test_a_full_disk_is_an_error_and_leaves_the_layout_as_it_was(self):
        private, public = self.key()
        layout = self.image()
        self.answers(YES, "sign", "--key", private, f"oci:{layout}:app")
        predicate = self.write("predicate.json", '{"text":"' + "x" * 5_000_000 + '"}')
        before = self.read(os.path.join(layout, "index.json"))
        result = subprocess.run(["bash", "-c", 'ulimit -f 1000; trap "" XFSZ; exec "$@"', "bash", SUPPLY, "attest", "--key", private,
                                 "--type", "custom", "--predicate", predicate, f"oci:{layout}:app"], env=environment(), capture_output=True)
        self.assertIn(result.returncode, (3, 4), result.stderr)
        self.assertEqual(before, self.read(os.path.join(layout, "index.json")))
        self.assertEqual([], [p for p in self.litter(layout) if os.path.getsize(os.path.join(layout, p)) > 0])
        self.answers(YES, "verify", "--key", public, f"oci:{layout}:app")


if __name__ == "__main__":
    unittest.main()
