"""A deployment of 500 workloads and 60 distinct images: what reading, judging and scoring it costs beside its images.

The images' own reading is not in it (dashboard asks for none); alone: deployment.py SUPPLY [ROUNDS]."""
import os
import sys
import tempfile

from measure import timed

ONE = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: w{n}, namespace: n{space}}}
spec:
  selector: {{matchLabels: {{app: w{n}}}}}
  template:
    metadata: {{labels: {{app: w{n}}}}}
    spec:
      automountServiceAccountToken: false
      securityContext: {{runAsNonRoot: true, runAsUser: 1000, seccompProfile: {{type: RuntimeDefault}}}}
      containers:
        - name: main
          image: registry.example/shop/app{image}:1.{image}
          securityContext: {{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {{drop: [ALL]}}}}
          resources: {{limits: {{memory: 128Mi, cpu: 100m}}}}
          livenessProbe: {{httpGet: {{path: /, port: 80}}}}
          readinessProbe: {{httpGet: {{path: /, port: 80}}}}
          env: [{{name: A, value: b}}, {{name: C, valueFrom: {{configMapKeyRef: {{name: c, key: d}}}}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: w{n}, namespace: n{space}}}
spec:
  podSelector: {{matchLabels: {{app: w{n}}}}}
  policyTypes: [Ingress]
  ingress: [{{from: [{{podSelector: {{matchLabels: {{app: w{m}}}}}}}], ports: [{{port: 80}}]}}]
---
"""


def measure(supply, rounds, row):
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "k.yaml")
        with open(path, "w", encoding="utf-8") as out:
            for n in range(500):
                out.write(ONE.format(n=n, m=(n + 20) % 500, space=n % 20, image=n % 60))
        command = [supply, "dashboard", path, "-o", f"json={work}/report.json"]
        timed(command, accept=(1,))
        runs = [timed(command, accept=(1,)) for _ in range(rounds)]
        row("deployment, 500 workloads, 60 images", min(run[0] for run in runs), max(run[1] for run in runs), None,
            "<= 1000 ms")


if __name__ == "__main__":
    measure(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5,
            lambda name, seconds, memory, ratio, budget: print(f"{name}: {seconds * 1000:.1f} ms, {memory:.0f} MB ({budget})"))
