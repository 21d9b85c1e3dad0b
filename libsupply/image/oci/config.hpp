// An image's configuration. Source: OCI image-spec v1.1, config.md, and what Docker adds.
#pragma once

#include <chrono>

#include "libsupply/base/time/time.hpp"
#include "libsupply/image/oci/descriptor.hpp"

namespace supply::oci {

struct History {
  std::string created_by, comment;
  bool empty_layer = false;
};

struct Config {
  Platform platform;
  std::optional<Time> created;
  std::string user, working_dir, stop_signal;
  std::vector<std::string> env, entrypoint, cmd, exposed_ports, volumes;
  std::map<std::string, std::string> labels;
  bool has_healthcheck = false;
  std::vector<Digest> diff_ids;
  std::vector<History> history;

  /// Errors: malformed, limit_exceeded. `null` is absent.
  static Result<Config> parse(std::string_view bytes);
};

}  // namespace supply::oci
