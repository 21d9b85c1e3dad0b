// A value of the policy's YAML that knows where it is, so that every complaint names line and member.
// Borrows the document. Every error is usage.
#pragma once

#include <chrono>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/base/time/time.hpp"
#include "libsupply/base/yaml/yaml.hpp"

namespace supply::policy {

class PolicyNode {
 public:
  explicit PolicyNode(const yaml::Document& document);

  /// "line 7, column 5: images[0].signatures: <message>"
  Error error(std::string_view message) const;
  /// That it is a mapping with none but these members; an unknown one is named with the nearest known.
  Status only(std::initializer_list<std::string_view> known) const;
  Status only(const std::vector<std::string_view>& known) const;
  /// The member, when there; an empty one (`signatures:` and nothing) is there.
  std::optional<PolicyNode> find(std::string_view key) const;
  Result<PolicyNode> require(std::string_view key) const;
  /// The members of a mapping that is not empty, sorted by key.
  Result<std::vector<std::pair<std::string, PolicyNode>>> members() const;
  Result<std::vector<PolicyNode>> list() const;

  /// A text that is not empty. A number or a boolean is not taken for one: `release: 1.0` wants quotes.
  Result<std::string> text() const;
  /// A list of texts, none empty, none twice, at least one. `{set: NAME}` stands for the texts of sets.NAME.
  Result<std::vector<std::string>> texts() const;
  /// The same, each with its place.
  Result<std::vector<PolicyNode>> text_nodes() const;
  /// One of the words.
  Result<std::string> word(std::initializer_list<std::string_view> known) const;
  Result<bool> flag() const;
  Result<int> integer(int least, int most) const;
  /// "30d", "12h", "15m", "45s": more than nothing, at most 100 years.
  Result<std::chrono::seconds> duration() const;
  /// A date (its first second in UTC) or a time, as RFC 3339 has them.
  Result<Time> time() const;
  /// "500MB", "1.5GiB": a number of bytes.
  Result<std::uint64_t> bytes() const;
  bool is_mapping() const;
  /// The value itself, into the document.
  const nlohmann::json& value() const { return *value_; }

 private:
  PolicyNode(const yaml::Document& document, const nlohmann::json& value, std::string pointer, std::string path);
  PolicyNode child(std::string_view key, const nlohmann::json& value) const;
  Result<std::vector<PolicyNode>> set(const PolicyNode& node) const;
  const yaml::Document* document_;
  const nlohmann::json* value_;
  std::string pointer_, path_;
};

/// The entry of `known` that is most like `word`, or "" when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

/// "unknown key \"realese\"; did you mean \"release\"?"
std::string unknown(std::string_view what, std::string_view name, const std::vector<std::string_view>& known);

}  // namespace supply::policy
