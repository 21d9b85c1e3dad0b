"""supply gate serve: reviews over HTTPS as an API server sends them, reloads, limits, and its end."""
import base64
import concurrent.futures
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import time

from harness import ROOT, USAGE, YES
from registry_servers import certificates
from webhook_case import POLICY, WebhookCase, review


class Webhook(WebhookCase):
    def test_it_allows_denies_and_fills_in_digests(self):
        proxy, signed, bare, tag = self.signed_image()
        self.serve(POLICY)
        self.assertEqual((200, "ok\n"), self.get("/healthz"))
        self.assertEqual((200, "ok\n"), self.get("/readyz"))
        yes = self.ask(review([signed]))
        self.assertEqual(("u-1", True), (yes["uid"], yes["allowed"]), yes)
        no = self.ask(review([signed, bare], kind="Deployment"))
        self.assertEqual((False, 403, "Forbidden"), (no["allowed"], no["status"]["code"], no["status"]["reason"]))
        self.assertIn("signatures", no["status"]["message"])
        self.assertIn(bare, no["status"]["message"])
        # By tag: a no from one, a digest from the other, which the first then takes.
        self.assertIn("has no digest", self.ask(review([tag]))["status"]["message"])
        filled = self.ask(review([tag, signed]), "/mutate?timeout=10s")
        self.assertTrue(filled["allowed"], filled)
        patch = json.loads(base64.b64decode(filled["patch"]))
        self.assertEqual([{"op": "replace", "path": "/spec/containers/0/image", "value": f"{tag}@{signed.split('@')[1]}"}], patch)
        asked = len(proxy.asked)
        self.assertTrue(self.ask(review([patch[0]["value"]]))["allowed"])
        self.assertEqual(asked, len(proxy.asked))  # it was judged for the mutating webhook already
        # What is not there, or nowhere, is no yes.
        gone = self.ask(review([signed.split("@")[0] + "@sha256:" + "0" * 64]))
        self.assertEqual((False, 503), (gone["allowed"], gone["status"]["code"]))
        nowhere = self.ask(review(["127.0.0.1:1/app@sha256:" + "0" * 64]))
        self.assertEqual((False, 503), (nowhere["allowed"], nowhere["status"]["code"]))
        self.assertFalse(self.ask(review(["Not A Name@sha256:" + "0" * 64]))["allowed"])
        self.assertFalse(self.ask(review(["oci:" + self.path("bare") + "@" + bare.split("@")[1]]))["allowed"])
        # A log line each.
        last = self.lines("review")[0]
        self.assertEqual(("allowed", "Pod", "shop", "kubectl", "validate"), tuple(last[k] for k in ("outcome", "kind", "namespace", "user", "webhook")))
        self.assertEqual(signed.split("@")[1], last["images"][0]["digest"])
        self.assertGreaterEqual(self.metric('supply_admission_reviews_total{webhook="validate",outcome="denied"}'), 2)
        self.assertEqual(1, self.metric('supply_admission_reviews_total{webhook="mutate",outcome="allowed"}'))
        self.assertGreaterEqual(self.metric("supply_admission_seconds_count"), 7)

    def test_what_is_attached_is_in_the_repository_that_cosign_is_told(self):
        _, _, bare, _ = self.signed_image()
        told = {"COSIGN_REPOSITORY": f"{self.registry().name}/signatures"}
        self.serve(POLICY)
        self.assertFalse(self.ask(review([bare]))["allowed"])
        self.end()
        self.answers(YES, "sign", "--key", self.private, bare, env=told)
        self.serve(POLICY, env=told)
        self.assertTrue(self.ask(review([bare]))["allowed"])
        self.assertEqual(told["COSIGN_REPOSITORY"], self.lines("attachments")[0]["repository"])

    def test_two_hundred_identical_reviews_at_once_are_one_fetch(self):
        proxy, signed, _, tag = self.signed_image()
        proxy.pace = 20_000  # so that they meet
        self.serve(POLICY + "admission: {digests: any}\n")
        for image, manifests in ((signed, 1), (tag, 2)):
            proxy.asked.clear()
            with concurrent.futures.ThreadPoolExecutor(200) as pool:
                answers = list(pool.map(lambda i: self.ask(review([image], uid=f"u-{i}"), "/validate?timeout=30s"), range(200)))
            self.assertEqual({f"u-{i}" for i in range(200)}, {answer["uid"] for answer in answers})
            self.assertTrue(all(answer["allowed"] for answer in answers), answers[0])
            digest = signed.split("@")[1]
            asked = [one.path for one in proxy.asked if one.path.endswith((f"/manifests/{digest}", "/manifests/1"))]
            self.assertLessEqual(len(asked), manifests, asked)
            self.assertEqual(len({one.path for one in proxy.asked if "/blobs/" in one.path}), len([one for one in proxy.asked if "/blobs/" in one.path]))
        self.assertEqual(2, self.metric("supply_admission_fetches_total"))

    def test_a_deadline_is_a_typed_denial_and_the_next_try_finds_the_work_done(self):
        proxy, signed, _, _ = self.signed_image()
        proxy.meddle = lambda asked: time.sleep(0.7)
        self.serve(POLICY)
        began = time.monotonic()
        late = self.ask(review([signed]), "/validate?timeout=1s")
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual((False, 504, "Timeout"), (late["allowed"], late["status"]["code"], late["status"]["reason"]))
        self.until(lambda: self.ask(review([signed]), "/validate?timeout=1s")["allowed"])
        self.assertEqual(1, self.metric("supply_admission_fetches_total"))

    def test_a_signature_that_is_made_now_counts_soon_and_time_always(self):
        proxy, _, bare, _ = self.signed_image()
        digest = bare.split("@")[1]
        exception = ("exceptions: [{{rule: signatures, images: ['{}'], reason: r, owner: o, expires: {}}}]\n")
        soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
        self.serve(POLICY + exception.format(digest, soon))
        self.assertTrue(self.ask(review([bare]))["allowed"])
        asked = len(proxy.asked)
        self.until(lambda: not self.ask(review([bare]))["allowed"])  # by facts that were kept: nothing is asked
        self.assertEqual(asked, len(proxy.asked))
        self.answers(YES, "sign", "--key", self.private, bare)
        self.until(lambda: self.ask(review([bare]))["allowed"])

    def test_policy_and_certificate_are_read_again_or_kept(self):
        _, signed, _, _ = self.signed_image()
        self.serve(POLICY)
        self.assertTrue(self.ask(review([signed]))["allowed"])
        self.write("policy.yaml", POLICY.replace("signatures: {any_of: [k]}", "config: {labels: [never]}"))
        self.until(lambda: not self.ask(review([signed]))["allowed"])
        self.write("policy.yaml", "version: 2\n")
        self.until(lambda: self.lines("reload-failed"))
        self.assertFalse(self.ask(review([signed]))["allowed"])
        self.write("policy.yaml", POLICY)
        self.until(lambda: self.ask(review([signed]))["allowed"])
        # Another key under the same name is another policy, though its text stays.
        _, other = self.quick_key("other")
        self.write("key.pub", self.read(other))
        self.until(lambda: not self.ask(review([signed]))["allowed"])
        os.unlink(self.path("key.pub"))
        self.until(lambda: len(self.lines("reload-failed")) == 2)
        self.assertFalse(self.ask(review([signed]))["allowed"])
        # The certificate: another one of the same CA, shown to new connections; a key that is not its own changes nothing.
        shown = lambda: ssl.get_server_certificate(("127.0.0.1", self.port))
        first, old = shown(), self.connection()
        self.assertFalse(self.ask(review([signed]), connection=old)["allowed"])  # one without a request is closed after 10 s
        directory = self.path("tls2")
        os.makedirs(directory)
        ca, certificate, key = certificates(directory)
        shutil.copy(key, self.tls[2])
        self.until(lambda: len(self.lines("reload-failed")) == 3)
        self.assertEqual(first, shown())
        shutil.copy(certificate, self.tls[1])
        self.until(lambda: shown() != first)
        self.assertFalse(self.ask(review([signed]), connection=old)["allowed"])
        old.close()
        self.tls = (ca, self.tls[1], self.tls[2])
        self.assertEqual(200, self.get("/healthz")[0])
        self.assertEqual(3, self.metric('supply_admission_reloads_total{what="policy",result="taken"}'))
        self.assertEqual(1, self.metric('supply_admission_reloads_total{what="certificate",result="taken"}'))

    def test_ten_thousand_hostile_requests_leave_it_as_it_was(self):
        _, signed, _, _ = self.signed_image()
        self.serve(POLICY, "--keep", "1h")
        self.assertTrue(self.ask(review([signed]))["allowed"])
        good = json.dumps(review([signed]))
        beta = dict(review([signed]), apiVersion="admission.k8s.io/v1beta1")
        hostile = [b"", b"{", b"[" * 100_000, b"{}", b"\x00" * 5000, b'{"a":' * 3000, good[:-1].encode(), json.dumps(beta).encode(),
                   json.dumps(review([signed], operation="PATCH")).encode(), json.dumps(review(["x" * 5000])).encode(),
                   good.replace('"u-1"', '"' + "u" * 300 + '"').encode(), good.replace('"spec"', '"sp\\ud800ec"').encode(),
                   json.dumps(review([f"r{i}.example/a:1" for i in range(300)])).encode(),
                   good.replace('"Pod"', '"Pod{{ x }}"').encode(), b'{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":' + b"[[]]" + b"}"]
        raw = [b"GARBAGE\r\n\r\n", b"POST /validate HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
               b"POST /validate HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000]
        count = int(os.environ.get("HOSTILE", "5000"))

        def some(thread):
            link = self.connection()
            for i in range(thread, count, 4):
                try:
                    if i % 20 == 19:
                        context = ssl.create_default_context(cafile=self.tls[0])
                        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.port)), server_hostname="127.0.0.1") as tls:
                            tls.sendall(raw[i // 20 % len(raw)])
                            tls.recv(1000)
                        continue
                    link.request("POST", "/validate", hostile[i % len(hostile)], {"Content-Type": "application/json"})
                    answer = link.getresponse()
                    body = answer.read()
                    if answer.status == 200:
                        self.assertFalse(json.loads(body)["response"]["allowed"], hostile[i % len(hostile)][:200])
                except (OSError, http.client.HTTPException):
                    link.close()
                    link = self.connection()
            link.close()

        def resident():
            return self.metric("process_resident_memory_bytes")

        for rounds in range(2):
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                list(pool.map(some, range(4)))
            if rounds == 0:
                before = resident()
        self.assertLess(resident(), before + 8e6)
        self.assertTrue(self.ask(review([signed]))["allowed"])
        # A large one, one too large, another type.
        link = self.connection()
        link.putrequest("POST", "/validate")
        link.putheader("Content-Length", "8388609")
        link.endheaders()
        self.assertEqual(413, link.getresponse().status)
        link.close()
        self.ask(good, content_type="text/plain", status=415)
        self.assertTrue(self.ask(good, content_type="application/json; charset=utf-8")["allowed"])
        self.assertEqual(404, self.get("/")[0])
        self.assertEqual(405, self.get("/validate")[0])

    def test_more_reviews_at_once_than_it_judges_are_told_to_come_back(self):  # kMaxAdmissionsAtOnce is 256
        proxy, signed, _, _ = self.signed_image()
        proxy.meddle = lambda asked: time.sleep(4)
        self.serve(POLICY)
        with concurrent.futures.ThreadPoolExecutor(256) as pool:
            answers = [pool.submit(self.ask, review([signed]), "/validate?timeout=30s") for _ in range(256)]
            self.until(lambda: self.metric("supply_admission_in_flight") == 256)
            self.assertIn("too many", self.ask(review([signed]), status=429))
            self.assertTrue(all(answer.result()["allowed"] for answer in answers))
        self.assertTrue(self.ask(review([signed]))["allowed"])

    def test_it_ends_gracefully(self):
        proxy, signed, _, _ = self.signed_image()
        proxy.meddle = lambda asked: time.sleep(0.3)
        self.serve(POLICY, "--drain", "1s")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(self.ask, review([signed]), "/validate?timeout=30s")
            self.until(lambda: self.metric("supply_admission_in_flight") == 1)
            self.process.send_signal(signal.SIGTERM)
            self.until(lambda: self.lines("ending"))
            self.assertEqual(503, self.get("/readyz")[0])
            self.assertTrue(answer.result()["allowed"])
        self.assertEqual(0, self.process.wait(60))
        self.assertEqual(1, len(self.lines("ended")))

    def test_what_is_wrong_is_said_before_it_serves(self):
        directory = self.path("tls")
        os.makedirs(directory)
        _, certificate, key = certificates(directory)
        policy = self.policy("version: 1\nimages: []\n")
        good = {"--policy": policy, "--tls-cert": certificate, "--tls-key": key, "--listen": "127.0.0.1:0"}
        for option, wrong in (("--policy", self.path("none.yaml")), ("--tls-cert", key), ("--tls-key", certificate),
                              ("--tls-cert", self.path("none")), ("--listen", "localhost"), ("--listen", "127.0.0.1:70000"),
                              ("--listen", "example.org:1"), ("--timeout", "soon"),
                              ("--policy", self.write("rules.yaml", "version: 1\nimages: []\nadmission: {workload_rules: [nothing]}\n"))):
            words = [word for pair in {**good, option: wrong}.items() for word in pair]
            self.answers(USAGE, "gate", "serve", *words)
        words = [word for pair in good.items() for word in pair]
        self.says(self.answers(USAGE, "gate", "serve", *words, env={"COSIGN_REPOSITORY": "a/b:1"}), "COSIGN_REPOSITORY")

    def test_the_guides_manifests_pass_the_rules_over_deployments(self):
        with open(os.path.join(ROOT, "tools", "supply", "guide", "kubernetes.md"), encoding="utf-8") as guide:
            manifests = max(guide.read().split("```yaml\n")[1:], key=len).split("```")[0]
        there = {"version": 1, "secrets": ["supply-gate-tls", "supply-gate-registries"], "configs": ["supply-gate-policy"]}
        found = self.answers(YES, "dashboard", "--json", "--inventory", self.write("inventory.json", json.dumps(there)),
                             self.write("manifests.yaml", manifests)).json
        self.assertEqual("allow", found["verdict"])
