// Reads deployment files. Pure but for `open`: what files name besides (extends, include, env_file, profiles) comes
// through it. Any thread.
#pragma once

#include <functional>
#include <map>

#include "libsupply/content/deploy/deployment.hpp"

namespace supply::deploy {

struct File {
  std::string name;  ///< a path, or "-"
  std::string text;
};

struct Options {
  /// The bytes of another file, its path relative to the directory of the run, or absolute. Errors: not_found, others.
  std::function<Result<std::string>(const std::string& path)> open;
  std::vector<File> env_files;        ///< in their order; empty: `.env` beside the first compose file
  std::vector<std::string> profiles;  ///< of compose, that are active; "*": all
  /// Where images are in kinds that Supply does not know: "Kafka" to "spec.kafka.image", or to a pod's spec.
  std::multimap<std::string, std::string> image_paths = {};
};

/// Compose files (merged in their order into one project), Kubernetes objects, what docker and podman inspect print;
/// what a document is, its content says. The environment of the process gives no variable: it would weaken a verdict.
/// Errors: malformed (no such document; a template that was not rendered; what compose refuses), limit_exceeded, and
/// those of `open`; each with file, line and column. Source: compose-spec; compose-go's loader; the Kubernetes API;
/// Docker's API.
Result<Deployment> read(const std::vector<File>& files, const Options& options);

struct DeployedImage {
  Text text;
  std::string subject;
  bool built = false;  ///< from a file, beside the name
};
/// Every image that a deployment names, also of init and ephemeral containers and image volumes, in the order of the
/// files.
std::vector<DeployedImage> images_of(const Deployment& deployment);

}  // namespace supply::deploy
