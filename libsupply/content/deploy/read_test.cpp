#include "libsupply/content/deploy/read.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/content/deploy/internal/compose_value.hpp"

using namespace supply;
using deploy::Deployment;
using deploy::Flag;

namespace {

using Files = std::map<std::string, std::string>;

Result<Deployment> try_read(const std::vector<deploy::File>& given, const Files& others = {},
                            std::vector<std::string> profiles = {}) {
  deploy::Options options;
  options.open = [&](const std::string& path) -> Result<std::string> {
    const auto found = others.find(path);
    if (found == others.end()) return Error(ErrorCode::not_found, path);
    return found->second;
  };
  options.profiles = std::move(profiles);
  return deploy::read(given, options);
}

Deployment read(const std::vector<deploy::File>& given, const Files& others = {},
                std::vector<std::string> profiles = {}) {
  auto deployment = try_read(given, others, std::move(profiles));
  if (!deployment) FAIL(deployment.error().message());
  return *std::move(deployment);
}

Deployment compose(const std::string& text, const Files& others = {}) { return read({{"compose.yaml", text}}, others); }

std::string refused(const std::string& text, const Files& others = {}) {
  const auto deployment = try_read({{"compose.yaml", text}}, others);
  INFO(text);
  REQUIRE_FALSE(deployment);
  return deployment.error().message();
}

const deploy::Container& first(const Deployment& deployment, std::size_t workload = 0) {
  REQUIRE(deployment.workloads.size() > workload);
  return deployment.workloads[workload].containers.front();
}

std::string place(const Location& location) { return to_string(location); }

std::string variables(const deploy::Container& container) {
  std::string all;
  for (const deploy::Variable& each : container.environment)
    all += (all.empty() ? "" : " ") + each.name + "=" + (each.from_outside ? "?" : each.value.value);
  return all;
}

}  // namespace

TEST_CASE("variables are filled in as compose does it") {
  const deploy::Variables known{{"A", "a"}, {"EMPTY", ""}};
  const std::pair<const char*, const char*> cases[] = {
      {"$A ${A} $$A", "a a $A"},
      {"${X:-d}", "d"},
      {"${EMPTY:-d}", "d"},
      {"${EMPTY-d}", ""},
      {"${X-d}", "d"},
      {"${A:+set}", "set"},
      {"${X:+set}", ""},
      {"${EMPTY+set}", "set"},
      {"${X:-${A:-b}}", "a"},
      {"${A:?why}", "a"},
      {"$(cat x) $1 100$", "$(cat x) $1 100$"},
      {"${X:-a:b-c}", "a:b-c"},
      {"${A}$A${A}b", "aaab"},
      {"${X:-}", ""},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    const auto done = deploy::substitute(text, known);
    REQUIRE(done);
    CHECK(done->text == expected);
    CHECK(done->unset.empty());
  }
  CHECK(deploy::substitute("x$B-${C}-${D:?no}", known)->unset == "B, C, D");
  CHECK(deploy::substitute("x$B", known)->text == "x");
  for (const char* text : {"${", "${}", "${A", "${1}", "${A!}", "${A:}"}) {
    INFO(text);
    CHECK_FALSE(deploy::substitute(text, known));
  }
}

TEST_CASE("variables nested to the limit are filled in, and beyond it refused") {
  const auto nested = [](int depth) {
    std::string text = "x";
    for (int i = 0; i < depth; ++i) text = "${X:-" + text + "}";
    return deploy::substitute(text, {});
  };
  CHECK(nested(kMaxInterpolationDepth));
  CHECK_FALSE(nested(kMaxInterpolationDepth + 1));
  const deploy::Variables large{{"L", std::string(kMaxInterpolatedBytes, 'x')}};
  CHECK(deploy::substitute("$L", large));
  CHECK_FALSE(deploy::substitute("$L$L", large));
}

TEST_CASE("an env file has names, quotes, comments and variables") {
  deploy::ComposeAccount account;
  const auto read = deploy::read_env_file(
      {".env", "# comment\nA=1\nexport B='x # y $A'\nC=\"a\\n$A\" # why\n D = sp ace # c\nE=${A}2\nF\nG=\n"}, {},
      account);
  REQUIRE(read);
  CHECK(*read ==
        deploy::Variables{{"A", "1"}, {"B", "x # y $A"}, {"C", "a\n1"}, {"D", "sp ace"}, {"E", "12"}, {"G", ""}});
  CHECK(deploy::read_env_file({".env", "A='x"}, {}, account).error().message() ==
        ".env: line 1: a quoted value is not closed");
  std::string many;
  for (std::size_t i = 0; i < kMaxEnvFileLines; ++i) many += "A" + std::to_string(i) + "=1\n";
  CHECK(deploy::read_env_file({".env", many}, {}, account));
  CHECK_FALSE(deploy::read_env_file({".env", many + "B=1\n"}, {}, account));
}

TEST_CASE("a service is read with every value's place") {
  const Deployment deployment = compose(
      "services:\n  web:\n    image: nginx:1.27\n    user: \"1000:1000\"\n    read_only: true\n    cap_drop: [ALL]\n"
      "    security_opt:\n      - no-new-privileges:true\n      - seccomp=./profiles/web.json\n"
      "    ports: [\"127.0.0.1:8443:443\", \"80\", {target: 5432, published: \"5433\"}]\n"
      "    volumes: [\"./conf:/etc/nginx:ro\", data:/data, /tmp/x:/x]\n    mem_limit: 64m\n"
      "    deploy: {resources: {limits: {cpus: '0.5'}}}\n    command: sh -c 'echo hi'\n"
      "    environment: [A=1, B]\nvolumes: {data: {}}\n");
  const deploy::Container& web = first(deployment);
  CHECK(deployment.workloads[0].subject() == "service web");
  CHECK(place(deployment.workloads[0].place) == "compose.yaml:2:3");
  CHECK(place(web.image.place) == "compose.yaml:3:12");
  CHECK(web.user.value == "1000:1000");
  CHECK(web.read_only.is_yes());
  CHECK(place(web.read_only.place) == "compose.yaml:5:16");
  CHECK(web.escalation.is_no());
  CHECK(web.seccomp.path == "profiles/web.json");
  REQUIRE(web.ports.size() == 3);
  CHECK(web.ports[0].host_ip == "127.0.0.1");
  CHECK(web.ports[0].published == "8443");
  CHECK(web.ports[0].first == 443);
  CHECK(web.ports[1].first == 80);
  CHECK(web.ports[2].first == 5432);
  REQUIRE(web.mounts.size() == 3);
  CHECK(web.mounts[0].kind == deploy::Mount::Kind::bind);
  CHECK(web.mounts[0].source.value == "conf");
  CHECK(web.mounts[0].read_only);
  CHECK(web.mounts[1].kind == deploy::Mount::Kind::volume);
  CHECK(web.memory_limit.value == "64m");
  CHECK(web.cpu_limit.value == "0.5");
  REQUIRE(web.commands.size() == 1);
  CHECK(web.commands[0].shell);
  CHECK(variables(web) == "A=1 B=?");
}

TEST_CASE("override files merge in compose's order, with !reset and !override") {
  const Deployment deployment = read(
      {{"a.yaml",
        "services:\n  web:\n    image: x:1\n    read_only: true\n    ports: ['80:80']\n    environment: {A: 1, B: 2}\n"
        "    cap_drop: [ALL]\n    command: [a]\n"},
       {"b.yaml",
        "services:\n  web:\n    image: x:2\n    read_only: !reset null\n    ports: !override ['81:81']\n"
        "    environment: [B=3, C=4]\n    cap_drop: [NET_RAW]\n    command: [b]\n  db: {image: pg}\n"}});
  const deploy::Container& web = first(deployment);
  CHECK(web.image.value == "x:2");
  CHECK(place(web.image.place) == "b.yaml:3:12");
  CHECK(web.read_only.value == Flag::Value::nothing);
  CHECK(place(web.read_only.place) == "b.yaml:4:16");
  REQUIRE(web.ports.size() == 1);
  CHECK(web.ports[0].published == "81");
  CHECK(variables(web) == "A=1 B=3 C=4");
  CHECK(web.cap_drop.size() == 2);
  REQUIRE(web.commands.size() == 1);
  CHECK(web.commands[0].words.size() == 1);
  CHECK(deployment.workloads.size() == 2);
}

TEST_CASE("a service extends another, of its file or elsewhere, and keeps the places") {
  const Files others{
      {"base/common.yaml",
       "services:\n  base:\n    extends: {service: root}\n    privileged: true\n    volumes: ['./d:/d']\n"
       "  root:\n    image: r:1\n    user: '5'\n"}};
  const Deployment deployment = compose(
      "services:\n  web:\n    extends: {file: base/common.yaml, service: base}\n    image: w:1\n  api:\n"
      "    extends: web\n    user: '6'\n",
      others);
  const deploy::Container& web = first(deployment);
  CHECK(web.image.value == "w:1");
  CHECK(web.user.value == "5");
  CHECK(place(web.privileged.place) == "base/common.yaml:4:17");
  REQUIRE(web.mounts.size() == 1);
  CHECK(web.mounts[0].source.value == "base/d");
  CHECK(first(deployment, 1).user.value == "6");
  CHECK(first(deployment, 1).privileged.is_yes());
  CHECK(refused("services:\n  a: {extends: b, image: x}\n  b: {extends: a, image: x}\n").find("extends itself") !=
        std::string::npos);
  CHECK(refused("services:\n  a: {extends: c, image: x}\n") ==
        "compose.yaml:2:16: extended service \"c\" is not there");
  CHECK(refused("services:\n  a: {extends: {file: n.yaml, service: c}, image: x}\n").find("n.yaml") !=
        std::string::npos);
}

TEST_CASE("an include brings its services, with its own directory and variables") {
  const Files others{{"db/compose.yaml", "services:\n  db:\n    image: pg:$TAG\n    volumes: ['./d:/d']\n"},
                     {"db/.env", "TAG=16\n"},
                     {"loop.yaml", "include: [compose.yaml]\n"}};
  const Deployment deployment = compose("include: [db/compose.yaml]\nservices: {web: {image: w}}\n", others);
  REQUIRE(deployment.workloads.size() == 2);
  const deploy::Container& db = first(deployment, 1);
  CHECK(db.image.value == "pg:16");
  CHECK(db.mounts[0].source.value == "db/d");
  CHECK(place(db.image.place) == "db/compose.yaml:3:12");
  CHECK(refused("include: [loop.yaml]\n", others).find("in a cycle") != std::string::npos);
  CHECK(refused("include: ['https://example.org/x.yaml']\n").find("fetched from elsewhere") != std::string::npos);
}

TEST_CASE("a project of more files than the limit is refused") {
  Files others;
  for (std::size_t i = 0; i <= kMaxComposeFiles; ++i)
    others["f" + std::to_string(i) + ".yaml"] = "include: [f" + std::to_string(i + 1) + ".yaml]\n";
  CHECK(refused("include: [f0.yaml]\n", others).find("more than " + std::to_string(kMaxComposeFiles) + " files") !=
        std::string::npos);
}

TEST_CASE("a variable that nobody set is named, and .env and its defaults count") {
  const Deployment deployment =
      compose("services:\n  web:\n    image: x:${TAG}\n    user: $USR\n  off: {image: $NOT, profiles: [p]}\n",
              {{".env", "USR=7\n"}});
  REQUIRE(deployment.unset.size() == 1);
  CHECK(deployment.unset[0].names == "TAG");
  CHECK(deployment.unset[0].subject == "service web");
  CHECK(place(deployment.unset[0].place) == "compose.yaml:3:12");
  CHECK(first(deployment).image.unset == "TAG");
  CHECK(first(deployment).user.value == "7");
}

TEST_CASE("a service of a profile that is not active is listed") {
  const std::string text = "services:\n  a: {image: x}\n  b: {image: y, profiles: [debug]}\n";
  const Deployment without = compose(text);
  CHECK(without.workloads.size() == 1);
  REQUIRE(without.listed.size() == 1);
  CHECK(without.listed[0].what == "service b");
  CHECK_FALSE(without.listed[0].undecided);
  CHECK(read({{"compose.yaml", text}}, {}, {"debug"}).workloads.size() == 2);
  CHECK(read({{"compose.yaml", text}}, {}, {"*"}).workloads.size() == 2);
}

TEST_CASE("hooks run as containers of their own settings") {
  const Deployment deployment = compose(
      "services:\n  web:\n    image: x\n    post_start:\n      - {command: [id], user: root, privileged: true}\n");
  REQUIRE(deployment.workloads[0].containers.size() == 2);
  const deploy::Container& hook = deployment.workloads[0].containers[1];
  CHECK(hook.role == deploy::Role::hook);
  CHECK(hook.user.value == "root");
  CHECK(hook.privileged.is_yes());
}

TEST_CASE("an env_file's variables are the service's") {
  const Deployment deployment =
      compose("services:\n  web: {image: x, env_file: [a.env, {path: no.env, required: false}, gone.env]}\n",
              {{"a.env", "A=1\nTOKEN=x\n"}});
  const deploy::Container& web = first(deployment);
  CHECK(variables(web) == "A=1 TOKEN=x");
  CHECK(place(web.environment[1].value.place) == "a.env:2:1");
  REQUIRE(web.unread_env_files.size() == 1);
  CHECK(web.unread_env_files[0].name == "gone.env");
}

TEST_CASE("a pod's settings hold for its containers") {
  const Deployment deployment =
      read({{"k.yaml",
             "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
             "spec:\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n"
             "      hostNetwork: yes\n      securityContext: {runAsUser: 010, runAsNonRoot: on}\n"
             "      initContainers:\n        - {name: i, image: i:1}\n"
             "        - {name: s, image: s:1, restartPolicy: Always}\n"
             "      containers:\n        - name: c\n          image: c:1\n"
             "          securityContext: {runAsUser: 1e3}\n"
             "      volumes: [{name: v, image: {reference: v:1}}, {name: h, hostPath: {path: /}}]\n"}});
  REQUIRE(deployment.workloads.size() == 1);
  const deploy::Workload& workload = deployment.workloads[0];
  CHECK(workload.subject() == "Deployment shop/web");
  CHECK(workload.host_network.is_yes());
  REQUIRE(workload.containers.size() == 3);
  CHECK(workload.containers[0].user.value == "1000");
  CHECK(workload.containers[1].user.value == "8");
  CHECK(workload.containers[1].non_root.is_yes());
  CHECK(workload.containers[2].role == deploy::Role::sidecar);
  CHECK(workload.subject(workload.containers[1]) == "Deployment shop/web, init container i");
  const auto images = deploy::images_of(deployment);
  REQUIRE(images.size() == 4);
  CHECK(images[1].text.value == "v:1");
}

TEST_CASE("every kind with a pod is read, also in lists") {
  const std::string pod = "{containers: [{name: c, image: x:1}]}";
  const std::string template_ = "{template: {spec: " + pod + "}}";
  std::string all =
      "apiVersion: v1\nkind: List\nitems:\n"
      "- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: " +
      pod +
      "}\n"
      "- {apiVersion: v1, kind: PodTemplate, metadata: {name: a}, template: {spec: " +
      pod +
      "}}\n"
      "- {apiVersion: batch/v1, kind: CronJob, metadata: {name: a}, spec: {jobTemplate: {spec: " +
      template_ +
      "}}}\n"
      "- {apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: a}, spec: " +
      template_ +
      "}\n"
      "- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}\n";
  for (const auto& [api, kind] :
       {std::pair{"apps/v1", "StatefulSet"}, std::pair{"apps/v1", "DaemonSet"}, std::pair{"apps/v1", "ReplicaSet"},
        std::pair{"v1", "ReplicationController"}, std::pair{"batch/v1", "Job"}})
    all +=
        std::string("- {apiVersion: ") + api + ", kind: " + kind + ", metadata: {name: a}, spec: " + template_ + "}\n";
  const Deployment deployment = read(
      {{"k.yaml", all + "---\napiVersion: v1\nkind: PodList\nitems:\n- {metadata: {name: z}, spec: " + pod + "}\n"}});
  CHECK(deployment.workloads.size() == 10);
  CHECK(deployment.objects.size() == 1);
  CHECK(deployment.listed.empty());
}

TEST_CASE("unknown kinds are listed, undecided where they could run an image, and read at a configured path") {
  const std::string text =
      "apiVersion: example.org/v1\nkind: Kafka\nmetadata: {name: k}\nspec: {kafka: {image: k:1}}\n---\n"
      "apiVersion: example.org/v1\nkind: Quota\nmetadata: {name: q}\nspec: {cpu: 1}\n";
  const Deployment deployment = read({{"k.yaml", text}});
  REQUIRE(deployment.listed.size() == 2);
  CHECK(deployment.listed[0].undecided);
  CHECK_FALSE(deployment.listed[1].undecided);
  deploy::Options options;
  options.image_paths = {{"Kafka", "spec.kafka.image"}};
  const auto configured = deploy::read({{"k.yaml", text}}, options);
  REQUIRE(configured);
  REQUIRE(deploy::images_of(*configured).size() == 1);
  CHECK(deploy::images_of(*configured)[0].text.value == "k:1");
}

TEST_CASE("templates that were not rendered are refused") {
  const auto template_ =
      try_read({{"t.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  {{ .Values.x }}\n"}});
  REQUIRE_FALSE(template_);
  CHECK(template_.error().code() == ErrorCode::malformed);
  CHECK(template_.error().message().find("helm template") != std::string::npos);
  const auto image = try_read(
      {{"t.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: '{{ x }}'}]}\n"}});
  REQUIRE_FALSE(image);
  CHECK(image.error().message().find("the image's name is a template") != std::string::npos);
}

TEST_CASE("what docker inspect prints is read") {
  const Deployment deployment = read({{"-",
                                       R"([{"Name":"/web","Config":{"Image":"nginx:1","User":"","Env":["A=b"]},
 "HostConfig":{"Binds":["/etc/x:/y:ro"],"Privileged":false,"ReadonlyRootfs":true,"CapDrop":["ALL"],"NetworkMode":"host",
 "SecurityOpt":["no-new-privileges"],"Memory":1024,"NanoCpus":0}}])"}});
  const deploy::Container& web = first(deployment);
  CHECK(deployment.workloads[0].subject() == "container web");
  CHECK(deployment.workloads[0].host_network.is_yes());
  CHECK(web.image.value == "nginx:1");
  CHECK(web.read_only.is_yes());
  CHECK(web.escalation.is_no());
  CHECK(web.memory_limit.has_value());
  CHECK_FALSE(web.cpu_limit.has_value());
  REQUIRE(web.mounts.size() == 1);
  CHECK(web.mounts[0].read_only);
}

TEST_CASE("what is no deployment is refused, and so is what compose refuses") {
  CHECK(refused("- a\n").find("neither a compose file") != std::string::npos);
  CHECK(refused("a: 1\n").find("neither a compose file") != std::string::npos);
  CHECK(refused("services: [a]\n").find("services must be a mapping") != std::string::npos);
  CHECK(refused("services: {a: {user: x}}\n").find("neither an image nor a build") != std::string::npos);
  CHECK(refused("services: {a: {image: '${'}}\n").find("invalid template") != std::string::npos);
  CHECK_FALSE(try_read({{"a", "services: {a: {image: x, ports: [1]}}"}, {"b", "services: {a: {ports: {a: 1}}}"}}));
}

TEST_CASE("workloads, containers and the nodes of a project have limits") {
  std::string pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n";
  for (std::size_t i = 0; i < kMaxWorkloadContainers; ++i) pods += "  - {name: c, image: x}\n";
  CHECK(try_read({{"k", pods}}));
  CHECK_FALSE(try_read({{"k", pods + "  - {name: c, image: x}\n"}}));
  std::string list = "apiVersion: v1\nkind: List\nitems:\n";
  for (std::size_t i = 0; i < kMaxWorkloads; ++i)
    list += "- {kind: Pod, apiVersion: v1, spec: {containers: [{image: x}]}}\n";
  CHECK(try_read({{"k", list}}));
  CHECK_FALSE(try_read({{"k", list + "- {kind: Pod, apiVersion: v1, spec: {containers: [{image: x}]}}\n"}}));
  // 2,500 containers beside as many objects as there may be, then one more.
  std::string all = list.substr(0, list.find("- {"));
  for (std::size_t i = 0; i < 2'500; ++i) all += "- {kind: Pod, apiVersion: v1, spec: {containers: [{image: x}]}}\n";
  for (std::size_t i = 0; i < kMaxDeploymentPairs / 2'500 - 2'500; ++i) all += "- {kind: ConfigMap, apiVersion: v1}\n";
  CHECK(try_read({{"k", all}}));
  CHECK_FALSE(try_read({{"k", all + "- {kind: ConfigMap, apiVersion: v1}\n"}}));
  CHECK(kMaxComposeModelNodes == 2 * kMaxYamlTreeNodes);  // files over each other
}

TEST_CASE("what a project may grow to is what was read, copied and filled in together") {
  yaml::Node most;
  most.kind = yaml::Node::Kind::sequence;
  most.items.resize(kMaxComposeModelNodes - 1);
  deploy::ComposeAccount account;
  CHECK(account.spend(most));
  CHECK_FALSE(account.spend(yaml::Node{}));
  deploy::ComposeAccount texts;
  CHECK(texts.spend(kMaxComposeTextBytes));
  CHECK_FALSE(texts.spend(deploy::Variables{{"A", "x"}}));
}

TEST_CASE("a service that many extend, and a variable that many name, cost no more than the limits") {
  std::string extended = "services:\n  base:\n    image: x\n    environment:\n";
  for (int i = 0; i < 2'000; ++i) extended += "      A" + std::to_string(i) + ": v\n";
  for (int i = 0; i < 2'000; ++i) extended += "  s" + std::to_string(i) + ":\n    extends: {service: base}\n";
  CHECK(refused(extended).find("keys and values") != std::string::npos);
  const Files large{{".env", "X=" + std::string(kMaxInterpolatedBytes / 2, 'v') + "\n"}, {"more.env", "Y=$X\n"}};
  std::string named = "services:\n", read = named;
  for (int i = 0; i < 200; ++i) {
    named += "  s" + std::to_string(i) + ": {image: x, command: $X}\n";
    read += "  s" + std::to_string(i) + ": {image: x, env_file: more.env}\n";
  }
  CHECK(refused(named, large).find("variables and env files") != std::string::npos);
  CHECK(refused(read, large).find("variables and env files") != std::string::npos);
}
