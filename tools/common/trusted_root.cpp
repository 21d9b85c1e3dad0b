#include "tools/common/trusted_root.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/public_good.hpp"
#include "libsupply/trust/tuf/trust_directory.hpp"
#include "tools/common/console.hpp"

namespace supply::tools {
namespace {

Result<ChosenTrustedRoot> chosen(std::string text, std::string source, std::string where, std::string date) {
  ChosenTrustedRoot choice;
  SUPPLY_TRY(choice.others, root::TrustedRoot::parse_all(text));
  choice.root = std::move(choice.others.front());
  choice.others.erase(choice.others.begin());
  choice.sha256 = to_hex(crypto::hash(crypto::HashAlgorithm::sha256, text));
  choice.text = std::move(text);
  choice.source = std::move(source);
  choice.where = std::move(where);
  choice.date = std::move(date);
  return choice;
}

Result<ChosenTrustedRoot> from_file(const std::string& file) {
  const std::string place = "--trusted-root " + quote(file);
  Result<std::string> text = io::read_file(file, kMaxTrustedRootBytes);
  if (!text) return Error(ErrorCode::usage, place + ": " + text.error().message());
  Result<ChosenTrustedRoot> choice = chosen(*std::move(text), "file", file, {});
  if (!choice) return Error(ErrorCode::usage, place + ": " + choice.error().message());
  return choice;
}

Result<ChosenTrustedRoot> built_in() {
  const root::BuiltInInstance& instance = root::public_good();
  return chosen(std::string(instance.trusted_root), "built-in", std::string(instance.mirror),
                std::string(instance.date));
}

Result<ChosenTrustedRoot> cached(const std::string& directory) {
  SUPPLY_TRY(tuf::CachedTarget target,
             tuf::cached_target(directory, kTrustedRootTarget, now(), root::public_good().tuf_root));
  return chosen(std::move(target.bytes), "tuf", target.repository.mirror, to_rfc3339(target.expires));
}

// The environment says nothing about trust here; who sets cosign's variables learns what to type.
void say_unused_variables(Console& console) {
  static constexpr std::pair<const char*, std::string_view> kOfCosign[] = {
      {"SIGSTORE_ROOT_FILE", "--ca-roots FILE, or --trusted-root FILE"},
      {"SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", "--trusted-root FILE (supply trust root create makes one)"},
      {"SIGSTORE_REKOR_PUBLIC_KEY", "--trusted-root FILE (supply trust root create makes one)"},
      {"SIGSTORE_TSA_CERTIFICATE_FILE", "--timestamp-certificate-chain FILE, or --trusted-root FILE"},
      {"TUF_MIRROR", "supply trust init --mirror URL --root FILE, once"},
      {"TUF_ROOT_JSON", "supply trust init --mirror URL --root FILE, once"},
  };
  for (const auto& [name, instead] : kOfCosign)
    if (!environment(name).value_or("").empty())
      console.note(std::string(name) + " is set, which is not used: write " + std::string(instead));
}

}  // namespace

std::string ChosenTrustedRoot::description() const {
  const std::string digest = " (sha256 " + sha256.substr(0, 12) + "...)";
  if (source == "file") return quote(where) + digest;
  if (source == "tuf") return "that of " + where + ", good until " + date + digest;
  return "the built-in one of " + date + digest;
}

nlohmann::json ChosenTrustedRoot::to_json() const {
  nlohmann::json record{{"source", source}, {"sha256", sha256}};
  if (source == "file") record["file"] = where;
  else record["mirror"] = where;
  if (source == "built-in") record["date"] = date;
  if (source == "tuf") record["expires"] = date;
  if (!authorities.empty()) record["authorities"] = authorities;
  return record;
}

Result<ChosenTrustedRoot> trusted_root_for(const std::string& file, const Common& common, Console& console) {
  if (!file.empty()) return from_file(file);
  say_unused_variables(console);
  const std::string cache = cache_directory(common);
  if (cache.empty()) return built_in();
  const std::string directory = cache + "/trust";
  const Result<tuf::Repository> repository = tuf::followed(directory);
  if (!repository && repository.error().code() == ErrorCode::not_found) return built_in();
  if (!repository) return Error(repository.error()).at("trusted root (--trusted-root FILE names another)");
  if (!repository->is_built_in && !common.cache.empty() && environment("SUPPLY_CACHE") == common.cache)
    return Error(ErrorCode::usage,
                 "the trusted root of " + repository->mirror +
                     " is in a cache that SUPPLY_CACHE names, and the environment says nothing about trust: "
                     "give --cache, or --trusted-root FILE");
  Result<ChosenTrustedRoot> choice = cached(directory);
  if (choice) return choice;
  if (!repository->is_built_in)
    return std::move(choice).error().at("trusted root of " + repository->mirror + " (supply trust update)");
  console.warn("the trusted root that was fetched does not count: " + choice.error().message() +
               "; the built-in one is used (supply trust update)");
  return built_in();
}

Result<std::string> trust_directory(const Common& common) {
  const std::string cache = cache_directory(common);
  if (cache.empty())
    return Error(ErrorCode::usage,
                 "no cache is used (--no-cache, or neither HOME nor XDG_CACHE_HOME): say --cache DIR");
  return cache + "/trust";
}

}  // namespace supply::tools
