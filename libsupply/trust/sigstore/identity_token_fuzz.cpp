#include "libsupply/trust/sigstore/identity_token.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto token = supply::sigstore::IdentityToken::parse({reinterpret_cast<const char*>(data), size});
  if (token) (void)token->check(supply::Time(), supply::sigstore::kSigstoreAudience);
  return 0;
}
