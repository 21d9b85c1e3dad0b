#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/image.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string image, tag;
};

Result<ExitCode> run_tags(const Options& options, Console& console) {
  Stores stores(options.common, console);
  stores.leave_attachments();
  SUPPLY_TRY(const oci::Reference reference, stores.reference(options.image, kImages));
  // A registry's reference without a tag has the usual one.
  const bool tagged = reference.selector().tag && options.image.ends_with(":" + *reference.selector().tag);
  if (tagged || reference.selector().digest)
    return Error(ErrorCode::usage, options.image + ": name the repository alone, without tag and digest");
  SUPPLY_TRY(const std::unique_ptr<store::ImageSource> source, stores.source(reference));
  SUPPLY_TRY(const std::vector<std::string> tags, source->tags());
  if (options.common.json) {
    console.print(json::to_pretty_text({{"version", 1}, {"name", reference.name()}, {"tags", tags}}));
    return ExitCode::yes;
  }
  for (const std::string& tag : tags) console.print(escape_for_terminal(tag) + "\n");
  return ExitCode::yes;
}

Result<ExitCode> run_tag(const Options& options, Console& console) {
  // A tag is what a reference takes for one.
  if (const auto parsed = oci::Reference::parse("registry.invalid/x:" + options.tag);
      !parsed || parsed->selector().tag != options.tag || parsed->selector().digest)
    return Error(ErrorCode::usage, quote(options.tag) +
                                       ": is no tag (at most 128 of A-Z a-z 0-9 _ . -, and none of "
                                       ". - first)");
  Stores stores(options.common, console);
  stores.leave_attachments();
  SUPPLY_TRY(const OpenImage image, stores.changed(options.image));
  SUPPLY_TRY(const std::string bytes, store::fetch(*image.store, image.root, kMaxManifestBytes).at(options.image));
  const oci::Descriptor plain{
      .media_type = image.root.media_type, .digest = image.root.digest, .size = image.root.size};
  SUPPLY_TRY(image.store->put_manifest(plain, bytes, options.tag).at(options.image));
  SUPPLY_TRY(image.store->commit().at(options.image));
  const std::string name = image.reference.with({options.tag, image.root.digest}).to_string();
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1},
                                        {"image", image.reference.name()},
                                        {"tag", options.tag},
                                        {"digest", image.root.digest.to_string()}}));
  else console.print(name + "\n");
  return ExitCode::yes;
}

Result<ExitCode> run_delete(const Options& options, Console& console) {
  Stores stores(options.common, console);
  stores.leave_attachments();
  SUPPLY_TRY(const oci::Reference reference, stores.reference(options.image, kImagesWithDigest));
  const bool tagged = reference.selector().tag && options.image.ends_with(":" + *reference.selector().tag);
  if (!tagged && !reference.selector().digest)
    return Error(ErrorCode::usage, options.image + ": say which image: a tag or a digest");
  SUPPLY_TRY(const std::unique_ptr<store::ContentStore> store, stores.target(reference));
  SUPPLY_TRY(store->remove(reference.selector()));
  SUPPLY_TRY(store->commit().at(options.image));
  console.note("deleted " + reference.to_string());
  if (options.common.json) console.print(json::to_pretty_text({{"version", 1}, {"deleted", reference.to_string()}}));
  return ExitCode::yes;
}

// Of crane ls and regctl tag ls.
constexpr OptionOfOthers kOfOthers[] = {
    {"--full-ref", false, "the repository is what was typed: leave it out"},
    {"--omit-digest-tags", false, "all tags are listed: leave it out"},
    {"--limit", true, "all tags are listed: leave it out"},
    {"--last", true, "all tags are listed: leave it out"},
};

}  // namespace

void add_tags(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "tags", "List the tags of a repository",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("REPO", options.image, "registry/repository, or oci:DIR")->required();
        refuse_options_of_others(verb, kOfOthers, run);
      },
      run_tags);
  add_verb<Options>(
      app, run, "tag", "Give an image another tag",
      [](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.image, "The image")->required();
        verb.add_option("NEW", options.tag, "The tag")->required();
      },
      run_tag);
  add_verb<Options>(
      app, run, "delete", "Take a tag away, or by digest the image with every tag that it has",
      [](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.image, "The image, with a tag or digest")->required();
      },
      run_delete);
}

}  // namespace supply::tools
