#include "libsupply/base/crypto/internal/ecdsa_verify.hpp"

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/internal/openssl_ptr.hpp"

namespace supply::crypto::internal {
namespace {

using namespace std::string_view_literals;
using ContextPtr = std::unique_ptr<BN_CTX, Deleter<BN_CTX_free>>;
using PointPtr = std::unique_ptr<EC_POINT, Deleter<EC_POINT_free>>;

struct Form {
  KeyType type;
  std::string_view prefix;  // lengths, algorithm, curve, BIT STRING, and the 4 of an uncompressed point
  std::size_t coordinate_bytes;
};

constexpr Form kForms[] = {
    {KeyType::ecdsa_p256,
     "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04"sv,
     32},
    {KeyType::ecdsa_p384,
     "\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00\x04"sv, 48},
    {KeyType::ecdsa_p521,
     "\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x03\x81\x86\x00\x04"sv, 66},
};

// Static storage.
const EC_GROUP* group_of(KeyType type) {
  static const EC_GROUP* const p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  if (type == KeyType::ecdsa_p256) return p256;
  if (type == KeyType::ecdsa_p384) {
    static const EC_GROUP* const p384 = EC_GROUP_new_by_curve_name(NID_secp384r1);
    return p384;
  }
  static const EC_GROUP* const p521 = EC_GROUP_new_by_curve_name(NID_secp521r1);
  return p521;
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

BignumPtr number_of(std::string_view digits) {
  return BignumPtr(BN_bin2bn(bytes(digits), static_cast<int>(digits.size()), nullptr));
}

PointPtr read_point(const CurvePoint& point, BN_CTX* context) {
  const EC_GROUP* const group = group_of(point.type);
  PointPtr read(group == nullptr ? nullptr : EC_POINT_new(group));
  const std::string form = std::string(1, '\x04').append(point.coordinates);
  // It is an error where the point is not on the curve.
  const bool on_curve = read && EC_POINT_oct2point(group, read.get(), bytes(form), form.size(), context) == 1;
  return on_curve ? std::move(read) : nullptr;
}

bool verifies(const CurvePoint& point, std::string_view hash, std::string_view r_bytes, std::string_view s_bytes) {
  const EC_GROUP* const group = group_of(point.type);
  const ContextPtr context(BN_CTX_new());
  const PointPtr key = read_point(point, context.get());
  if (!context || !key) return false;
  const BIGNUM* const order = EC_GROUP_get0_order(group);
  // The bits of a hash that are as many as the order's: whole bytes, for no hash is as long as the order of P-521.
  const BignumPtr e = number_of(hash.substr(0, static_cast<std::size_t>(BN_num_bytes(order))));
  const BignumPtr r = number_of(r_bytes), s = number_of(s_bytes);
  const BignumPtr w(BN_new()), u(BN_new()), v(BN_new()), x(BN_new());
  if (!r || !s || !e || !w || !u || !v || !x) return false;
  for (const BIGNUM* each : {r.get(), s.get()})
    if (BN_is_zero(each) == 1 || BN_cmp(each, order) >= 0) return false;
  const PointPtr found(EC_POINT_new(group));
  const bool computed = found && BN_mod_inverse(w.get(), s.get(), order, context.get()) != nullptr &&
                        BN_mod_mul(u.get(), e.get(), w.get(), order, context.get()) == 1 &&
                        BN_mod_mul(v.get(), r.get(), w.get(), order, context.get()) == 1 &&
                        EC_POINT_mul(group, found.get(), u.get(), key.get(), v.get(), context.get()) == 1 &&
                        EC_POINT_get_affine_coordinates(group, found.get(), x.get(), nullptr, context.get()) == 1 &&
                        BN_nnmod(x.get(), x.get(), order, context.get()) == 1;
  if (!computed) worked(0);  // takes the errors away; another number is none
  return computed && BN_cmp(x.get(), r.get()) == 0;
}

// An INTEGER above 0, without the zero that keeps it from being negative.
std::optional<std::string_view> above_zero(std::string_view content) {
  if (!der_integer(content) || (content.front() & 0x80) != 0) return std::nullopt;
  if (content.front() == '\0') content.remove_prefix(1);
  return content.empty() ? std::nullopt : std::optional(content);
}

}  // namespace

std::optional<CurvePoint> curve_point(std::string_view spki) {
  for (const Form& form : kForms) {
    if (!spki.starts_with(form.prefix) || spki.size() != form.prefix.size() + 2 * form.coordinate_bytes) continue;
    const CurvePoint point{form.type, spki.substr(form.prefix.size())};
    if (read_point(point, nullptr)) return point;
    worked(0);  // takes the errors away
  }
  return std::nullopt;
}

bool verifies_ecdsa(const CurvePoint& key, std::string_view hash, std::string_view signature) {
  const Result<std::string_view> content = der_content(signature, der_tag::kSequence);
  if (!content) return false;
  DerReader reader(*content);
  const Result<DerValue> first = reader.next(der_tag::kInteger), second = reader.next(der_tag::kInteger);
  if (!first || !second || !reader.empty()) return false;
  const std::optional<std::string_view> r = above_zero(first->content), s = above_zero(second->content);
  if (!r || !s) return false;
  return verifies(key, hash, *r, *s);
}

}  // namespace supply::crypto::internal
