// YAML and JSON as trees with positions: files that others' programs read too (compose, Kubernetes), so by the rules of
// those programs: several documents, aliases and merge keys expanded, custom tags kept. libyaml parses them, from which
// go-yaml, which those programs use, is ported. Policies are read by yaml.hpp, which takes less. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::yaml {

/// From 1, columns in characters; 0 where there is none.
struct Position {
  std::uint32_t line = 0, column = 0;
  friend bool operator==(const Position&, const Position&) = default;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Member;

/// A value. What came from an anchor has the position that it has there.
struct Node {
  enum class Kind : std::uint8_t { null, boolean, integer, real, string, sequence, mapping };
  Kind kind = Kind::null;
  bool plain = false;           ///< a scalar without quotes
  bool flag = false;            ///< of a boolean
  std::uint32_t file = 0;       ///< whatever number the caller gave
  Position begin, end;          ///< of the value itself; `end` is behind its last character
  std::int64_t number = 0;      ///< of an integer
  std::string text;             ///< of a scalar, as it is written; of a quoted one without its escapes
  std::string tag;              ///< a local one: "!reset"; empty: none
  std::vector<Node> items;      ///< of a sequence
  std::vector<Member> members;  ///< of a mapping, as they are written, those that were merged in behind

  bool is_scalar() const { return kind < Kind::sequence; }
  bool is_mapping() const { return kind == Kind::mapping; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_null() const { return kind == Kind::null; }
  /// The member, or nullptr; also of what is no mapping. The pointer is into this node.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  const Member* member(std::string_view key) const;
  /// The integer; also of 1.0 and 1e3, as Go's JSON writes them.
  std::optional<std::int64_t> whole() const;
};

struct Member {
  std::string key;
  Position begin;  ///< of the key
  std::uint32_t file = 0;
  bool text_key = true;  ///< the key is a string, not a number, boolean or null
  Node value;
};

/// How plain scalars are resolved.
enum class Schema : std::uint8_t {
  compose,     ///< as go-yaml v3 for compose-go: `yes` and `on` are strings, 010 is octal
  kubernetes,  ///< as sigs.k8s.io/yaml: YAML 1.1 booleans too
};

struct TreeLimits {
  std::size_t bytes = kMaxYamlTreeBytes;  ///< of the text; and of what is expanded, twice as many and a bit
  std::size_t depth = kMaxYamlTreeDepth;
  std::size_t nodes = kMaxYamlTreeNodes;  ///< keys and values after aliases are expanded
  std::size_t documents = kMaxYamlTreeDocuments;
};

/// The documents of a text: YAML, or JSON where it begins as JSON does and all of it is (also with what libyaml does
/// not take: surrogate pairs, long keys). A byte order mark is skipped. Empty documents are left out. Errors: malformed
/// ("line 4, column 2: …": no UTF-8, a NUL, duplicate keys, a key that is no scalar, an alias of what holds it),
/// limit_exceeded.
Result<std::vector<Node>> read_documents(std::string_view text, Schema schema, std::uint32_t file = 0,
                                         const TreeLimits& limits = {});
/// The same of JSON alone, one value. Errors: the same.
Result<Node> read_json(std::string_view text, std::uint32_t file = 0, const TreeLimits& limits = {});

/// What a plain scalar is: sets kind, flag and number of a node with that text.
void resolve_plain(Node& node, Schema schema);

/// The byte at which a position is in the text that was read; the text's size where it is beyond the end.
std::size_t offset_of(std::string_view text, Position position);

}  // namespace supply::yaml
