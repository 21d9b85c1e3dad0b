// Bodies of log entries: whatever the bytes, an answer; what is read has a signature and one signer.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/trust/root/logged_signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  constexpr const char* kKinds[][2] = {{"hashedrekord", "0.0.1"}, {"hashedrekord", "0.0.2"}, {"rekord", "0.0.1"},
                                       {"dsse", "0.0.1"},         {"intoto", "0.0.1"},       {"intoto", "0.0.2"}};
  for (const auto& [kind, version] : kKinds) {
    const auto logged = supply::root::LoggedSignature::parse(body, kind, version);
    if (logged && logged->key.empty() == logged->certificate.empty()) std::abort();
  }
  return 0;
}
