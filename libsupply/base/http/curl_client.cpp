#include "libsupply/base/http/curl_client.hpp"

#include "libsupply/base/http/internal/transfer.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::http {
namespace {

class CurlClient : public Client {
 public:
  CurlClient(CurlOptions options, std::string ca_certificates)
      : options_(std::move(options)), ca_certificates_(std::move(ca_certificates)) {}

  Result<Response> send(const Request& request) override {
    std::unique_ptr<Connection> connection = pool_->take(request.url.origin());
    if (!connection) return Error(ErrorCode::internal, "curl gives no handle");
    auto transfer = std::make_unique<Transfer>(pool_, std::move(connection), options_, ca_certificates_, run_);
    SUPPLY_TRY(Response response, transfer->exchange(request));
    response.body = std::move(transfer);
    return response;
  }

 private:
  const CurlOptions options_;
  const std::string ca_certificates_;  ///< of the CA file
  RunCredit run_{options_.times.run};
  const std::shared_ptr<Pool> pool_ = std::make_shared<Pool>();
};

}  // namespace

Result<std::unique_ptr<Client>> curl_client(CurlOptions options) {
  // Once per process; curl's own set-up is safe between threads from 7.84 on.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK)
    return Error(ErrorCode::unsupported, "libcurl.so.4 cannot be loaded, or cannot start: is libcurl installed?");
  std::string ca_certificates;
  if (!options.ca_file.empty()) {
    auto bytes = io::read_file(options.ca_file, kMaxTrustFileBytes);
    if (!bytes) return Error(ErrorCode::usage, "CA file: " + bytes.error().message());
    if (bytes->find("-----BEGIN ") == std::string::npos || bytes->find("CERTIFICATE-----") == std::string::npos)
      return Error(ErrorCode::usage, "CA file " + quote(options.ca_file) + ": holds no certificate in PEM form");
    ca_certificates = *std::move(bytes);
  }
  return std::unique_ptr<Client>(std::make_unique<CurlClient>(std::move(options), std::move(ca_certificates)));
}

}  // namespace supply::http
