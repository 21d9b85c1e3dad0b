"""100 small compose projects for ci/interop: variables, merges, extends, includes, profiles. Each is (files, arguments):
the files to write by name, and what is said beside the first (other files, PROFILE=…, ENV_FILE=…)."""

BASE = """services:
  web:
    image: web:1
    user: "1000"
    read_only: true
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    environment: {A: "1", B: "2"}
    volumes: ["data:/data", "./conf:/etc/app:ro"]
    ports: ["80:8080"]
    networks: [front]
  db:
    image: db:1
    environment: [C=3]
    networks: [back]
networks: {front: {}, back: {internal: true}}
volumes: {data: {}, more: {}}
"""
VALUES = ["$T", "${T}", "${T:-d}", "${T-d}", "${N:-d}", "${N-d}", "${E:-d}", "${E-d}", "${T:+s}", "${N:+s}", "${E:+s}", "${E+s}",
          "${N:-${T}}", "${N:-${M:-z}}", "$$T", "a$T-b", "${T}${T}", "${T:?why}", "${N:-a:b}", "${N-a-b}", "${T:-x}y", "${t:-low}",
          "${N:-}x", "a-$T.b", "${_U:-u}"]
OVERRIDES = ["user: '5'", "user: !reset null", "read_only: false", "read_only: !reset null", "privileged: true", "cap_drop: [NET_RAW]",
             "cap_drop: [ALL]", "cap_drop: !reset []", "cap_drop: !override [KILL]", "cap_add: !override []", "environment: [B=9, D=4]",
             "environment: {A: '7'}", "environment: !reset null", "environment: !override {Z: '1'}", "volumes: ['more:/data']",
             "volumes: ['more:/more']", "volumes: [{type: volume, source: more, target: /data, read_only: true}]", "volumes: !reset []",
             "volumes: !override ['./x:/x']", "ports: ['81:8081']", "ports: ['80:8080']", "ports: [{target: 8080, published: '80'}]",
             "ports: !override ['90:90']", "ports: ['127.0.0.1:80:8080']", "networks: [back]", "networks: {back: {aliases: [w]}}",
             "networks: !reset null", "networks: !override [back]", "image: other:2", "command: [x]", "labels: [a=b]", "tmpfs: /tmp"]
EXTENDS = ["extends: {service: base}", "extends: base", "extends: {file: other.yaml, service: o}", "extends: {file: other.yaml, service: chained}",
           "extends: {file: sub/deep.yaml, service: d}"]
OWN = ["", "user: '9'", "environment: [X=2]", "cap_drop: [KILL]", "volumes: ['./own:/o']", "image: own:1"]
OTHER = """services:
  o: {image: o:1, user: "2", environment: {X: "1", Y: "$T"}, cap_drop: [ALL], volumes: ["./o:/o:ro"]}
  chained: {extends: o, read_only: true}
"""
DEEP = "services:\n  d: {extends: {file: ../other.yaml, service: chained}, privileged: true}\n"


def cases():
    for value in VALUES:
        yield {"compose.yaml": f"services:\n  web: {{image: 'w:1', user: '{value}', environment: {{V: '{value}'}}, volumes: ['./{value.count('x')}:/v{value.count('$')}']}}\n",
               ".env": "T=tag\nE=\n"}, []
    for override in OVERRIDES:
        yield {"compose.yaml": BASE, "over.yaml": f"services:\n  web:\n    {override}\n"}, ["over.yaml"]
    for extends in EXTENDS:
        for own in OWN:
            yield {"compose.yaml": "services:\n  base: {image: 'b:1', environment: {X: '0'}, cap_drop: [ALL]}\n"
                                   f"  web:\n    {extends}\n" + (f"    {own}\n" if own else ""),
                   "other.yaml": OTHER, "sub/deep.yaml": DEEP, ".env": "T=t\n"}, []
    included = "services:\n  db: {image: 'db:$T', volumes: ['./d:/d'], environment: [P=$T]}\n"
    for include in ("[inc/compose.yaml]", "[{path: inc/compose.yaml}]", "[{path: [inc/compose.yaml, inc/more.yaml]}]",
                    "[{path: inc/compose.yaml, env_file: other.env}]", "[{path: inc/compose.yaml, project_directory: .}]"):
        yield {"compose.yaml": f"include: {include}\nservices: {{web: {{image: 'w:$T'}}}}\n", "inc/compose.yaml": included,
               "inc/more.yaml": "services: {db: {user: '4'}}\n", "inc/.env": "T=inner\n", "other.env": "T=other\n"}, []
    profiles = "services:\n  a: {image: 'a:1'}\n  b: {image: 'b:1', profiles: [x]}\n  c: {image: 'c:1', profiles: [x, y]}\n"
    for words in ([], ["PROFILE=x"], ["PROFILE=y"], ["PROFILE=x", "PROFILE=y"], ["PROFILE=*"]):
        yield {"compose.yaml": profiles}, words
    anchors = "x-base: &base {read_only: true, cap_drop: [ALL], environment: &env {A: '1'}}\nservices:\n"
    for service in ("{<<: *base, image: 'w:1'}", "{<<: [*base], image: 'w:1', read_only: false}",
                    "{image: 'w:1', environment: {<<: *env, B: '2'}}", "{image: 'w:1', environment: *env}"):
        yield {"compose.yaml": anchors + f"  web: {service}\n"}, []
    for name in ("a.env", "b.env"):
        yield {"compose.yaml": "services: {web: {image: 'w:$T'}}\n", "a.env": "T=a\nexport U='x'\n", "b.env": "# c\nT=\"b\" # why\n",
               ".env": "T=dot\n"}, [f"ENV_FILE={name}"]
