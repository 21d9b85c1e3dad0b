#include "libsupply/trust/root/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/log_signature.hpp"

namespace supply::root {
namespace {

constexpr std::string_view kLineStart = "\xe2\x80\x94 ";  // em dash, space
constexpr std::size_t kKeyIdBytes = 4, kHashBytes = 32;

Error malformed(std::string what) { return Error(ErrorCode::malformed, "checkpoint: " + std::move(what)); }

// The text up to the newline, which goes too.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

Result<NoteSignature> signature_from(std::string_view line) {
  if (!line.starts_with(kLineStart)) return malformed("signature line that does not begin with a dash");
  line.remove_prefix(kLineStart.size());
  const std::size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos) return malformed("signature line without name or signature");
  SUPPLY_TRY(const std::string bytes, from_base64(line.substr(space + 1)).at("checkpoint: signature line"));
  if (bytes.size() <= kKeyIdBytes) return malformed("signature line without a signature");
  return NoteSignature{std::string(line.substr(0, space)), bytes.substr(0, kKeyIdBytes), bytes.substr(kKeyIdBytes)};
}

Status read_text(Checkpoint& checkpoint) {
  std::string_view rest = checkpoint.text;
  checkpoint.origin = std::string(take_line(rest));
  if (checkpoint.origin.empty()) return malformed("no origin");
  const std::string_view size = take_line(rest);
  if (!is_digits(size) || (size.size() > 1 && size.front() == '0'))
    return malformed("size " + quote(size) + " is no whole number");
  const auto [end, fault] = std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  if (fault != std::errc()) return malformed("size " + quote(size) + " is too large");
  SUPPLY_TRY(checkpoint.root_hash, from_base64(take_line(rest)).at("checkpoint: root hash"));
  if (checkpoint.root_hash.size() != kHashBytes) return malformed("root hash that is no SHA-256 hash");
  while (!rest.empty())
    if (take_line(rest).empty()) return malformed("empty line in the text");
  return {};
}

}  // namespace

Result<Checkpoint> Checkpoint::parse(std::string_view note) {
  if (note.size() > kMaxCheckpointBytes)
    return Error(ErrorCode::limit_exceeded, "checkpoint larger than " + std::to_string(kMaxCheckpointBytes) + " bytes");
  if (!is_utf8(note)) return malformed("not UTF-8");
  if (std::any_of(note.begin(), note.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }))
    return malformed("control character");
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || note.back() != '\n') return malformed("no signatures");
  Checkpoint checkpoint;
  checkpoint.text = std::string(note.substr(0, blank + 1));
  for (std::string_view rest = note.substr(blank + 2); !rest.empty();) {
    if (checkpoint.signatures.size() == kMaxNoteSignatures)
      return Error(ErrorCode::limit_exceeded,
                   "checkpoint: more than " + std::to_string(kMaxNoteSignatures) + " signatures");
    SUPPLY_TRY(NoteSignature signature, signature_from(take_line(rest)));
    checkpoint.signatures.push_back(std::move(signature));
  }
  if (checkpoint.signatures.empty()) return malformed("no signatures");
  SUPPLY_TRY(read_text(checkpoint));
  return checkpoint;
}

bool Checkpoint::is_rekor_v1() const {
  const std::size_t dash = origin.rfind(" - ");
  return dash != std::string::npos && dash != 0 && is_digits(std::string_view(origin).substr(dash + 3));
}

std::string Checkpoint::signer_name() const { return is_rekor_v1() ? origin.substr(0, origin.rfind(" - ")) : origin; }

Status verify_checkpoint(const Checkpoint& checkpoint, const TransparencyLog& log, Budget& budget) {
  const std::string name = checkpoint.signer_name();
  if (!checkpoint.is_rekor_v1() && name != log.host)
    return Error(ErrorCode::mismatch, "origin " + quote(name) + " is not that of the log, " + quote(log.host));
  bool signed_by_log = false;
  std::set<std::string_view> held;  // a line that is there again says nothing new, and costs a verification
  for (const NoteSignature& line : checkpoint.signatures) {
    if (line.name != name || line.key_id != std::string_view(log.checkpoint_id).substr(0, kKeyIdBytes)) continue;
    if (!held.insert(line.signature).second) continue;
    SUPPLY_TRY(verify_log_signature(log, checkpoint.text, line.signature, budget));
    signed_by_log = true;
  }
  if (!signed_by_log) return Error(ErrorCode::mismatch, "no signature of the log " + quote(log.base_url));
  return {};
}

}  // namespace supply::root
