#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/java_manifest.hpp"

// A line and the same line continued after each byte say the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using supply::catalog::JavaManifest;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string value(text.substr(0, text.find_first_of("\r\n")));
  const JavaManifest whole = JavaManifest::parse("Title: " + value + "\n" + std::string(text));
  std::string continued = "Title: ";
  for (const char c : value) continued += std::string("\r\n ") + c;
  const JavaManifest parts = JavaManifest::parse(continued + "\r\n" + std::string(text));
  if (whole.value("title") != parts.value("title")) std::abort();
  return 0;
}
