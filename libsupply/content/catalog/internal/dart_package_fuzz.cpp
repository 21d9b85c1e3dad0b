#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/dart_package.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto cached = supply::catalog::cached_dart_package(text))
    if (const auto one = supply::catalog::describe_cached(*cached); one && one->package.name != cached->name)
      std::abort();
  if (const auto one = supply::catalog::parse_pubspec(text, std::nullopt); one && one->package.name.empty())
    std::abort();
  if (const auto roots = supply::catalog::parse_package_config(text, "a/.dart_tool/package_config.json"))
    for (const supply::catalog::DartRoot& root : *roots)
      if (root.name.empty() || root.directory.starts_with('/')) std::abort();
  return 0;
}
