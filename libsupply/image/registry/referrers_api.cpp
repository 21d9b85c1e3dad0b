// What refers to an image: the referrers API, and the tag that stands in for it where there is none.
// Source: distribution-spec v1.1, "Listing Referrers", "Pushing Manifests with Subject", "Referrers Tag Schema".
#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/parallel/parallel.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest_info.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/registry/internal/error_response.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"
#include "libsupply/image/registry/internal/pagination.hpp"
#include "libsupply/image/registry/internal/registry_state.hpp"

namespace supply::registry {
namespace {

constexpr std::size_t kThreads = 4;

Status add(std::vector<oci::Descriptor>& list, std::vector<oci::Descriptor> more, const std::string& what) {
  if (list.size() + more.size() > kMaxReferrers)
    return Error(ErrorCode::limit_exceeded, what + ": more than " + std::to_string(kMaxReferrers));
  std::move(more.begin(), more.end(), std::back_inserter(list));
  return {};
}

}  // namespace

// Nothing: the registry has no such API.
Result<std::optional<std::vector<oci::Descriptor>>> Registry::ask_referrers(const Digest& subject,
                                                                            const std::string& type) {
  const std::string what = "referrers of " + subject.to_string();
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->no_referrers_api) return std::optional<std::vector<oci::Descriptor>>();
  }
  std::vector<oci::Descriptor> list;
  Pages pages;
  RegistryRequest call{.target = path("referrers", subject.to_string()),
                       .headers = {{"Accept", std::string(oci::kIndexType)}},
                       .scopes = client_->scopes("pull"),
                       .what = what};
  if (!type.empty()) call.target += "?artifactType=" + http::percent_encode(type);
  for (;;) {
    SUPPLY_TRY(const BufferedResponse answer, client_->document(call, kMaxManifestBytes));
    if (answer.status != 200) {
      const std::string code = parse_error_response(answer.bytes).code;
      // 404 is the specification's; a page with it may be the registry's web server, which then is asked for the tag.
      const bool absent =
          answer.status == 404 ||
          ((answer.status == 405 || answer.status == 501 || (answer.status == 400 && code == "UNSUPPORTED")) &&
           !is_html(answer.headers, answer.bytes));
      if (!absent || !pages.seen.empty() || !client_->is_own(answer.url) || code == "DENIED" ||
          code == "UNAUTHORIZED") {
        if (pages.seen.empty()) return client_->failure(what, answer);
        // A page that the registry itself has named and does not have is no end of the list.
        return Error(ErrorCode::unavailable, what + ": page " + std::to_string(pages.seen.size() + 1) + " answers " +
                                                 std::to_string(answer.status));
      }
      if (code != "NAME_UNKNOWN") {
        const std::scoped_lock lock(state_->mutex);
        state_->no_referrers_api = true;
      }
      return std::optional<std::vector<oci::Descriptor>>();
    }
    const std::string sent = content_type(answer.headers);
    if (sent != oci::kIndexType)
      return Error(ErrorCode::unavailable, what + ": could not be found out: the answer is " +
                                               (sent.empty() ? "of no type" : quote(sent)) + ", not an image index");
    auto index = oci::Index::parse(answer.bytes, oci::kIndexType);
    if (!index) return not_found_out(std::move(index).error()).at(what);
    SUPPLY_TRY(add(list, std::move(index->manifests), what));
    SUPPLY_TRY(const auto next, next_page(*client_, answer, pages, what));
    if (!next) return std::optional(std::move(list));
    call.url = *next;
  }
}

Status Registry::complete(std::vector<oci::Descriptor>& list, const Digest& subject) {
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.digest < b.digest; });
  const auto same = [](const auto& a, const auto& b) { return a.digest == b.digest; };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
  std::vector<char> refers(list.size(), 1);
  SUPPLY_TRY(parallel_for(list.size(), kThreads, [&](std::size_t i) -> Status {
    oci::Descriptor& entry = list[i];
    if (!oci::is_manifest_or_index(entry.media_type) || (!entry.artifact_type.empty() && !entry.annotations.empty()))
      return {};
    SUPPLY_TRY(const FetchedManifest manifest, get_manifest(entry.digest.to_string(), &entry));
    SUPPLY_TRY(oci::ManifestInfo info, oci::parse_manifest_info(manifest.bytes, manifest.descriptor.media_type)
                                           .at("referrer " + entry.digest.to_string()));
    refers[i] = info.subject == subject;
    if (entry.artifact_type.empty()) entry.artifact_type = std::move(info.artifact_type);
    if (entry.annotations.empty()) entry.annotations = std::move(info.annotations);
    return {};
  }));
  std::size_t kept = 0;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (refers[i] != 0) {
      if (kept != i) list[kept] = std::move(list[i]);
      ++kept;
    }
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(kept), list.end());
  return {};
}

Result<std::vector<oci::Descriptor>> Registry::list_referrers(const Digest& subject, const std::string& type) {
  SUPPLY_TRY(auto listed, ask_referrers(subject, type));
  if (!listed) {
    SUPPLY_TRY(const auto tagged, find_referrers_tag(subject));
    listed.emplace();
    if (tagged) {
      auto index = oci::Index::parse(tagged->bytes, oci::kIndexType);
      if (!index) return not_found_out(std::move(index).error()).at("referrers tag");
      SUPPLY_TRY(add(*listed, std::move(index->manifests), "referrers of " + subject.to_string()));
    }
  }
  SUPPLY_TRY(complete(*listed, subject));
  return *std::move(listed);
}

Result<std::vector<oci::Descriptor>> Registry::referrers(const Digest& subject) { return list_referrers(subject, {}); }

// Whether the registry has applied the filter, or knows of filters at all, makes no difference to the answer.
Result<std::vector<oci::Descriptor>> Registry::referrers_of_type(const Digest& subject,
                                                                 const std::string& artifact_type) {
  SUPPLY_TRY(std::vector<oci::Descriptor> list, list_referrers(subject, artifact_type));
  std::erase_if(list, [&](const oci::Descriptor& entry) { return entry.artifact_type != artifact_type; });
  return list;
}

Result<BufferedResponse> Registry::put_manifest_as(const std::string& reference, const oci::Descriptor& descriptor,
                                                   std::string_view bytes, http::Headers headers,
                                                   const std::string& what) {
  SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(descriptor.digest));
  hasher.update(bytes);
  if (const Digest actual = hasher.finish_digest(); actual != descriptor.digest || bytes.size() != descriptor.size)
    return Error(ErrorCode::mismatch, descriptor.digest.to_string() + ": damaged: its bytes are " + actual.to_string());
  headers.add("Content-Type", descriptor.media_type);
  const RegistryRequest call{.method = "PUT",
                             .target = path("manifests", reference),
                             .headers = std::move(headers),
                             .scopes = client_->scopes("pull,push"),
                             .body = bytes,
                             .what = what};
  http::Retry retry = client_->retry();
  SUPPLY_TRY(BufferedResponse answer, client_->document(call, kMaxErrorBodyBytes));
  // docker-registry 2.8 answers so to right bytes when another client uploads one of the manifest's blobs at that
  // moment.
  while (answer.status == 400 && descriptor.digest.algorithm() == "sha256" &&
         parse_error_response(answer.bytes).code == "DIGEST_INVALID") {
    SUPPLY_TRY(retry.again(client_->failure(what, answer)));
    SUPPLY_TRY(answer, client_->document(call, kMaxErrorBodyBytes));
  }
  if (!http::is_success(answer.status)) return answer;
  const auto says = Digest::parse(answer.headers.find("Docker-Content-Digest").value_or(""));
  if (says && says->algorithm() == descriptor.digest.algorithm() && *says != descriptor.digest)
    return Error(ErrorCode::mismatch, what + ": the registry has stored it as " + says->to_string());
  return answer;
}

Status Registry::put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                              const std::optional<std::string>& tag) {
  const bool tagged = tag && !tag->empty();
  const std::string what = tagged ? name_ + ":" + *tag : descriptor.digest.to_string();
  SUPPLY_TRY(const BufferedResponse answer,
             put_manifest_as(tagged ? *tag : descriptor.digest.to_string(), descriptor, bytes, {}, what));
  if (http::is_success(answer.status)) return tagged ? read_back(*tag, bytes, what) : Status();
  Error why = client_->failure(what, answer);
  if (descriptor.digest.algorithm() != "sha256" && answer.status == 400)
    return Error(ErrorCode::unsupported, why.message() + " (some registries take manifests by sha256 only)");
  return why;
}

// Whether it must be listed under the tag still.
Result<bool> Registry::put_with_subject(const oci::Descriptor& descriptor, std::string_view bytes,
                                        const Digest& subject) {
  const std::string what = descriptor.digest.to_string();
  SUPPLY_TRY(const BufferedResponse answer, put_manifest_as(what, descriptor, bytes, {}, what));
  if (!http::is_success(answer.status)) return client_->failure(what, answer);
  if (const auto field = answer.headers.find("OCI-Subject")) {
    if (*field == subject.to_string()) return false;
    return Error(ErrorCode::mismatch, what + ": the registry takes it for a referrer of " + quote(*field));
  }
  // Some have the API and do not say so (go-containerregistry's); with them the tag would be one more list that lies.
  const auto names_it = [&](const std::vector<oci::Descriptor>& list) {
    return std::any_of(list.begin(), list.end(), [&](const auto& entry) { return entry.digest == descriptor.digest; });
  };
  http::Retry retry = client_->retry();
  for (;;) {
    SUPPLY_TRY(const auto listed, ask_referrers(subject, {}));
    if (!listed) return true;
    if (names_it(*listed)) return false;
    SUPPLY_TRY(retry.again(Error(ErrorCode::unavailable, what +
                                                             ": is stored, and the registry does not list it among "
                                                             "the referrers of " +
                                                             subject.to_string())));
  }
}

Status Registry::put_referrers(const std::vector<store::Referrer>& referrers, const Digest& subject) {
  std::vector<char> unlisted(referrers.size(), 0);
  SUPPLY_TRY(parallel_for(referrers.size(), kThreads, [&](std::size_t i) -> Status {
    SUPPLY_TRY(const bool must, put_with_subject(referrers[i].descriptor, referrers[i].bytes, subject));
    unlisted[i] = must ? 1 : 0;
    return {};
  }));
  std::vector<oci::Descriptor> list;
  for (std::size_t i = 0; i < referrers.size(); ++i)
    if (unlisted[i] != 0) list.push_back(referrers[i].descriptor);
  return list_under_tag(list, subject);
}

Status Registry::put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) {
  return put_referrers({{descriptor, bytes}}, subject);
}

}  // namespace supply::registry
