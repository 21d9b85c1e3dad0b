// What fuzz targets of deployment files have in common.
#pragma once

#include <cstdint>
#include <string>

#include "libsupply/content/deploy/read.hpp"

namespace supply::testing {

/// Reads the bytes as a file of that name with every profile, and half of them as any YAML file that it names. Returns
/// 0.
inline int fuzz_deployment(const std::string& name, const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  deploy::Options options;
  options.open = [&](const std::string& path) -> Result<std::string> {
    if (path.ends_with(".yaml")) return text.substr(0, text.size() / 2);
    return Error(ErrorCode::not_found, path);
  };
  options.profiles = {"*"};
  const auto deployment = deploy::read({{name, text}}, options);
  if (deployment) static_cast<void>(deploy::images_of(*deployment));
  return 0;
}

}  // namespace supply::testing
