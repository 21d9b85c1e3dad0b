// Linux kernels and their modules, by what their own bytes say. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

/// As many of a kernel's first bytes as its version lies in: the setup code has 64 sectors at most.
inline constexpr std::size_t kKernelSetupBytes = 65 * 512;

/// "6.1.0-18-amd64" of a bzImage for x86, nothing of another file.
/// Source: Linux, Documentation/arch/x86/boot.rst, "kernel_version".
std::optional<std::string> kernel_release(std::string_view head);

/// What modinfo shows of a module.
struct KernelModule {
  std::string name, version, license, release;  ///< `release` is the first word of `vermagic`
};
/// From a module that is held whole and unpacked. Errors: malformed, limit_exceeded (kMaxKernelModuleInfoBytes).
/// Source: Linux, include/linux/module.h, MODULE_INFO: "tag=value" strings in section .modinfo.
Result<KernelModule> parse_kernel_module(std::string_view file);

}  // namespace supply::catalog
