"""Who may read what, and who is told what: passwords, tokens, certificates, redirects, and no network at all."""
import base64
import json
import os
import socket
import subprocess
import threading
import time
import unittest

from harness import SUPPLY, UNKNOWN, USAGE, YES, environment, supply
from registry_case import RegistryCase, put_layout
from registry_servers import Answer, Nginx, certificates

SECRET = base64.b64encode(b"me:secret").decode()


class Credentials(RegistryCase):
    def test_credentials_are_found_where_docker_and_podman_keep_them(self):
        registry = self.registry(htpasswd=self.htpasswd())
        reference, layout = f"{registry.name}/app:1", self.image()
        self.says(self.answers(UNKNOWN, "copy", f"oci:{layout}:app", reference), "none are known")
        home = {"HOME": self.path("home"), "DOCKER_CONFIG": self.path("docker")}
        self.says(self.answers(UNKNOWN, "login", "-u", "me", "--password-stdin", registry.name, stdin=b"wrong", env=home))
        self.assertFalse(os.path.exists(self.path("docker", "config.json")))
        self.answers(YES, "login", "-u", "me", "--password-stdin", registry.name, stdin=b"secret\n", env=home)
        self.assertEqual(0o600, os.stat(self.path("docker", "config.json")).st_mode & 0o777)
        self.answers(YES, "copy", f"oci:{layout}:app", reference, env=home)
        saved = self.read(self.path("docker", "config.json")).decode()
        auth_file = self.write("auth.json", saved)
        self.answers(YES, "inspect", reference, "--authfile", auth_file)
        self.answers(YES, "inspect", reference, env={"REGISTRY_AUTH_FILE": auth_file})
        self.answers(YES, "inspect", reference, env={"DOCKER_AUTH_CONFIG": saved})
        wrong = self.write("wrong.json", json.dumps({"auths": {registry.name: {"auth": "bWU6d3Jvbmc="}}}))
        self.says(self.answers(UNKNOWN, "inspect", reference, "--authfile", wrong), "401")
        helper = self.write("bin/docker-credential-test", "#!/bin/sh\ncat > /dev/null\n"
                            'echo \'{"ServerURL":"x","Username":"me","Secret":"secret"}\'\n')
        os.chmod(helper, 0o755)
        helped = self.write("helped/config.json", json.dumps({"credHelpers": {registry.name: "test"}}))
        self.answers(YES, "inspect", reference, env={"DOCKER_CONFIG": os.path.dirname(helped), "HOME": self.path("home"),
                                                     "PATH": self.path("bin") + ":" + os.environ["PATH"]})
        self.answers(YES, "logout", registry.name, env=home)
        self.answers(UNKNOWN, "inspect", reference, env=home)
        self.answers(UNKNOWN, "logout", registry.name, env=home)


    def auth_file(self, name, *registries):
        return self.write(name, json.dumps({"auths": {one.name: {"auth": SECRET} for one in registries}}))

    def test_no_message_shows_a_password(self):
        registry = self.registry(htpasswd=self.htpasswd(password="another"))
        auth = self.auth_file("auth.json", registry)
        for verb in (["inspect"], ["verify", "--key", self.key()[1]], ["inspect", "--verbose"], ["tags"]):
            answer = self.answers(UNKNOWN, *verb, "--authfile", auth, f"{registry.name}/app:1" if verb != ["tags"] else f"{registry.name}/app")
            self.says(answer, "401")
            for word in ("secret", SECRET, "me:"):
                self.assertNotIn(word, answer.err + answer.text)
        broken = self.write("broken.json", '{"auths": {"x": {"auth": "' + SECRET)
        answer = supply("inspect", "--authfile", broken, f"{registry.name}/app:1")
        self.assertNotIn(answer.code, (0, 1, 70))
        self.assertNotIn(SECRET, answer.err)
        answer = supply("inspect", "--authfile", self.path("missing.json"), f"{registry.name}/app:1")
        self.assertNotIn(answer.code, (0, 1, 70))

    def test_blobs_come_from_where_the_registry_sends_without_its_password(self):
        registry = self.registry(htpasswd=self.htpasswd())
        nginx = Nginx(self.path("nginx"), registry, f"Basic {SECRET}")
        self.addCleanup(nginx.stop)
        auth, layout, (private, public) = self.auth_file("auth.json", nginx), self.image(), self.key()
        reference = f"{nginx.name}/app:1"
        self.answers(YES, "copy", "--authfile", auth, f"oci:{layout}:app", reference)
        self.answers(YES, "sign", "--key", private, "--authfile", auth, reference)
        self.answers(YES, "verify", "--key", public, "--authfile", auth, reference)
        self.answers(YES, "inspect", "--verify", "--authfile", auth, reference)
        self.answers(YES, "copy", "--authfile", auth, reference, f"oci:{self.path('back')}:1")
        moved = [line for line in nginx.log if line[0] == str(nginx.blobs)]
        self.assertTrue(moved)
        for _, method, path, status, authorization in moved:
            self.assertEqual("-", authorization, path)
            self.assertIn(status, ("200", "206"), path)
        sent = [line for line in nginx.log if line[0] == str(nginx.port) and line[4] != "-"]
        self.assertTrue(sent)

    def test_what_a_server_names_is_never_told_a_password(self):
        registry = self.registry(htpasswd=self.htpasswd())
        proxy, stranger = self.proxy(registry), self.proxy(registry)
        auth, layout, (private, _) = self.auth_file("auth.json", proxy), self.image(), self.key()
        reference = f"{proxy.name}/app:1"
        self.answers(YES, "copy", "--authfile", auth, f"oci:{layout}:app", reference)
        here, there = proxy.name, stranger.name

        def to_stranger(asked):
            return Answer(307, headers={"Location": f"http://{there}{asked.path}"})

        def realm(asked):
            return Answer(401, headers={"WWW-Authenticate": f'Bearer realm="http://{there}/token",service="x"'})

        def basic_realm(asked):
            return Answer(401, headers={"WWW-Authenticate": f'Basic realm="http://{there}/"'})

        def location(real):
            return Answer(real.status, real.body, {k: v.replace(here, there) for k, v in real.headers.items()})

        hostile = {
            "redirects": to_stranger,
            "realms": realm,
            "other realms": basic_realm,
            "upload addresses": lambda asked: location if asked.method in ("POST", "PATCH") else None,
            "pages": lambda asked: Answer(200, b'{"tags":["1"],"name":"app"}', {
                "Content-Type": "application/json", "Link": f'<http://{there}/v2/app/tags/list?last=1>; rel="next"'})
            if "/tags/list" in asked.path else None,
        }
        for name, meddle in hostile.items():
            with self.subTest(name):
                proxy.meddle = meddle
                for command in (["inspect", reference], ["tags", f"{here}/app"], ["sign", "--key", private, reference],
                                ["copy", f"oci:{layout}:app", f"{here}/new-{len(stranger.asked)}:1"],
                                ["copy", reference, f"oci:{self.path('out', name)}:1"]):
                    supply(*command, "--authfile", auth, "--deadline", "2s")
                proxy.meddle = None
                for asked in stranger.asked:
                    self.assertIsNone(asked.authorization, f"{name}: {asked}")
                    self.assertNotIn(SECRET, asked.path)

    def test_one_token_is_asked_for_once(self):
        proxy = self.proxy()
        reference, _, public = self.signed(proxy)
        auth = self.auth_file("auth.json", proxy)
        given = []

        def bearer(asked):
            if asked.path.startswith("/token"):
                given.append((asked.path, asked.authorization))
                return Answer(200, json.dumps({"token": f"t{len(given)}", "expires_in": 300}).encode(),
                              {"Content-Type": "application/json"})
            if asked.authorization != f"Bearer t{len(given)}" or not given:
                return Answer(401, headers={"WWW-Authenticate": f'Bearer realm="http://{proxy.name}/token",service="s",'
                                                                'scope="repository:app:pull"'})
            return None

        proxy.asked.clear()
        proxy.meddle = bearer
        self.answers(YES, "verify", "--key", public, "--authfile", auth, reference)
        self.assertEqual(1, len(given), given)
        self.assertEqual(f"Basic {SECRET}", given[0][1])
        self.assertIn("scope=repository%3Aapp%3Apull", given[0][0].replace(":", "%3A"))
        self.assertEqual(1, sum(asked.status == 401 for asked in proxy.asked), proxy.asked)
        given.clear()
        empty = self.write("empty.json", "{}")
        self.answers(YES, "verify", "--key", public, "--authfile", empty, reference)
        self.assertEqual([None], [authorization for _, authorization in given])


class Encryption(RegistryCase):
    def test_a_registry_with_a_certificate_of_an_unknown_authority_is_not_believed(self):
        tls = certificates(self.directory)
        registry = self.registry(tls=tls)
        reference, layout = f"{registry.name}/app:1", self.image()
        self.says(self.answers(UNKNOWN, "copy", f"oci:{layout}:app", reference, "--deadline", "10s"), "certificate", "--ca-file")
        self.answers(YES, "copy", f"oci:{layout}:app", reference, "--ca-file", tls[0])
        self.answers(YES, "inspect", reference, env={"SUPPLY_CA_FILE": tls[0]})
        private, public = self.key()
        self.answers(YES, "sign", "--key", private, "--ca-file", tls[0], reference)
        self.answers(YES, "verify", "--key", public, "--ca-file", tls[0], reference)
        self.answers(UNKNOWN, "verify", "--key", public, "--deadline", "10s", reference)

    def test_a_certificate_for_another_name_is_not_believed(self):
        tls = certificates(self.directory)
        registry = self.registry(tls=tls)
        self.answers(YES, "copy", f"oci:{self.image()}:app", f"localhost:{registry.port}/app:1", "--ca-file", tls[0])
        for host, code in {"127.0.0.1": YES, "localhost": YES, "127.0.0.2": UNKNOWN}.items():
            answer = supply("inspect", f"{host}:{registry.port}/app:1", "--ca-file", tls[0], "--deadline", "5s")
            self.assertEqual(code, answer.code, str(answer))

    def test_a_certificate_with_a_weak_key_or_digest_is_not_believed(self):
        for weak in ({"key": "rsa:1024"}, {"digest": "-sha1"}):
            tls = certificates(self.directory, **weak)
            registry = self.registry(tls=tls)
            self.says(self.answers(UNKNOWN, "tags", f"{registry.name}/app", "--ca-file", tls[0], "--deadline", "5s"), "certificate")

    def test_a_registry_that_speaks_http_gets_no_password_when_https_is_meant(self):
        proxy = self.proxy()
        auth = self.write("auth.json", json.dumps({"auths": {proxy.name: {"auth": SECRET}, f"registry.test:{proxy.port}": {"auth": SECRET}}}))
        self.answers(UNKNOWN, "inspect", "--authfile", auth, "--deadline", "3s", f"registry.test:{proxy.port}/app:1")
        self.assertEqual([], proxy.asked)


class NoNetwork(RegistryCase):
    def traced(self, *command, env=None):
        """The network addresses that a run connected to, or None where strace cannot trace."""
        trace = self.path("trace")
        probe = subprocess.run(["strace", "-f", "-e", "trace=socket", "-o", trace, "true"], capture_output=True)
        if probe.returncode != 0:
            self.skipTest("strace cannot trace here")
        subprocess.run(["strace", "-f", "-e", "trace=socket,connect", "-o", trace, SUPPLY, *command],
                       env=environment(**(env or {})), capture_output=True)
        with open(trace, encoding="utf-8") as lines:
            return [line for line in lines if "AF_INET" in line or "AF_UNIX" in line]

    def test_offline_opens_no_socket(self):
        proxy = self.proxy()
        reference, private, public = self.signed(proxy)
        policy = self.policy(f"version: 1\nkeys: {{k: {public}}}\nimages: [{{match: ['**'], signatures: {{any_of: [k]}}}}]\n")
        before, layout = len(proxy.asked), self.image("local")
        for command in (["inspect", reference], ["verify", "--key", public, reference], ["sbom", reference],
                        ["sign", "--key", private, reference], ["gate", "--policy", policy, reference],
                        ["copy", reference, f"oci:{self.path('out')}:1"], ["copy", f"oci:{layout}:app", reference],
                        ["base", "check", f"oci:{layout}:app", "--base", reference], ["tags", f"{proxy.name}/app"],
                        ["delete", reference], ["inspect", "registry.test/app:1"]):
            with self.subTest(command[0]):
                answer = self.answers(UNKNOWN, *command, "--offline")
                self.says(answer, "offline")
                self.assertEqual(UNKNOWN, supply(*command, env={"SUPPLY_OFFLINE": "1"}).code)
        self.assertEqual(before, len(proxy.asked))
        self.assertEqual([], self.traced("verify", "--offline", "--key", public, reference))
        self.assertEqual([], self.traced("inspect", f"oci:{layout}:app"))


class Silent:
    """Takes connections and says what it is told, slowly, or nothing at all."""

    def __init__(self, text=b"", pause=0.2):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port, self.text, self.pause, self.open = self.server.getsockname()[1], text, pause, []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                self.open.append(self.server.accept()[0])
            except OSError:
                return
            threading.Thread(target=self.speak, args=(self.open[-1],), daemon=True).start()

    def speak(self, connection):
        try:
            for i in range(10000 if self.text else 0):
                connection.sendall(self.text[i:i + 1] or b"x")
                time.sleep(self.pause)
        except OSError:
            pass

    def stop(self):
        self.server.close()
        for connection in self.open:
            connection.close()


class Deadlines(RegistryCase):
    def test_the_deadline_ends_every_wait(self):
        layout, (private, public) = self.image(), self.key()
        servers = {
            "nothing": Silent(),
            "a head that never ends": Silent(b"HTTP/1.1 200 OK\r\nX-Long: "),
            "a body that never ends": Silent(b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n", 0.002),
        }
        for name, server in servers.items():
            self.addCleanup(server.stop)
            reference = f"127.0.0.1:{server.port}/app:1"
            for command in (["inspect", reference], ["verify", "--key", public, reference], ["sign", "--key", private, reference],
                            ["copy", f"oci:{layout}:app", reference], ["tags", f"127.0.0.1:{server.port}/app"]):
                with self.subTest(server=name, verb=command[0]):
                    start = time.monotonic()
                    answer = self.answers(UNKNOWN, *command, "--deadline", "500ms")
                    self.assertLess(time.monotonic() - start, 3, str(answer))
                    if command[0] != "copy":  # it asks with HEAD first, whose answer has no body to wait for
                        self.says(answer, "deadline")
        self.answers(USAGE, "inspect", "--deadline", "soon", "127.0.0.1:1/app:1")
        self.answers(USAGE, "inspect", "--deadline", "-1s", "127.0.0.1:1/app:1")

    def test_a_deadline_in_the_environment_counts_too(self):
        server = Silent()
        self.addCleanup(server.stop)
        start = time.monotonic()
        self.answers(UNKNOWN, "inspect", f"127.0.0.1:{server.port}/app:1", env={"SUPPLY_DEADLINE": "500ms"})
        self.assertLess(time.monotonic() - start, 3)

    def test_a_registry_that_is_down_is_said_within_a_minute(self):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        start = time.monotonic()
        self.says(self.answers(UNKNOWN, "inspect", f"127.0.0.1:{port}/app:1"), f"127.0.0.1:{port}")
        self.assertLess(time.monotonic() - start, 60)


if __name__ == "__main__":
    unittest.main()
