// What somebody says about the impact of vulnerabilities on products. Source: openvex/spec, OPENVEX-SPEC.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/time/time.hpp"

namespace supply::predicates {

struct VexDocument {
  enum class Status { under_investigation, affected, fixed, not_affected };
  /// A product or a part of one: by its id, its identifiers ("purl"), its hashes ("sha-256").
  struct Component {
    std::string id = {};
    std::map<std::string, std::string> identifiers = {}, hashes = {};
  };
  struct Product : Component {
    std::vector<Component> subcomponents = {};  ///< none: all of it
  };
  struct Statement {
    std::string vulnerability = {};  ///< its name, or its @id where it has no name
    std::vector<std::string> aliases = {};
    std::vector<Product> products = {};  ///< none: what the predicate's statement is about
    Status status = Status::under_investigation;
    std::string justification = {}, impact = {}, action = {};  ///< may be empty
    /// When it was last changed or made, or the document was.
    std::optional<Time> time = {};
  };
  std::string id = {}, author = {};
  std::optional<Time> timestamp = {}, last_updated = {};
  std::vector<Statement> statements = {};
};

}  // namespace supply::predicates
