#include "libsupply/content/deploy/read.hpp"

#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/deploy/internal/compose.hpp"
#include "libsupply/content/deploy/internal/inspect.hpp"
#include "libsupply/content/deploy/internal/kubernetes.hpp"

namespace supply::deploy {

using yaml::Node;

namespace {

bool is_object(const Node& node) { return node.find("apiVersion") != nullptr || node.find("kind") != nullptr; }

bool is_compose(const Node& node) {
  for (const char* key :
       {"services", "include", "networks", "volumes", "secrets", "configs", "jobs", "version", "name"})
    if (node.find(key) != nullptr) return true;
  for (const yaml::Member& member : node.members)
    if (!member.key.starts_with("x-")) return false;
  return !node.members.empty();
}

Error unrendered(Error error, std::string_view text) {
  if (error.code() != ErrorCode::malformed || text.find("{{") == std::string_view::npos) return error;
  return Error(ErrorCode::malformed,
               error.message() + " (it has braces of a template: give what helm template or kustomize build prints)");
}

// What comes of a few megabytes is judged in seconds.
Status check_pairs(const Deployment& deployment) {
  std::size_t containers = 0;
  for (const Workload& workload : deployment.workloads) containers += workload.containers.size();
  const std::size_t others = deployment.objects.size() + deployment.networks.size() + deployment.volumes.size() +
                             deployment.secrets.size() + deployment.configs.size();
  if (containers * (containers + others) <= kMaxDeploymentPairs) return {};
  return Error(ErrorCode::limit_exceeded, std::to_string(containers) + " containers beside " + std::to_string(others) +
                                              " objects, networks, volumes, secrets and configs: more than " +
                                              std::to_string(kMaxDeploymentPairs) +
                                              " pairs to compare; judge fewer namespaces or files at once");
}

}  // namespace

Result<Deployment> read(const std::vector<File>& files, const Options& options) {
  Deployment deployment;
  std::vector<ComposeFile> compose;
  for (const File& file : files) {
    const auto number = static_cast<std::uint32_t>(deployment.files.size());
    deployment.files.push_back(file.name);
    const bool kubernetes = file.text.find("apiVersion") != std::string::npos;
    Result<std::vector<Node>> documents =
        yaml::read_documents(file.text, kubernetes ? yaml::Schema::kubernetes : yaml::Schema::compose, number);
    if (!documents) return unrendered(std::move(documents).error().at(file.name), file.text);
    if (kubernetes && !documents->empty() && !is_object(documents->front()) && is_compose(documents->front())) {
      SUPPLY_TRY(*documents, yaml::read_documents(file.text, yaml::Schema::compose, number).at(file.name));
    }
    std::vector<Node> of_compose;
    for (Node& document : *documents) {
      if (is_inspected(document)) SUPPLY_TRY(add_inspected(document, deployment));
      else if (is_object(document)) SUPPLY_TRY(add_object(document, options, deployment));
      else if (document.is_sequence() && document.items.empty()) continue;  // docker inspect of nothing
      else if (document.is_mapping() && is_compose(document)) of_compose.push_back(std::move(document));
      else
        return Error(ErrorCode::malformed,
                     to_string(deployment.place_of(document)) +
                         ": neither a compose file, nor a Kubernetes object, nor an inspected container");
    }
    if (!of_compose.empty()) compose.push_back({file.name, number, std::move(of_compose)});
  }
  if (!compose.empty()) {
    SUPPLY_TRY(ComposeProject project, load_project(std::move(compose), options, deployment.files));
    SUPPLY_TRY(add_project(std::move(project), options, deployment));
  }
  SUPPLY_TRY(check_pairs(deployment));
  return deployment;
}

std::vector<DeployedImage> images_of(const Deployment& deployment) {
  std::vector<DeployedImage> all;
  for (const Workload& workload : deployment.workloads)
    for (const Container& container : workload.containers) {
      if (container.image.has_value() && !(container.role == Role::hook))
        all.push_back({container.image, workload.subject(container), container.built});
      for (const Mount& mount : container.mounts)
        if (mount.kind == Mount::Kind::image && mount.source.has_value())
          all.push_back({mount.source, workload.subject(container) + ", image volume", false});
    }
  for (const Text& text : deployment.images_alone) all.push_back({text, "an operator's image", false});
  return all;
}

}  // namespace supply::deploy
