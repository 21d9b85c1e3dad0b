// What a container engine says of one container that runs, as values. ask() in engine.hpp makes them. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace supply::engine {

/// A path in a container that is not as its image has it.
struct ChangedPath {
  enum class Kind : std::uint8_t { modified = 0, added = 1, deleted = 2 };
  Kind kind = Kind::modified;
  std::string path = {};
  friend bool operator==(const ChangedPath&, const ChangedPath&) = default;
};

/// What the image of a container says of how it is run.
struct ImageSettings {
  std::string user = {};
  std::vector<std::string> entrypoint = {}, command = {}, environment = {};
};

struct RunningContainer {
  std::string id = {}, name = {}, state = {};
  std::string image_id = {};
  std::string inspected = {};                   ///< the JSON of GET /containers/ID/json, as it came
  std::vector<std::string> image_digests = {};  ///< "docker.io/library/nginx@sha256:…", sorted; of registries
  std::optional<ImageSettings> settings = {};   ///< absent: not known
  std::string settings_unread = {};             ///< why
  std::optional<std::vector<ChangedPath>> changes = {};  ///< sorted; absent: not known
  std::string changes_unread = {};                       ///< why
};

struct Unasked {
  std::string name = {}, why = {};
  bool undecided = false;  ///< it runs, and nothing is known of it
};

struct Snapshot {
  std::string engine = {};                        ///< "Podman Engine 4.3.1"
  std::vector<RunningContainer> containers = {};  ///< sorted by name
  std::vector<Unasked> unasked = {};              ///< sorted: what does not run, and what could not be read
};

}  // namespace supply::engine
