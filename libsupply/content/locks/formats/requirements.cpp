// requirements.txt, as pip reads it. What pip thinks of it is in content/locks/requirements.hpp.
#include "libsupply/content/locks/requirements.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/manifests.hpp"

namespace supply::locks {
namespace {

// "https://host/o/r" and "COMMIT" of "git+https://host/o/r@COMMIT#egg=r".
std::pair<std::string_view, std::string_view> repository_of(std::string_view url) {
  url = url.substr(0, url.find_first_of("#?"));
  const std::size_t at = url.rfind('@');
  const std::size_t host = url.find("://");
  if (at == std::string_view::npos || host == std::string_view::npos || url.find('/', host + 3) > at) return {url, {}};
  return {url.substr(0, at), url.substr(at + 1)};
}

Status add(const Requirement& requirement, LockBuilder& out) {
  const Span span{requirement.line, 0, 0};
  if (requirement.name.empty()) {
    const bool unreadable = requirement.integrity == Integrity::unknown;
    out.unread(span, requirement.text + ": " + (unreadable ? requirement.reason : "says no package's name"));
    return {};
  }
  SUPPLY_TRY(const std::size_t entry, out.add(requirement.name, requirement.version, span));
  for (const std::string& hash : requirement.hashes) out.hash(entry, hash);
  out[entry].scope = pkg::Scope::unknown;
  if (requirement.version.empty()) out[entry].range = requirement.text;
  const std::string& address = requirement.address;
  if (address.empty()) out.from_registry(entry);
  else if (address.starts_with("git+") || address.starts_with("git:")) {
    const auto [url, commit] = repository_of(address);
    return out.from_git(entry, url, commit);
  } else if (address.find("://") != std::string::npos && !address.starts_with("file:")) {
    return out.from_url(entry, address.substr(0, address.find('#')));
  } else {
    out.from_path(entry, address);
  }
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const RequirementsFile file, read_requirements(text));
  LockBuilder out("pypi");
  for (const Requirement& requirement : file.entries) {
    if (requirement.option && requirement.text.starts_with("--editable"))
      out.unread({requirement.line, 0, 0}, requirement.text + ": an editable source tree");
    else if (!requirement.option) SUPPLY_TRY(add(requirement, out));
  }
  for (const Include& include : file.includes)
    if (!include.constraint) out.lock().includes.push_back({include.line, include.path});
  return std::move(out).finish();
}

// A list of constraints installs nothing.
bool matches(std::string_view path) {
  return is_requirements_file(path) &&
         to_lower(path.substr(path.rfind('/') + 1)).find("constraints") == std::string::npos;
}

}  // namespace

namespace formats {
const Format& requirements() {
  static const Format format = {"requirements", matches, read, python_manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
