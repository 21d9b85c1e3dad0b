#include "libsupply/content/catalog/internal/linux_kernel.hpp"

#include <algorithm>

#include "libsupply/base/elf/elf.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {

std::optional<std::string> kernel_release(std::string_view head) {
  constexpr std::size_t kMagicAt = 0x202, kVersionAt = 0x20e, kSectorBytes = 512;
  if (head.size() < kVersionAt + 2 || head.substr(kMagicAt, 4) != "HdrS") return std::nullopt;
  const std::size_t pointer = read_integer(head.substr(kVersionAt, 2), std::endian::little);
  const std::size_t at = pointer + kSectorBytes;
  if (pointer == 0 || at >= head.size()) return std::nullopt;
  const std::string_view text = head.substr(at);
  const std::size_t end = text.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view release = text.substr(0, std::min(text.find(' '), end));
  if (release.empty() || release.size() > kMaxProgramVersionBytes || release[0] < '0' || release[0] > '9')
    return std::nullopt;
  return std::string(release);
}

Result<KernelModule> parse_kernel_module(std::string_view file) {
  SUPPLY_TRY(const auto section, elf::find_section(file, ".modinfo"));
  if (!section) return Error(ErrorCode::malformed, "no section .modinfo");
  if (section->size() > kMaxKernelModuleInfoBytes)
    return Error(ErrorCode::limit_exceeded,
                 "section .modinfo of more than " + std::to_string(kMaxKernelModuleInfoBytes) + " bytes");
  KernelModule out;
  for (const std::string_view entry : split(*section, '\0')) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view tag = entry.substr(0, equals), value = entry.substr(equals + 1);
    if (tag == "name") out.name = value;
    if (tag == "version") out.version = value;
    if (tag == "license" && out.license.empty()) out.license = value;
    if (tag == "vermagic") out.release = value.substr(0, value.find(' '));
  }
  return out;
}

}  // namespace supply::catalog
