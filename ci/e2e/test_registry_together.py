"""Many writers of one image in a registry that has no lock, and of one layout: nothing is lost.

    python3 ci/e2e/test_registry_together.py --rounds 500      more rounds than an ordinary run has
"""
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from harness import SUPPLY, YES, environment, how_many
from registry_case import RegistryCase
from registry_servers import Answer

ROUNDS = how_many("rounds", 50)
TOGETHER = 6  # rounds at a time, each in a repository of its own: writers wait for each other more than they work
WRITERS = 8


class Together(RegistryCase):
    def at_once(self, commands):
        """Starts all of them, and expects 0 of each."""
        running = [subprocess.Popen([SUPPLY, *command], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                   for command in commands]
        said = [process.communicate()[1].decode() for process in running]
        self.assertEqual([0] * len(running), [process.returncode for process in running], "".join(said))

    def rounds(self, turn, share=1):
        """All rounds of a test, or one of so many: `turn` is called with the number of each."""
        with ThreadPoolExecutor(TOGETHER) as pool:
            list(pool.map(turn, range(-(-ROUNDS // share))))

    def attached(self, reference):
        """How many different bundles are found."""
        return len({one["manifest"] for one in self.answers(YES, "inspect", "--json", reference).json["attached"]})

    def test_who_attach_to_a_registry_at_once_lose_nothing(self):
        registry = self.registry()
        keys = [self.quick_key(f"key{i}") for i in range(WRITERS)]
        predicates = [self.write(f"predicate{i}", f'{{"number":{i}}}') for i in range(WRITERS)]
        layout = self.image()

        def turn(number):
            reference = f"{registry.name}/app{number}:1"
            self.push(layout, reference)
            self.at_once([["attest", "--key", key, "--type", "custom", "--predicate", predicate, reference] if i % 2 else
                          ["sign", "--key", key, reference] for i, ((key, _), predicate) in enumerate(zip(keys, predicates))])
            self.assertEqual(WRITERS, self.attached(reference))
            for i, (_, public) in enumerate(keys):
                self.answers(YES, *(["verify-attestation", "--type", "custom"] if i % 2 else ["verify"]), "--key", public, reference)

        self.rounds(turn)

    def test_who_sign_in_the_old_form_at_once_lose_nothing(self):
        registry = self.registry()
        keys = [self.quick_key(f"key{i}") for i in range(WRITERS)]
        layout = self.image()

        def turn(number):
            reference = f"{registry.name}/app{number}:1"
            self.push(layout, reference)
            self.at_once([["sign", "--key", key, "--format", "legacy", reference] for key, _ in keys])
            for _, public in keys:
                self.answers(YES, "verify", "--key", public, reference)

        self.rounds(turn, 3)

    def test_a_registry_that_trips_over_another_upload_is_asked_again(self):
        """docker-registry 2.8 answers 400 DIGEST_INVALID to a manifest when another client uploads one of its blobs."""
        proxy = self.proxy()
        reference, private, public = f"{proxy.name}/app:1", *self.key()
        self.push(self.image(), reference)
        tripped = []

        def trip(asked):
            if asked.method != "PUT" or "/manifests/" not in asked.path or asked.path in tripped:
                return None
            tripped.append(asked.path)
            return Answer(400, b'{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content"}]}')

        proxy.meddle = trip
        for form in ("bundle", "legacy"):
            self.answers(YES, "sign", "--key", private, "--format", form, reference)
        self.assertEqual(3, len(tripped), tripped)  # the bundle, its list, and the .sig tag
        self.answers(YES, "verify", "--key", public, reference)

    def test_who_copy_signed_images_to_one_name_at_once_lose_no_signature(self):
        registry = self.registry()
        publics, layouts = [], []
        for i in range(WRITERS):
            private, public = self.quick_key(f"key{i}")
            layouts.append(self.image(f"image{i}"))
            self.answers(YES, "sign", "--key", private, f"oci:{layouts[-1]}:app")
            publics.append(public)

        def turn(number):
            reference = f"{registry.name}/app{number}:1"
            self.at_once([["copy", f"oci:{layout}:app", reference] for layout in layouts])
            for public in publics:
                self.answers(YES, "verify", "--key", public, reference)

        self.rounds(turn, 3)

    def test_who_copy_into_one_layout_at_once_lose_nothing(self):
        registry = self.registry()
        for i in range(WRITERS):
            self.push(self.image(f"image{i}", config={"number": i}), f"{registry.name}/app{i}:1")

        def turn(number):
            together = self.path(f"all{number}")
            self.at_once([["copy", f"{registry.name}/app{i}:1", f"oci:{together}:{i}"] for i in range(WRITERS)])
            self.assertEqual("".join(f"{i}\n" for i in range(WRITERS)), self.answers(YES, "tags", f"oci:{together}").text)
            self.skopeo_takes(together, str(number % WRITERS))

        self.rounds(turn)


if __name__ == "__main__":
    unittest.main()
