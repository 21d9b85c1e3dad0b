#include "tools/supply/file_provenance.hpp"

#include <filesystem>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/provenance_check/cloud_build.hpp"
#include "tools/common/input.hpp"
#include "tools/supply/blob_artifact.hpp"
#include "tools/supply/provenance_expectations.hpp"

namespace supply::tools {

using provenance_check::ArtifactAnswer;
using provenance_check::AttestationFile;

namespace {

// Where builders put it: slsa-github-generator, `provenance --attest`, others.
Result<std::string> provenance_beside(const std::string& path) {
  for (const char* ending : {".intoto.jsonl", ".provenance.sigstore.json", ".build.slsa", ".sigstore.json"}) {
    std::error_code none;
    if (std::filesystem::exists(path + ending, none)) return path + ending;
  }
  return Error(ErrorCode::not_found, "no provenance is beside " + quote(path) + ": say where with --provenance-path");
}

// What was built, by its bytes or by its digest, and the file with its provenance.
Result<ArtifactAnswer> by_attestations(const FileProvenance& options, const std::string& name,
                                       verify::Artifact artifact, const std::string& file,
                                       provenance_check::Request request, Budget& budget, Console& console) {
  SUPPLY_TRY(const std::string text, read_input(file, "--provenance-path"));
  SUPPLY_TRY(const AttestationFile attestations, provenance_check::read_attestation_file(text).at(file));
  if (request.source)
    SUPPLY_TRY(add_source_summaries(
        options.source, options.trust, options.common, budget,
        [&](const verify::Verifier& by) { return provenance_check::source_summaries(attestations, by, budget); },
        *request.source, console));
  const bool npm = request.package || attestations.form == AttestationFile::Form::npm;
  SUPPLY_TRY(verify::TrustPolicy policy, provenance_trust_of(options.trust, options.common, npm, console));
  if (attestations.form == AttestationFile::Form::gcloud) {
    if (!options.trust.names_a_signer()) request.signers = provenance_check::SignersBy::cloud_build;
    provenance_check::know_cloud_build(policy.keys);
  }
  if (npm) {  // what npm's statements are about
    SUPPLY_TRY(const std::string sha512, artifact.hash(crypto::HashAlgorithm::sha512));
    SUPPLY_TRY(artifact.digest, Digest::parse("sha512:" + to_hex(sha512)));
  }
  SUPPLY_TRY(const Clock clock, clock_of(options.trust.now));
  const verify::Verifier verifier(std::move(policy), clock.now);
  return provenance_check::check_file(name, artifact, attestations, verifier, request, budget);
}

}  // namespace

Result<ArtifactAnswer> check_file(const FileProvenance& options, const std::string& path,
                                  const provenance_check::Request& request, Budget& budget, Console& console) {
  std::string file = options.file;
  if (file.empty()) {
    SUPPLY_TRY(file, provenance_beside(path));
  }
  SUPPLY_TRY(const BlobArtifact blob, BlobArtifact::open("file:" + path, console));
  return by_attestations(options, path, blob.artifact(), file, request, budget, console);
}

Result<ArtifactAnswer> check_digest(const FileProvenance& options, const std::string& name, const Digest& digest,
                                    const provenance_check::Request& request, Budget& budget, Console& console) {
  if (options.file.empty())
    return Error(ErrorCode::usage, "a digest has no provenance beside it: say where with --provenance-path");
  return by_attestations(options, name, {std::nullopt, digest}, options.file, request, budget, console);
}

}  // namespace supply::tools
