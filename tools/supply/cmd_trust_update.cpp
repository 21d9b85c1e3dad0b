#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/public_good.hpp"
#include "libsupply/trust/tuf/mirror.hpp"
#include "libsupply/trust/tuf/render.hpp"
#include "libsupply/trust/tuf/trust_directory.hpp"
#include "tools/common/image.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/trusted_root.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string mirror, targets_url, root, checksum, directory;
  std::vector<std::string> targets;
  bool metadata_only = false;
};

std::string hash_of(std::string_view bytes) { return to_hex(crypto::hash(crypto::HashAlgorithm::sha256, bytes)); }

Result<std::string> directory_of(const Options& options) {
  return options.directory.empty() ? trust_directory(options.common) : Result<std::string>(options.directory);
}

// The root that trust begins with: the user's, or the built-in one.
Result<std::string> first_root(const Options& options) {
  if (options.root.empty()) {
    if (!options.checksum.empty()) return Error(ErrorCode::usage, "--root-checksum goes with --root");
    return std::string(root::public_good().tuf_root);
  }
  if (options.mirror.empty())
    return Error(ErrorCode::usage, "--root goes with --mirror: the address of the repository that it is of");
  Result<std::string> bytes = io::read_file(options.root, kMaxTufRootBytes);
  if (!bytes) return Error(ErrorCode::usage, "--root: " + bytes.error().message());
  std::string wanted = options.checksum;
  if (wanted.starts_with("sha256:")) wanted.erase(0, 7);
  if (!wanted.empty() && hash_of(*bytes) != wanted)
    return Error(ErrorCode::mismatch,
                 "--root " + quote(options.root) + ": has the SHA-256 " + hash_of(*bytes) + ", not " + wanted);
  return bytes;
}

struct Begun {
  tuf::Repository repository;
  std::string sha256;  // of the root
};

Result<Begun> begin(const Options& options, const std::string& directory) {
  SUPPLY_TRY(const std::string first, first_root(options));
  tuf::Repository repository{options.mirror, options.targets_url, options.root.empty()};
  if (repository.mirror.empty()) repository.mirror = root::public_good().mirror;
  const Result<http::Url> url = http::Url::parse(repository.mirror);
  if (!url) return Error(ErrorCode::usage, "--mirror: " + url.error().message());
  if (repository.targets.empty()) {
    SUPPLY_TRY(const http::Url targets, tuf::default_targets_url(*url));
    repository.targets = targets.to_string();
  }
  SUPPLY_TRY(tuf::init(directory, repository, first));
  return Begun{std::move(repository), hash_of(first)};
}

Result<ExitCode> run_init(const Options& options, Console& console) {
  SUPPLY_TRY(const std::string directory, directory_of(options));
  SUPPLY_TRY(const Begun begun, begin(options, directory));
  const auto& [repository, sha256] = begun;
  const std::string whose = repository.is_built_in ? "built-in" : "given";
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1},
                                        {"directory", directory},
                                        {"mirror", repository.mirror},
                                        {"targets", repository.targets},
                                        {"root", whose},
                                        {"sha256", sha256}}));
  else
    console.note(quote(directory) + " follows " + repository.mirror + " from the " + whose + " root (sha256 " + sha256 +
                 "); `supply trust update` fetches what it has");
  return ExitCode::yes;
}

Result<ExitCode> run_update(const Options& options, Console& console) {
  SUPPLY_TRY(const std::string directory, directory_of(options));
  if (options.metadata_only && !options.targets.empty())
    return Error(ErrorCode::usage, "--metadata-only and --target: want one");
  // Who never said anything else follows the public-good instance.
  if (const auto followed = tuf::followed(directory); !followed && followed.error().code() == ErrorCode::not_found) {
    if (options.common.offline) return Error(followed.error());
    SUPPLY_TRY(begin(options, directory));
  }
  tuf::UpdateRequest request{now(), root::public_good().tuf_root, options.targets, {}, options.targets_url};
  if (options.targets.empty() && !options.metadata_only) {
    request.wanted = {kTrustedRootTarget};
    request.optional = {"signing_config.v0.2.json"};
  }
  SUPPLY_TRY(const std::unique_ptr<http::Client> client, make_client(options.common));
  SUPPLY_TRY(const tuf::Update update, tuf::update(directory, *client, request));
  for (const tuf::Update::File& file : update.files)
    console.note(quote(file.name) + (file.changed ? " is new" : " has not changed") + " (sha256 " + file.sha256 + ")");
  for (const std::string& name : update.absent) console.detail(quote(name) + ": the repository has none");
  if (options.common.json) console.print(json::to_pretty_text(tuf::to_json(update)));
  else console.note(update.repository.mirror + ": up to date, good until " + to_rfc3339(update.expires));
  return ExitCode::yes;
}

constexpr OptionOfOthers kOfCosign[] = {
    {"--staging", false,
     "write --mirror https://tuf-repo-cdn.sigstage.dev --root FILE, with a root.json of it that you trust"},
};

}  // namespace

void add_trust_update(CLI::App& trust, Run& run) {
  const auto place = [](CLI::App& verb, Options& options) {
    verb.add_option("--directory", options.directory, "Where it is followed (default: trust in the cache)");
  };
  add_verb<Options>(
      trust, run, "init", "Follow a TUF repository; without options the public-good instance's",
      [&](CLI::App& verb, Options& options) {
        place(verb, options);
        verb.add_option("--mirror", options.mirror,
                        "The address of its metadata; without --root a copy of the public-good one");
        verb.add_option("--targets-url", options.targets_url,
                        "The address of its targets (default: targets below the metadata)");
        verb.add_option("--root", options.root, "The root.json that trust begins with");
        verb.add_option("--root-checksum", options.checksum, "The SHA-256 that this file must have");
        refuse_options_of_others(verb, kOfCosign, run);
      },
      run_init);
  add_verb<Options>(
      trust, run, "update", "Fetch what the repository has now, checked as TUF 1.0 wants it",
      [&](CLI::App& verb, Options& options) {
        place(verb, options);
        verb.add_option("--target", options.targets, "Fetch this file instead of trusted_root.json; repeated");
        verb.add_option("--targets-url", options.targets_url, "The address of its targets, this time");
        verb.add_flag("--metadata-only", options.metadata_only, "Fetch no target");
      },
      run_update);
}

}  // namespace supply::tools
