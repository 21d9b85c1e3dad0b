#include "libsupply/verdict/gate/internal/file_capabilities.hpp"

#include <catch2/catch.hpp>

namespace supply::gate {
namespace {

using std::string_view_literals::operator""sv;

// Written by setcap(8) of libcap 2.66, and called as getcap(8) calls them.
TEST_CASE("capabilities of files are named as getcap names them") {
  CHECK(capabilities_text("\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv) ==
        "capabilities cap_net_raw=ep");
  CHECK(capabilities_text("\x00\x00\x00\x02\x80\x00\x00\x00\x00\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv) ==
        "capabilities cap_sys_admin=i cap_setuid=p");
  CHECK(capabilities_text("\x01\x00\x00\x02\x00\x30\x00\x00\x00\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00"sv) ==
        "capabilities cap_net_admin,cap_net_raw,cap_bpf=ep");
  // Of a user namespace, whose root is 1000.
  CHECK(capabilities_text(
            "\x01\x00\x00\x03\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xe8\x03\x00\x00"sv) ==
        "capabilities cap_net_raw=ep");
  CHECK(capabilities_text("\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00"sv) == "capabilities cap_chown=p");
  CHECK(capabilities_text("\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x00\x00\x00\x00"sv) ==
        "capabilities cap_63=p");
  CHECK(
      capabilities_text("\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv).empty());
  for (const std::string_view wrong :
       {""sv, "x"sv, "\x01\x00\x00\x02"sv, "\x00\x00\x00\x04\x00\x00\x00\x00"sv,
        "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv})
    CHECK(capabilities_text(wrong) == "capabilities in a form that is not read");
}

}  // namespace
}  // namespace supply::gate
