#include "libsupply/trust/verify/model_manifest.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/attestation_object.hpp"

namespace supply::verify {
namespace {

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }
Error no(std::string why) { return Error(ErrorCode::mismatch, std::move(why)); }

constexpr std::size_t kHashBytes = 32;
constexpr std::string_view kItself = ".";  // of a model that is one file

// A path within the directory, and nothing else.
bool is_inside(const std::string& path) {
  if (path.empty() || path.front() == '/' || path.find('\\') != std::string::npos) return false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = std::string_view(path).substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

// "weights:0:1000000" is the first shard of weights.
std::string_view file_of(std::string_view resource, bool shards) {
  if (!shards) return resource;
  for (int colons = 0; colons < 2; ++colons)
    resource = resource.substr(0, std::min(resource.rfind(':'), resource.size()));
  return resource;
}

Status add(std::string name, std::string_view hash, ModelManifest& manifest) {
  if (hash.size() != kHashBytes) return malformed(name + ": digest that is no SHA-256 hash");
  const bool shards = manifest.shard_bytes != 0;
  const std::string_view path = file_of(name, shards);
  if ((path != kItself && !is_inside(std::string(path))) || (shards && path.size() + 4 > name.size()))
    return malformed("name " + quote(name) + " is no " + (shards ? "shard of a file" : "path") + " within the model");
  if (!manifest.files.emplace(std::move(name), to_hex(hash)).second) return malformed("a file twice");
  return {};
}

// Before version 1.1 the list does not say what was left out: what its tool leaves out.
std::set<std::string> ignored_by_default() { return {"model.sig", ".git", ".gitattributes", ".github", ".gitignore"}; }

Status read_serialization(const json::Value& predicate, ModelManifest& manifest) {
  SUPPLY_TRY(const json::Value* serialization, json::optional_object(predicate, "serialization"));
  if (serialization == nullptr) return malformed("no serialization");
  SUPPLY_TRY(const std::string method, json::require_string(*serialization, "method"));
  SUPPLY_TRY(const std::string hash, json::require_string(*serialization, "hash_type"));
  if ((method != "files" && method != "shards") || hash != "sha256")
    return Error(ErrorCode::unsupported,
                 "model of " + quote(method) + " by " + quote(hash) + ": want files or shards by sha256");
  if (method == "shards") {
    SUPPLY_TRY(const std::int64_t size, json::require_integer(*serialization, "shard_size"));
    if (size < 1) return malformed("shard_size below 1");
    manifest.shard_bytes = static_cast<std::uint64_t>(size);
  }
  SUPPLY_TRY(const std::vector<std::string> ignored, json::string_list(*serialization, "ignore_paths"));
  manifest.ignored.insert(ignored.begin(), ignored.end());
  if (!serialization->contains("ignore_paths")) manifest.ignored = ignored_by_default();
  return {};
}

// Returns the bytes that the root is the hash of.
Result<std::string> read_resources(const json::Value& predicate, ModelManifest& manifest) {
  SUPPLY_TRY(const json::Value* list, json::optional_array(predicate, "resources"));
  if (list == nullptr || list->empty()) return malformed("no resources");
  if (list->size() > kMaxModelFiles)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxModelFiles) + " files of a model");
  const std::string wanted =
      manifest.shard_bytes == 0 ? "sha256" : "sha256-sharded-" + std::to_string(manifest.shard_bytes);
  std::string hashes;
  for (const json::Value& each : *list) {
    SUPPLY_TRY(std::string name, json::require_string(each, "name"));
    SUPPLY_TRY(const std::string algorithm, json::require_string(each, "algorithm"));
    SUPPLY_TRY(const std::string hex, json::require_string(each, "digest"));
    if (algorithm != wanted && algorithm != "sha256")
      return Error(ErrorCode::unsupported, "algorithm " + quote(algorithm) + ": want " + wanted);
    SUPPLY_TRY(const std::string hash, from_hex(hex).at(name));
    hashes += hash;
    SUPPLY_TRY(add(std::move(name), hash, manifest));
  }
  return hashes;
}

Result<Digest> digest_of(const attest::Subject& subject) {
  const auto digest = subject.digest.find("sha256");
  if (digest == subject.digest.end()) return malformed("subject without a sha256 digest");
  return Digest::parse("sha256:" + digest->second);
}

// "file-sha256-1000000", of a shard.
Result<std::uint64_t> first_shard_bytes(const attest::Subject& subject) {
  constexpr std::string_view kStart = "file-sha256-";
  const auto found = subject.annotations.find("actual_hash_algorithm");
  const std::string_view text = found == subject.annotations.end() ? std::string_view() : found->second;
  std::uint64_t size = 0;
  const char* const end = text.data() + text.size();
  if (!text.starts_with(kStart) || std::from_chars(text.data() + kStart.size(), end, size).ptr != end || size == 0)
    return Error(ErrorCode::unsupported, "shards by " + quote(text) + ": want file-sha256-BYTES");
  return size;
}

// Version 0.2: the files or shards are the subjects.
Result<ModelManifest> first_form(const attest::Statement& statement) {
  SUPPLY_TRY(Digest first, digest_of(statement.subjects.front()));
  ModelManifest manifest{std::move(first), {}, ignored_by_default()};
  if (statement.predicate_type == kModelShardsV02Type) {
    SUPPLY_TRY(manifest.shard_bytes, first_shard_bytes(statement.subjects.front()));
  }
  const std::string wanted =
      manifest.shard_bytes == 0 ? "file-sha256" : "file-sha256-" + std::to_string(manifest.shard_bytes);
  for (const attest::Subject& subject : statement.subjects) {
    const auto algorithm = subject.annotations.find("actual_hash_algorithm");
    const bool known = algorithm == subject.annotations.end()
                           ? manifest.shard_bytes == 0
                           : algorithm->second == wanted || algorithm->second == "sha256";
    if (!known) return Error(ErrorCode::unsupported, subject.name + ": hash other than " + wanted);
    SUPPLY_TRY(const Digest digest, digest_of(subject));
    SUPPLY_TRY(const std::string hash, from_hex(digest.encoded()));
    SUPPLY_TRY(add(subject.name, hash, manifest));
  }
  return manifest;
}

Result<ModelManifest> manifest_from(const attest::Statement& statement) {
  if (statement.predicate_type == kModelFilesV02Type || statement.predicate_type == kModelShardsV02Type)
    return first_form(statement);
  if (statement.predicate_type != kModelSigningType)
    return no("statement of type " + statement.predicate_type + ", which lists no files of a model");
  if (statement.subjects.size() != 1) return malformed("several subjects: want the model");
  SUPPLY_TRY(Digest root, digest_of(statement.subjects.front()));
  ModelManifest manifest{std::move(root), {}, {}};
  SUPPLY_TRY(const json::Value predicate, json::parse(statement.predicate, {.bytes = kMaxAttachmentBytes}));
  SUPPLY_TRY(read_serialization(predicate, manifest));
  SUPPLY_TRY(const std::string hashes, read_resources(predicate, manifest));
  if (crypto::sha256(hashes) != manifest.root) return no("the list of files does not lead to the subject's digest");
  return manifest;
}

}  // namespace

Result<ModelManifest> ModelManifest::parse(const attest::Statement& statement) {
  SUPPLY_TRY(ModelManifest manifest, manifest_from(statement).at("model"));
  const auto is_itself = [&](const auto& each) { return file_of(each.first, manifest.shard_bytes != 0) == kItself; };
  const auto count = std::count_if(manifest.files.begin(), manifest.files.end(), is_itself);
  if (count != 0 && static_cast<std::size_t>(count) != manifest.files.size())
    return malformed("model: name \".\" is that of a model that is one file, and there are others");
  return manifest;
}

bool ModelManifest::is_file() const {
  return !files.empty() && file_of(files.begin()->first, shard_bytes != 0) == kItself;
}

Status check_files(const ModelManifest& manifest, const ModelFiles& found) {
  for (const auto& [path, hash] : manifest.files) {
    const auto here = found.find(path);
    if (here == found.end()) return no("file " + quote(path) + " was signed and is missing");
    if (here->second != hash) return no("file " + quote(path) + " is not as it was signed");
  }
  for (const auto& [path, hash] : found)
    if (!manifest.files.contains(path)) return no("file " + quote(path) + " was not signed");
  return {};
}

Result<attest::Verified<attest::Statement>> verify_model(const Verifier& verifier, std::string_view bundle,
                                                         const ListModelFiles& list, Budget& budget,
                                                         std::vector<attest::StepResult>* steps) {
  SUPPLY_TRY(const std::vector<Result<attest::Bundle>> bundles, attest::bundles_in(bundle));
  if (bundles.size() != 1) return Error(ErrorCode::unsupported, "several bundles of a model: want one");
  if (!bundles.front()) return bundles.front().error();
  const auto* const envelope = std::get_if<attest::Envelope>(&bundles.front()->content);
  if (envelope == nullptr) return no("bundle is a signature, and no list of a model's files");
  // Not believed yet: it says which digest the statement is to be about.
  SUPPLY_TRY(const attest::Statement claimed, attest::Statement::parse(envelope->payload));
  SUPPLY_TRY(const ModelManifest manifest, ModelManifest::parse(claimed));
  SUPPLY_TRY(attest::Verified<attest::Statement> verified,
             verifier.blob_attestation({std::nullopt, manifest.root}, bundle, budget, steps));
  SUPPLY_TRY(const ModelFiles found, list(manifest));
  SUPPLY_TRY(check_files(manifest, found));
  return verified;
}

bool claims_model_file(std::string_view bundle) {
  const auto bundles = attest::bundles_in(bundle);
  if (!bundles || bundles->size() != 1 || !bundles->front()) return false;
  const auto* const envelope = std::get_if<attest::Envelope>(&bundles->front()->content);
  if (envelope == nullptr) return false;
  const Result<attest::Statement> claimed = attest::Statement::parse(envelope->payload);
  if (!claimed) return false;
  const Result<ModelManifest> manifest = ModelManifest::parse(*claimed);
  return manifest && manifest->is_file();
}

}  // namespace supply::verify
