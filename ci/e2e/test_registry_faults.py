"""A failure is never an answer: whatever a request that could bring evidence fails with, the image is not called unsigned."""
import itertools
import os
import queue
import unittest
from concurrent.futures import ThreadPoolExecutor

from harness import DAMAGED, NO, PEERS, UNKNOWN, YES, supply
from registry_case import POLICY, RegistryCase
from registry_servers import Answer, Proxy

HTML = b"<html><body>Please log in to the network.</body></html>"


def cut(real):
    return Answer(real.status, real.body, real.headers, cut=len(real.body) // 2)


def other_bytes(real):
    return Answer(real.status, bytes([real.body[0] ^ 1]) + real.body[1:] if real.body else b"x", real.headers)


def shorter(real):
    return Answer(real.status, real.body[:-1], real.headers)


def longer(real):
    return Answer(real.status, real.body + b"x", real.headers)


# What a request is answered -> words of which one must be said.
FAULTS = {
    "401": (Answer(401), ["401"]),
    "401, asking for a password": (Answer(401, headers={"WWW-Authenticate": 'Basic realm="x"'}), ["401"]),
    "403": (Answer(403), ["403"]),
    "403 with the words of a missing manifest": (Answer(403, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'), ["403"]),
    "408": (Answer(408), ["408", "deadline"]),
    "429": (Answer(429), ["429", "deadline"]),
    "429, much later": (Answer(429, headers={"Retry-After": "1000"}), ["429", "deadline"]),
    "500": (Answer(500), ["500", "deadline"]),
    "502 with a page": (Answer(502, HTML, {"Content-Type": "text/html"}), ["502", "deadline"]),
    "503, later": (Answer(503, headers={"Retry-After": "100"}), ["503", "deadline"]),
    "204": (Answer(204), []),
    "a login page": (Answer(200, HTML, {"Content-Type": "text/html"}), []),
    "nothing at all": (Answer(200, b"", {"Content-Type": "application/json"}), []),
    "a way to nowhere": (Answer(307, headers={"Location": "http://127.0.0.1:1/elsewhere"}), []),
    "a way to itself": (None, []),
    "other bytes": (other_bytes, []),
    "a cut body": (cut, []),
    "a byte less": (shorter, []),
    "a byte more": (longer, []),
    "404": (Answer(404), []),
}
BRIEFLY = ("403", "500", "a cut body", "a login page", "404")
AT_ONCE = ("403", "a login page", "404")  # there is nothing to try again


class NeverAnAnswer(RegistryCase):
    def sources(self, proxy, count=16):
        """Proxies before the same registry, for so many cases at a time."""
        free = queue.Queue()
        for _ in range(count):
            one = Proxy(proxy.registry, referrers=proxy.referrers)
            one.subjects = proxy.subjects
            self.addCleanup(one.stop)
            free.put(one)
        return free

    def no_fault_is_an_answer(self, proxy, commands, faults, healthy=NO, deadline="3s"):
        """Each command answers `healthy`, and neither NO nor YES when one request fails."""
        cases, new = [], itertools.count()

        def words(command, proxy):
            return [word.format(image=f"{proxy.name}/app:1", new=next(new)) for word in command]

        for command in commands:
            proxy.asked.clear()
            os.makedirs(self.path("copies"), exist_ok=True)
            self.answers(healthy, *words(command, proxy), cwd=self.directory)
            for asked in list(proxy.asked):
                by_digest = "/blobs/" in asked.path or "/manifests/sha256:" in asked.path
                for name in faults:
                    if name == "404" and not by_digest and "/manifests/1" not in asked.path:
                        continue  # a tag or a list that is not there is a fact
                    if asked.status == 404 and callable(FAULTS[name][0]):
                        continue  # other words for the same fact
                    cases.append((command, asked, name))
        free = self.sources(proxy)

        def run(case):
            command, at, name = case
            one = free.get()
            one.met = 0
            one.meddle = lambda now: self.fault(one, at, name) if (now.method, now.path) == (at.method, at.path) else None
            answer = supply(*words(command, one), "--deadline", deadline, cwd=self.directory)
            met = one.met
            free.put(one)
            return case, met, answer

        with ThreadPoolExecutor(free.qsize()) as pool:
            for (command, at, name), met, answer in pool.map(run, cases):
                with self.subTest(verb=command[0], request=at, fault=name):
                    self.assertGreater(met, 0, f"the request was not made\n{answer}")
                    # A page is no content: nothing that has a digest is damaged.
                    self.assertIn(answer.code, (UNKNOWN,) if name == "a login page" else (UNKNOWN, DAMAGED), str(answer))
                    self.assertIn("supply: ", answer.err, str(answer))
                    said = FAULTS[name][1]
                    self.assertTrue(not said or any(word in answer.err for word in said), str(answer))

    @staticmethod
    def fault(proxy, at, name):
        proxy.met += 1
        return FAULTS[name][0] or Answer(307, headers={"Location": at.path})

    def everything(self, proxy):
        """An image with a signature in each format and an attestation, and commands that look for others."""
        reference, private, _ = self.signed(proxy, "app")
        self.answers(YES, "sign", "--key", private, "--format", "legacy", reference)
        for form in ("bundle", "legacy"):
            self.answers(YES, "attest", "--key", private, "--format", form, "--type", "spdxjson", "--predicate",
                         os.path.join(PEERS, "sbom.spdx.json"), reference)
        other = self.key("other")[1]
        policy = self.policy(POLICY.replace("KEY", other))
        return (["verify", "--key", other, "{image}"],
                ["verify-attestation", "--key", other, "--type", "spdxjson", "{image}"],
                ["gate", "--policy", policy, "{image}"])

    def test_of_a_registry_without_the_referrers_api(self):
        proxy = self.proxy()
        commands = self.everything(proxy)
        self.no_fault_is_an_answer(proxy, commands[:2], FAULTS)
        self.no_fault_is_an_answer(proxy, commands[2:], BRIEFLY)

    def test_of_a_registry_with_the_referrers_api(self):
        proxy = self.proxy(referrers=True)
        commands = self.everything(proxy)
        self.no_fault_is_an_answer(proxy, commands[:2], FAULTS)
        self.no_fault_is_an_answer(proxy, commands[2:], BRIEFLY)

    def test_nor_does_it_make_a_list_or_a_copy_shorter(self):
        for referrers in (False, True):
            proxy = self.proxy(referrers=referrers)
            reference, private, _ = self.signed(proxy)
            self.answers(YES, "sign", "--key", private, "--format", "legacy", reference)
            self.no_fault_is_an_answer(proxy, (["inspect", "{image}"], ["download", "signature", "{image}"],
                                               ["copy", "{image}", "oci:copies/{new}:x"]), AT_ONCE, YES, "5s")

    def test_a_list_that_cannot_be_read_is_not_written_over(self):
        proxy = self.proxy()
        reference, _, public = self.signed(proxy)
        digest = self.answers(YES, "inspect", "--digest", reference).text.strip().replace(":", "-")
        private = self.key("late")[0]
        for kind, ending in (("bundle", ""), ("legacy", ".sig")):
            if kind == "legacy":
                self.answers(YES, "sign", "--key", public[:-3] + "key", "--format", kind, reference)
            for name in BRIEFLY[:-1]:
                with self.subTest(format=kind, fault=name):
                    proxy.meddle = (lambda asked, name=name: FAULTS[name][0] if asked.method in ("GET", "HEAD") and
                                    asked.path.endswith(f"/manifests/{digest}{ending}") else None)
                    answer = supply("sign", "--key", private, "--format", kind, "--deadline", "1s", reference)
                    self.assertIn(answer.code, (UNKNOWN, DAMAGED), str(answer))
                    proxy.meddle = None
                    self.answers(YES, "verify", "--key", public, reference)


if __name__ == "__main__":
    unittest.main()
