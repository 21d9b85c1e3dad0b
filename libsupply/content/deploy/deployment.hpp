// What will run, as deployment files say it: workloads with their containers, and the objects around them, every value
// with the place where it was written, whether it came through extends, include, an override file, an anchor or a merge
// key. One model of compose services, Kubernetes pods and inspected containers. A value; read() makes it. No opinion in
// it: rules judge.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libsupply/base/yaml/node.hpp"
#include "libsupply/content/deploy/container.hpp"

namespace supply::deploy {

struct Workload {
  enum class Form : std::uint8_t { compose, kubernetes, inspected };
  Form form = Form::compose;
  std::string kind = {}, space = {}, name = {};  ///< "service", "", "web"; "Deployment", "shop", "web"
  Location place = {};
  std::map<std::string, std::string> labels = {};  ///< of its pods, or of a service
  std::map<std::string, Location> label_places = {};
  std::map<std::string, std::string> annotations = {};
  std::map<std::string, Location> annotation_places = {};
  Flag host_network = {}, host_pid = {}, host_ipc = {}, host_uts = {}, host_users = {}, host_cgroup = {};
  Flag token = {};  ///< automountServiceAccountToken
  std::string service_account = {};
  Location service_account_place = {};
  Text priority_class = {};
  std::vector<Text> networks = {};       ///< of a compose project, by key
  std::vector<Text> lost_services = {};  ///< that it depends on or shares something with, and the project has not
  std::set<std::string> claims = {};     ///< volumes that a StatefulSet's templates of claims make
  std::int64_t replicas = 1;
  bool runs_to_end = false;  ///< a job: nothing asks whether it lives
  std::vector<Container> containers = {};
  std::optional<std::string> image_digest = {};  ///< of an inspected container
  /// "service web", "Deployment shop/web".
  std::string subject() const;
  /// The same of one container of several: "Deployment shop/web, init container wait".
  std::string subject(const Container& container) const;
};

/// A network, volume, secret or config of a compose project.
struct Resource {
  std::string key = {}, name = {};  ///< `name` on the host where it is another
  Location place = {};
  bool external = false;
  bool implied = false;      ///< the network `default`
  std::string project = {};  ///< the directory of its project
  yaml::Node node = {};
  std::optional<std::string> content = {};  ///< of a config that is a file of the project, where it is there
  std::string content_file = {};
};

/// Any other Kubernetes object.
struct Object {
  std::string api = {}, kind = {}, space = {}, name = {};
  Location place = {};
  yaml::Node node = {};
};

/// What is listed and not judged.
struct Unjudged {
  std::string what = {};  ///< "service debug", "Kafka shop/events"
  Location place = {};
  std::string why = {};
  bool undecided = false;  ///< it could run an image
};

struct UnsetVariable {
  std::string names = {};
  Location place = {};
  std::string subject = {};  ///< "service web", or the path in the file
};

struct Deployment {
  std::vector<std::string> files = {};  ///< by Node::file
  std::vector<Workload> workloads = {};
  std::vector<Resource> networks = {}, volumes = {}, secrets = {}, configs = {};
  std::vector<Object> objects = {};
  std::vector<Unjudged> listed = {};
  std::vector<UnsetVariable> unset = {};
  std::vector<Text> images_alone = {};  ///< that configured paths of custom resources name

  Location place_of(const yaml::Node& node) const;
  Location place_of(const yaml::Member& member) const;
};

}  // namespace supply::deploy
