#include "libsupply/verdict/policy/internal/admission_part.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/verdict/policy/internal/policy_scope.hpp"

namespace supply::policy {
namespace {

Result<std::multimap<std::string, std::string>> read_paths(const PolicyNode& node) {
  std::multimap<std::string, std::string> paths;
  SUPPLY_TRY(const auto members, node.members());
  for (const auto& [kind, value] : members) {
    if (value.value().is_string()) {
      SUPPLY_TRY(std::string path, value.text());
      paths.emplace(kind, std::move(path));
      continue;
    }
    SUPPLY_TRY(const std::vector<std::string> several, value.texts());
    for (const std::string& path : several) paths.emplace(kind, path);
  }
  return paths;
}

}  // namespace

Result<Admission> read_admission(const PolicyNode& node) {
  SUPPLY_TRY(
      node.only({"digests", "exempt_namespaces", "connect", "image_paths", "kinds_without_images", "workload_rules"}));
  Admission admission;
  if (const auto digests = node.find("digests")) {
    SUPPLY_TRY(const std::string word, digests->word({"fill", "require", "any"}));
    admission.digests = word == "fill"      ? AdmitDigests::fill
                        : word == "require" ? AdmitDigests::require
                                            : AdmitDigests::any;
  }
  if (const auto spaces = node.find("exempt_namespaces")) {
    SUPPLY_TRY(admission.exempt_namespaces, read_patterns(*spaces));
  }
  if (const auto connect = node.find("connect")) {
    SUPPLY_TRY(const std::string word, connect->word({"deny", "allow"}));
    admission.connect = word == "allow";
  }
  if (const auto paths = node.find("image_paths")) {
    SUPPLY_TRY(admission.image_paths, read_paths(*paths));
  }
  if (const auto kinds = node.find("kinds_without_images")) {
    SUPPLY_TRY(admission.kinds_without_images, kinds->texts());
  }
  if (const auto rules = node.find("workload_rules")) {
    SUPPLY_TRY(admission.workload_rules, read_patterns(*rules));
  }
  return admission;
}

}  // namespace supply::policy
