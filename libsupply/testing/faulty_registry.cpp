#include "libsupply/testing/faulty_registry.hpp"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"

namespace supply::testing {
namespace {

using nlohmann::json;

std::string digest_as(const std::string& like, const std::string& bytes) {
  crypto::Hasher hasher(like.starts_with("sha512") ? crypto::HashAlgorithm::sha512 : crypto::HashAlgorithm::sha256);
  hasher.update(bytes);
  return hasher.finish_digest().to_string();
}

std::string in_quotes(const std::string& text) { return '"' + text + '"'; }

}  // namespace

HttpReply registry_error(int status, const std::string& code, const std::string& message) {
  const json body{{"errors", json::array({{{"code", code}, {"message", message}}})}};
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()};
}

void FaultyRegistry::fault(std::string method, std::string in_target, HttpReply reply, int times) {
  auto left = std::make_shared<int>(times);
  rule([=](const HttpRequest& request) -> std::optional<HttpReply> {
    if (*left == 0 || (!method.empty() && request.method != method)) return std::nullopt;
    if (request.target.find(in_target) == std::string::npos) return std::nullopt;
    --*left;
    return reply;
  });
}

std::string FaultyRegistry::put_blob(const std::string& bytes) {
  const std::string digest = digest_as("sha256", bytes);
  blobs[digest] = bytes;
  return digest;
}

std::string FaultyRegistry::put_manifest(const std::string& bytes, const std::string& type, const std::string& tag) {
  const std::string digest = digest_as("sha256", bytes);
  manifests[digest] = {type, bytes};
  if (!tag.empty()) tags[tag] = digest;
  return digest;
}

std::size_t FaultyRegistry::count(std::string_view method, std::string_view in_target) const {
  return static_cast<std::size_t>(std::count_if(log.begin(), log.end(), [&](const HttpRequest& request) {
    return (method.empty() || request.method == method) && request.target.find(in_target) != std::string::npos;
  }));
}

HttpReply FaultyRegistry::handle(const HttpRequest& request) {
  log.push_back(request);
  for (const Rule& rule : rules_)
    if (auto reply = rule(request)) return *std::move(reply);
  if (!challenge.empty() && !request.header("Authorization").ends_with(' ' + token)) {
    HttpReply reply = registry_error(401, "UNAUTHORIZED", "who are you");
    reply.headers.emplace_back("WWW-Authenticate", challenge);
    return reply;
  }
  HttpReply reply = route(request);
  if (afterwards) afterwards(request);
  return reply;
}

HttpReply FaultyRegistry::route(const HttpRequest& request) {
  const std::string path = request.path();
  if (path == "/v2/") return {};
  const auto after = [&](const char* kind) -> std::optional<std::string> {
    const std::size_t at = path.find(kind);
    if (!path.starts_with("/v2/") || at == std::string::npos) return std::nullopt;
    return path.substr(at + std::string_view(kind).size());
  };
  if (const auto session = after("/blobs/uploads/")) return upload(request, *session);
  if (const auto digest = after("/blobs/")) return blob(request, *digest);
  if (const auto reference = after("/manifests/")) return manifest(request, *reference);
  if (const auto subject = after("/referrers/")) return referrers(request, *subject);
  if (after("/tags/list")) return tag_list(request);
  return {.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "404 page not found\n"};
}

HttpReply FaultyRegistry::blob(const HttpRequest& request, const std::string& digest) {
  const auto found = blobs.find(digest);
  if (found == blobs.end()) return registry_error(404, "BLOB_UNKNOWN");
  if (request.method == "DELETE") {
    blobs.erase(found);
    return {.status = 202};
  }
  HttpReply reply{.headers = {{"Docker-Content-Digest", digest}, {"Content-Type", "application/octet-stream"}},
                  .body = found->second};
  const std::string range = request.header("Range");
  if (range.starts_with("bytes=")) {
    const std::size_t from = std::stoul(range.substr(6));
    if (from >= reply.body.size()) return {.status = 416};
    reply.status = 206;
    reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(from) + "-" +
                                                    std::to_string(reply.body.size() - 1) + "/" +
                                                    std::to_string(reply.body.size()));
    reply.body.erase(0, from);
  }
  return reply;
}

HttpReply FaultyRegistry::upload(const HttpRequest& request, const std::string& session) {
  const auto answer = [&](int status, const std::string& id) {
    const std::size_t size = uploads[id].size();
    return HttpReply{.status = status,
                     .headers = {{"Location", "/v2/app/blobs/uploads/" + id + "?_state=s%2F" + std::to_string(size)},
                                 {"Range", "0-" + std::to_string(size == 0 ? 0 : size - 1)}}};
  };
  if (request.method == "POST") {
    const std::string mount = request.query("mount");
    if (!mount.empty() && mounts && blobs.contains(mount))
      return {.status = 201, .headers = {{"Docker-Content-Digest", mount}, {"Location", "/v2/app/blobs/" + mount}}};
    const std::string id = "s" + std::to_string(++sessions_);
    uploads[id] = "";
    return answer(202, id);
  }
  const auto found = uploads.find(session);
  if (found == uploads.end()) return registry_error(404, "BLOB_UPLOAD_UNKNOWN");
  if (request.method == "GET") return answer(204, session);
  if (request.method == "DELETE") {
    uploads.erase(found);
    return {.status = 204};
  }
  const std::string range = request.header("Content-Range");
  if (!range.empty() && std::stoul(range) != found->second.size()) return answer(416, session);
  if (request.query("_state") != "s/" + std::to_string(found->second.size()))
    return registry_error(404, "BLOB_UPLOAD_INVALID");
  found->second += request.body;
  if (!request.complete) {
    if (forgets_cut_uploads) uploads.erase(found);
    return {};
  }
  if (request.method == "PATCH") return answer(202, session);
  const std::string digest = request.query("digest");
  if (digest_as(digest, found->second) != digest) {
    uploads.erase(found);
    return registry_error(400, "DIGEST_INVALID");
  }
  blobs[digest] = found->second;
  uploads.erase(found);
  return {.status = 201, .headers = {{"Docker-Content-Digest", digest}, {"Location", "/v2/app/blobs/" + digest}}};
}

HttpReply FaultyRegistry::manifest(const HttpRequest& request, const std::string& reference) {
  if (request.method == "PUT") return put_manifest_request(request, reference);
  std::string digest = reference;
  if (const auto tag = tags.find(reference); tag != tags.end()) digest = tag->second;
  if (gitlab_tags && reference.starts_with("sha256-")) digest = "sha256:" + reference.substr(7);
  const auto found = manifests.find(digest);
  if (found == manifests.end()) return registry_error(404, "MANIFEST_UNKNOWN");
  if (request.method == "DELETE") {
    if (digest == reference) {
      manifests.erase(found);
      std::erase_if(tags, [&](const auto& entry) { return entry.second == digest; });
    } else {
      tags.erase(reference);
    }
    return {.status = 202};
  }
  // As docker-registry 2.8 does it.
  if (request.header("Accept").find(found->second.type) == std::string::npos)
    return registry_error(404, "MANIFEST_UNKNOWN");
  return {
      .headers = {{"Content-Type", found->second.type}, {"Docker-Content-Digest", digest}, {"ETag", in_quotes(digest)}},
      .body = found->second.bytes};
}

HttpReply FaultyRegistry::put_manifest_request(const HttpRequest& request, const std::string& reference) {
  const bool by_digest = reference.find(':') != std::string::npos;
  const std::string digest = digest_as(by_digest ? reference : "sha256", request.body);
  if (by_digest && digest != reference) return registry_error(400, "DIGEST_INVALID");
  if (heeds_conditions) {
    const auto tag = tags.find(reference);
    const std::string match = request.header("If-Match"), none = request.header("If-None-Match");
    if (!match.empty() && (tag == tags.end() || in_quotes(tag->second) != match)) return {.status = 412};
    if (none == "*" && tag != tags.end()) return {.status = 412};
  }
  manifests[digest] = {request.header("Content-Type"), request.body};
  if (!by_digest) tags[reference] = digest;
  HttpReply reply{.status = 201,
                  .headers = {{"Docker-Content-Digest", digest}, {"Location", "/v2/app/manifests/" + digest}}};
  const json document = json::parse(request.body, nullptr, false);
  if (referrers_api && says_subject && document.is_object() && document.contains("subject"))
    reply.headers.emplace_back("OCI-Subject", document["subject"]["digest"].get<std::string>());
  return reply;
}

HttpReply FaultyRegistry::referrers(const HttpRequest& request, const std::string& subject) {
  if (!referrers_api)
    return {.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "404 page not found\n"};
  const std::string wanted = filters ? request.query("artifactType") : "";
  json entries = json::array();
  for (const auto& [digest, stored] : manifests) {
    const json document = json::parse(stored.bytes, nullptr, false);
    if (!document.is_object() || !document.contains("subject") || document["subject"]["digest"] != subject) continue;
    json entry{{"mediaType", stored.type}, {"digest", digest}, {"size", stored.bytes.size()}};
    if (document.contains("artifactType")) entry["artifactType"] = document["artifactType"];
    else if (document.contains("config")) entry["artifactType"] = document["config"]["mediaType"];
    if (document.contains("annotations")) entry["annotations"] = document["annotations"];
    if (wanted.empty() || entry.value("artifactType", "") == wanted) entries.push_back(entry);
  }
  const std::size_t from = request.query("from").empty() ? 0 : std::stoul(request.query("from"));
  json page = json::array();
  for (std::size_t i = from; i < std::min(entries.size(), from + page_size); ++i) page.push_back(entries[i]);
  const json index{{"schemaVersion", 2}, {"mediaType", "application/vnd.oci.image.index.v1+json"}, {"manifests", page}};
  HttpReply reply{.headers = {{"Content-Type", "application/vnd.oci.image.index.v1+json"}}, .body = index.dump()};
  if (!wanted.empty()) reply.headers.emplace_back("OCI-Filters-Applied", "artifactType");
  if (from + page_size < entries.size())
    reply.headers.emplace_back("Link",
                               "<" + request.path() + "?from=" + std::to_string(from + page_size) + ">; rel=\"next\"");
  return reply;
}

HttpReply FaultyRegistry::tag_list(const HttpRequest& request) {
  std::vector<std::string> names;
  for (const auto& [tag, digest] : tags) names.push_back(tag);
  std::reverse(names.begin(), names.end());  // no order is promised
  const std::size_t from = request.query("from").empty() ? 0 : std::stoul(request.query("from"));
  std::vector<std::string> page;
  for (std::size_t i = from; i < std::min(names.size(), from + page_size); ++i) page.push_back(names[i]);
  HttpReply reply{.headers = {{"Content-Type", "application/json"}},
                  .body = json{{"name", "app"}, {"tags", page}}.dump()};
  if (from + page_size < names.size())
    reply.headers.emplace_back("Link", "</v2/app/tags/list?from=" + std::to_string(from + page_size) + ">; rel=next");
  return reply;
}

}  // namespace supply::testing
