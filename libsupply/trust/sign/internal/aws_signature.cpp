#include "libsupply/trust/sign/internal/aws_signature.hpp"

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/crypto/hmac.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::sign::internal {
namespace {

std::string hash(const std::string& text) { return to_hex(crypto::hash(crypto::HashAlgorithm::sha256, text)); }

}  // namespace

std::string aws_date(Time time) {
  std::string date;
  for (const char c : to_rfc3339(time))
    if (c != '-' && c != ':') date += c;
  return date;
}

std::string aws_authorization(const AwsRequest& request, const AwsCredentials& credentials, const std::string& date,
                              const std::string& region, const std::string& service) {
  std::string headers, names;
  for (const auto& [name, value] : request.headers) {
    headers += name + ':' + value + '\n';
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical = request.method + '\n' + request.path + '\n' + request.query + '\n' + headers + '\n' +
                                names + '\n' + hash(request.body);
  const std::string scope = date.substr(0, 8) + '/' + region + '/' + service + "/aws4_request";
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + date + '\n' + scope + '\n' + hash(canonical);
  std::string key = crypto::hmac_sha256("AWS4" + credentials.secret, date.substr(0, 8));
  for (const std::string_view part :
       {std::string_view(region), std::string_view(service), std::string_view("aws4_request")})
    key = crypto::hmac_sha256(key, part);
  return "AWS4-HMAC-SHA256 Credential=" + credentials.key_id + '/' + scope + ", SignedHeaders=" + names +
         ", Signature=" + to_hex(crypto::hmac_sha256(key, to_sign));
}

}  // namespace supply::sign::internal
