// From a compose project to workloads. For the .cpp files of this room.
#pragma once

#include "libsupply/content/deploy/internal/compose_project.hpp"
#include "libsupply/content/deploy/internal/values.hpp"

namespace supply::deploy {

/// Adds the project's services, networks, volumes, secrets and configs. Errors: as read().
Status add_project(ComposeProject project, const Options& options, Deployment& deployment);

/// What a service, a job or a hook says of its container. Errors: malformed.
class ComposeContainer {
 public:
  ComposeContainer(const ComposeProject& project, const Options& options, const Deployment& deployment)
      : project_(project), options_(options), values_(deployment, &project.unset) {}
  Result<Container> read(const std::string& name, const yaml::Node& service, Location place) const;

 private:
  void security(const yaml::Node& service, Container& container) const;
  void resources(const yaml::Node& service, Container& container) const;
  void commands(const yaml::Node& service, Container& container) const;
  void add_command(const yaml::Node* node, std::string what, Container& container) const;
  Status environment(const yaml::Node& service, Container& container) const;
  void mounts(const yaml::Node& service, Container& container) const;
  Mount short_mount(const yaml::Node& item) const;
  Mount long_mount(const yaml::Node& item) const;
  void ports(const yaml::Node& service, Container& container) const;
  void references(const yaml::Node& service, Container& container) const;
  std::string directory(const yaml::Node& node) const;

  const ComposeProject& project_;
  const Options& options_;
  Values values_;
};

}  // namespace supply::deploy
