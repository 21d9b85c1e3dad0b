#include "libsupply/verdict/admission/admit.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/admission_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::admission {
namespace {

using json::Value;

const std::string kDigest = "sha256:" + std::string(64, 'a');

/// Says of each image what the test wants, and remembers what it was asked.
class TestJudge : public Judge {
 public:
  std::vector<ImageVerdict> judge(const std::vector<ImageQuestion>& questions) override {
    std::vector<ImageVerdict> answers;
    for (const ImageQuestion& question : questions) {
      asked.push_back(question.name + (question.filled ? " filled" : ""));
      ImageVerdict one;
      one.digest = kDigest;
      if (question.name.find("good") != std::string::npos) one.verdict = gate::Verdict::allow;
      if (question.name.find("bad") != std::string::npos) {
        one.verdict = gate::Verdict::deny;
        one.why = "deny: signatures: none";
      }
      if (question.name.find("gone") != std::string::npos) one.error = Error(ErrorCode::unavailable, "no registry");
      if (question.name.find("late") != std::string::npos) one.timed_out = true;
      if (question.name.find("many") != std::string::npos) one.overloaded = true;
      if (question.name.find("warned") != std::string::npos) {
        one.verdict = gate::Verdict::allow;
        one.warnings = {"soon denied"};
      }
      answers.push_back(std::move(one));
    }
    return answers;
  }
  std::vector<std::string> asked;
};

/// A request as kube-apiserver 1.31 sends it, for an object of that kind.
Value request_of(const Value& object, const std::string& operation = "CREATE") {
  const std::string api = object.at("apiVersion"), kind = object.at("kind");
  const std::size_t slash = api.find('/');
  const Value gvk{{"group", slash == std::string::npos ? "" : api.substr(0, slash)},
                  {"version", slash == std::string::npos ? api : api.substr(slash + 1)},
                  {"kind", kind}};
  Value resource = gvk;
  resource.erase("kind");
  resource["resource"] = kind == "Pod" ? "pods" : "others";
  const Value request{
      {"uid", "705ab4f5-6393-11e8-b7cc-42010a800002"},
      {"kind", gvk},
      {"resource", resource},
      {"requestKind", gvk},
      {"requestResource", resource},
      {"name", "web"},
      {"namespace", "shop"},
      {"operation", operation},
      {"userInfo", {{"username", "system:serviceaccount:kube-system:replicaset-controller"}, {"uid", "014f"}}},
      {"object", object},
      {"oldObject", nullptr},
      {"dryRun", false},
      {"options", {{"kind", "CreateOptions"}, {"apiVersion", "meta.k8s.io/v1"}}}};
  return {{"kind", "AdmissionReview"}, {"apiVersion", "admission.k8s.io/v1"}, {"request", request}};
}

Value pod(const std::vector<std::string>& images) {
  Value containers = Value::array();
  for (std::size_t i = 0; i < images.size(); ++i)
    containers.push_back({{"name", "c" + std::to_string(i)}, {"image", images[i]}, {"resources", Value::object()}});
  return {{"kind", "Pod"},
          {"apiVersion", "v1"},
          {"metadata", {{"name", "web"}, {"namespace", "shop"}, {"managedFields", {{{"manager", "kubectl"}}}}}},
          {"spec", {{"containers", containers}}},
          {"status", Value::object()}};
}

policy::Policy policy_with(const std::string& admission) {
  auto parsed =
      policy::parse("version: 1\nimages: []\n" + admission, {.name = "policy.yaml", .directory = {}, .read_key = {}});
  REQUIRE(parsed);
  return *std::move(parsed);
}

const Time kNow = *parse_rfc3339("2026-11-29T00:00:00Z");

Admitted judge(const Value& document, const std::string& admission = "", Webhook webhook = Webhook::validating) {
  std::string uid;
  auto review = parse_review(json::to_text(document), uid);
  if (!review) return refuse(review.error());
  TestJudge images;
  return admit(*review, policy_with(admission), webhook, images, kNow);
}

const std::string kAny = "admission: {digests: any}\n";

}  // namespace

TEST_CASE("a review of a real API server is read") {
  std::string uid;
  const auto review = parse_review(testing::read(testing::testdata("admission/pod-create.json")), uid);
  REQUIRE(review);
  CHECK(review->uid == uid);
  CHECK(review->kind == "Pod");
  CHECK(review->operation == "CREATE");
  CHECK(review->space == "shop");
  CHECK(review->user == "system:serviceaccount:kube-system:replicaset-controller");
  CHECK_FALSE(review->dry_run);
  CHECK(review->subject() == "Pod shop/web-6d4b9c7f5c-");
  TestJudge images;
  const Admitted answer = admit(*review, policy_with(kAny), Webhook::validating, images, kNow);
  CHECK(answer.outcome == Outcome::allowed);
  CHECK(std::set<std::string>(images.asked.begin(), images.asked.end()) ==
        std::set<std::string>{"registry.example/good-init@" + kDigest, "registry.example/good:1.2",
                              "registry.example/good-data:3"});
}

TEST_CASE("an answer says yes or no in the API server's words") {
  const Value yes =
      *json::parse(to_text("u-1", {.allowed = true, .warnings = {"w"}, .audit = {{"outcome", "allowed"}}}));
  CHECK(
      yes ==
      Value{
          {"apiVersion", "admission.k8s.io/v1"},
          {"kind", "AdmissionReview"},
          {"response",
           {{"uid", "u-1"}, {"allowed", true}, {"warnings", {"w"}}, {"auditAnnotations", {{"outcome", "allowed"}}}}}});
  const Value no = *json::parse(to_text("u-2", {.reason = "Forbidden", .message = "why"}));
  CHECK(no["response"] ==
        Value{{"uid", "u-2"},
              {"allowed", false},
              {"status", {{"status", "Failure"}, {"code", 403}, {"reason", "Forbidden"}, {"message", "why"}}}});
  const Value patched = *json::parse(to_text("u-3", {.allowed = true, .patch = {{"/spec/containers/0/image", "x@y"}}}));
  CHECK(patched["response"]["patchType"] == "JSONPatch");
  CHECK(*from_base64(patched["response"]["patch"].get<std::string>()) ==
        R"([{"op":"replace","path":"/spec/containers/0/image","value":"x@y"}])");
}

TEST_CASE("the default answer is a no") {
  CHECK_FALSE(Answer{}.allowed);
  CHECK_FALSE(Admitted{}.answer.allowed);
  CHECK(ImageVerdict{}.verdict != gate::Verdict::allow);
}

TEST_CASE("messages and warnings are cut (kMaxDenialBytes, kMaxReviewWarnings, kMaxReviewWarningBytes)") {
  Answer answer{
      .message = std::string(kMaxDenialBytes, 'a'),
      .warnings = std::vector<std::string>(kMaxReviewWarnings + 1, std::string(kMaxReviewWarningBytes + 1, 'w'))};
  const auto response = [&] { return (*json::parse(to_text("u", answer)))["response"]; };
  CHECK(response()["status"]["message"].get<std::string>().size() == kMaxDenialBytes);
  answer.message += "a";
  CHECK(response()["status"]["message"].get<std::string>().ends_with("a …"));
  CHECK(response()["status"]["message"].get<std::string>().size() == kMaxDenialBytes);
  CHECK(response()["warnings"].size() == kMaxReviewWarnings);
  CHECK(response()["warnings"][0].get<std::string>().size() == kMaxReviewWarningBytes);
}

TEST_CASE("every image must be allowed") {
  CHECK(judge(request_of(pod({"good"})), kAny).outcome == Outcome::allowed);
  CHECK(judge(request_of(pod({"good", "good:2"})), kAny).answer.allowed);
  const Admitted denied = judge(request_of(pod({"good", "bad"})), kAny);
  CHECK(denied.outcome == Outcome::denied);
  CHECK_FALSE(denied.answer.allowed);
  CHECK(denied.answer.code == 403);
  CHECK(denied.answer.message == "Pod shop/web, container c1: image bad: deny: signatures: none");
  const std::vector<std::tuple<std::string, Outcome, int, std::string>> cases{
      {"gone", Outcome::undecided, 503, "ServiceUnavailable"},
      {"late", Outcome::timed_out, 504, "Timeout"},
      {"many", Outcome::overloaded, 429, "TooManyRequests"},
      {"else", Outcome::undecided, 503, "ServiceUnavailable"}};
  for (const auto& [image, outcome, code, reason] : cases) {
    const Admitted answer = judge(request_of(pod({"good", image})), kAny);
    INFO(image);
    CHECK(answer.outcome == outcome);
    CHECK(answer.answer.code == code);
    CHECK(answer.answer.reason == reason);
    CHECK_FALSE(answer.answer.allowed);
    // A no is a no, whatever else is not known.
    CHECK(judge(request_of(pod({image, "bad"})), kAny).outcome == Outcome::denied);
  }
  const Admitted warned = judge(request_of(pod({"warned"})), kAny);
  CHECK(warned.answer.allowed);
  CHECK(warned.answer.warnings == std::vector<std::string>{"warned: soon denied"});
}

TEST_CASE("a judge that says nothing of an image has not allowed it") {
  class Silent : public Judge {
    std::vector<ImageVerdict> judge(const std::vector<ImageQuestion>&) override { return {}; }
  } silent;
  std::string uid;
  const auto review = parse_review(json::to_text(request_of(pod({"good"}))), uid);
  REQUIRE(review);
  CHECK(admit(*review, policy_with(kAny), Webhook::validating, silent, kNow).outcome == Outcome::undecided);
}

TEST_CASE("an image without a digest is denied unless the policy takes tags, or the mutating webhook fills it in") {
  const Value tagged = request_of(pod({"good:1", "r.example/good@" + kDigest}));
  for (const char* policy : {"", "admission: {digests: fill}\n", "admission: {digests: require}\n"}) {
    const Admitted denied = judge(tagged, policy);
    CHECK(denied.outcome == Outcome::denied);
    CHECK(denied.images.size() == 1);  // nothing was fetched
    CHECK(denied.answer.message.find("good:1@sha256:…") != std::string::npos);
  }
  CHECK(judge(tagged, "admission: {digests: require}\n", Webhook::mutating).outcome == Outcome::denied);
  const Admitted any = judge(tagged, kAny, Webhook::mutating);
  CHECK(any.answer.allowed);
  CHECK(any.answer.patch.empty());
  const Admitted filled = judge(tagged, "", Webhook::mutating);
  REQUIRE(filled.answer.allowed);
  REQUIRE(filled.answer.patch.size() == 1);
  CHECK(filled.answer.patch[0].path == "/spec/containers/0/image");
  CHECK(filled.answer.patch[0].value == "good:1@" + kDigest);
  CHECK(judge(request_of(pod({"good:1", "bad:1"})), "", Webhook::mutating).answer.patch.empty());
}

TEST_CASE("digests are filled in wherever a kind has its images, however the object is written") {
  Value spec = pod({"good", "good", "other.example/good:2"})["spec"];
  spec["initContainers"] = {{{"name", "i"}, {"image", "good"}, {"restartPolicy", "Always"}}};
  spec["volumes"] = {{{"name", "v"}, {"image", {{"reference", "good:3"}}}},
                     {{"name", "e"}, {"emptyDir", Value::object()}}};
  const Value notes{
      {"a~b/c", "good"}, {"text", "line\nline\u2028 \u0085 \"quoted\" \\ \U0001F600 {{ .Values }}"}, {"empty", ""}};
  const Value metadata{{"name", "web"}, {"namespace", "shop"}, {"annotations", notes}};
  const Value cron{{"apiVersion", "batch/v1"},
                   {"kind", "CronJob"},
                   {"metadata", metadata},
                   {"spec",
                    {{"schedule", "* * * * *"},
                     {"jobTemplate", {{"spec", {{"template", {{"metadata", metadata}, {"spec", spec}}}}}}}}}};
  const Admitted filled = judge(request_of(cron), "", Webhook::mutating);
  INFO(filled.answer.message);
  REQUIRE(filled.answer.allowed);
  std::map<std::string, std::string> patches;
  for (const Patch& each : filled.answer.patch) patches[each.path] = each.value;
  const std::string at = "/spec/jobTemplate/spec/template/spec/";
  CHECK(patches == std::map<std::string, std::string>{{at + "containers/0/image", "good@" + kDigest},
                                                      {at + "containers/1/image", "good@" + kDigest},
                                                      {at + "containers/2/image", "other.example/good:2@" + kDigest},
                                                      {at + "initContainers/0/image", "good@" + kDigest},
                                                      {at + "volumes/0/image/reference", "good:3@" + kDigest}});
  // What the patch makes is what was meant.
  Value patched = cron;
  for (const auto& [path, value] : patches) patched[Value::json_pointer(path)] = value;
  const Admitted again = judge(request_of(patched), "", Webhook::validating);
  CHECK(again.answer.allowed);
  CHECK(again.images.size() == 3);
}

TEST_CASE("every known controller's template is judged") {
  const Value spec = pod({"bad"})["spec"];
  const Value pod_template{{"spec", {{"template", {{"spec", spec}}}}}};
  for (const auto& [api, kind] : std::map<std::string, std::string>{{"apps/v1", "Deployment"},
                                                                    {"v1", "ReplicationController"},
                                                                    {"batch/v1", "Job"},
                                                                    {"serving.knative.dev/v1", "Service"},
                                                                    {"argoproj.io/v1alpha1", "Rollout"}}) {
    Value object = pod_template;
    object["apiVersion"] = api, object["kind"] = kind;
    INFO(kind);
    CHECK(judge(request_of(object), kAny).outcome == Outcome::denied);
  }
  for (const char* kind : {"StatefulSet", "DaemonSet", "ReplicaSet"}) {
    Value object = pod_template;
    object["apiVersion"] = "apps/v1", object["kind"] = kind;
    CHECK(judge(request_of(object), kAny).outcome == Outcome::denied);
  }
}

TEST_CASE("a kind that could run an image is denied unless the policy says where it has it, or that it has none") {
  const Value kafka{{"apiVersion", "kafka.strimzi.io/v1"},
                    {"kind", "Kafka"},
                    {"metadata", {{"name", "events"}, {"namespace", "shop"}}},
                    {"spec", {{"kafka", {{"image", "good:1"}}}}}};
  const Admitted denied = judge(request_of(kafka), kAny);
  CHECK(denied.outcome == Outcome::denied);
  CHECK(denied.answer.message.find("image_paths: {Kafka: PATH}") != std::string::npos);
  CHECK(judge(request_of(kafka), "admission: {digests: any, image_paths: {Kafka: spec.kafka.image}}\n").answer.allowed);
  CHECK(judge(request_of(kafka), "admission: {image_paths: {Kafka: spec.kafka.image}}\n").outcome == Outcome::denied);
  CHECK(judge(request_of(kafka), "admission: {digests: any, image_paths: {Kafka: spec.other}}\n").outcome ==
        Outcome::denied);
  CHECK(judge(request_of(kafka), "admission: {kinds_without_images: [Kafka]}\n").unjudged == "no image");
  const Admitted filled =
      judge(request_of(kafka), "admission: {image_paths: {Kafka: spec.kafka.image}}\n", Webhook::mutating);
  REQUIRE(filled.answer.patch.size() == 1);
  CHECK(filled.answer.patch[0].path == "/spec/kafka/image");
  Value topic = kafka;
  topic["kind"] = "KafkaTopic", topic["spec"] = {{"partitions", 3}};
  CHECK(judge(request_of(topic)).unjudged == "no image");
  // A policy cannot take a pod's images away.
  CHECK(judge(request_of(pod({"bad"})), "admission: {digests: any, kinds_without_images: [Pod]}\n").outcome ==
        Outcome::denied);
}

TEST_CASE("what cannot run an image passes without a judge") {
  const Value map{
      {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "m"}}}, {"data", {{"image", "bad"}}}};
  CHECK(judge(request_of(map)).unjudged == "no image");
  Value status = request_of(pod({"bad"}), "UPDATE");
  for (const char* subresource : {"status", "scale", "binding", "eviction", "token", "finalize", "approval"}) {
    status["request"]["subResource"] = subresource;
    CHECK(judge(status).unjudged == "subresource");
  }
  for (const char* subresource : {"ephemeralcontainers", "resize", "something"}) {
    status["request"]["subResource"] = subresource;
    CHECK(judge(status, kAny).outcome == Outcome::denied);
  }
}

TEST_CASE("deletes pass, connects as the policy says, and no other operation") {
  Value document = request_of(pod({"bad"}), "DELETE");
  document["request"]["object"] = nullptr;
  document["request"]["oldObject"] = pod({"bad"});
  CHECK(judge(document).unjudged == "delete");
  document["request"]["operation"] = "CONNECT";
  document["request"]["subResource"] = "exec";
  document["request"]["object"] = {{"kind", "PodExecOptions"}, {"apiVersion", "v1"}, {"command", {"sh"}}};
  CHECK(judge(document).outcome == Outcome::denied);
  CHECK(judge(document).answer.message.find("exec of Pod shop/web") == 0);
  CHECK(judge(document, "admission: {connect: allow}\n").answer.allowed);
  CHECK(judge(document, "admission: {connect: deny}\n").outcome == Outcome::denied);
  for (const char* operation : {"PATCH", "", "create", "*"}) {
    document["request"]["operation"] = operation;
    CHECK(judge(document).outcome == Outcome::malformed);
  }
}

TEST_CASE("an update is judged where something that could run changes") {
  Value document = request_of(pod({"bad"}), "UPDATE");
  document["request"]["oldObject"] = pod({"bad"});
  CHECK(judge(document).unjudged == "unchanged");
  document["request"]["object"]["metadata"]["finalizers"] = Value::array();
  document["request"]["object"]["status"]["phase"] = "Failed";
  document["request"]["object"]["spec"]["replicas"] = 0;
  CHECK(judge(document).unjudged == "unchanged");
  document["request"]["object"]["spec"]["containers"][0]["image"] = "bad:2";
  CHECK(judge(document, kAny).outcome == Outcome::denied);
  document["request"]["object"]["spec"] = pod({"bad"})["spec"];
  document["request"]["object"]["spec"]["ephemeralContainers"] = {{{"name", "debug"}, {"image", "bad"}}};
  CHECK(judge(document, kAny).outcome == Outcome::denied);
  document["request"]["oldObject"] = nullptr;
  CHECK(judge(document, kAny).outcome == Outcome::denied);
  // Only of an update is the old object believed.
  document = request_of(pod({"bad"}), "CREATE");
  document["request"]["oldObject"] = pod({"bad"});
  CHECK(judge(document, kAny).outcome == Outcome::denied);
}

TEST_CASE("namespaces are exempt only by the policy") {
  Value document = request_of(pod({"bad"}));
  CHECK(judge(document, "admission: {exempt_namespaces: [shop]}\n").unjudged == "exempt namespace");
  CHECK(judge(document, "admission: {exempt_namespaces: [\"sh*\"]}\n").unjudged == "exempt namespace");
  CHECK(judge(document, "admission: {digests: any, exempt_namespaces: [kube-system]}\n").outcome == Outcome::denied);
  document["request"]["namespace"] = "kube-system";
  CHECK(judge(document, kAny).outcome == Outcome::denied);
  document["request"].erase("namespace");
  CHECK(judge(document, "admission: {digests: any, exempt_namespaces: [\"*\"]}\n").outcome == Outcome::denied);
}

TEST_CASE("a dry run is judged as the real one is") {
  Value document = request_of(pod({"bad"}));
  document["request"]["dryRun"] = true;
  CHECK(judge(document, kAny).outcome == Outcome::denied);
}

TEST_CASE("rules over workloads that the policy asks are judged, and say what to do") {
  Value object = pod({"good"});
  const std::string asks = "admission: {digests: any, workload_rules: [\"deploy/privileged\"]}\n";
  CHECK(judge(request_of(object), asks).answer.allowed);
  object["spec"]["containers"][0]["securityContext"] = {{"privileged", true}};
  CHECK(judge(request_of(object), kAny).answer.allowed);
  const Admitted denied = judge(request_of(object), asks);
  CHECK(denied.outcome == Outcome::denied);
  CHECK(denied.answer.message.find("deploy/privileged") != std::string::npos);
  // An exception covers it until its day, and is said; an entry of the policy may only warn.
  const std::string excused = asks +
                              "exceptions: [{rule: deploy/privileged, workloads: ['Pod shop/*'], reason: r, owner: o, "
                              "expires: 2027-01-01}]\n";
  const Admitted excepted = judge(request_of(object), excused);
  CHECK(excepted.answer.allowed);
  REQUIRE(excepted.answer.warnings.size() == 1);
  CHECK(excepted.answer.warnings[0].find("excepted until 2027-01-01T00:00:00Z by o: r") != std::string::npos);
  std::string late = excused;
  late.replace(late.find("2027"), 4, "2026");
  CHECK(judge(request_of(object), late).outcome == Outcome::denied);
  const std::string warns = asks + "workloads: [{match: ['Pod shop/*'], rules: [deploy/privileged], effect: warn}]\n";
  CHECK(judge(request_of(object), warns).answer.allowed);
  CHECK(judge(request_of(object), warns).answer.warnings.size() == 1);
  // What changes is then judged too, though its images stay.
  Value update = request_of(object, "UPDATE");
  update["request"]["oldObject"] = pod({"good"});
  CHECK(judge(update, asks).outcome == Outcome::denied);
  CHECK(check(policy_with(asks)));
  const Status wrong = check(policy_with("admission: {workload_rules: [\"privileged\"]}\n"));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code() == ErrorCode::usage);
}

TEST_CASE("each operation and subresource is answered by what it brings") {
  // The shapes are those of kube-apiserver 1.31: "object" of a DELETE and "oldObject" of a CREATE are null, a CONNECT
  // has only its options, a subresource the object that it takes.
  struct Request {
    const char *operation, *group, *kind, *plural, *subresource;
    Value object, old;
    Outcome outcome;
    const char* unjudged;
  };
  const Value none, good = pod({"good"}), bad = pod({"bad"});
  Value debugged = good, resized = good, finished = bad;
  debugged["spec"]["ephemeralContainers"] = {{{"name", "debugger"}, {"image", "bad"}, {"targetContainerName", "c0"}}};
  resized["spec"]["containers"][0]["resources"] = {{"limits", {{"cpu", "2"}}}};
  finished["metadata"]["deletionTimestamp"] = "2026-11-29T00:00:00Z";
  finished["metadata"]["finalizers"] = Value::array();
  const auto object = [](const char* api, const char* kind, const Value& spec) {
    return Value{
        {"apiVersion", api}, {"kind", kind}, {"metadata", {{"name", "web"}, {"namespace", "shop"}}}, {"spec", spec}};
  };
  const Value scale = object("autoscaling/v1", "Scale", {{"replicas", 5}});
  const Value space = object("v1", "Namespace", {{"finalizers", {"kubernetes"}}});
  const Value exec{
      {"apiVersion", "v1"}, {"kind", "PodExecOptions"}, {"stdin", true}, {"container", "c0"}, {"command", {"sh"}}};
  const Value binding{{"apiVersion", "v1"},
                      {"kind", "Binding"},
                      {"metadata", {{"name", "web"}}},
                      {"target", {{"kind", "Node"}, {"name", "n1"}}}};
  const Value eviction{{"apiVersion", "policy/v1"}, {"kind", "Eviction"}, {"metadata", {{"name", "web"}}}};
  const Value config{
      {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "c"}}}, {"data", {{"image", "bad"}}}};
  for (const Request& one : std::initializer_list<Request>{
           {"CREATE", "", "Pod", "pods", "", good, none, Outcome::allowed, ""},
           {"CREATE", "", "Pod", "pods", "", bad, none, Outcome::denied, ""},
           {"UPDATE", "", "Pod", "pods", "", bad, good, Outcome::denied, ""},
           {"UPDATE", "", "Pod", "pods", "", finished, bad, Outcome::allowed, "unchanged"},
           {"DELETE", "", "Pod", "pods", "", none, bad, Outcome::allowed, "delete"},
           {"CONNECT", "", "PodExecOptions", "pods", "exec", exec, none, Outcome::denied, ""},
           {"CONNECT", "", "PodAttachOptions", "pods", "attach", exec, none, Outcome::denied, ""},
           {"CONNECT", "", "PodPortForwardOptions", "pods", "portforward", exec, none, Outcome::denied, ""},
           {"CONNECT", "", "NodeProxyOptions", "nodes", "proxy", exec, none, Outcome::denied, ""},
           {"UPDATE", "", "Pod", "pods", "ephemeralcontainers", debugged, good, Outcome::denied, ""},
           {"UPDATE", "", "Pod", "pods", "ephemeralcontainers", good, debugged, Outcome::allowed, ""},
           {"UPDATE", "", "Pod", "pods", "resize", resized, good, Outcome::allowed, ""},
           {"UPDATE", "", "Pod", "pods", "status", bad, good, Outcome::allowed, "subresource"},
           {"CREATE", "", "Binding", "pods", "binding", binding, none, Outcome::allowed, "subresource"},
           {"CREATE", "policy", "Eviction", "pods", "eviction", eviction, none, Outcome::allowed, "subresource"},
           {"UPDATE", "autoscaling", "Scale", "deployments", "scale", scale, scale, Outcome::allowed, "subresource"},
           {"CREATE", "", "Namespace", "namespaces", "", space, none, Outcome::allowed, "no image"},
           {"UPDATE", "", "Namespace", "namespaces", "finalize", space, space, Outcome::allowed, "subresource"},
           {"DELETE", "", "Namespace", "namespaces", "", none, space, Outcome::allowed, "delete"},
           {"CREATE", "", "ConfigMap", "configmaps", "", config, none, Outcome::allowed, "no image"},
           {"CREATE", "apps", "Deployment", "deployments", "",
            object("apps/v1", "Deployment", {{"template", {{"spec", bad["spec"]}}}}), none, Outcome::denied, ""},
           {"CREATE", "batch", "CronJob", "cronjobs", "",
            object("batch/v1", "CronJob", {{"jobTemplate", {{"spec", {{"template", {{"spec", bad["spec"]}}}}}}}}), none,
            Outcome::denied, ""}})
    for (const bool dry_run : {false, true}) {
      Value document = request_of(good, one.operation);
      Value& request = document["request"];
      request["object"] = one.object;
      request["kind"] = request["requestKind"] = {{"group", one.group}, {"version", "v1"}, {"kind", one.kind}};
      request["resource"] = request["requestResource"] = {{"group", ""}, {"version", "v1"}, {"resource", one.plural}};
      if (*one.subresource != '\0') request["subResource"] = request["requestSubResource"] = one.subresource;
      request["oldObject"] = one.old;
      request["dryRun"] = dry_run;
      const Admitted answer = judge(document, kAny);
      INFO(one.operation << " " << one.kind << " " << one.plural << "/" << one.subresource << ": "
                         << answer.answer.message);
      CHECK(answer.outcome == one.outcome);
      CHECK(answer.unjudged == one.unjudged);
    }
}

TEST_CASE("what is no request of this version is a typed no") {
  const Value good = request_of(pod({"good"}));
  const auto refused = [&](const std::function<void(Value&)>& change) {
    Value document = good;
    change(document);
    const Admitted answer = judge(document, kAny);
    CHECK_FALSE(answer.answer.allowed);
    CHECK(answer.outcome == Outcome::malformed);
    CHECK(answer.answer.code == 400);
    CHECK_FALSE(answer.answer.message.empty());
  };
  refused([](Value& one) { one["apiVersion"] = "admission.k8s.io/v1beta1"; });
  refused([](Value& one) { one["kind"] = "Pod"; });
  refused([](Value& one) { one.erase("request"); });
  refused([](Value& one) { one["request"] = Value::array(); });
  refused([](Value& one) { one = Value::array(); });
  for (const char* member : {"uid", "kind", "resource", "operation", "object"})
    refused([&](Value& one) { one["request"].erase(member); });
  for (const char* member : {"uid", "kind", "resource", "operation", "object", "oldObject", "namespace", "name",
                             "subResource", "userInfo", "dryRun"})
    refused([&](Value& one) { one["request"][member] = 7; });
  refused([](Value& one) { one["request"]["uid"] = ""; });
  refused([](Value& one) { one["request"]["uid"] = std::string(257, 'u'); });
  // The object is what the request says it is.
  refused([](Value& one) { one["request"]["object"]["kind"] = "ConfigMap"; });
  refused([](Value& one) { one["request"]["object"]["apiVersion"] = "v2"; });
  refused([](Value& one) { one["request"]["object"]["spec"] = "text"; });
  refused([](Value& one) { one["request"]["object"].erase("spec"); });
  // One that does not say it is.
  Value silent = request_of(pod({"bad"}));
  silent["request"]["object"].erase("kind"), silent["request"]["object"].erase("apiVersion");
  CHECK(judge(silent, kAny).outcome == Outcome::denied);
}

TEST_CASE(
    "reviews at the limits are read, and no larger or deeper ones (kMaxReviewBytes, kMaxReviewDepth, "
    "kMaxAdmittedImages)") {
  std::string uid;
  std::string text = json::to_text(request_of(pod({"good"})));
  CHECK(parse_review(text + std::string(kMaxReviewBytes - text.size(), ' '), uid));
  const auto large = parse_review(text + std::string(kMaxReviewBytes + 1 - text.size(), ' '), uid);
  REQUIRE_FALSE(large);
  CHECK(refuse(large.error()).answer.code == 413);
  const auto deep = [&](std::size_t levels) {
    Value document = request_of(pod({"good"}));
    document["request"]["options"] = *json::parse(std::string(levels - 2, '[') + std::string(levels - 2, ']'));
    std::string its;
    return parse_review(json::to_text(document), its);
  };
  CHECK(deep(kMaxReviewDepth));
  CHECK_FALSE(deep(kMaxReviewDepth + 1));
  std::vector<std::string> images;
  for (std::size_t i = 0; i < kMaxAdmittedImages; ++i) images.push_back("good:" + std::to_string(i));
  CHECK(judge(request_of(pod(images)), kAny).answer.allowed);
  images.push_back("good:more");
  CHECK(judge(request_of(pod(images)), kAny).outcome == Outcome::denied);
}

}  // namespace supply::admission
