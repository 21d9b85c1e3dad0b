#include "libsupply/verdict/deploy/internal/running.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "libsupply/image/oci/reference.hpp"

namespace supply::deploy {

namespace {

std::optional<oci::Reference> registry_reference(std::string_view name) {
  if (name.empty() || name.starts_with("sha256:")) return std::nullopt;
  auto reference = oci::Reference::parse(registry_argument(std::string(name)));
  if (!reference || reference->kind() != oci::Reference::Kind::registry) return std::nullopt;
  return *std::move(reference);
}

}  // namespace

// Source: distribution/reference, splitDockerDomain: the first part is a host where it has a dot or a port.
std::string registry_argument(const std::string& name) {
  const std::size_t slash = name.find('/');
  const std::string first = name.substr(0, slash);
  if (slash == std::string::npos) return "registry:docker.io/library/" + name;
  const bool host = first == "localhost" || first.find_first_of(".:") != std::string::npos || first != to_lower(first);
  return (host ? "registry:" : "registry:docker.io/") + name;
}

std::string full_image_name(std::string_view name) {
  const auto reference = registry_reference(name);
  if (!reference) return std::string(name);
  const auto& tag = reference->selector().tag;
  if (!tag && reference->selector().digest) return reference->name();
  return reference->name() + ":" + tag.value_or("latest");
}

std::string full_repository(std::string_view name) {
  const auto reference = registry_reference(name);
  return reference ? reference->name() : std::string(name);
}

bool drops_all(const Workload& workload, const std::vector<Text>& dropped) {
  static constexpr std::array<std::string_view, 14> kDefault{
      "audit_write",      "chown",   "dac_override", "fowner", "fsetid",  "kill",   "mknod",
      "net_bind_service", "net_raw", "setfcap",      "setgid", "setpcap", "setuid", "sys_chroot"};
  std::set<std::string> names;
  for (const Text& one : dropped) {
    std::string name = to_lower(one.value);
    if (name.starts_with("cap_")) name.erase(0, 4);
    names.insert(std::move(name));
  }
  if (names.count("all") != 0) return true;
  return workload.form == Workload::Form::inspected &&
         std::all_of(kDefault.begin(), kDefault.end(),
                     [&](std::string_view each) { return names.count(std::string(each)) != 0; });
}

}  // namespace supply::deploy
