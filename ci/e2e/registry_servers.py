"""Registries for the end-to-end tests: Debian's docker-registry on a free port of this machine, and a proxy before one
that counts, refuses, cuts and lies as a test wants it. Both stop with the test that started them."""
import hashlib
import http.client
import http.server
import json
import os
import socket
import subprocess
import threading
import time

INDEX = "application/vnd.oci.image.index.v1+json"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificates(folder):
    """A CA of the test's own and a certificate of it for this machine: (ca, certificate, key)."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test CA", "-keyout", "ca.key",
            "-out", "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    with open(os.path.join(folder, "names"), "w", encoding="utf-8") as names:
        names.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem")
    return tuple(os.path.join(folder, name) for name in ("ca.pem", "server.pem", "server.key"))


class Registry:
    """docker-registry 2.8 with its storage in `folder`; plain, or with TLS, or with a password file."""

    def __init__(self, folder, tls=None, htpasswd=None):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.tls, self.htpasswd = tls, htpasswd
        for _ in range(5):  # somebody else may take the port between asking and starting
            self.port = free_port()
            if self._start():
                return
        raise RuntimeError("docker-registry does not start: " + open(self.log, encoding="utf-8", errors="replace").read()[-2000:])

    def _start(self):
        http_part = {"addr": f"127.0.0.1:{self.port}"}
        if self.tls:
            http_part["tls"] = {"certificate": self.tls[1], "key": self.tls[2]}
        config = {"version": 0.1, "log": {"level": "error", "accesslog": {"disabled": True}},
                  "storage": {"filesystem": {"rootdirectory": os.path.join(self.folder, "data")},
                              "delete": {"enabled": True}}, "http": http_part}
        if self.htpasswd:
            config["auth"] = {"htpasswd": {"realm": "test", "path": self.htpasswd}}
        path, self.log = os.path.join(self.folder, "config.yml"), os.path.join(self.folder, "log")
        with open(path, "w", encoding="utf-8") as out:
            json.dump(config, out)  # JSON is YAML
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(["docker-registry", "serve", path], stdout=log, stderr=log)
        for _ in range(200):
            if self.process.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except OSError:
                time.sleep(0.02)
        return False

    @property
    def name(self):
        return f"localhost:{self.port}" if self.tls else f"127.0.0.1:{self.port}"

    def stop(self):
        self.process.kill()
        self.process.wait()


class Answer:
    """What the proxy says instead of the registry. `cut`: so many bytes of the body, then the connection ends."""

    def __init__(self, status=200, body=b"", headers=(), cut=None):
        self.status, self.body, self.headers, self.cut = status, body, dict(headers), cut


class Proxy:
    """Before a registry. `asked` lists (method, path, status); `meddle(method, path)` may return an Answer, or a
    function that makes one from the registry's (status, headers, body). With `referrers` it has the referrers API."""

    def __init__(self, registry, referrers=False):
        self.asked, self.meddle, self.sent_up = [], None, 0
        self.lock, self.subjects = threading.Lock(), {}
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_one(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length) if length else b""
                proxy.sent_up += len(body)
                answer = proxy.meddle(self.command, self.path) if proxy.meddle else None
                if not isinstance(answer, Answer):
                    real = proxy.referrers_api(self.command, self.path) if referrers else None
                    real = real or self.forward(body)
                    answer = answer(real) if answer else real
                with proxy.lock:
                    proxy.asked.append((self.command, self.path, answer.status))
                self.reply(answer)

            do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = handle_one

            def forward(self, body):
                upstream = http.client.HTTPConnection("127.0.0.1", registry.port)
                headers = {k: v for k, v in self.headers.items() if k.lower() not in ("connection", "expect")}
                headers["Host"] = f"127.0.0.1:{proxy.port}"
                upstream.request(self.command, self.path, body=body or None, headers=headers)
                response = upstream.getresponse()
                content = response.read()
                headers = {k: v for k, v in response.getheaders() if k.lower() not in ("connection", "transfer-encoding")}
                upstream.close()
                if referrers and self.command == "PUT" and "/manifests/" in self.path and response.status == 201:
                    subject = proxy.remember(self.path.split("/manifests/")[0], body)
                    if subject:
                        headers["OCI-Subject"] = subject
                return Answer(response.status, content, headers)

            def reply(self, answer):
                self.send_response(answer.status)
                headers = {k: v for k, v in answer.headers.items() if k.lower() != "content-length"}
                length = answer.headers.get("Content-Length") if self.command == "HEAD" else None
                headers["Content-Length"] = length or str(len(answer.body))
                for key, value in headers.items():
                    self.send_header(key, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body if answer.cut is None else answer.body[:answer.cut])
                if answer.cut is not None:
                    self.wfile.flush()
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass  # a client that goes away is what a test may want

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    name = property(lambda self: f"127.0.0.1:{self.port}")

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    # What a registry with the referrers API keeps.
    def remember(self, repository, body):
        manifest = json.loads(body)
        subject = (manifest.get("subject") or {}).get("digest")
        if subject:
            entry = {"mediaType": manifest.get("mediaType", "application/vnd.oci.image.manifest.v1+json"),
                     "digest": "sha256:" + hashlib.sha256(body).hexdigest(), "size": len(body),
                     "artifactType": manifest.get("artifactType") or manifest["config"]["mediaType"],
                     **({"annotations": manifest["annotations"]} if "annotations" in manifest else {})}
            with self.lock:
                self.subjects.setdefault((repository, subject), {})[entry["digest"]] = entry
        return subject

    def referrers_api(self, method, path):
        if method != "GET" or "/referrers/" not in path:
            return None
        repository, subject = path.split("?")[0].replace("%3A", ":").split("/referrers/")
        with self.lock:
            entries = list(self.subjects.get((repository, subject), {}).values())
        return Answer(200, json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode(),
                      {"Content-Type": INDEX})

