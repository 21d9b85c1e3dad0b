#include "libsupply/base/zip/zip.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "libsupply/base/c_object/c_object.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/zip/internal/central_directory.hpp"

namespace supply::zip {
namespace {

using ReaderPtr = std::unique_ptr<struct archive, Deleter<archive_read_free>>;

Error error_of(struct archive* reader) {
  const char* message = archive_error_string(reader);
  const std::string text = message == nullptr ? "libarchive gives no reason" : to_lower(message);
  return Error(text.find("unsupported") == std::string::npos ? ErrorCode::malformed : ErrorCode::unsupported, text);
}

// A name as libarchive gives it: with '/' for '\', and with a '/' behind a directory's. Names that are not in ASCII
// depend on the locale there; the local header's bytes were compared with the central directory's before.
bool same_name(std::string_view ours, const char* theirs) {
  const auto plain = [](char c) { return c > 0x1f && c < 0x7f; };
  if (!std::all_of(ours.begin(), ours.end(), plain)) return true;
  if (theirs == nullptr) return false;
  std::string_view other = theirs;
  while (ours.ends_with('/')) ours.remove_suffix(1);
  while (other.ends_with('/')) other.remove_suffix(1);
  const auto slash = [](char c) { return c == '\\' ? '/' : c; };
  return std::equal(ours.begin(), ours.end(), other.begin(), other.end(),
                    [&](char a, char b) { return slash(a) == slash(b); });
}

Result<std::string> content_of(struct archive* reader, const ZipMember& member) {
  std::string bytes;
  bytes.resize(member.size);
  std::size_t filled = 0;
  while (true) {
    char more = 0;
    const bool full = filled == bytes.size();
    const la_ssize_t got =
        archive_read_data(reader, full ? &more : bytes.data() + filled, full ? 1 : bytes.size() - filled);
    if (got < 0) return error_of(reader);
    if (got == 0) break;
    if (full) return Error(ErrorCode::malformed, "more than " + std::to_string(member.size) + " bytes come out");
    filled += static_cast<std::size_t>(got);
  }
  if (filled != bytes.size())
    return Error(ErrorCode::malformed, std::to_string(filled) + " bytes come out, not " + std::to_string(member.size));
  return bytes;
}

// The bytes of one member, from its local header on, read by libarchive as those of a stream.
Result<std::string> read_member(std::string_view bytes, const ZipMember& member) {
  const ReaderPtr reader(archive_read_new());
  if (!reader) return Error(ErrorCode::internal, "libarchive cannot be loaded, or has no memory");
  if (archive_read_support_format_zip_streamable(reader.get()) != ARCHIVE_OK ||
      archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    return error_of(reader.get());
  struct archive_entry* entry = nullptr;
  const int status = archive_read_next_header(reader.get(), &entry);
  if (status == ARCHIVE_EOF) return Error(ErrorCode::malformed, "libarchive does not see it");
  // A warning is about a name in another encoding, or a field that nobody reads here.
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return error_of(reader.get());
  if (!same_name(member.name, archive_entry_pathname(entry)))
    return Error(ErrorCode::malformed, "libarchive sees another name");
  return content_of(reader.get(), member);
}

}  // namespace

bool is_zip(std::string_view archive) { return find_end_record(archive).has_value(); }

Status read_zip(std::string_view archive, ZipVisitor& visitor, const ZipLimits& limits) {
  SUPPLY_TRY(const CentralDirectory directory, read_central_directory(archive, limits));
  std::vector<const CentralEntry*> wanted;
  std::uint64_t unpacked = 0;
  for (const CentralEntry& entry : directory.entries) {
    const ZipMember& member = entry.member;
    SUPPLY_TRY(const bool wants, visitor.wants(member));
    if (!wants) continue;
    if (member.ambiguous) return Error(ErrorCode::malformed, "two members " + quote(member.name));
    wanted.push_back(&entry);
    if (member.encrypted) return Error(ErrorCode::unsupported, "encrypted").at(quote(member.name));
    if (member.size / std::max<std::uint64_t>(limits.ratio, 1) > member.packed)
      return Error(ErrorCode::limit_exceeded,
                   "more than " + std::to_string(limits.ratio) + " bytes for each packed one")
          .at(quote(member.name));
    if (member.size > limits.unpacked - unpacked)
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(limits.unpacked) + " unpacked bytes")
          .at(quote(member.name));
    unpacked += member.size;
  }
  std::sort(wanted.begin(), wanted.end(), [](const auto* a, const auto* b) { return a->local < b->local; });
  for (const CentralEntry* entry : wanted) {
    // libarchive looks at so many bytes from a data descriptor on, whatever its form is.
    constexpr std::size_t kLookahead = 24;
    const std::string_view bytes = directory.archive.substr(entry->local, entry->end - entry->local + kLookahead);
    SUPPLY_TRY(std::string content, read_member(bytes, entry->member).at(quote(entry->member.name)));
    SUPPLY_TRY(visitor.content(entry->member, std::move(content)));
  }
  return {};
}

}  // namespace supply::zip
