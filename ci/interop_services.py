"""The real services of a private instance on loopback: Fulcio, a CT log (TesseraCT), a timestamp authority, Rekor v2
(rekor-tiles), and, where Trillian's servers, Rekor and MariaDB are, Rekor v1. A part of ci/interop: `start()` gives what
interop_sigstore's functions ask of an instance. The programs are Go modules, installed below `directory` (MODULES)."""
import base64
import glob
import http.server
import json
import os
import shutil
import subprocess
import threading
import time
import urllib.request

from harness import SUPPLY
from registry_servers import free_port

MODULES = {
    "fulcio": "github.com/sigstore/fulcio@v1.8.8",
    "tesseract": "github.com/transparency-dev/tesseract/cmd/tesseract/posix@v0.1.1",
    "timestamp-server": "github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server@v2.1.3",
    "rekor-tiles": "github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix@v2.3.0",
}
MODULES_V1 = {
    "rekor-server": "github.com/sigstore/rekor/cmd/rekor-server@v1.5.3",
    "trillian_log_server": "github.com/google/trillian/cmd/trillian_log_server@v1.8.0",
    "trillian_log_signer": "github.com/google/trillian/cmd/trillian_log_signer@v1.8.0",
}
IDENTITY = "builder@example.test"


def installed(directory, modules):
    """The programs by name, each built where it is missing; None where that cannot be."""
    found = {}
    for name, module in modules.items():
        target = os.path.join(directory, name)
        if not os.path.exists(target):
            go = shutil.which("go")
            if go is None:
                return None
            scratch = os.path.join(directory, name + ".build")
            os.makedirs(scratch, exist_ok=True)
            built = subprocess.run(["nice", "-n", "19", go, "install", "-trimpath", module], stdin=subprocess.DEVNULL, capture_output=True,
                                   text=True, env={**os.environ, "GOBIN": scratch, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"})
            if built.returncode != 0:
                print(f"interop: {module} cannot be built: {built.stderr[-400:]}")
                return None
            [program] = os.listdir(scratch)
            os.replace(os.path.join(scratch, program), target)
            os.rmdir(scratch)
        found[name] = target
    return found


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True).stdout


def url_text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TokenIssuer:
    """An OpenID Connect issuer: discovery, keys, and tokens for one person."""

    def __init__(self, directory):
        self.key = os.path.join(directory, "oidc.key")
        openssl("genrsa", "-out", self.key, "2048")
        modulus = openssl("rsa", "-in", self.key, "-noout", "-modulus").decode().strip().split("=")[1]
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": url_text(bytes.fromhex(modulus)), "e": "AQAB"}
                answer = {"keys": [key]} if self.path == "/keys" else {
                    "issuer": issuer.url, "jwks_uri": issuer.url + "/keys", "authorization_endpoint": issuer.url + "/auth",
                    "token_endpoint": issuer.url + "/token", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"]}
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self):
        claims = {"iss": self.url, "aud": "sigstore", "sub": IDENTITY, "email": IDENTITY, "email_verified": True,
                  "iat": int(time.time()), "exp": int(time.time()) + 3600}
        signed = ".".join(url_text(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT", "kid": "1"}, claims))
        return signed + "." + url_text(openssl("dgst", "-sha256", "-sign", self.key, data=signed.encode()))


class Services:
    """All of them. `rekors` are the versions of Rekor that run."""

    def __init__(self, directory, programs, programs_v1=None):
        self.directory, self.processes, self.rekors = directory, [], [2]
        self.issuer_url, self.identity = None, IDENTITY
        try:
            self._start(programs, programs_v1)
        except BaseException:
            self.stop()
            raise

    def file(self, name):
        return os.path.join(self.directory, name)

    def _run(self, name, *command, env=None):
        with open(self.file(name + ".log"), "wb") as log:
            self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                                                   env={**os.environ, **(env or {})}))

    def _wait(self, name, url):
        for _ in range(300):
            try:
                with urllib.request.urlopen(url, timeout=2) as answer:
                    return answer.read()
            except OSError:
                if any(process.poll() is not None for process in self.processes):
                    break
                time.sleep(0.2)
        with open(self.file(name + ".log"), encoding="utf-8", errors="replace") as log:
            raise RuntimeError(f"{name} does not answer at {url}: {log.read()[-1500:]}")

    def _start(self, programs, programs_v1):
        self.oidc = TokenIssuer(self.directory)
        self.issuer_url = self.oidc.url
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.file("ca.plain"))
        openssl("ec", "-in", self.file("ca.plain"), "-aes256", "-passout", "pass:x", "-out", self.file("ca.key"))
        openssl("req", "-x509", "-new", "-key", self.file("ca.plain"), "-days", "10", "-subj", "/O=interop/CN=fulcio", "-out", self.file("ca.pem"),
                "-addext", "basicConstraints=critical,CA:TRUE,pathlen:1", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.file("ct.key"))
        openssl("ec", "-in", self.file("ct.key"), "-pubout", "-out", self.file("ct.pub"))
        openssl("genpkey", "-algorithm", "ed25519", "-out", self.file("rekor2.key"))
        openssl("pkey", "-in", self.file("rekor2.key"), "-pubout", "-out", self.file("rekor2.pub"))
        with open(self.file("fulcio.yaml"), "w", encoding="ascii") as out:
            out.write(f"oidc-issuers:\n  {self.oidc.url}:\n    issuer-url: {self.oidc.url}\n    client-id: sigstore\n    type: email\n")
        for name in ("ct", "tiles"):
            os.mkdir(self.file(name))
        ports = {name: free_port() for name in ("ct", "fulcio", "fulcio-grpc", "fulcio-metrics", "tsa", "rekor", "rekor-grpc", "rekor-metrics")}
        self.url = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        self._run("ct", programs["tesseract"], "-http_endpoint", f"127.0.0.1:{ports['ct']}", "-origin", "ct.local", "-private_key",
                  self.file("ct.key"), "-roots_pem_file", self.file("ca.pem"), "-storage_dir", self.file("ct"))
        self._wait("ct", self.url["ct"] + "/ct/v1/get-roots")
        self._run("tsa", programs["timestamp-server"], "serve", "--host", "127.0.0.1", "--port", str(ports["tsa"]), "--timestamp-signer",
                  "memory", "--disable-ntp-monitoring")
        chain = self._wait("tsa", self.url["tsa"] + "/api/v1/timestamp/certchain")
        with open(self.file("tsa.pem"), "wb") as out:
            out.write(chain)
        self._run("rekor2", programs["rekor-tiles"], "serve", "--hostname", "rekor.local", "--http-address", "127.0.0.1", "--http-port",
                  str(ports["rekor"]), "--grpc-address", "127.0.0.1", "--grpc-port", str(ports["rekor-grpc"]), "--http-metrics-port",
                  str(ports["rekor-metrics"]), "--signer-filepath", self.file("rekor2.key"), "--storage-dir", self.file("tiles"),
                  "--checkpoint-interval", "1s")
        self._wait("rekor2", self.url["rekor"] + "/healthz")
        self._run("fulcio", programs["fulcio"], "serve", "--host", "127.0.0.1", "--port", str(ports["fulcio"]), "--grpc-host", "127.0.0.1",
                  "--grpc-port", str(ports["fulcio-grpc"]), "--metrics-port", str(ports["fulcio-metrics"]), "--ca", "fileca", "--fileca-cert",
                  self.file("ca.pem"), "--fileca-key", self.file("ca.key"), "--fileca-key-passwd", "x", "--config-path",
                  self.file("fulcio.yaml"), "--ct-log-url", self.url["ct"], "--ct-log-origin", "ct.local", "--ct-log-public-key-path",
                  self.file("ct.pub"))
        self._wait("fulcio", self.url["fulcio"] + "/api/v2/trustBundle")
        if programs_v1:
            self._start_v1(programs_v1)
        self._write_trust()

    def _start_v1(self, programs):
        database, socket = self.file("mysql"), self.file("mysql.sock")
        ports = {name: free_port() for name in ("mysql", "log", "log-http", "signer", "signer-http", "rekor1")}
        user = [] if os.geteuid() != 0 else ["--user=root"]
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={database}", "--auth-root-authentication-method=normal", *user],
                       check=True, capture_output=True)
        self._run("mysql", "mariadbd", "--no-defaults", f"--datadir={database}", f"--socket={socket}", "--bind-address=127.0.0.1",
                  f"--port={ports['mysql']}", *user)
        client = ["mariadb", "--no-defaults", "-uroot", f"--socket={socket}"]
        for _ in range(150):
            if subprocess.run([*client, "-e", "select 1"], capture_output=True).returncode == 0:
                break
            time.sleep(0.2)
        [schema] = sorted(glob.glob(os.path.join(subprocess.run(["go", "env", "GOMODCACHE"], check=True, capture_output=True, text=True)
                                                 .stdout.strip(), "github.com/google/trillian@v1.8.0/storage/mysql/schema/storage.sql")))
        with open(schema, encoding="utf-8") as text:
            statements = "create database t; create user t@'127.0.0.1' identified by 'p'; grant all on t.* to t@'127.0.0.1'; use t;" + text.read()
        subprocess.run(client, input=statements.encode(), check=True, capture_output=True)
        uri = f"t:p@tcp(127.0.0.1:{ports['mysql']})/t"
        trillian = ["--storage_system=mysql", "--quota_system=noop", f"--mysql_uri={uri}"]
        self._run("trillian", programs["trillian_log_server"], *trillian, f"--rpc_endpoint=127.0.0.1:{ports['log']}",
                  f"--http_endpoint=127.0.0.1:{ports['log-http']}")
        self._run("signer", programs["trillian_log_signer"], *trillian, "--force_master", f"--rpc_endpoint=127.0.0.1:{ports['signer']}",
                  f"--http_endpoint=127.0.0.1:{ports['signer-http']}")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.file("rekor1.key"))
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", self.file("rekor1.key"), "-out", self.file("rekor1.pem"))
        openssl("ec", "-in", self.file("rekor1.key"), "-pubout", "-out", self.file("rekor1.pub"))
        time.sleep(3)
        self._run("rekor1", programs["rekor-server"], "serve", "--rekor_server.address", "127.0.0.1", "--port", str(ports["rekor1"]),
                  "--rekor_server.signer", self.file("rekor1.pem"), "--trillian_log_server.address", "127.0.0.1",
                  "--trillian_log_server.port", str(ports["log"]), "--search_index.storage_provider", "mysql", "--search_index.mysql.dsn", uri)
        self.url["rekor1"] = f"http://127.0.0.1:{ports['rekor1']}"
        self._wait("rekor1", self.url["rekor1"] + "/api/v1/log")
        self.rekors.append(1)

    def _write_trust(self):
        start = "start-time=2026-01-01T00:00:00Z"
        logs = ["--rekor", f"url=http://rekor.local,public-key={self.file('rekor2.pub')},origin=rekor.local,{start}"]
        if 1 in self.rekors:
            logs += ["--rekor", f"url={self.url['rekor1']},public-key={self.file('rekor1.pub')},{start}"]
        subprocess.run([SUPPLY, "trust", "root", "create", "--fulcio", f"url={self.url['fulcio']},certificate-chain={self.file('ca.pem')}",
                        "--ctfe", f"url={self.url['ct']},public-key={self.file('ct.pub')},{start}", *logs, "--tsa",
                        f"url={self.url['tsa']},certificate-chain={self.file('tsa.pem')}", "--out", self.file("trusted_root.json")],
                       check=True, capture_output=True)
        for version in self.rekors:
            def service(url, api=1):
                return [{"url": url, "majorApiVersion": api, "validFor": {"start": "2026-01-01T00:00:00Z"}, "operator": "interop"}]
            config = {"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json", "caUrls": service(self.url["fulcio"]),
                      "oidcUrls": service(self.oidc.url), "rekorTlogUrls": service(self.url["rekor" if version == 2 else "rekor1"], version),
                      "rekorTlogConfig": {"selector": "ANY"}, "tsaUrls": service(self.url["tsa"] + "/api/v1/timestamp"),
                      "tsaConfig": {"selector": "ANY"}}
            with open(self.file(f"signing-config-v{version}.json"), "w", encoding="ascii") as out:
                json.dump(config, out)
        with open(self.file("token"), "w", encoding="ascii") as out:
            out.write(self.oidc.token())

    def signing(self, rekor):
        return ["--identity-token", self.file("token"), "--signing-config", self.file(f"signing-config-v{rekor}.json"),
                "--trusted-root", self.file("trusted_root.json"), "-y"]

    def signing_by_urls(self):
        """With Rekor v1, as cosign's first form of signatures wants it: it goes with no signing configuration."""
        return ["--identity-token", self.file("token"), "--fulcio-url", self.url["fulcio"], "--rekor-url", self.url["rekor1"],
                "--timestamp-server-url", self.url["tsa"] + "/api/v1/timestamp", "--trusted-root", self.file("trusted_root.json"), "-y"]

    def verifying(self):
        return ["--certificate-identity", self.identity, "--certificate-oidc-issuer", self.issuer_url, "--trusted-root",
                self.file("trusted_root.json")]

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        if hasattr(self, "oidc"):
            self.oidc.server.shutdown()
