// Model signing: a statement that lists the files of a directory with their hashes. Pure; any thread.
// Source: sigstore/model-transparency, docs/model_signing_format.md; of version 0.2, its signing/in_toto.py.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "libsupply/trust/verify/verifier.hpp"

namespace supply::verify {

inline constexpr std::string_view kModelSigningType = "https://model_signing/signature/v1.0";
inline constexpr std::string_view kModelFilesV02Type = "https://model_signing/Digests/v0.1";
inline constexpr std::string_view kModelShardsV02Type = "https://model_signing/ShardDigests/v0.1";

/// SHA-256 in hex, by the path from the model's directory, with slashes; of shards by "PATH:START:END".
using ModelFiles = std::map<std::string, std::string>;

struct ModelManifest {
  Digest root;  ///< SHA-256 over the files' hashes, in the order of the list; of version 0.2 the first subject's
  ModelFiles files;
  std::set<std::string> ignored;  ///< paths that the signer left out, with all below
  /// 0: whole files are listed. Else shards of so many bytes, the last of a file shorter; an empty file has none, so
  /// that nothing says it was there.
  std::uint64_t shard_bytes = 0;

  /// Whether the model is one file, whose name in the list is ".", and no directory.
  bool is_file() const;

  /// Errors: mismatch (another predicate type, a list that does not lead to the subject's digest); malformed;
  /// unsupported (another hash than SHA-256); limit_exceeded (kMaxModelFiles).
  static Result<ModelManifest> parse(const attest::Statement& statement);
};

/// Whether a directory has these files and no others. Errors: mismatch, naming the first that is missing, changed or
/// more than was signed.
Status check_files(const ModelManifest& manifest, const ModelFiles& found);

/// The files of the directory, or their shards, but what is ignored; an empty file as "PATH:0:0". Errors: its own.
using ListModelFiles = std::function<Result<ModelFiles>(const ModelManifest& manifest)>;

/// The bundle of a model as an attestation of the files that `list` finds. Nothing is listed before the signature held.
/// Errors: as those of Verifier::blob_attestation and of `list`.
Result<attest::Verified<attest::Statement>> verify_model(const Verifier& verifier, std::string_view bundle,
                                                         const ListModelFiles& list, Budget& budget,
                                                         std::vector<attest::StepResult>* steps = nullptr);

/// Whether what a bundle claims, believed or not, is a model that is one file.
bool claims_model_file(std::string_view bundle);

}  // namespace supply::verify
