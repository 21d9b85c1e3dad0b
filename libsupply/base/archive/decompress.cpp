#include "libsupply/base/archive/decompress.hpp"

#include <fmt/core.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <string>

#include "libsupply/base/c_object/c_object.hpp"
#include "libsupply/base/limits/image_limits.hpp"

namespace supply::archive {
namespace {

constexpr std::size_t kOutBytes = 256 * kKiB;  // small enough to stay in the cache until it is hashed and read
constexpr int kZstdWindowLog = 27;
static_assert(kMaxZstdWindowBytes == std::size_t{1} << kZstdWindowLog);

Error malformed(std::string message) { return {ErrorCode::malformed, std::move(message)}; }

// Where unpacked bytes go, counted against the limits.
class Counted {
 public:
  Counted(Decompressor::Out out, UnpackLimits limits) : out_(std::move(out)), limits_(limits) {}

  Status write(std::string_view bytes) {
    if (bytes.empty()) return {};
    unpacked_ += bytes.size();
    if (unpacked_ > limits_.bytes)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} unpacked bytes", limits_.bytes));
    if (unpacked_ > limits_.ratio_floor && unpacked_ / limits_.ratio > packed_)
      return Error(ErrorCode::limit_exceeded,
                   fmt::format("more than {} times as many unpacked as packed bytes", limits_.ratio));
    return out_(bytes);
  }
  void add_packed(std::size_t bytes) { packed_ += bytes; }
  std::uint64_t packed() const { return packed_; }
  std::uint64_t unpacked() const { return unpacked_; }

 private:
  Decompressor::Out out_;
  UnpackLimits limits_;
  std::uint64_t packed_ = 0, unpacked_ = 0;
};

class Codec {
 public:
  virtual ~Codec() = default;
  virtual Status feed(std::string_view packed, Counted& out) = 0;
  virtual Status finish() = 0;
  virtual std::size_t held() const { return 0; }
};

class Plain : public Codec {
 public:
  Status feed(std::string_view packed, Counted& out) override { return out.write(packed); }
  Status finish() override { return {}; }
};

// The size of the gzip header at the start of `bytes`, or 0 when it goes on behind them. Read here, since ISA-L 2.30
// loses the header's CRC when the header comes in pieces. Source: RFC 1952, section 2.3. Errors: malformed.
Result<std::size_t> gzip_header_size(std::string_view bytes) {
  constexpr unsigned kHeaderCrc = 2, kExtra = 4, kName = 8, kComment = 16, kReserved = 0xe0;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 10) return std::size_t{0};
  const unsigned flags = at(3);
  if (at(0) != 0x1f || at(1) != 0x8b) return malformed("bytes that are no gzip member behind the gzip stream");
  if (at(2) != 8 || (flags & kReserved) != 0) return malformed("gzip header of an unknown kind");
  std::size_t size = 10;
  if ((flags & kExtra) != 0) {
    if (bytes.size() < size + 2) return std::size_t{0};
    size += 2 + (at(size) | static_cast<std::size_t>(at(size + 1)) << 8);
  }
  for (const unsigned text : {kName, kComment}) {
    if ((flags & text) == 0) continue;
    const std::size_t end = bytes.find('\0', size);
    if (end == std::string_view::npos) return std::size_t{0};
    size = end + 1;
  }
  if ((flags & kHeaderCrc) != 0) {
    if (bytes.size() < size + 2) return std::size_t{0};
    const std::uint32_t crc = crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(bytes.data()), size);
    if (at(size) != (crc & 0xff) || at(size + 1) != (crc >> 8 & 0xff))
      return malformed("gzip header CRC does not hold");
    size += 2;
  }
  return size <= bytes.size() ? size : 0;
}

class Gzip : public Codec {
 public:
  Gzip() : state_(std::make_unique<inflate_state>()), out_(std::make_unique_for_overwrite<char[]>(kOutBytes)) {
    isal_inflate_init(state_.get());
  }

  Status feed(std::string_view packed, Counted& out) override {
    while (!packed.empty()) {
      if (!in_member_) {
        SUPPLY_TRY(begin_member(packed));
        continue;
      }
      const std::size_t taken = std::min<std::size_t>(packed.size(), UINT32_MAX);
      state_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(packed.data()));
      state_->avail_in = static_cast<std::uint32_t>(taken);
      do {
        state_->next_out = reinterpret_cast<std::uint8_t*>(out_.get());
        state_->avail_out = kOutBytes;
        SUPPLY_TRY(check(isal_inflate(state_.get())));
        SUPPLY_TRY(out.write({out_.get(), kOutBytes - state_->avail_out}));
      } while (state_->block_state != ISAL_BLOCK_FINISH && (state_->avail_in > 0 || state_->avail_out == 0));
      packed.remove_prefix(taken - state_->avail_in);
      // A read-ahead of the inflater never goes past the trailer of its member, so `packed` starts right behind it.
      in_member_ = state_->block_state != ISAL_BLOCK_FINISH;
    }
    return {};
  }

  Status finish() override {
    if (in_member_ || !header_.empty()) return malformed("gzip stream is cut off");
    return {};
  }

 private:
  // Takes padding or the next header, or what there is of it. Zero bytes may follow the last member: that they are no
  // data is what GNU gzip and Go's reader agree on.
  Status begin_member(std::string_view& packed) {
    if (header_.empty() && !first_) {
      const std::size_t zeros = std::min(packed.find_first_not_of('\0'), packed.size());
      if (zeros > 0) padded_ = true;
      packed.remove_prefix(zeros);
      if (packed.empty()) return {};
      if (padded_) return malformed("bytes behind the padding of the gzip stream");
    }
    first_ = false;
    const std::size_t before = header_.size();
    std::size_t size = 0;
    if (before == 0) {
      SUPPLY_TRY(size, gzip_header_size(packed));
    }
    if (size == 0) {  // it goes on in the next chunk
      header_ += packed.substr(0, kMaxGzipHeaderBytes + 1 - before);
      SUPPLY_TRY(size, gzip_header_size(header_));
      if (size == 0 && header_.size() > kMaxGzipHeaderBytes)
        return Error(ErrorCode::limit_exceeded, fmt::format("gzip header of more than {} bytes", kMaxGzipHeaderBytes));
    }
    packed.remove_prefix(size == 0 ? packed.size() : size - before);
    if (size == 0) return {};
    header_.clear();
    isal_inflate_reset(state_.get());
    state_->crc_flag = ISAL_GZIP_NO_HDR_VER;  // CRC-32 and length of the member are checked
    in_member_ = true;
    return {};
  }

  static Status check(int code) {
    if (code == ISAL_DECOMP_OK) return {};
    if (code == ISAL_INCORRECT_CHECKSUM) return malformed("gzip checksum or length does not hold");
    return malformed(fmt::format("gzip data is damaged (inflate error {})", code));
  }

  std::unique_ptr<inflate_state> state_;
  std::unique_ptr<char[]> out_;
  std::string header_;  // of the next member, until it is complete
  bool first_ = true;   // no member was there yet
  bool in_member_ = false;
  bool padded_ = false;
};

class Zstd : public Codec {
 public:
  static Result<std::unique_ptr<Codec>> create() {
    auto made = std::make_unique<Zstd>();
    made->context_.reset(ZSTD_createDCtx());
    if (!made->context_ ||
        ZSTD_isError(ZSTD_DCtx_setParameter(made->context_.get(), ZSTD_d_windowLogMax, kZstdWindowLog)))
      return Error(ErrorCode::internal, "no zstd context");
    return std::unique_ptr<Codec>(std::move(made));
  }

  Status feed(std::string_view packed, Counted& out) override {
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    bool more = false;  // the output buffer was full, so the context may hold more
    while (in.pos < in.size || more) {
      ZSTD_outBuffer unpacked{out_.get(), kOutBytes, 0};
      const std::size_t left = ZSTD_decompressStream(context_.get(), &unpacked, &in);
      if (ZSTD_isError(left)) return failure(left);
      SUPPLY_TRY(out.write({out_.get(), unpacked.pos}));
      in_frame_ = left != 0;
      more = in_frame_ && unpacked.pos == unpacked.size;
    }
    return {};
  }

  Status finish() override {
    if (in_frame_) return malformed("zstd stream is cut off");
    return {};
  }
  std::size_t held() const override { return ZSTD_sizeof_DCtx(context_.get()); }

 private:
  static Status failure(std::size_t code) {
    const ZSTD_ErrorCode error = ZSTD_getErrorCode(code);
    if (error == ZSTD_error_frameParameter_windowTooLarge)
      return Error(ErrorCode::limit_exceeded,
                   fmt::format("zstd frame wants a window of more than {} bytes", kMaxZstdWindowBytes));
    if (error == ZSTD_error_memory_allocation) return Error(ErrorCode::internal, "zstd got no memory");
    return malformed(fmt::format("zstd data is damaged ({})", ZSTD_getErrorString(error)));
  }

  std::unique_ptr<ZSTD_DCtx, Deleter<ZSTD_freeDCtx>> context_;
  std::unique_ptr<char[]> out_ = std::make_unique_for_overwrite<char[]>(kOutBytes);
  bool in_frame_ = true;
};

Result<std::unique_ptr<Codec>> codec_for(Compression compression) {
  switch (compression) {
    case Compression::gzip: return std::unique_ptr<Codec>(std::make_unique<Gzip>());
    case Compression::zstd: return Zstd::create();
    case Compression::bzip2:
    case Compression::xz: return Error(ErrorCode::unsupported, "compression " + std::string(to_string(compression)));
    case Compression::none: break;
  }
  return std::unique_ptr<Codec>(std::make_unique<Plain>());
}

}  // namespace

Compression compression_of(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("\x1f\x8b"sv)) return Compression::gzip;
  if (head.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::zstd;
  const bool skippable = !head.empty() && (static_cast<unsigned char>(head[0]) & 0xf0U) == 0x50;
  if (skippable && head.substr(1).starts_with("\x2a\x4d\x18"sv)) return Compression::zstd;
  if (head.size() > 3 && head.starts_with("BZh"sv) && head[3] >= '1' && head[3] <= '9') return Compression::bzip2;
  if (head.starts_with("\xfd\x37zX"sv)) return Compression::xz;
  return Compression::none;
}

std::string_view to_string(Compression compression) {
  switch (compression) {
    case Compression::gzip: return "gzip";
    case Compression::zstd: return "zstd";
    case Compression::bzip2: return "bzip2";
    case Compression::xz: return "xz";
    case Compression::none: break;
  }
  return "none";
}

struct Decompressor::Impl {
  Impl(Out out_function, UnpackLimits limits) : out(std::move(out_function), limits) {}

  Status choose(std::string_view first) {
    compression = compression_of(first);
    SUPPLY_TRY(codec, codec_for(compression));
    return {};
  }
  Status start() {
    SUPPLY_TRY(choose(head));
    return codec->feed(head, out);
  }

  Counted out;
  std::string head;  // the first bytes, until there are enough of them to tell
  Compression compression = Compression::none;
  std::unique_ptr<Codec> codec;
};

Decompressor::Decompressor(Out out, UnpackLimits limits) : impl_(std::make_unique<Impl>(std::move(out), limits)) {}
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor::~Decompressor() = default;

Status Decompressor::feed(std::string_view packed) {
  impl_->out.add_packed(packed.size());
  if (!impl_->codec) {
    if (impl_->head.empty() && packed.size() >= kCompressionHeadBytes) {  // the usual case: nothing is copied
      SUPPLY_TRY(impl_->choose(packed));
    } else {
      const std::size_t missing = std::min(kCompressionHeadBytes - impl_->head.size(), packed.size());
      impl_->head.append(packed.substr(0, missing));
      packed.remove_prefix(missing);
      if (impl_->head.size() < kCompressionHeadBytes) return {};
      SUPPLY_TRY(impl_->start());
    }
  }
  return impl_->codec->feed(packed, impl_->out);
}

Status Decompressor::finish() {
  if (!impl_->codec) SUPPLY_TRY(impl_->start());
  return impl_->codec->finish();
}

Compression Decompressor::compression() const { return impl_->compression; }
std::uint64_t Decompressor::packed_bytes() const { return impl_->out.packed(); }
std::uint64_t Decompressor::unpacked_bytes() const { return impl_->out.unpacked(); }
std::uint64_t Decompressor::held_bytes() const { return impl_->codec ? impl_->codec->held() : 0; }

}  // namespace supply::archive
