#include "libsupply/trust/tuf/mirror.hpp"

#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::tuf {
namespace {

constexpr int kRedirects = 5;

Error answer(const http::Url& url, int status) {
  const std::string what = url.shown() + ": HTTP status " + std::to_string(status);
  // Some stores answer 403 for what is not there.
  return Error(status == 403 || status == 410 ? ErrorCode::not_found : http::error_code_of(status), what);
}

Result<http::Url> directory(const http::Url& url) {
  const std::string text = url.to_string();
  return text.ends_with('/') ? Result<http::Url>(url) : http::Url::parse(text + '/');
}

class HttpMirror : public Mirror {
 public:
  HttpMirror(http::Client& client, http::Url metadata, http::Url targets)
      : client_(client), metadata_(std::move(metadata)), targets_(std::move(targets)) {}

  Result<std::string> metadata(std::string_view name, std::size_t limit) override {
    return get(metadata_, name, limit);
  }
  Result<std::string> target(std::string_view path, std::size_t limit) override { return get(targets_, path, limit); }

 private:
  Result<std::string> get(const http::Url& base, std::string_view name, std::size_t limit) {
    SUPPLY_TRY(const http::Url below, directory(base));
    SUPPLY_TRY(http::Url url, http::Url::parse(below.to_string() + std::string(name)));
    for (int redirects = 0;; ++redirects) {
      http::Request request{.url = url};
      request.headers.add("Accept-Encoding", "identity");
      SUPPLY_TRY(const http::Response response, client_.send(request).at(url.shown()));
      if (response.status == 200) return io::read_all(*response.body, limit).at(url.shown());
      const auto location = response.headers.find("Location");
      if (response.status < 300 || response.status >= 400 || !location) return answer(url, response.status);
      if (redirects == kRedirects)
        return Error(ErrorCode::unsupported, url.shown() + ": more than " + std::to_string(kRedirects) + " redirects");
      SUPPLY_TRY(http::Url next, url.resolve(*location).at(url.shown()));
      if (url.origin().secure() && !next.origin().secure())
        return Error(ErrorCode::unsupported, url.shown() + ": redirects to " + next.shown() + ", which is not https");
      url = std::move(next);
    }
  }

  http::Client& client_;
  http::Url metadata_, targets_;
};

}  // namespace

std::unique_ptr<Mirror> http_mirror(http::Client& client, const http::Url& metadata, const http::Url& targets) {
  return std::make_unique<HttpMirror>(client, metadata, targets);
}

Result<http::Url> default_targets_url(const http::Url& metadata) {
  SUPPLY_TRY(const http::Url below, directory(metadata));
  return http::Url::parse(below.to_string() + "targets/");
}

}  // namespace supply::tuf
