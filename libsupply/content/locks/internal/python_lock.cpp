#include "libsupply/content/locks/internal/python_lock.hpp"

#include <nlohmann/json.hpp>

namespace supply::locks {

Result<std::size_t> PythonPackages::add(const Document& document, const char* pointer, std::size_t index,
                                        const json::Value& element) {
  const Span span = document.span_of(std::string(pointer) + "/" + std::to_string(index));
  SUPPLY_TRY(const std::string name, required_name(element, span));
  SUPPLY_TRY(const std::size_t entry, out_.add(name, text_in(element, "version"), span));
  add(entry);
  return entry;
}

std::vector<std::size_t> PythonPackages::named(std::string_view name, std::string_view version) const {
  std::vector<std::size_t> out;
  const std::pair wanted(python_name(name), std::string(version));
  for (auto at = entries_.lower_bound(wanted); at != entries_.end() && at->first.first == wanted.first; ++at) {
    if (!version.empty() && at->first.second != version) break;
    out.push_back(at->second);
  }
  return out;
}

Status PythonPackages::depend(std::size_t from, std::string_view name, std::string_view version) const {
  for (const std::size_t to : named(name, version)) SUPPLY_TRY(out_.depend(from, to));
  return {};
}

Status add_file_hashes(LockBuilder& out, std::size_t entry, const json::Value& files) {
  for (const json::Value& file : files)
    if (const std::string hash = text_in(file, "hash"); !hash.empty()) out.hash(entry, hash);
  return {};
}

Result<std::string> required_name(const json::Value& package, const Span& span) {
  std::string name = text_in(package, "name");
  if (name.empty()) return wrong_at(span, "a package without a name");
  return name;
}

}  // namespace supply::locks
