"""supply dashboard --host: what an engine runs, from podman's recorded answers and from podman itself."""
import glob
import json
import os
import shutil
import socket
import subprocess
import time

from engine_server import Engine
from harness import DAMAGED, NO, SUPPLY, UNKNOWN, USAGE, Case, environment
from registry_case import RegistryCase


def running_with(text):
    """The processes that have it in their command line."""
    found = []
    for process in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(process, "rb") as line:
                if text.encode() in line.read():
                    found.append(process)
        except OSError:
            continue
    return found


class Dashboard(Case):
    def engine(self):
        engine = Engine(self.path("s"))
        self.addCleanup(engine.close)
        return engine

    def look(self, code, engine, *options):
        return self.answers(code, "dashboard", "--host", engine.host, "--json", *options).json

    def found(self, record, rule):
        return [(one["subject"], one["found"]) for each in record["deployment"]["rules"] if each["rule"] == rule for one in each["findings"]]

    def test_what_runs_is_judged_scored_and_compared_by_get_alone(self):
        engine = self.engine()
        record = self.look(NO, engine)
        self.follows("dashboard", record)
        self.assertEqual({"GET"}, {method for method, _ in engine.asked})
        self.assertEqual("Podman Engine 4.3.1", record["running"]["engine"])
        by_name = {one["name"]: one for one in record["running"]["containers"]}
        self.assertEqual(["hard", "priv", "web"], sorted(by_name))
        # 100 - 30 (root) - 40 (privileged) - 25 (host's network) - 15 (/etc) - 10 (not read-only), not below 0
        self.assertEqual({"hard": 100, "priv": 0, "web": 65}, {name: one["classic"] for name, one in by_name.items()})
        self.assertEqual({"hard": "none", "priv": "found", "web": "none"}, {name: one["drift"] for name, one in by_name.items()})
        self.assertEqual([("container priv", "added since it started: /evil")], self.found(record, "deploy/changed-files"))
        self.assertEqual({"not asked"}, {one["signatures"] for one in by_name.values()})
        self.assertNotIn("deploy/capabilities-dropped", {each["rule"] for each in record["deployment"]["rules"]
                                                         for one in each["findings"] if one["subject"] == "container hard"})

    def test_every_form_of_the_report_has_the_table(self):
        engine = self.engine()
        names = {form: self.path("r." + form) for form in ("html", "text", "markdown", "sarif", "junit")}
        self.look(NO, engine, *[word for form, path in names.items() for word in ("-o", f"{form}={path}")])
        page = self.read(names["html"]).decode()
        self.assertIn('<td data-column="container"><span>priv</span></td>', page)
        self.assertNotIn("<script", page)
        self.assertNotIn("http-equiv=\"refresh\"", page)
        self.assertRegex(self.read(names["text"]).decode(), r"(?m)^verdict +container +image +signature")
        self.assertIn("| verdict | container |", self.read(names["markdown"]).decode())

    def test_a_lock_and_files_say_what_should_run(self):
        engine = self.engine()
        digest = self.look(NO, engine)["running"]["containers"][0]["digests"][0].split("@")[1]
        lock = {"version": 1, "images": [{"name": "localhost/base:1", "digest": digest, "places": []}]}
        self.assertEqual([], self.found(self.look(NO, engine, "--lock", self.write("l", json.dumps(lock))), "deploy/running-image"))
        lock["images"][0]["digest"] = "sha256:" + "0" * 64
        wrong = self.found(self.look(NO, engine, "--lock", self.write("l", json.dumps(lock))), "deploy/running-image")
        self.assertEqual([("container " + name, "runs " + digest) for name in ("hard", "priv", "web")], wrong)
        self.answers(USAGE, "dashboard", "--host", engine.host, "--lock", self.write("l", "{}"))
        compose = self.write("compose.yaml", """services:
  hard: {image: 'localhost/base:1', read_only: true, cap_drop: [ALL], security_opt: ['no-new-privileges:true'], mem_limit: 64m}
  web: {image: 'localhost/base:1', network_mode: host}
  priv: {image: 'localhost/base:1'}
""")
        drift = self.found(self.look(NO, engine, compose), "deploy/running-config")
        self.assertEqual({"container priv"}, {subject for subject, _ in drift})
        for text in ("user \"root\"", "privileged: true", "host network: true", "\"/etc\" is at \"/host\"", "variable A is set"):
            self.assertIn(("container priv", text), drift)

    def test_what_is_not_answered_is_undecided_and_shown(self):
        engine = self.engine()
        hard = engine.container("hard")
        for name in ("priv", "web"):
            engine.answers["/containers/json?all=1"]["body"] = [
                one for one in engine.answers["/containers/json?all=1"]["body"] if one["Names"] != ["/" + name]]
        engine.answers[f"/containers/{hard}/changes"] = {"status": 500, "body": {}}
        record = self.look(NO, engine)
        self.assertEqual("undecided", record["running"]["containers"][0]["drift"])
        engine.answers[f"/containers/{hard}/json"] = {"status": 500, "body": {}}
        record = self.look(UNKNOWN, engine)
        self.assertTrue(record["running"]["unasked"][0]["undecided"])
        self.assertIn("container hard", self.found(record, "deploy/unknown-kinds")[0])
        engine.answers["/containers/json?all=1"]["body"][0]["State"] = "exited"
        record = self.look(0, engine)
        self.assertEqual([{"name": "hard", "why": "it does not run: exited", "undecided": False}], record["running"]["unasked"])

    def test_wrong_hosts_and_wrong_answers(self):
        for host in ("tcp://127.0.0.1:2375", "unix://relative", "/run/docker.sock"):
            self.answers(USAGE, "dashboard", "--host", host)
        self.answers(USAGE, "dashboard")
        for option in (("--lock", "x"), ("--policy", "x"), ("--history", "x"), ("--every", "1s")):
            self.answers(USAGE, "dashboard", self.write("c.yaml", "services: {}\n"), *option)
        self.answers(UNKNOWN, "dashboard", "--host", "unix://" + self.path("none"))
        engine = self.engine()
        self.answers(USAGE, "dashboard", "--host", engine.host, "--every", "10s")
        self.answers(USAGE, "dashboard", "--host", engine.host, "--every", "1ms", "-o", "html=" + self.path("h"))
        for body in (b"<html>", b"[", b'{"a":1,"a":1}'):
            engine.answers["/version"]["body"] = body
            self.answers(DAMAGED, "dashboard", "--host", engine.host)

    def test_a_history_has_a_line_for_each_look_and_says_what_changed(self):
        engine, history = self.engine(), self.path("history")
        self.look(NO, engine, "--history", history)
        self.assertIn("no change", str(self.look(NO, engine, "--history", history)["notes"]))
        engine.answers[f"/containers/{engine.container('priv')}/changes"]["body"] = []
        engine.inspected("web")["HostConfig"]["ReadonlyRootfs"] = True
        notes = str(self.look(NO, engine, "--history", history)["notes"])
        self.assertIn("priv: drift found -> none", notes)
        lines = [json.loads(line) for line in self.read(history).splitlines()]
        self.assertEqual(3, len(lines))
        self.follows("dashboard-history", *lines)

    def test_a_page_is_written_anew_and_says_when_the_engine_is_gone(self):
        engine, page = self.engine(), self.path("page.html")
        running = subprocess.Popen([SUPPLY, "dashboard", "--host", engine.host, "--every", "1s", "-o", f"html={page}"], env=environment(),
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)

        def until(word):
            for _ in range(200):
                if os.path.exists(page) and word in self.read(page).decode():
                    return self.read(page).decode()
                time.sleep(0.1)
            self.fail(word)
        self.assertIn('<meta http-equiv="refresh" content="1">', until("priv"))
        engine.close()
        os.unlink(self.path("s"))
        self.assertIn("undecided", until("unavailable"))


class Images(RegistryCase):
    def test_images_are_judged_by_a_policy(self):
        registry = self.registry()
        name = f"{registry.name}/web"
        self.push(self.image(), name + ":1")
        digest = self.answers(0, "inspect", "--digest", name + ":1").text.strip()
        engine = Engine(self.path("s"))
        self.addCleanup(engine.close)
        web = engine.inspected("web")
        web["Config"]["Image"] = name + ":1"
        web["Image"] = "sha256:" + "a" * 64
        engine.answers[f"/images/{web['Image']}/json"] = {"status": 200, "body": {"RepoDigests": [f"{name}@{digest}"], "Config": {"User": "1000"}}}
        _, public = self.key()
        policy = self.policy(f"version: 1\nkeys: {{k: {public}}}\nimages: [{{match: ['**'], sbom: {{keys: [k]}}}}]\n")
        record = self.answers(NO, "dashboard", "--host", engine.host, "--policy", policy, "--json").json
        self.follows("dashboard", record)
        by_name = {one["name"]: one for one in record["running"]["containers"]}
        self.assertEqual(("denied", "not asked"), (by_name["web"]["sbom"], by_name["web"]["signatures"]))
        # localhost/base is of no registry that answers here.
        self.assertEqual("undecided", by_name["hard"]["sbom"])


class Podman(Case):
    def test_containers_of_podmans_service(self):
        """Real containers. Where the machine lets none run, they are created alone, and listed as such."""
        self.needs("podman")
        self.needs("runc")
        self.needs("busybox")
        root = self.path("root")
        podman = ["podman", "--root", root, "--runroot", self.path("run"), "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
                  "--events-backend", "file", "--runtime", "runc"]

        def run(*words, **more):
            return subprocess.run([*podman, *words], capture_output=True, timeout=120, **more)
        os.makedirs(self.path("fs", "bin"))
        shutil.copy(shutil.which("busybox"), self.path("fs", "bin", "busybox"))
        for name in ("sh", "sleep"):
            os.symlink("busybox", self.path("fs", "bin", name))
        tar = subprocess.run(["tar", "-C", self.path("fs"), "-c", "."], capture_output=True, check=True).stdout
        made = run("import", "-c", "USER 1000", "-c", 'CMD ["/bin/sleep","300"]', "-", "localhost/base:1", input=tar)
        if made.returncode != 0:
            self.skipTest("this machine gives no containers; podman makes no image: " + made.stderr.decode()[-300:])
        limits = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000")
        started = run("run", "-d", "--name", "hard", *limits, "--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt",
                      "no-new-privileges", "localhost/base:1")
        run("run", "-d", "--name", "open", *limits, "--network", "host", "-u", "0", "localhost/base:1")
        run("exec", "open", "/bin/sh", "-c", "echo > /evil")
        service = subprocess.Popen([*podman, "system", "service", "--time", "0", "unix://" + self.path("s")], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)

        def stop():
            run("rm", "-f", "-a", "-t", "0")
            service.kill()
            service.wait()
            # A podman that conmon starts cleans up after each container: it would make directories anew.
            for _ in range(200):
                if not running_with(root):
                    return
                time.sleep(0.1)
        self.addCleanup(stop)
        for _ in range(100):
            if os.path.exists(self.path("s")):
                break
            time.sleep(0.1)
        # Asked without Supply: podman that cannot tell its own version is no engine to ask.
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.path("s"))
            line.settimeout(60)
            line.sendall(b"GET /version HTTP/1.0\r\nHost: d\r\n\r\n")
            told = line.recv(64).split(b"\r\n")[0].decode()
        if " 200 " not in told + " ":
            self.skipTest(f"this machine gives no containers; podman's service answers {told!r} to /version")
        answer = self.answers(NO if started.returncode == 0 else 0, "dashboard", "--host", "unix://" + self.path("s"), "--json")
        if started.returncode != 0:
            self.assertEqual({"hard", "open"}, {one["name"] for one in answer.json["running"]["unasked"]})
            self.skipTest("this machine gives no containers; podman says: " + started.stderr.decode()[-300:])
        containers = {one["name"]: (one["classic"], one["drift"]) for one in answer.json["running"]["containers"]}
        self.assertEqual({"hard": (100, "none"), "open": (35, "found")}, containers)
