"""Registries for the end-to-end tests: Debian's docker-registry on a free port of this machine, and a proxy before one
that counts, refuses, cuts and lies as a test wants it. Both stop with the test that started them."""
import hashlib
import http.client
import http.server
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time

INDEX = "application/vnd.oci.image.index.v1+json"


# Before a command: what it starts dies with the thread that started it, also when that is killed.
ENDS_WITH_US = ["setpriv", "--pdeathsig", "KILL"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port, process):
    """Waits until somebody listens there; false when the process has ended instead."""
    for _ in range(500):
        if process.poll() is not None:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False


def certificates(directory, key="rsa:2048", digest="-sha256"):
    """A CA of the test's own and a certificate of it for this machine: (ca, certificate, key). `key` and `digest` are the certificate's."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test CA", "-keyout", "ca.key",
            "-out", "ca.pem")
    openssl("req", "-newkey", key, "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    with open(os.path.join(directory, "names"), "w", encoding="utf-8") as names:
        names.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem", digest)
    return tuple(os.path.join(directory, name) for name in ("ca.pem", "server.pem", "server.key"))


class Registry:
    """docker-registry 2.8 with its storage in `directory`; plain, or with TLS, or with a password file."""

    def __init__(self, directory, tls=None, htpasswd=None, program="docker-registry"):
        self.directory, self.program = directory, program
        os.makedirs(directory, exist_ok=True)
        self.tls, self.htpasswd = tls, htpasswd
        for _ in range(5):  # somebody else may take the port between asking and starting
            self.port = free_port()
            if self._start():
                return
        with open(self.log, encoding="utf-8", errors="replace") as log:
            raise RuntimeError("docker-registry does not start: " + log.read()[-2000:])

    def _start(self):
        http_part = {"addr": f"127.0.0.1:{self.port}"}
        if self.tls:
            http_part["tls"] = {"certificate": self.tls[1], "key": self.tls[2]}
        config = {"version": 0.1, "log": {"level": "error", "accesslog": {"disabled": True}},
                  "storage": {"filesystem": {"rootdirectory": os.path.join(self.directory, "data")},
                              "delete": {"enabled": True}}, "http": http_part}
        if self.htpasswd:
            config["auth"] = {"htpasswd": {"realm": "test", "path": self.htpasswd}}
        path, self.log = os.path.join(self.directory, "config.yml"), os.path.join(self.directory, "log")
        with open(path, "w", encoding="utf-8") as out:
            json.dump(config, out)  # JSON is YAML
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([*ENDS_WITH_US, self.program, "serve", path], stdout=log, stderr=log)
        return answers(self.port, self.process)

    @property
    def name(self):
        return f"localhost:{self.port}" if self.tls else f"127.0.0.1:{self.port}"

    def stop(self):
        self.process.kill()
        self.process.wait()


class Nginx:
    """Debian's nginx before a registry: it sends readers of blobs to a second door of its own, where a password is an
    error, and writes down who came to which door: `log` has lines "PORT METHOD PATH STATUS AUTHORIZATION"."""

    CONFIG = """daemon off; master_process off; pid {directory}/pid; error_log {directory}/error crit;
events {{ worker_connections 64; }}
http {{
  log_format plain "$server_port $request_method $uri $status $http_authorization"; access_log {directory}/access plain;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/f; uwsgi_temp_path {directory}/u;
  scgi_temp_path {directory}/s; client_max_body_size 0; proxy_set_header Host $http_host;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{registry}; }}
    location ~ ^/v2/.*/blobs/sha256: {{
      if ($request_method = GET) {{ return 307 http://localhost:{blobs}$request_uri; }}
      proxy_pass http://127.0.0.1:{registry};
    }}
  }}
  server {{
    listen 127.0.0.1:{blobs};
    location / {{
      if ($http_authorization != "") {{ return 400; }}
      proxy_pass http://127.0.0.1:{registry}; proxy_set_header Authorization "{authorization}";
    }}
  }}
}}
"""

    def __init__(self, directory, registry, authorization=""):
        self.directory = directory
        os.makedirs(directory)
        for _ in range(5):
            self.port, self.blobs = free_port(), free_port()
            with open(os.path.join(directory, "conf"), "w", encoding="utf-8") as out:
                out.write(self.CONFIG.format(directory=directory, registry=registry.port, port=self.port, blobs=self.blobs,
                                             authorization=authorization))
            program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
            with open(os.path.join(directory, "said"), "wb") as said:
                self.process = subprocess.Popen([*ENDS_WITH_US, program, "-p", directory, "-c", os.path.join(directory, "conf")],
                                                stdout=said, stderr=said)
            if answers(self.port, self.process) and answers(self.blobs, self.process):
                return
        with open(os.path.join(directory, "said"), encoding="utf-8") as said:
            raise RuntimeError("nginx does not start: " + said.read())

    name = property(lambda self: f"127.0.0.1:{self.port}")

    @property
    def log(self):
        with open(os.path.join(self.directory, "access"), encoding="utf-8") as lines:
            return [line.rstrip("\n").split(" ", 4) for line in lines]

    def stop(self):
        self.process.kill()
        self.process.wait()


class Answer:
    """What the proxy says instead of the registry. `cut`: so many bytes of the body, then the connection ends."""

    def __init__(self, status=200, body=b"", headers=(), cut=None):
        self.status, self.body, self.headers, self.cut = status, body, dict(headers), cut


class Asked:
    """One request that a proxy saw: what was asked and answered, and the bytes of the two bodies that passed."""

    def __init__(self, method, path, headers):
        self.method, self.path, self.host = method, path, headers.get("Host")
        self.authorization, self.range = headers.get("Authorization"), headers.get("Range")
        self.status, self.up, self.down = None, 0, 0

    def __repr__(self):
        return f"{self.method} {self.path} {self.status}"


class Proxy:
    """Before a registry. `asked` lists what was Asked; `meddle(asked)` may return an Answer, or a function that makes one
    from the registry's. `pace`: bytes a second that each body takes. With `referrers` it has the referrers
    API, in pages of `page` entries. With `keeps` it keeps what came of an upload before a cut, which docker-registry does
    not. `tls`: (ca, certificate, key)."""

    def __init__(self, registry, referrers=False, page=None, keeps=False, tls=None):
        self.registry, self.referrers = registry, referrers
        self.asked, self.meddle, self.pace = [], None, None
        self.lock, self.subjects, self.page, self.tls = threading.Lock(), {}, page, tls
        self.uploads = {}
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = 1 << 16

            def log_message(self, *_):
                pass

            def handle_one(self):
                self.said = Asked(self.command, self.path, self.headers)
                with proxy.lock:
                    proxy.asked.append(self.said)
                answer = proxy.meddle(self.said) if proxy.meddle else None
                if isinstance(answer, Answer):
                    self.drain()
                elif keeps and "/blobs/uploads/" in self.path and "mount=" not in self.path:
                    answer = proxy.upload(self.command, self.path, self.headers, self.pieces())
                else:
                    real = proxy.referrers_api(self.command, self.path) if referrers else None
                    real = real or self.forward(self.drain if "/manifests/" in self.path else None, answer is None)
                    answer = answer(real) if answer and real else real
                if answer is not None:
                    self.reply(answer)

            do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = handle_one

            def pieces(self):
                """The request's body as it comes, at the proxy's pace."""
                if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                    while size := int(self.rfile.readline().split(b";")[0], 16):
                        yield self.passed(self.rfile.read(size), "up")
                        self.rfile.readline()
                    self.rfile.readline()
                    return
                left = int(self.headers.get("Content-Length") or 0)
                while left > 0:
                    piece = self.rfile.read1(min(left, 1 << 16))
                    if not piece:
                        raise ConnectionError("the client has gone")
                    left -= len(piece)
                    yield self.passed(piece, "up")

            def passed(self, piece, way):
                setattr(self.said, way, getattr(self.said, way) + len(piece))
                if proxy.pace:
                    time.sleep(len(piece) / proxy.pace)
                return piece

            def drain(self):
                return b"".join(self.pieces())

            def forward(self, whole, stream):
                """The registry's answer; None when it was passed on already, as big bodies are."""
                upstream = http.client.HTTPConnection("127.0.0.1", registry.port, timeout=60)
                body = whole() if whole else None
                upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for key, value in self.headers.items():
                    if key.lower() not in ("connection", "expect", "host", "transfer-encoding"):
                        upstream.putheader(key, value)
                upstream.putheader("Host", self.headers.get("Host") if proxy.tls else proxy.name)
                if proxy.tls:
                    upstream.putheader("X-Forwarded-Proto", "https")
                chunked = "Transfer-Encoding" in self.headers
                if chunked:
                    upstream.putheader("Transfer-Encoding", "chunked")
                upstream.endheaders()
                try:
                    for piece in [body] if whole else self.pieces():
                        upstream.send(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
                    if chunked:
                        upstream.send(b"0\r\n\r\n")
                    response = upstream.getresponse()
                    headers = {k: v for k, v in response.getheaders() if k.lower() not in ("connection", "transfer-encoding")}
                    if stream and self.command == "GET" and int(headers.get("Content-Length") or 0) > 1 << 16:
                        return self.pass_on(response, headers)
                    content = response.read()
                finally:
                    upstream.close()
                if referrers and self.command == "PUT" and "/manifests/" in self.path and response.status == 201:
                    subject = proxy.remember(self.path.split("/manifests/")[0], body)
                    if subject:
                        headers["OCI-Subject"] = subject
                return Answer(response.status, content, headers)

            def head(self, status, headers):
                self.said.status = status
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                self.end_headers()

            def pass_on(self, response, headers):
                self.head(response.status, headers)
                while piece := response.read(1 << 15):
                    self.wfile.write(piece)
                    self.wfile.flush()
                    self.passed(piece, "down")

            def reply(self, answer):
                headers = {k: v for k, v in answer.headers.items() if k.lower() != "content-length"}
                length = answer.headers.get("Content-Length") if self.command == "HEAD" else None
                headers["Content-Length"] = length or str(len(answer.body))
                self.head(answer.status, headers)
                if self.command != "HEAD":
                    body = answer.body if answer.cut is None else answer.body[:answer.cut]
                    self.wfile.write(body)
                    self.said.down += len(body)
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
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls[1], tls[2])
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    name = property(lambda self: f"localhost:{self.port}" if self.tls else f"127.0.0.1:{self.port}")
    up = property(lambda self: sum(request.up for request in self.asked))
    down = property(lambda self: sum(request.down for request in self.asked))

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def upload(self, method, path, headers, pieces):
        """One request of an upload that goes on wherever it was cut."""
        start, _, rest = path.partition("/blobs/uploads/")
        name, _, query = rest.partition("?")
        name = name or f"upload-{len(self.asked)}"
        session = self.uploads.setdefault(name, {"turn": 0, "bytes": bytearray()}) if method == "POST" else self.uploads.get(name)
        if session is None:
            return Answer(404)
        session["turn"] = turn = session["turn"] + 1
        has, at = session["bytes"], headers.get("Content-Range")
        if at and int(at.split("-")[0]) != len(has):
            b"".join(pieces)
            return Answer(416, headers={"Range": f"0-{max(len(has) - 1, 0)}"})
        for piece in pieces:
            if session["turn"] != turn:
                raise ConnectionError("the client is somewhere else")
            has += piece
        where = {"Location": f"{start}/blobs/uploads/{name}", "Range": f"0-{max(len(has) - 1, 0)}"}
        if method != "PUT":
            return Answer(204 if method == "GET" else 202, headers=where)
        connection = http.client.HTTPConnection("127.0.0.1", self.registry.port, timeout=60)
        connection.request("POST", f"{start}/blobs/uploads/")
        answer = connection.getresponse()
        answer.read()
        location = answer.headers["Location"].split(str(self.registry.port), 1)[1]
        connection.request("PUT", f"{location}&{query}", bytes(has), {"Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        said = Answer(answer.status, answer.read(), answer.getheaders())
        connection.close()
        del self.uploads[name]
        return said

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
        headers = {"Content-Type": INDEX}
        with self.lock:
            entries = list(self.subjects.get((repository, subject), {}).values())
        if self.page:
            start = int((re.findall(r"[?&]start=(\d+)", path) or ["0"])[0])
            if start + self.page < len(entries):
                headers["Link"] = f'<{path.split("?")[0]}?start={start + self.page}>; rel="next"'
            entries = entries[start:start + self.page]
        return Answer(200, json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode(), headers)

