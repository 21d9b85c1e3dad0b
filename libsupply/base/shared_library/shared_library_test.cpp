#include "libsupply/base/shared_library/shared_library.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace supply {
namespace {

TEST_CASE("a function of a shared library is found by its name") {
  const SharedLibrary library("libm.so.6");
  double (*const declared)(double) = nullptr;
  const auto root = library.function("cbrt", declared);
  REQUIRE(root != nullptr);
  CHECK(root(27.0) == Approx(3.0));
  CHECK(library.function("no_such_function_of_libm", declared) == nullptr);
}

TEST_CASE("a shared library that is not there has no function") {
  void (*const declared)() = nullptr;
  CHECK(SharedLibrary("libsupply-no-such-library.so.1").function("cbrt", declared) == nullptr);
}

}  // namespace
}  // namespace supply
