#include "libsupply/image/registry/certs_d.hpp"

#include <algorithm>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/internal/auth_file.hpp"

namespace supply::registry {
namespace {

constexpr std::size_t kFilesRead = 1'000;

Result<Certificates> read_directory(const io::Path& directory, const std::vector<std::string>& names) {
  const auto wrong = [&](const std::string& name, const std::string& why) {
    return Error(ErrorCode::usage, quote((directory / name).native()) + ": " + why);
  };
  const auto has = [&](const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  Certificates found;
  for (const std::string& name : names) {
    const io::Path stem = io::Path(name).stem();
    if (name.ends_with(".crt")) {
      SUPPLY_TRY(const std::string text, io::read_file(directory / name, kMaxTrustFileBytes));
      if (text.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
        return wrong(name, "holds no certificate in PEM form");
      found.ca_certificates.append(text).append("\n");
      if (found.ca_certificates.size() > kMaxTrustFileBytes)
        return Error(ErrorCode::limit_exceeded, quote(directory.native()) + ": more than " +
                                                    std::to_string(kMaxTrustFileBytes) + " bytes of CA certificates");
    } else if (name.ends_with(".cert")) {
      const std::string key = stem.string() + ".key";
      if (!has(key)) return wrong(name, "there is no " + quote(key) + " beside it");
      if (!found.client) found.client = {(directory / name).string(), (directory / key).string()};
    } else if (name.ends_with(".key") && !has(stem.string() + ".cert")) {
      return wrong(name, "there is no " + quote(stem.string() + ".cert") + " beside it");
    }
  }
  return found;
}

}  // namespace

std::vector<std::string> certificate_directories(const http::Environment& environment) {
  std::vector<std::string> directories;
  const std::string config = variable(environment, "XDG_CONFIG_HOME"), home = variable(environment, "HOME");
  if (!config.empty()) directories.push_back(config + "/containers/certs.d");
  else if (!home.empty()) directories.push_back(home + "/.config/containers/certs.d");
  directories.emplace_back("/etc/containers/certs.d");
  directories.emplace_back("/etc/docker/certs.d");
  return directories;
}

Result<Certificates> find_certificates(const std::vector<std::string>& directories, const std::string& registry) {
  for (const std::string& directory : directories) {
    const io::Path path = io::Path(directory) / registry;
    auto names = io::list_directory(path, kFilesRead);
    if (!names && names.error().code() == ErrorCode::not_found) continue;
    if (!names) return std::move(names).error().at("certificates for " + registry);
    return read_directory(path, *names).at("certificates for " + registry);
  }
  return Certificates{};
}

}  // namespace supply::registry
