// What is a program by its first bytes: ELF, PE and Mach-O (32 and 64 bits, both byte orders, several architectures in
// one).
#pragma once

#include <algorithm>
#include <string_view>

#include "libsupply/image/rootfs/collector.hpp"

namespace supply::catalog {

inline constexpr rootfs::Select kExecutableSelects[] = {
    {rootfs::Select::By::magic, "\x7f\x45LF"},       {rootfs::Select::By::magic, "MZ"},
    {rootfs::Select::By::magic, "\xfe\xed\xfa\xce"}, {rootfs::Select::By::magic, "\xfe\xed\xfa\xcf"},
    {rootfs::Select::By::magic, "\xce\xfa\xed\xfe"}, {rootfs::Select::By::magic, "\xcf\xfa\xed\xfe"},
    {rootfs::Select::By::magic, "\xca\xfe\xba\xbe"}};

inline bool is_executable(std::string_view head) {
  return std::any_of(std::begin(kExecutableSelects), std::end(kExecutableSelects),
                     [&](const rootfs::Select& select) { return head.starts_with(select.text); });
}

}  // namespace supply::catalog
