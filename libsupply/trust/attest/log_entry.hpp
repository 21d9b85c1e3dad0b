// An entry of a transparency log as a bundle brings it: values, nothing of it checked.
// Source: sigstore/protobuf-specs, sigstore_rekor.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace supply::attest {

struct InclusionProof {
  std::uint64_t log_index = 0;  ///< in the tree; of Rekor v1 another than the entry's
  std::uint64_t tree_size = 0;
  std::string root_hash;            ///< raw
  std::vector<std::string> hashes;  ///< raw, from the leaf up
  std::string checkpoint;           ///< the text of the signed note
};

struct LogEntry {
  std::uint64_t log_index = 0;
  std::string log_id;  ///< raw
  std::string kind, version;
  std::optional<std::int64_t> integrated_time;  ///< seconds since 1970; a time only with `promise`
  std::string promise;                          ///< the signed entry timestamp (SET), raw; empty when absent
  std::optional<InclusionProof> proof;
  std::string body;  ///< canonicalizedBody, decoded
};

}  // namespace supply::attest
