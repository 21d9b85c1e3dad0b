"""supply gate --deployment and supply dashboard: files, images, locks, digests filled in, bad input."""
import json
import os
import re

from harness import DAMAGED, NO, ROOT, UNKNOWN, USAGE, YES, Case
from registry_case import RegistryCase

DATA = os.path.join(ROOT, "testdata", "deploy")
HARDENED, CHAPTER = os.path.join(DATA, "hardened"), os.path.join(DATA, "chapter")
ALLOW = "version: 1\nimages:\n  - match: ['**']\n    packages: {deny: ['pkg:npm/never']}\n"


class Dashboard(Case):
    def hardened(self, name, *options, code=YES, **more):
        return self.answers(code, "dashboard", name, "--inventory", "inventory.json", "--profiles", "profiles", *options, cwd=HARDENED, **more)

    def test_hardened_deployments_have_no_finding_and_full_score(self):
        for name in ("compose.yaml", "kubernetes.yaml"):
            record = self.hardened(name, "--json").json
            self.follows("dashboard", record)
            self.assertEqual([], [f for rule in record["deployment"]["rules"] for f in rule["findings"]])
            self.assertEqual("100.00", record["deployment"]["score"]["overall"])
            with open(os.path.join(HARDENED, name), "rb") as text:
                self.assertEqual(record["deployment"]["score"], self.answers(
                    YES, "dashboard", "-", "--inventory", "inventory.json", "--profiles", "profiles", "--json", cwd=HARDENED,
                    stdin=text.read()).json["deployment"]["score"])

    def test_the_chapters_scores_and_every_form_of_the_report(self):
        answer = self.answers(UNKNOWN, "dashboard", "after.yaml", "--score", "classic", "--json", "-o", f"html={self.path('a.html')}",
                              "-o", f"sarif={self.path('a.sarif')}", "-o", f"junit={self.path('a.xml')}", "-o", f"text={self.path('a.txt')}",
                              cwd=CHAPTER)
        score = answer.json["deployment"]["score"]
        self.assertEqual([40, 100, 70, 100, 85], [one["score"] for one in score["workloads"]])
        self.assertEqual("79.00", score["overall"])
        for form in ("html", "txt"):
            with open(self.path("a." + form), encoding="utf-8") as text:
                report = text.read()
                self.assertIn("classic, the mean of 5: 79.00", report)
                self.assertRegex(report, "all of them, and what belongs to none.*79.00")
        before = self.answers(NO, "dashboard", "before.yaml", "--json", cwd=CHAPTER).json
        self.follows("dashboard", before)
        self.assertTrue(all(one["critical"] and one["taken"] for one in before["deployment"]["score"]["workloads"]))
        sarif = json.loads(self.answers(NO, "dashboard", "before.yaml", "-o", "sarif", cwd=CHAPTER).out)
        regions = [result["locations"][0]["physicalLocation"]["region"] for result in sarif["runs"][0]["results"]]
        self.assertTrue(all(region["startLine"] >= 1 and region["startColumn"] >= 1 for region in regions))

    def test_override_files_profiles_and_env_files(self):
        self.write("a.yaml", "services:\n  web: {image: 'x:${TAG}', user: '1'}\n  off: {image: y, profiles: [p]}\n")
        self.write("b.yaml", "services:\n  web: {user: root}\n")
        self.write("env", "TAG=1\n")
        def findings(*words, code=NO):
            record = self.answers(code, "dashboard", *words, "--json", cwd=self.directory, env={"TAG": "2"}).json
            return {(rule["rule"], f["place"].get("uri"), f["place"].get("line")) for rule in record["deployment"]["rules"] for f in rule["findings"]}
        self.assertIn(("deploy/unset-variables", "a.yaml", 2), findings("a.yaml"))
        set_ = findings("a.yaml", "--env-file", "env")
        self.assertNotIn("deploy/unset-variables", {rule for rule, _, _ in set_})
        self.assertIn(("deploy/non-root", "b.yaml", 2), findings("a.yaml", "b.yaml", "--env-file", "env"))
        self.assertIn(("deploy/image-tag", "a.yaml", 3), findings("a.yaml", "--profile", "p"))
        self.assertNotIn(("deploy/image-tag", "a.yaml", 3), set_)

    def test_what_is_no_deployment(self):
        self.answers(USAGE, "dashboard", self.path("none.yaml"))
        self.answers(USAGE, "dashboard", self.write("c.yaml", "services: {}\n"), "--image-path", "Kafka")
        self.answers(USAGE, "dashboard", self.write("c.yaml", "services: {}\n"), "--inventory", self.write("i.json", "{}"))
        self.answers(USAGE, "dashboard", self.write("c.yaml", "services: {}\n"), "--profiles", self.path("none"))
        for text in ("- a", "services: [", "a: &a [*a]", "services: {a: {image: '${'}}", "kind: Pod\napiVersion: v1\nspec: {{ x }}\n"):
            answer = self.answers(DAMAGED, "dashboard", self.write("x.yaml", text))
            self.assertIn("x.yaml", answer.err)
        bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{i}: &a{i} [{','.join(['*a%d' % (i - 1)] * 10)}]\n" for i in range(1, 12))
        self.answers(DAMAGED, "dashboard", self.write("bomb.yaml", bomb))
        large = "apiVersion: v1\nkind: ConfigMap\ndata:\n" + "".join(f"  k{i}: {'v' * 1000}\n" for i in range(50_000))
        self.answers(DAMAGED, "dashboard", self.write("large.yaml", large))

    def test_too_many_and_too_large_profiles(self):  # kMaxProfileFiles is 10,000, kMaxProfileBytes 1 MiB
        compose = self.write("c.yaml", "services: {a: {image: 'x:1'}}\n")
        os.mkdir(self.path("many"))
        for number in range(10_001):
            open(self.path("many", str(number)), "wb").close()
        self.answers(DAMAGED, "dashboard", compose, "--profiles", self.path("many"))
        os.unlink(self.path("many", "0"))
        self.answers(NO, "dashboard", compose, "--profiles", self.path("many"))
        self.write("big/p", b"x" * (1024 * 1024 + 1))
        self.answers(DAMAGED, "dashboard", compose, "--profiles", self.path("big"))


    def test_secrets_are_renewed_in_time(self):
        def found(code, *options):
            record = self.hardened("compose.yaml", "--json", *options, code=code).json
            return [f for rule in record["deployment"]["rules"] if rule["rule"] == "deploy/secret-age" for f in rule["findings"]]
        self.assertEqual([], found(YES))
        old = found(NO, "--secret-age", "1d")
        self.assertEqual(16, len(old))  # one of them has no date
        self.assertEqual(["secret shop/registry-pull"], [f["subject"] for f in old if f.get("undecided")])
        jwt = next(f for f in old if f["subject"] == "secret production_jwt_secret_v4")
        self.assertEqual("compose.yaml", jwt["place"]["uri"])
        self.assertIn("created at 2026-09-01T00:00:00Z", jwt["found"])
        self.answers(UNKNOWN, "dashboard", self.write("c.yaml", "services: {}\n"), "--secret-age", "90d")
        for wrong in ("90", "d", "0d", "-1d", "90h", "99999d"):
            self.answers(USAGE, "dashboard", self.write("c.yaml", "services: {}\n"), "--secret-age=" + wrong)
        refreshed = self.write("k.yaml", "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e, namespace: n}\n"
                               "spec: {refreshInterval: 0s, target: {name: e}}\n")
        inventory = self.write("i.json", '{"version": 1, "secrets": []}')
        record = self.answers(NO, "dashboard", refreshed, "--secret-age", "90d", "--inventory", inventory, "--json").json
        self.assertEqual([("ExternalSecret n/e", 4)], [(f["subject"], f["place"]["line"]) for rule in record["deployment"]["rules"]
                                                       for f in rule["findings"]])


class Gate(RegistryCase):
    def deployment(self, **edits):
        """The hardened stack, its images from a registry here."""
        registry = self.registry()
        with open(os.path.join(HARDENED, "compose.yaml"), encoding="utf-8") as text:
            compose = text.read()
        layout = self.image()
        for image in sorted(set(re.findall(r"image: (\S+)", compose))):
            name, tag = image.rsplit("/", 1)[-1].split(":")
            compose = compose.replace(f"image: {image}", f"image: {registry.name}/{name}:{tag}")
            self.push(layout, f"{registry.name}/{name}:{tag}")
        for old, new in edits.items():
            compose = compose.replace(old, new)
        for name in ("profiles/seccomp.json", "profiles/apparmor", "inventory.json"):
            with open(os.path.join(HARDENED, name), encoding="utf-8") as text:
                self.write(name, text.read())
        return registry, self.write("compose.yaml", compose), compose

    def gate(self, code, *options, policy=ALLOW):
        return self.answers(code, "gate", "--policy", self.policy(policy), "--deployment", "compose.yaml", "--inventory", "inventory.json",
                            "--profiles", "profiles", *options, cwd=self.directory)

    def test_images_are_judged_once_and_locked(self):
        _, path, before = self.deployment()
        record = self.gate(YES, "--json", "--lock", "lock.json").json
        self.follows("deployment", record["deployment"])
        self.follows("gate-report", {name: value for name, value in record.items() if name != "deployment"})
        self.assertEqual(6, len(record["images"]))
        self.assertEqual(6, len(record["deployment"]["workloads"]))
        with open(self.path("lock.json"), encoding="utf-8") as text:
            lock = json.load(text)
        self.follows("deployment-lock", lock)
        self.assertEqual({one["digest"] for one in record["images"]}, {one["digest"] for one in lock["images"]})
        self.assertEqual(before.encode(), self.read(path))
        printed = self.gate(YES, "--pin=-", "-o", f"json={self.path('r.json')}").text
        self.assertEqual(before, re.sub(r"@sha256:[0-9a-f]{64}", "", printed))
        self.gate(YES, "--pin")
        self.assertEqual(printed.encode(), self.read(path))
        self.gate(YES, "--pin")  # again: nothing is left to do
        self.assertEqual(printed.encode(), self.read(path))

    def test_nothing_is_written_where_something_is_denied(self):
        _, path, before = self.deployment(**{"read_only: true\n    cap_drop:\n      - ALL\n    security_opt:\n      - no-new-privileges:true\n      "
                                              "- seccomp:./profiles/seccomp.json\n      - apparmor:shop-web\n":
                                              "cap_drop: [ALL]\n    security_opt: ['no-new-privileges:true', 'seccomp=profiles/seccomp.json', 'apparmor=shop-web']\n"})
        answer = self.gate(NO, "--lock", "lock.json", "--pin")
        self.says(answer, "deploy/read-only", "nothing was written: the verdict is deny")
        self.assertFalse(os.path.exists(self.path("lock.json")))
        self.assertEqual(before.encode(), self.read(path))
        self.gate(YES, "--audit", "--lock", "lock.json")
        self.assertTrue(os.path.exists(self.path("lock.json")))

    def test_an_image_that_is_denied_or_not_there(self):
        registry, _, compose = self.deployment()
        self.gate(NO, policy="version: 1\nimages:\n  - match: ['**']\n    config: {labels: [never-there]}\n")
        self.write("compose.yaml", compose.replace("/redis:7.4.1-alpine", "/gone:1"))
        answer = self.gate(UNKNOWN, "--lock", "lock.json")
        self.says(answer, f"{registry.name}/gone:1")
        self.assertFalse(os.path.exists(self.path("lock.json")))

    def test_an_image_without_a_user_is_judged_by_its_own(self):
        registry, _, compose = self.deployment()
        self.write("compose.yaml", compose.replace('    user: "1001:1001"\n', ""))
        self.gate(YES)  # the test's image has one that is not root
        self.assertIn(registry.name, compose)

    def test_an_image_that_is_called_like_a_path_is_a_registrys(self):
        self.write("compose.yaml", f"services: {{a: {{image: 'oci:{self.image()}:app', user: '1'}}}}\n")
        answer = self.answers(USAGE, "gate", "--policy", self.policy(ALLOW), "--deployment", "compose.yaml", cwd=self.directory)
        self.says(answer, "registry:oci:")

    def test_a_policys_exceptions_cover_workloads(self):
        self.deployment(**{'    user: "999:999"\n    read_only: true\n': '    user: "999:999"\n'})
        exception = ("exceptions:\n  - rule: deploy/read-only\n    workloads: ['service redis']\n    reason: old\n    owner: ops\n"
                     "    expires: 2099-01-01T00:00:00Z\n")
        self.gate(NO)
        record = self.gate(YES, "--json", "--lock", "l.json", policy=ALLOW + exception).json
        self.follows("deployment", record["deployment"])
        rule = next(one for one in record["deployment"]["rules"] if one["rule"] == "deploy/read-only")
        self.assertEqual(("excepted", ["service redis"]), (rule["status"], rule["exceptions"][0]["covers"]))
        self.gate(NO, policy=ALLOW + exception.replace("service redis", "service web"))
        self.gate(NO, policy=ALLOW + exception.replace("2099", "2020"))
        for wrong in ("deploy/read_only", "read-only"):
            self.gate(USAGE, policy=ALLOW + exception.replace("deploy/read-only", wrong))
        self.gate(USAGE, policy=ALLOW + exception.replace("workloads", "images"))
        self.gate(USAGE, policy=ALLOW + exception.replace("    workloads: ['service redis']\n", ""))
