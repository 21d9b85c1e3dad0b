"""A copy that is killed at any moment leaves what is valid, and the next one goes on where it was.

    python3 ci/e2e/test_registry_killed.py --moments 1000      more moments than an ordinary run has: 200 for a pull, which
                                                               leaves a layout, and a quarter of them for either push
"""
import os
import random
import signal
import subprocess
import time
import unittest

from harness import DAMAGED, SUPPLY, YES, LayoutEdit, digest_of, environment, file, how_many, supply
from registry_case import RegistryCase, skopeo

MOMENTS = how_many("moments", 200)
MEBI = 1 << 20
PACE = 24 * MEBI  # bytes a second of each body
TRANSFERS = 3     # at a time, unless told otherwise


class Killed(RegistryCase):
    def big_image(self, name, seed, sizes=(6, 4, 3, 2)):
        """A layout, and how many bytes its blobs are."""
        dice = random.Random(seed)
        layout = self.image(name, layers=[[file(f"data{i}", dice.randbytes(size * MEBI))] for i, size in enumerate(sizes)])
        blobs = os.path.join(layout, "blobs", "sha256")
        return layout, sum(os.path.getsize(os.path.join(blobs, blob)) for blob in os.listdir(blobs))

    def when_killed(self):
        """What a test wants to know at that moment."""

    def kill(self, dice, command, env=None):
        """Starts it and kills it at some moment; whether it had not ended by itself."""
        process = subprocess.Popen([SUPPLY, *command], env=environment(**(env or {})), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        try:
            _, said = process.communicate(timeout=dice.uniform(0.01, 0.35))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.when_killed()
            return True
        self.assertEqual(0, process.returncode, said.decode())
        return False

    def is_valid(self, layout):
        """A reader of it finds whole blobs, and whole images under the names that it lists."""
        if not os.path.exists(os.path.join(layout, "index.json")):
            return
        blobs = os.path.join(layout, "blobs", "sha256")
        for name in os.listdir(blobs):
            with open(os.path.join(blobs, name), "rb") as data:
                self.assertEqual("sha256:" + name, digest_of(data.read()))
        for entry in LayoutEdit(layout).index()["manifests"]:
            tag = entry.get("annotations", {}).get("org.opencontainers.image.ref.name")
            if tag and not tag.startswith("sha256-"):
                self.answers(YES, "inspect", "--verify", f"oci:{layout}:{tag}")
                skopeo("inspect", f"oci:{layout}:{tag}")

    def litter(self, layout):
        return [os.path.join(directory, name) for directory, _, files in os.walk(layout) for name in files
                if os.path.basename(directory) != "sha256" and name not in ("oci-layout", "index.json", ".lock", ".supply-lock")]

    def test_a_pull_goes_on_where_it_was_killed(self):
        registry, dice = self.registry(), random.Random(5)
        proxy, moment, image = self.proxy(registry), 0, 0
        source, size = self.big_image("image", 5)
        self.push(source, f"{registry.name}/app:1")
        proxy.pace = PACE
        while moment < MOMENTS:
            image += 1
            layout, kills = self.path(f"out{image}"), 0
            command = ["copy", f"{proxy.name}/app:1", f"oci:{layout}:1"]
            before = proxy.down
            while self.kill(dice, command):
                kills, moment = kills + 1, moment + 1
                self.is_valid(layout)
                self.assertLess(kills, 100, "no progress")
            # Each of its processes hears a few answers besides: a manifest, and that nothing refers to it.
            self.assertLessEqual(proxy.down - before, size + (kills + 1) * 4096 + kills * TRANSFERS * MEBI,
                                 f"{kills} kills of {size} bytes")
            self.is_valid(layout)
            self.answers(YES, "inspect", "--verify", f"oci:{layout}:1")
            self.assertEqual([], self.litter(layout))

    def killed_pushes(self, proxy, seed):
        """Pushes images until they are there, killed at some moments: for each (bytes, kills, bytes sent)."""
        dice, moment, image, pushed = random.Random(seed), 0, 0, []
        env = {"SUPPLY_CACHE": self.path("cache")}
        source, size = self.big_image("image", seed)
        while moment < MOMENTS // 4:
            image += 1
            reference, kills, before = f"{proxy.name}/app{image}:1", 0, proxy.up
            proxy.pace = PACE
            while self.kill(dice, ["copy", f"oci:{source}:app", reference], env):
                kills, moment = kills + 1, moment + 1
                self.assertLess(kills, 100, "no progress")
                proxy.pace = PACE * (1 + kills // 5)  # what starts anew each time must get there some time
            pushed.append((size, kills, proxy.up - before))
            proxy.pace = None
            self.answers(YES, "inspect", "--verify", reference)
            skopeo("inspect", "--tls-verify=false", f"docker://{reference}")
        for directory, _, names in os.walk(self.path("cache")):
            for name in names:
                self.assertEqual(0o600, os.stat(os.path.join(directory, name)).st_mode & 0o777, name)
        return pushed

    def test_a_push_goes_on_where_it_was_killed(self):
        for size, kills, sent in self.killed_pushes(self.proxy(keeps=True), 6):
            # What the proxy reads of a dead client when the next has asked how far it came is lost, a piece of each transfer.
            self.assertLessEqual(sent, size + (kills + 1) * 4096 + kills * TRANSFERS * (MEBI + (1 << 18)), f"{kills} kills of {size} bytes")

    def test_a_push_to_a_registry_that_forgets_sends_nothing_twice_that_has_arrived(self):
        proxy = self.proxy()
        self.there, self.again = set(), []

        def blob(asked):
            return (asked.path.split("/blobs/")[0], asked.path.split("digest=")[1])

        def uploads():
            return [asked for asked in list(proxy.asked) if asked.method == "PUT" and "digest=" in asked.path]

        def meddle(asked):
            if asked.method == "PUT" and "digest=" in asked.path and blob(asked) in self.there:
                self.again.append(asked)

        proxy.meddle = meddle
        self.when_killed = lambda: self.there.update(blob(asked) for asked in uploads() if asked.status == 201)
        self.killed_pushes(proxy, 8)
        self.assertTrue(self.there)
        self.assertEqual([], self.again)

    def test_a_living_run_keeps_what_it_holds_while_another_cleans_up(self):
        registry = self.registry()
        proxy = self.proxy(registry)
        self.push(self.big_image("slow", 1)[0], f"{registry.name}/slow:1")
        self.push(self.image("quick"), f"{registry.name}/quick:1")
        proxy.pace = 4 * MEBI
        layout = self.path("out")
        slow = subprocess.Popen([SUPPLY, "copy", f"{proxy.name}/slow:1", f"oci:{layout}:slow"], env=environment(),
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(0.3)
        for i in range(5):
            self.answers(YES, "copy", f"{registry.name}/quick:1", f"oci:{layout}:quick{i}")
        _, said = slow.communicate()
        self.assertEqual(0, slow.returncode, said.decode())
        self.is_valid(layout)
        self.assertEqual([], self.litter(layout))
        self.assertLess(proxy.down, 16 * MEBI)

    def test_a_transfer_that_is_cut_goes_on_in_the_same_run(self):
        registry = self.registry()
        proxy = self.proxy(registry)
        self.push(self.big_image("image", 2)[0], f"{registry.name}/app:1")
        seen = {}

        def cut(asked):
            if asked.method != "GET" or "/blobs/" not in asked.path:
                return None
            seen[asked.path] = seen.get(asked.path, 0) + 1
            if seen[asked.path] > 2:
                return None

            def half(real):
                real.cut = len(real.body) // 2
                return real
            return half

        proxy.meddle = cut
        self.answers(YES, "copy", f"{proxy.name}/app:1", f"oci:{self.path('out')}:1")
        self.assertLess(proxy.down, 15 * MEBI + 6 * MEBI)
        self.answers(YES, "inspect", "--verify", f"oci:{self.path('out')}:1")

    def test_bytes_that_changed_while_nobody_looked_are_not_believed(self):
        registry, dice = self.registry(), random.Random(7)
        proxy = self.proxy(registry)
        self.push(self.big_image("image", 3)[0], f"{registry.name}/app:1")
        layout, proxy.pace = self.path("out"), 8 * MEBI
        command = ["copy", f"{proxy.name}/app:1", f"oci:{layout}:1"]
        process = subprocess.Popen([SUPPLY, *command], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.4)
        process.kill()
        process.wait()
        partial = [path for path in self.litter(layout) if os.path.getsize(path) > 100_000]
        self.assertTrue(partial, "nothing was under way")
        for path in partial:
            with open(path, "r+b") as data:
                data.seek(dice.randrange(50_000))
                data.write(b"changed")
        answer = supply(*command)
        self.assertIn(answer.code, (YES, DAMAGED), str(answer))
        if answer.code == DAMAGED:
            self.answers(YES, *command)
        self.is_valid(layout)
        self.answers(YES, "inspect", "--verify", f"oci:{layout}:1")


if __name__ == "__main__":
    unittest.main()
