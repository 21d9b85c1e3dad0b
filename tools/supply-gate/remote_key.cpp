// supply-gate holds no code that could sign, and none that asks for keys which can.
#include "libsupply/base/text/text.hpp"
#include "tools/common/keys.hpp"

namespace supply::tools {

Result<crypto::PublicKey> remote_public_key(const std::string& key, const Common&) {
  return Error(ErrorCode::usage,
               "--key " + quote(shown_key(key)) +
                   ": not a key that supply-gate can reach (want a file, env://NAME; `supply key public` prints "
                   "the public half of others)");
}

}  // namespace supply::tools
