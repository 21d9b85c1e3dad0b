// Values of a compose file on their way to a project: variables filled in, files merged. For the .cpp files of this
// room.
#pragma once

#include <map>
#include <tuple>

#include "libsupply/content/deploy/read.hpp"

namespace supply::deploy {

using Variables = std::map<std::string, std::string>;

/// What one project may grow to, whatever its files say: extends copies a service, a variable is filled in anywhere, an
/// env file is read by each service. One thread. Errors: limit_exceeded.
class ComposeAccount {
 public:
  /// A tree that was read or copied.
  Status spend(const yaml::Node& tree);
  /// A text that was made.
  Status spend(std::size_t text_bytes);
  Status spend(const Variables& copied);

 private:
  std::size_t nodes_ = 0, text_bytes_ = 0;
};

/// A file with lines NAME=VALUE. Values may name variables of the lines above and of `known`. Errors: malformed,
/// limit_exceeded. Source: compose-go, dotenv.
Result<Variables> read_env_file(const File& file, const Variables& known, ComposeAccount& account);
/// The same with the line of each, for a service's env_file.
struct EnvLine {
  std::string name, value;
  std::uint32_t line = 0;
  bool from_outside = false;  ///< a name alone
  std::string unset = {};
};
Result<std::vector<EnvLine>> read_env_lines(const File& file, const Variables& known, ComposeAccount& account);

struct Substituted {
  std::string text;
  std::string unset;  ///< variables that nobody set and that have no default, ", " between them
};
/// $NAME, ${NAME}, ${NAME:-default} and the other forms; $$ is a dollar. Errors: malformed. Source: compose-go,
/// template.
Result<Substituted> substitute(std::string_view text, const Variables& variables, int depth = 0);

/// By file, line and column of the value.
using UnsetPlaces = std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::string>;
/// Fills variables into every text of a tree. Errors: malformed, limit_exceeded, with line and column.
Status interpolate(yaml::Node& node, const Variables& variables, UnsetPlaces& unset, ComposeAccount& account);

/// A tree over another, as compose merges files and extended services: !reset takes away (a null with that tag and its
/// place is left), !override replaces. `path` is of the tree: "services.web". Errors: malformed, with line and column.
/// Source: compose-spec 13-merge; compose-go, override/merge.go.
Result<yaml::Node> merge(yaml::Node base, yaml::Node over, const std::vector<std::string>& path);

/// A list of NAME=VALUE as a mapping; what is one already as it is.
yaml::Node as_mapping(yaml::Node node, char separator = '=');

}  // namespace supply::deploy
