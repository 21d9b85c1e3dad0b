#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/store/copy.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/image.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/progress.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string source, destination, platform;
  bool no_referrers = false, all = false;  // all platforms are what is copied without it
  std::size_t jobs = store::CopyOptions().transfers;
};

// The tag at the destination: what was named there; a registry's images have one.
std::string tag_at(const oci::Reference& destination) {
  const oci::Selector& selector = destination.selector();
  if (selector.tag) return *selector.tag;
  return destination.kind() == oci::Reference::Kind::registry && !selector.digest ? "latest" : "";
}

Result<ExitCode> run_copy(const Options& options, Console& console) {
  store::CopyOptions how{.referrers = !options.no_referrers, .transfers = options.jobs};
  SUPPLY_TRY(how.platform, platform_of(options.platform));
  Stores stores(options.common, console);
  stores.leave_attachments();
  if (const std::optional<std::string> other = environment("COSIGN_REPOSITORY"); other && !other->empty())
    console.note("COSIGN_REPOSITORY is set to " + quote(*other) +
                 ", which copy does not use: what is in the image's own repository is copied");
  SUPPLY_TRY(const oci::Reference target, stores.reference(options.destination, kImages));
  SUPPLY_TRY(const Image image, stores.image(options.source));
  if (target.selector().digest && !how.platform && *target.selector().digest != image.root.digest)
    return Error(ErrorCode::usage,
                 options.destination + ": names another digest than the source's " + image.root.digest.to_string());
  SUPPLY_TRY(const std::unique_ptr<store::ContentStore> to, stores.destination(target));
  store::Progress progress;
  how.progress = &progress;
  Result<store::Copied> copied = [&] {
    const ProgressBar bar(console, progress);
    return store::copy(*image.store, image.root, *to, tag_at(target), how);
  }();
  if (!copied) return std::move(copied).error().at(options.source + " to " + options.destination);
  const std::string name = target.with({target.selector().tag, copied->root.digest}).to_string();
  console.note("copied " + std::to_string(copied->manifests) + " manifests (" + std::to_string(copied->referrers) +
               " refer to another), " + std::to_string(copied->blobs) + " blobs, " + std::to_string(copied->bytes) +
               " bytes");
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1},
                                        {"source", options.source},
                                        {"destination", options.destination},
                                        {"digest", copied->root.digest.to_string()},
                                        {"mediaType", copied->root.media_type},
                                        {"manifests", copied->manifests},
                                        {"referrers", copied->referrers},
                                        {"blobs", copied->blobs},
                                        {"mounted", copied->mounted},
                                        {"bytes", copied->bytes}}));
  else console.print(name + "\n");
  return ExitCode::yes;
}

constexpr OptionOfOthers kOfOthers[] = {
    // cosign copy
    {"--only", true, "what is attached is copied with its image: leave it out, or write --no-referrers"},
    {"--sig-only", false, "what is attached is copied with its image: leave it out"},
    {"--force", false, "a tag that is there is moved: leave it out"},
    // skopeo copy
    {"--format", true, "manifests are copied as they are: leave it out"},
    {"-f", true, "manifests are copied as they are: leave it out"},
    {"--multi-arch", true, "all platforms are copied: leave it out, or write --platform OS/ARCHITECTURE"},
    {"--override-os", true, "write --platform OS/ARCHITECTURE"},
    {"--override-arch", true, "write --platform OS/ARCHITECTURE"},
    {"--src-tls-verify", false, "write --ca-file FILE, or --plain-http", true},
    {"--dest-tls-verify", false, "write --ca-file FILE, or --plain-http", true},
    {"--src-creds", true, "supply login REGISTRY takes a name and a password"},
    {"--dest-creds", true, "supply login REGISTRY takes a name and a password"},
    {"--src-authfile", true, "write --authfile FILE"},
    {"--dest-authfile", true, "write --authfile FILE"},
    {"--digestfile", true, "the digest is on standard output: leave it out"},
    {"--preserve-digests", false, "digests never change: leave it out"},
    {"--remove-signatures", false, "write --no-referrers"},
    {"--sign-by", true, "supply sign IMAGE --key KEY signs what was copied"},
    {"--sign-by-sigstore-private-key", true, "supply sign IMAGE --key KEY signs what was copied"},
    {"--retry-times", true, "requests are repeated: leave it out"},
    // regctl image copy
    {"--recursive", false, "an index is copied with all that it lists: leave it out"},
    {"--referrers", false, "what refers to an image is copied with it: leave it out"},
    {"--digest-tags", false, "what refers to an image is copied with it: leave it out"},
};

}  // namespace

void add_copy(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "copy", "Move an image from one place to another with all that refers to it",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("SRC", options.source, "The image")->required();
        verb.add_option("DST", options.destination, "Where to: a registry, oci:DIR[:TAG], oci-archive:FILE[:TAG], …")
            ->required();
        auto* const platform =
            verb.add_option("--platform", options.platform, "Only this platform's image, e.g. linux/arm64");
        verb.add_flag("-a,--all", options.all, "All platforms, as without it (skopeo)")->excludes(platform);
        verb.add_flag("--no-referrers", options.no_referrers, "Leave signatures, attestations and SBOMs behind");
        verb.add_option("-j,--jobs", options.jobs, "Blobs at a time")->check(CLI::Range(1, 16))->capture_default_str();
        refuse_options_of_others(verb, kOfOthers, run);
      },
      run_copy);
}

}  // namespace supply::tools
