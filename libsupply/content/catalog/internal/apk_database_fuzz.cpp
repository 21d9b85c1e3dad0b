#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/apk_database.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const supply::pkg::OperatingSystem distribution{"debian", "12", ""};
  supply::Budget budget;
  supply::Share share(budget);
  const auto packages =
      supply::catalog::parse_apk_installed({reinterpret_cast<const char*>(data), size}, distribution, share);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string guess = supply::catalog::guess_apk_distribution(text, text).id;
  if (!guess.empty() && guess != "alpine" && guess != "wolfi" && guess != "chainguard" && guess != "openwrt") abort();
  const auto status = supply::catalog::each_apk_file(text, [](const supply::catalog::ApkFile& file) -> supply::Status {
    const auto checksum = supply::catalog::parse_apk_checksum(file.checksum);
    if (file.path.empty() || (checksum.algorithm == "unknown" && checksum.hex != file.checksum)) abort();
    return {};
  });
  return packages && status ? 0 : 0;
}
