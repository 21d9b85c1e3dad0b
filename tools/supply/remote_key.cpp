// supply asks a token, a service or a program for the public half of its key.
#include "libsupply/base/http/client.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/image.hpp"
#include "tools/common/keys.hpp"
#include "tools/supply/signer_context.hpp"

namespace supply::tools {

Result<crypto::PublicKey> remote_public_key(const std::string& key, const Common& common) {
  SUPPLY_TRY(const std::unique_ptr<http::Client> client, make_client(common));
  SUPPLY_TRY(const sign::SignerContext context, signer_context(common, *client));
  const std::string place = "--key " + quote(shown_key(key));
  SUPPLY_TRY(const std::unique_ptr<sign::Signer> signer, sign::open_signer(key, context).at(place));
  SUPPLY_TRY(const sign::VerificationMaterial material, signer->material().at(place));
  return material.key;
}

}  // namespace supply::tools
