#include "libsupply/content/deploy/internal/kubernetes.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "libsupply/base/text/text.hpp"

namespace supply::deploy {

using yaml::Member;
using yaml::Node;

namespace {

/// Where a kind has its pod.
struct PodKind {
  std::string_view group, kind;  ///< the group before the version; "" is the core
  std::string_view path;
  bool runs_to_end = false;
};

constexpr std::array kPodKinds{
    PodKind{"", "Pod", "spec"},
    PodKind{"", "PodTemplate", "template.spec"},
    PodKind{"", "ReplicationController", "spec.template.spec"},
    PodKind{"apps", "Deployment", "spec.template.spec"},
    PodKind{"apps", "StatefulSet", "spec.template.spec"},
    PodKind{"apps", "DaemonSet", "spec.template.spec"},
    PodKind{"apps", "ReplicaSet", "spec.template.spec"},
    PodKind{"extensions", "Deployment", "spec.template.spec"},
    PodKind{"extensions", "DaemonSet", "spec.template.spec"},
    PodKind{"extensions", "ReplicaSet", "spec.template.spec"},
    PodKind{"batch", "Job", "spec.template.spec", true},
    PodKind{"batch", "CronJob", "spec.jobTemplate.spec.template.spec", true},
    PodKind{"serving.knative.dev", "Service", "spec.template.spec"},
    PodKind{"serving.knative.dev", "Configuration", "spec.template.spec"},
    PodKind{"serving.knative.dev", "Revision", "spec"},
    PodKind{"apps.openshift.io", "DeploymentConfig", "spec.template.spec"},
    PodKind{"argoproj.io", "Rollout", "spec.template.spec"},
    PodKind{"keda.sh", "ScaledJob", "spec.jobTargetRef.template.spec", true},
};

/// Groups of Kubernetes itself and others, no object of which runs an image but those above.
constexpr std::array<std::string_view, 24> kGroups{"",
                                                   "apps",
                                                   "batch",
                                                   "extensions",
                                                   "policy",
                                                   "autoscaling",
                                                   "networking.k8s.io",
                                                   "rbac.authorization.k8s.io",
                                                   "storage.k8s.io",
                                                   "scheduling.k8s.io",
                                                   "apiextensions.k8s.io",
                                                   "apiregistration.k8s.io",
                                                   "admissionregistration.k8s.io",
                                                   "coordination.k8s.io",
                                                   "discovery.k8s.io",
                                                   "node.k8s.io",
                                                   "certificates.k8s.io",
                                                   "flowcontrol.apiserver.k8s.io",
                                                   "events.k8s.io",
                                                   "gateway.networking.k8s.io",
                                                   "security.istio.io",
                                                   "networking.istio.io",
                                                   "telemetry.istio.io",
                                                   "kustomize.config.k8s.io"};
constexpr std::array<std::string_view, 17> kOtherGroups{
    "external-secrets.io",     "bitnami.com",         "secrets-store.csi.x-k8s.io",
    "secrets.hashicorp.com",   "onepassword.com",     "cert-manager.io",
    "serving.knative.dev",     "cilium.io",           "generators.external-secrets.io",
    "snapshot.storage.k8s.io", "metrics.k8s.io",      "kyverno.io",
    "policies.kyverno.io",     "policy.sigstore.dev", "constraints.gatekeeper.sh",
    "templates.gatekeeper.sh", "resource.k8s.io"};

std::string_view group_of(std::string_view api) {
  const std::size_t slash = api.find('/');
  return slash == std::string_view::npos ? "" : api.substr(0, slash);
}

const Node* at_path(const Node& node, std::string_view path) {
  const Node* found = &node;
  for (const std::string_view step : split(path, '.')) {
    found = found->find(step);
    if (found == nullptr) return nullptr;
  }
  return found;
}

// Whether something in an object of an unknown kind looks like an image or a pod.
bool could_run(const Node& node) {
  for (const Member& member : node.members) {
    const std::string key = to_lower(member.key);
    if (member.value.is_null()) continue;
    if (key == "containers" || key == "initcontainers" || key == "podtemplate" || key == "podspec" || key == "image" ||
        key == "images" || key.ends_with("image") || key == "template")
      return true;
    if (could_run(member.value)) return true;
  }
  return std::any_of(node.items.begin(), node.items.end(), could_run);
}

class Adder {
 public:
  Adder(const Node& node, const Options& options, Deployment& deployment)
      : node_(node), options_(options), deployment_(deployment), values_(deployment, nullptr) {}

  Status add(int depth) {
    const Text api = values_.text(node_.find("apiVersion")), kind = values_.text(node_.find("kind"));
    if (kind.value.empty()) return wrong("an object without a kind");
    if (kind.value.find("{{") != std::string::npos) return wrong("a template that was not rendered");
    if (const Node* items = node_.find("items"); items != nullptr && kind.value.ends_with("List")) {
      if (depth > 8) return Error(ErrorCode::limit_exceeded, to_string(values_.place(node_)) + ": lists in lists");
      for (const Node& item : items->items) {
        if (!item.is_mapping()) return wrong("an item that is no object");
        // Items of a typed list (PodList) may leave out what they are.
        if (item.find("kind") == nullptr && kind.value != "List") {
          Node named = item;
          Node its_kind = *node_.find("kind");
          its_kind.text = kind.value.substr(0, kind.value.size() - 4);
          named.members.push_back(Member{"kind", its_kind.begin, its_kind.file, true, its_kind});
          if (const Node* its_api = node_.find("apiVersion"); its_api != nullptr)
            named.members.push_back(Member{"apiVersion", its_api->begin, its_api->file, true, *its_api});
          SUPPLY_TRY(add_object(named, options_, deployment_, depth + 1));
          continue;
        }
        SUPPLY_TRY(add_object(item, options_, deployment_, depth + 1));
      }
      return {};
    }
    const Node* metadata = node_.find("metadata");
    Object object{.api = api.value, .kind = kind.value};
    if (metadata != nullptr) {
      object.space = values_.text(metadata->find("namespace")).value;
      object.name = values_.text(metadata->find("name")).value;
      if (object.name.empty()) object.name = values_.text(metadata->find("generateName")).value;
    }
    if (object.space.empty()) object.space = "default";
    object.place = metadata != nullptr && metadata->member("name") != nullptr ? values_.place(*metadata->find("name"))
                                                                              : values_.place(node_);
    if (object.kind == "Namespace") object.space = object.name;
    for (const PodKind& each : kPodKinds)
      if (each.kind == object.kind && each.group == group_of(api.value)) return workload(object, each);
    const auto [first, last] = options_.image_paths.equal_range(object.kind);
    if (first != last) {
      for (auto path = first; path != last; ++path) SUPPLY_TRY(custom(object, path->second));
      return {};
    }
    const std::string_view group = group_of(api.value);
    const bool known = std::find(kGroups.begin(), kGroups.end(), group) != kGroups.end() ||
                       std::find(kOtherGroups.begin(), kOtherGroups.end(), group) != kOtherGroups.end();
    if (!known) {
      const bool runs = could_run(node_);
      deployment_.listed.push_back({object.kind + " " + object.space + "/" + object.name, object.place,
                                    runs ? "an unknown kind in which something looks like an image or a pod: say where "
                                           "with --image-path KIND=PATH"
                                         : "an unknown kind in which nothing looks like an image",
                                    runs});
    }
    object.node = node_;
    deployment_.objects.push_back(std::move(object));
    return {};
  }

 private:
  Error wrong(const std::string& what) const {
    return Error(ErrorCode::malformed, to_string(values_.place(node_)) + ": " + what);
  }

  static std::map<std::string, std::string> texts_of(const Node* node) {
    std::map<std::string, std::string> all;
    if (node != nullptr)
      for (const Member& member : node->members) all[member.key] = member.value.text;
    return all;
  }

  Workload begin(const Object& object) const {
    Workload workload;
    workload.form = Workload::Form::kubernetes;
    workload.kind = object.kind;
    workload.space = object.space;
    workload.name = object.name;
    workload.place = object.place;
    return workload;
  }

  Status count() const {
    if (deployment_.workloads.size() < kMaxWorkloads) return {};
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxWorkloads) + " workloads");
  }

  Status workload(const Object& object, const PodKind& kind) {
    SUPPLY_TRY(count());
    const Node* spec = at_path(node_, kind.path);
    if (spec == nullptr || !spec->is_mapping()) return wrong(object.kind + " without " + std::string(kind.path));
    Workload workload = begin(object);
    // A pod that is not started again runs to its end: a chart's test.
    const std::string restart = values_.text(spec->find("restartPolicy")).value;
    workload.runs_to_end = kind.runs_to_end || (kind.kind == "Pod" && (restart == "Never" || restart == "OnFailure"));
    const std::size_t dot = kind.path.rfind('.');
    const Node* holder = dot == std::string_view::npos ? &node_ : at_path(node_, kind.path.substr(0, dot));
    const Node* metadata = holder == nullptr ? nullptr : holder->find("metadata");
    if (metadata != nullptr) {
      workload.labels = texts_of(metadata->find("labels"));
      workload.annotations = texts_of(metadata->find("annotations"));
      for (const auto& [part, places] :
           {std::pair{"labels", &workload.label_places}, std::pair{"annotations", &workload.annotation_places}})
        if (const Node* all = metadata->find(part); all != nullptr)
          for (const Member& each : all->members) (*places)[each.key] = deployment_.place_of(each);
    }
    if (const Node* outer = node_.find("spec"); outer != nullptr)
      if (const Node* replicas = outer->find("replicas"); replicas != nullptr)
        workload.replicas = replicas->whole().value_or(1);
    if (const Node* templates = at_path(node_, "spec.volumeClaimTemplates"); templates != nullptr)
      for (const Node& claim : templates->items)
        if (const Node* name = at_path(claim, "metadata.name"); name != nullptr) workload.claims.insert(name->text);
    SUPPLY_TRY(add_pod(*spec, deployment_, workload));
    if (workload.containers.empty()) return wrong(object.kind + " without containers");
    deployment_.workloads.push_back(std::move(workload));
    return {};
  }

  // What a configured path names: a pod's spec, or an image's name.
  Status custom(const Object& object, const std::string& path) {
    SUPPLY_TRY(count());
    const Node* found = at_path(node_, path);
    if (found == nullptr || found->is_null()) {
      deployment_.listed.push_back(
          {object.kind + " " + object.space + "/" + object.name, object.place, "nothing is at " + path, true});
      return {};
    }
    Workload workload = begin(object);
    if (found->is_mapping()) {
      SUPPLY_TRY(add_pod(*found, deployment_, workload));
      if (!workload.containers.empty()) deployment_.workloads.push_back(std::move(workload));
      return {};
    }
    deployment_.listed.push_back({object.kind + " " + object.space + "/" + object.name, values_.place(*found),
                                  "its image is judged, its pod is made by an operator", false});
    for (const Text& text : values_.texts(found)) deployment_.images_alone.push_back(text);
    return {};
  }

  const Node& node_;
  const Options& options_;
  Deployment& deployment_;
  Values values_;
};

}  // namespace

Status add_object(const Node& node, const Options& options, Deployment& deployment, int depth) {
  return Adder(node, options, deployment).add(depth);
}

}  // namespace supply::deploy
