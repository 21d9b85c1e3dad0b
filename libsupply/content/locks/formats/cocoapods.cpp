// Podfile.lock. A part of a pod ("Pod/Part") is an entry of its own. Source: CocoaPods' Core, lib/cocoapods-core/
// lockfile.rb; purl-spec, types/cocoapods-definition.json: the subpath is the part.
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "Podfile.lock"; }

// "Name/Part" and "1.0" of "Name/Part (1.0)"; of a dependency, what is in the parentheses is a range.
std::pair<std::string, std::string> parted(std::string_view text) {
  const std::size_t open = text.find(" (");
  if (open == std::string_view::npos) return {std::string(trim(text)), ""};
  const std::size_t close = text.find(')', open);
  return {std::string(text.substr(0, open)), std::string(text.substr(open + 2, close - open - 2))};
}

std::string pod_of(std::string_view name) { return std::string(name.substr(0, name.find('/'))); }

class Reader {
 public:
  Reader(const Document& document, LockBuilder& out) : document_(document), out_(out) {}

  Status read() {
    const json::Value& root = document_.root();
    const json::Value& pods = elements(root, "PODS");
    for (std::size_t i = 0; i < pods.size(); ++i) SUPPLY_TRY(add(pods[i], "/PODS/" + std::to_string(i)));
    for (const auto& [from, wanted] : depends_)
      if (const auto to = entries_.find(wanted); to != entries_.end()) SUPPLY_TRY(out_.depend(from, to->second));
    for (const auto& [repository, names] : members(root, "SPEC REPOS").items())
      if (names.is_array())
        for (const json::Value& name : names)
          if (name.is_string()) repositories_[name.get<std::string>()] = repository;
    for (const auto& [name, entry] : entries_) SUPPLY_TRY(say_source(name, entry));
    return {};
  }

 private:
  // A text, or a map of one text to a list of what it needs.
  Status add(const json::Value& pod, const std::string& pointer) {
    const Span span = document_.span_of(pointer);
    const bool alone = pod.is_string();
    if (!alone && (!pod.is_object() || pod.size() != 1)) return wrong_at(span, "not a pod with its version");
    const auto [name, version] = parted(alone ? pod.get<std::string>() : pod.begin().key());
    if (version.empty()) return wrong_at(span, "pod " + quote(name) + " has no version");
    SUPPLY_TRY(const std::size_t entry, out_.add(pod_of(name), version, span));
    const std::size_t slash = name.find('/');
    if (slash != std::string::npos) SUPPLY_TRY(out_.say_subpath(entry, name.substr(slash + 1)));
    out_[entry].name = name;
    entries_[name] = entry;
    if (alone) return {};
    const json::Value& wanted = pod.begin().value();
    if (wanted.is_array())
      for (const json::Value& one : wanted)
        if (one.is_string()) depends_.emplace_back(entry, parted(one.get<std::string>()).first);
    return {};
  }

  // What is not of a repository is in "EXTERNAL SOURCES", with what was checked out in "CHECKOUT OPTIONS". The checksum
  // is of the description of the pod, of no file that is downloaded.
  Status say_source(const std::string& name, std::size_t entry) {
    const json::Value& root = document_.root();
    const std::string pod = pod_of(name);
    out_.other_hash(entry, "podspec", text_in(members(root, "SPEC CHECKSUMS"), pod));
    const json::Value &from = members(members(root, "EXTERNAL SOURCES"), pod),
                      &taken = members(members(root, "CHECKOUT OPTIONS"), pod);
    if (const std::string git = text_in(from, ":git"); !git.empty())
      return out_.from_git(entry, git, text_in(taken, ":commit"));
    for (const char* kind : {":path", ":podspec"})
      if (const std::string path = text_in(from, kind); !path.empty()) {
        out_.from_path(entry, path);
        return {};
      }
    if (const std::string url = text_in(from, ":http"); !url.empty()) return out_.from_url(entry, url);
    const auto repository = repositories_.find(pod);
    if (repository == repositories_.end()) return {};
    out_.from_registry(entry, repository->second);
    // "trunk", or the repository of descriptions that was before it.
    if (repository->second == "trunk" || repository->second.find("CocoaPods/Specs") != std::string::npos) return {};
    return out_.qualify(entry, "repository_url", out_[entry].resolved);
  }

  const Document& document_;
  LockBuilder& out_;
  std::map<std::string, std::size_t> entries_;
  std::vector<std::pair<std::size_t, std::string>> depends_;
  std::map<std::string, std::string> repositories_;
};

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  if (Status status = document.check_arrays({"PODS"}); !status) return std::move(status).error();
  LockBuilder out("cocoapods");
  SUPPLY_TRY(Reader(document, out).read());
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("pod ") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"Podfile", declares}};

}  // namespace

namespace formats {
const Format& cocoapods() {
  static const Format format = {"cocoapods", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
