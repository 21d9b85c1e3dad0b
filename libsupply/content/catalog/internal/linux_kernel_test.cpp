#include "libsupply/content/catalog/internal/linux_kernel.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/testing/elf.hpp"

using namespace supply;
using namespace supply::catalog;
using namespace std::string_literals;

namespace {

std::string kernel(const std::string& version, std::size_t pointer = 0x3000) {
  std::string out(kKernelSetupBytes, '\0');
  out.replace(0x202, 4, "HdrS");
  out[0x20e] = static_cast<char>(pointer & 0xff);
  out[0x20f] = static_cast<char>(pointer >> 8);
  return out.replace(0x3200, version.size(), version);
}

std::string module_of(const std::string& info) {
  return testing::elf_file({.type = 1, .sections = {{".modinfo", info}}});
}

}  // namespace

TEST_CASE("the release of a kernel is where its setup header says") {
  CHECK(kernel_release(kernel("6.1.0-18-amd64 (debian-kernel@lists.debian.org) #1 SMP\0"s)) == "6.1.0-18-amd64");
  CHECK(kernel_release(kernel("6.12.1\0"s)) == "6.12.1");
  CHECK_FALSE(kernel_release(kernel("unknown\0"s)));
  CHECK_FALSE(kernel_release(kernel("6.1\0"s, 0)));
  CHECK_FALSE(kernel_release(kernel("6.1\0"s, 0xffff)));
  CHECK_FALSE(kernel_release(std::string(kKernelSetupBytes, '\0')));
  const std::string whole = kernel("6.1.0-18-amd64 x\0"s);
  for (std::size_t size = 0; size < 0x3200 + 15; size += 7) CHECK_FALSE(kernel_release(whole.substr(0, size)));
}

TEST_CASE("a module says its name, version, licence and kernel") {
  const auto module = parse_kernel_module(module_of(
      "version=4.2\0license=GPL v2\0license=x\0author=A\0\0name=zfs\0vermagic=6.1.0-18-amd64 SMP preempt \0"s));
  REQUIRE(module);
  CHECK(module->name == "zfs");
  CHECK(module->version == "4.2");
  CHECK(module->license == "GPL v2");
  CHECK(module->release == "6.1.0-18-amd64");
  CHECK_FALSE(parse_kernel_module("no ELF"));
  CHECK_FALSE(parse_kernel_module(testing::elf_file({.type = 1})));
}

TEST_CASE("a module's information is read up to its limit") {
  CHECK(parse_kernel_module(module_of("name=x\0"s + std::string(kMaxKernelModuleInfoBytes - 7, 'x'))));
  CHECK(parse_kernel_module(module_of("name=x\0"s + std::string(kMaxKernelModuleInfoBytes - 6, 'x'))).error().code() ==
        ErrorCode::limit_exceeded);
}
