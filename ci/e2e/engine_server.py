"""A container engine's API on a Unix socket, from answers that were recorded (testdata/engine)."""
import http.server
import json
import os
import socketserver
import threading

from harness import ROOT

PODMAN = os.path.join(ROOT, "testdata", "engine", "podman", "answers.json")


class Engine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """`answers` maps a target to {"status", "body"}; a test may change them. `asked` is what was asked so far."""
    daemon_threads = True

    def __init__(self, path):
        with open(PODMAN, encoding="utf-8") as text:
            self.answers = json.load(text)
        self.asked, self.host = [], "unix://" + path
        engine = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                engine.asked.append(("GET", self.path))
                answer = engine.answers.get(self.path, {"status": 404, "body": {"message": "no such thing"}})
                body = answer["body"] if isinstance(answer["body"], bytes) else json.dumps(answer["body"]).encode()
                self.send_response(answer["status"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                engine.asked.append((self.command, self.path))
                self.send_error(500)

            do_PUT = do_DELETE = do_HEAD = do_POST

            def address_string(self):
                return "unix"

            def log_message(self, *ignored):
                pass

        super().__init__(path, Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def container(self, name):
        """The id of a container."""
        return next(one["Id"] for one in self.answers["/containers/json?all=1"]["body"] if one["Names"] == ["/" + name])

    def inspected(self, name):
        return self.answers[f"/containers/{self.container(name)}/json"]["body"]

    def close(self):
        self.shutdown()
        self.server_close()
