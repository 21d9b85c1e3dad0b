// A registry in memory that follows distribution-spec v1.1, and does wrong what a test tells it to. Speaks through a
// socket (HttpServer) or straight to an http::Client that is none. Tests only.
#pragma once

#include <map>
#include <optional>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/testing/http_server.hpp"

namespace supply::testing {

class FaultyRegistry {
 public:
  struct Stored {
    std::string type, bytes;
  };

  // What kind of registry it is.
  bool referrers_api = true;
  bool says_subject = true;       ///< OCI-Subject, when there is the API
  bool filters = false;           ///< applies artifactType, and says so
  bool heeds_conditions = false;  ///< If-Match, If-None-Match
  bool gitlab_tags = false;       ///< sha256-<hex> is the subject itself
  bool mounts = true;
  bool forgets_cut_uploads = false;
  std::size_t page_size = 1000;
  std::string challenge;        ///< WWW-Authenticate of a request without `token`
  std::string token = "t0ken";  ///< what "Bearer" or "Basic" must be followed by, when there is a challenge

  /// Rules are asked in their order, before the registry does anything; the first answer is the answer.
  using Rule = std::function<std::optional<HttpReply>(const HttpRequest&)>;
  void rule(Rule rule) { rules_.push_back(std::move(rule)); }
  /// Answers `reply` to the next `times` requests of that method (or any: "") whose target holds the text.
  void fault(std::string method, std::string in_target, HttpReply reply, int times = 1'000'000);
  /// Called after a request was carried out: what happens between two requests of a client.
  std::function<void(const HttpRequest&)> afterwards;

  HttpReply handle(const HttpRequest& request);

  /// What is there: by digest, by tag.
  std::map<std::string, std::string> blobs;
  std::map<std::string, Stored> manifests;
  std::map<std::string, std::string> tags;
  std::map<std::string, std::string> uploads;  ///< session to its bytes
  std::vector<HttpRequest> log;

  std::string put_blob(const std::string& bytes);
  std::string put_manifest(const std::string& bytes, const std::string& type, const std::string& tag = {});
  std::size_t count(std::string_view method, std::string_view in_target) const;

 private:
  HttpReply route(const HttpRequest& request);
  HttpReply blob(const HttpRequest& request, const std::string& digest);
  HttpReply upload(const HttpRequest& request, const std::string& session);
  HttpReply manifest(const HttpRequest& request, const std::string& reference);
  HttpReply put_manifest_request(const HttpRequest& request, const std::string& reference);
  HttpReply referrers(const HttpRequest& request, const std::string& subject);
  HttpReply tag_list(const HttpRequest& request);

  std::vector<Rule> rules_;
  int sessions_ = 0;
};

/// `{"errors":[{"code":CODE,"message":MESSAGE}]}` with that status.
HttpReply registry_error(int status, const std::string& code, const std::string& message = "as told");

}  // namespace supply::testing
