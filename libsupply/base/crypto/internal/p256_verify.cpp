#include "libsupply/base/crypto/internal/p256_verify.hpp"

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/internal/openssl_ptr.hpp"

namespace supply::crypto::internal {
namespace {

using namespace std::string_view_literals;
using ContextPtr = std::unique_ptr<BN_CTX, Deleter<BN_CTX_free>>;
using PointPtr = std::unique_ptr<EC_POINT, Deleter<EC_POINT_free>>;

// What is before x and y: lengths, algorithm, curve, BIT STRING, and the 4 of an uncompressed point.
constexpr std::string_view kP256 =
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04"sv;

// Static storage.
const EC_GROUP* p256() {
  static const EC_GROUP* const group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  return group;
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

BignumPtr number_of(std::string_view digits) {
  return BignumPtr(BN_bin2bn(bytes(digits), static_cast<int>(digits.size()), nullptr));
}

PointPtr read_p256(std::string_view point, BN_CTX* context) {
  PointPtr read(p256() == nullptr ? nullptr : EC_POINT_new(p256()));
  const std::string form = std::string(1, '\x04').append(point);
  // It is an error where the point is not on the curve.
  const bool on_curve = read && EC_POINT_oct2point(p256(), read.get(), bytes(form), form.size(), context) == 1;
  return on_curve ? std::move(read) : nullptr;
}

bool verifies(std::string_view point, std::string_view hash, std::string_view r_bytes, std::string_view s_bytes) {
  const ContextPtr context(BN_CTX_new());
  const BignumPtr r = number_of(r_bytes), s = number_of(s_bytes), e = number_of(hash.substr(0, 32));
  const BignumPtr w(BN_new()), u(BN_new()), v(BN_new()), x(BN_new());
  if (!context || !r || !s || !e || !w || !u || !v || !x) return false;
  const PointPtr key = read_p256(point, context.get());
  if (!key) return false;
  const BIGNUM* const order = EC_GROUP_get0_order(p256());
  for (const BIGNUM* each : {r.get(), s.get()})
    if (BN_is_zero(each) == 1 || BN_cmp(each, order) >= 0) return false;
  const PointPtr found(EC_POINT_new(p256()));
  return found && BN_mod_inverse(w.get(), s.get(), order, context.get()) != nullptr &&
         BN_mod_mul(u.get(), e.get(), w.get(), order, context.get()) == 1 &&
         BN_mod_mul(v.get(), r.get(), w.get(), order, context.get()) == 1 &&
         EC_POINT_mul(p256(), found.get(), u.get(), key.get(), v.get(), context.get()) == 1 &&
         EC_POINT_get_affine_coordinates(p256(), found.get(), x.get(), nullptr, context.get()) == 1 &&
         BN_nnmod(x.get(), x.get(), order, context.get()) == 1 && BN_cmp(x.get(), r.get()) == 0;
}

// An INTEGER above 0, without the zero that keeps it from being negative.
std::optional<std::string_view> above_zero(std::string_view content) {
  if (!der_integer(content) || (content.front() & 0x80) != 0) return std::nullopt;
  if (content.front() == '\0') content.remove_prefix(1);
  return content.empty() ? std::nullopt : std::optional(content);
}

}  // namespace

std::optional<std::string_view> p256_point(std::string_view spki) {
  if (!spki.starts_with(kP256) || spki.size() != kP256.size() + 64) return std::nullopt;
  const bool on_curve = read_p256(spki.substr(kP256.size()), nullptr) != nullptr;
  worked(0);  // takes the errors away
  return on_curve ? std::optional(spki.substr(kP256.size())) : std::nullopt;
}

bool verifies_p256(std::string_view point, std::string_view hash, std::string_view signature) {
  const Result<std::string_view> content = der_content(signature, der_tag::kSequence);
  if (!content) return false;
  DerReader reader(*content);
  const Result<DerValue> first = reader.next(der_tag::kInteger), second = reader.next(der_tag::kInteger);
  if (!first || !second || !reader.empty()) return false;
  const std::optional<std::string_view> r = above_zero(first->content), s = above_zero(second->content);
  if (!r || !s) return false;
  const bool holds = verifies(point, hash, *r, *s);
  worked(0);
  return holds;
}

}  // namespace supply::crypto::internal
