// What holds for readers of JSON that describes packages, whatever their bytes: for fuzz targets.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "libsupply/content/pkg/purl.hpp"

namespace supply::testing {

/// Every package that `parse` reads has a purl that reads back; blanks behind the text change nothing. Ends the program
/// where that is not so. Returns 0.
template <class Parse>
int fuzz_described_packages(const std::uint8_t* data, std::size_t size, Parse parse) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = parse(text);
  if (bool(read) != bool(parse(std::string(text) + " \n"))) std::abort();
  if (!read) return 0;
  for (const auto& one : *read) {
    constexpr std::size_t kMaxPurlBytes = 16384;
    const std::string purl = one.package.purl.to_string();
    const auto again = pkg::Purl::parse(purl);
    if (purl.size() < kMaxPurlBytes && (!again || !(*again == one.package.purl))) std::abort();
  }
  return 0;
}

}  // namespace supply::testing
