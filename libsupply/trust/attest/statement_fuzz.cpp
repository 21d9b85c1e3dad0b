#include <cstdint>
#include <cstdlib>

#include "libsupply/trust/attest/statement.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::attest;
  const auto parsed = Statement::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  // A predicate that was cut out of a statement can be put into another; a text cannot.
  if (parsed && parsed->predicate.starts_with('{') &&
      !make_statement({"x", {{"sha256", "00"}}, {}}, "t", parsed->predicate)) {
    std::abort();
  }
  return 0;
}
