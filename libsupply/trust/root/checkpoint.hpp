// Checkpoints of logs, which are signed notes. Source: C2SP signed-note, tlog-checkpoint, tlog-cosignature.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::root {

struct NoteSignature {
  std::string name;
  std::string key_id;     ///< 4 bytes
  std::string signature;  ///< raw
};

struct Checkpoint {
  std::string text;  ///< what is signed, its last newline included
  std::vector<NoteSignature> signatures;
  std::string origin;
  std::uint64_t size = 0;
  std::string root_hash;  ///< raw

  /// Errors: malformed, limit_exceeded.
  static Result<Checkpoint> parse(std::string_view note);
  /// Rekor v1 writes "NAME - TREE-ID" as origin and signs as NAME; Rekor v2's origin is its name.
  bool is_rekor_v1() const;
  std::string signer_name() const;
};

/// Whether the log signed the checkpoint. Lines of other names or key ids are passed over (witnesses, other keys of the
/// log), in any place. Errors: mismatch, when no line is the log's, one that is does not verify, or a log of Rekor v2
/// is at another host; limit_exceeded, of the budget.
Status verify_checkpoint(const Checkpoint& checkpoint, const TransparencyLog& log, Budget& budget);

}  // namespace supply::root
