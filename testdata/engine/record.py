#!/usr/bin/env python3
"""Records what an engine's API answers, for tests: record.py unix:///run/podman/podman.sock DIR. One file per path."""
import http.client
import json
import os
import socket
import sys


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def main(host, directory):
    answers = {}

    def get(target):
        connection = Connection(host.removeprefix("unix://"))
        connection.request("GET", target)
        answer = connection.getresponse()
        value = json.loads(answer.read())
        answers[target] = {"status": answer.status, "body": value}
        return value
    get("/version")
    for container in get("/containers/json?all=1"):
        got = get(f"/containers/{container['Id']}/json")
        get(f"/containers/{container['Id']}/changes")
        get(f"/images/{got['Image']}/json")
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "answers.json"), "w", encoding="utf-8") as out:
        json.dump(answers, out, indent=1, sort_keys=True)
        out.write("\n")


main(*sys.argv[1:])
