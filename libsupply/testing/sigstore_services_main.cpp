// The services of a private instance on loopback, for programs: `sigstore_services DIRECTORY` writes into it
// trusted_root.json, signing-config-v1.json, signing-config-v2.json (Rekor v1 and v2, each with a timestamp authority),
// token (for the audience sigstore, for an hour) and url, and serves until its standard input ends. Tests only.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "libsupply/testing/sigstore_services.hpp"

namespace supply::testing {
namespace {

Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::string signing_config(const std::string& url, int rekor) {
  const auto service = [](const std::string& address, int version) {
    return R"([{"url":")" + address + R"(","majorApiVersion":)" + std::to_string(version) +
           R"(,"validFor":{"start":"2020-01-01T00:00:00Z"},"operator":"test"}])";
  };
  return R"({"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","caUrls":)" + service(url, 1) +
         R"(,"oidcUrls":)" + service(url, 1) + R"(,"rekorTlogUrls":)" + service(url, rekor) +
         R"(,"rekorTlogConfig":{"selector":"ANY"},"tsaUrls":)" + service(url + "/api/v1/timestamp", 1) +
         R"(,"tsaConfig":{"selector":"ANY"}})";
}

int serve(const std::filesystem::path& directory) {
  PrivateInstance instance(now());
  SigstoreServices services(instance, now);
  const HttpServer server([&](const HttpRequest& request) { return services.answer(request); });
  const auto write = [&](const char* name, const std::string& text) { std::ofstream(directory / name) << text; };
  write("trusted_root.json", instance.trusted_json());
  write("signing-config-v1.json", signing_config(server.url(), 1));
  write("signing-config-v2.json", signing_config(server.url(), 2));
  write("token", unsigned_token(R"({"iss":"https://issuer.test","aud":"sigstore","sub":"https://ci.test/job","exp":)" +
                                std::to_string(instance.at(3600).time_since_epoch().count()) + "}"));
  write("url", server.url());
  std::puts("ready");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}

}  // namespace
}  // namespace supply::testing

int main(int argc, char** argv) { return argc == 2 ? supply::testing::serve(argv[1]) : 2; }
