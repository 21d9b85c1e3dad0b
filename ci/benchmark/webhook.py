"""supply gate serve on this machine: start to ready, warm reviews over kept connections, 200 cold ones at once, memory."""
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time

E2E = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e")
POLICY = "version: 1\nkeys: {k: k.pub}\nimages:\n  - match: ['**']\n    signatures: {any_of: [k]}\n"
WARM, AT_ONCE = 5_000, 200


def measure(supply, rounds, row):
    if shutil.which("docker-registry") is None:
        return print("  webhook: not measured, docker-registry is missing")
    sys.path.append(E2E)
    from gate import small_image
    from registry_servers import Proxy, Registry, certificates
    from webhook_case import review
    with tempfile.TemporaryDirectory() as work:
        env = {**os.environ, "SUPPLY_PASSWORD": "bench", "XDG_CACHE_HOME": work + "/cache"}

        def run(*arguments):
            return subprocess.run([supply, *arguments], env=env, check=True, capture_output=True, cwd=work).stdout.decode().strip()

        registry = Registry(work + "/registry")
        proxy = Proxy(registry)
        run("copy", f"oci:{small_image(work, 'one')}:app", f"{registry.name}/app:1")
        run("key", "generate", "--output-key-prefix", "k")
        run("sign", "--key", "k.key", f"{registry.name}/app:1")
        image = f"{proxy.name}/app@" + run("inspect", "--digest", f"{registry.name}/app:1")
        with open(work + "/policy.yaml", "w", encoding="ascii") as out:
            out.write(POLICY)
        ca, certificate, key = certificates(work)
        command = [supply, "gate", "serve", "--policy", work + "/policy.yaml", "--tls-cert", certificate, "--tls-key", key,
                   "--listen", "127.0.0.1:0", "--drain", "1ms", "--no-cache"]

        def start():
            began = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)
            port = int(process.stdout.readline().split()[-1])
            return process, port, time.perf_counter() - began

        starts = []
        for _ in range(max(rounds, 7)):
            process, port, took = start()
            starts.append(took)
            process.kill()
            process.wait()
        process, port, _ = start()
        context = ssl.create_default_context(cafile=ca)

        def resident():
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

        def ask(link, number):
            if link.sock is None:
                link.connect()
            began = time.perf_counter()
            link.request("POST", "/validate?timeout=30s", json.dumps(review([image], uid=f"u{number}")), {"Content-Type": "application/json"})
            answer = json.loads(link.getresponse().read())["response"]
            if not answer["allowed"]:
                raise AssertionError(answer)
            return time.perf_counter() - began

        def together(count, each):
            links = [http.client.HTTPSConnection("127.0.0.1", port, context=context) for _ in range(count)]
            times = [[] for _ in links]
            threads = [threading.Thread(target=lambda i=i: times[i].extend(ask(links[i], n) for n in range(each))) for i in range(count)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for link in links:
                link.close()
            return sorted(one for some in times for one in some)

        cold = together(AT_ONCE, 1)
        fetched = len([one for one in proxy.asked if one.path.endswith("/manifests/" + image.split("@")[1])])
        warm = together(8, WARM // 8)
        row("webhook, start to ready", min(starts), resident(), None, "<= 20 ms")
        row(f"webhook, {AT_ONCE} cold at once", cold[-1], resident(), None, f"the last; {fetched} fetch(es) of the manifest")
        row("webhook, warm, p50 of 8 clients", warm[len(warm) // 2], resident(), None, "")
        row("webhook, warm, p99 of 8 clients", warm[len(warm) * 99 // 100], resident(), None, "<= 50 ms, 64 MB")
        process.terminate()
        process.wait()
        proxy.stop()
        registry.stop()
