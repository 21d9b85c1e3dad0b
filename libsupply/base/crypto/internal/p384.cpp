#include "libsupply/base/crypto/internal/p384.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace supply::crypto::internal {
namespace {

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

constexpr std::size_t kWords = 6;

// Words of 64 bits, the lowest first.
using Number = std::array<std::uint64_t, kWords>;

// do_it(0) to do_it(Count - 1), written out: a loop over the words costs more than what is done to them.
template <std::size_t Count = kWords, class Do>
constexpr void for_each_word(const Do& do_it) {
  [&]<std::size_t... I>(std::index_sequence<I...>) { (do_it(I), ...); }
  (std::make_index_sequence<Count>());
}

constexpr bool is_less(const Number& a, const Number& b) {
  for (std::size_t i = kWords; i-- > 0;)
    if (a[i] != b[i]) return a[i] < b[i];
  return false;
}

constexpr bool is_zero(const Number& a) {
  std::uint64_t all = 0;
  for (const std::uint64_t word : a) all |= word;
  return all == 0;
}

// a += b; returns what is carried out of it.
constexpr std::uint64_t add_to(Number& a, const Number& b) {
  std::uint64_t carry = 0;
  for_each_word([&](std::size_t i) {
    const Wide sum = Wide{a[i]} + b[i] + carry;
    a[i] = static_cast<std::uint64_t>(sum);
    carry = static_cast<std::uint64_t>(sum >> 64);
  });
  return carry;
}

// a -= b; returns what is borrowed.
constexpr std::uint64_t take_from(Number& a, const Number& b) {
  std::uint64_t borrow = 0;
  for_each_word([&](std::size_t i) {
    const Wide difference = Wide{a[i]} - b[i] - borrow;
    a[i] = static_cast<std::uint64_t>(difference);
    borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
  });
  return borrow;
}

constexpr Number hexadecimal(std::string_view digits) {
  Number number{};
  for (std::size_t i = 0; i < 16 * kWords; ++i) {
    const char c = digits[16 * kWords - 1 - i];
    const auto value = static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    number[i / 16] |= value << (i % 16 * 4);
  }
  return number;
}

// Numbers below an odd modulus of kWords whole words. multiply() is Montgomery's: it divides by R = 2^(64 kWords) on
// the way.
struct Modulus {
  Number value;
  std::uint64_t inverse = 1;  // -1 / value, modulo 2^64
  Number square{};            // R^2

  constexpr explicit Modulus(const Number& of) : value(of) {
    for (int i = 0; i < 6; ++i) inverse *= 2 - value[0] * inverse;  // Newton's: each time twice the bits
    inverse = 0 - inverse;
    square[0] = 1;
    for (std::size_t i = 0; i < 2 * 64 * kWords; ++i) square = add(square, square);
  }

  constexpr Number add(Number a, const Number& b) const {
    if (add_to(a, b) != 0 || !is_less(a, value)) take_from(a, value);
    return a;
  }

  constexpr Number subtract(Number a, const Number& b) const {
    if (take_from(a, b) != 0) add_to(a, value);
    return a;
  }

  // a b / R. Source: Koc, Acar, Kaliski, "Analyzing and Comparing Montgomery Multiplication Algorithms", CIOS.
  Number multiply(const Number& a, const Number& b) const {
    std::array<std::uint64_t, kWords + 2> t{};
    for (const std::uint64_t by : b) {
      std::uint64_t carry = 0;
      for_each_word([&](std::size_t j) {
        const Wide product = Wide{a[j]} * by + carry;
        carry = static_cast<std::uint64_t>(product >> 64);
        carry += __builtin_add_overflow(t[j], static_cast<std::uint64_t>(product), &t[j]) ? 1 : 0;
      });
      const Wide top = Wide{t[kWords]} + carry;
      t[kWords] = static_cast<std::uint64_t>(top);
      t[kWords + 1] = static_cast<std::uint64_t>(top >> 64);
      const std::uint64_t factor = t[0] * inverse;
      carry = static_cast<std::uint64_t>((Wide{factor} * value[0] + t[0]) >> 64);
      for_each_word<kWords - 1>([&](std::size_t j) {
        const Wide product = Wide{factor} * value[j + 1] + carry;
        carry = static_cast<std::uint64_t>(product >> 64);
        carry += __builtin_add_overflow(t[j + 1], static_cast<std::uint64_t>(product), &t[j]) ? 1 : 0;
      });
      const Wide last = Wide{t[kWords]} + carry;
      t[kWords - 1] = static_cast<std::uint64_t>(last);
      t[kWords] = t[kWords + 1] + static_cast<std::uint64_t>(last >> 64);
    }
    Number product;
    std::copy_n(t.begin(), kWords, product.begin());
    if (t[kWords] != 0 || !is_less(product, value)) take_from(product, value);
    return product;
  }

  Number enter(const Number& a) const { return multiply(a, square); }  // a R

  // 1 / a, of a R and as a number R: a^(value - 2), since the modulus is prime.
  Number invert(const Number& a) const {
    Number exponent = value, two{}, power = a;
    two[0] = 2;
    take_from(exponent, two);
    for (std::size_t i = 64 * kWords - 1; i-- > 0;) {  // the highest bit, which both orders have, is `power` itself
      power = multiply(power, power);
      if ((exponent[i / 64] >> (i % 64) & 1) != 0) power = multiply(power, a);
    }
    return power;
  }
};

// Numbers below p = 2^384 - 2^128 - 2^96 + 2^32 - 1, likewise: that form makes a reduction out of shifts.
struct Field : Modulus {
  using Modulus::Modulus;

  Number multiply(const Number& a, const Number& b) const {
    std::array<std::uint64_t, 2 * kWords> t{};
    for_each_word([&](std::size_t i) {
      std::uint64_t carry = 0;
      for_each_word([&](std::size_t j) { add_product(t[i + j], a[j], b[i], carry); });
      t[i + kWords] = carry;
    });
    return reduce(t);
  }

  Number square_of(const Number& a) const {
    std::array<std::uint64_t, 2 * kWords> t{};
    for_each_word([&](std::size_t i) {
      std::uint64_t carry = 0;
      for_each_word([&](std::size_t j) {
        if (j > i) add_product(t[i + j], a[j], a[i], carry);
      });
      t[i + kWords] = carry;
    });
    std::uint64_t carry = 0, bit = 0;
    for_each_word([&](std::size_t i) {
      const Wide own = Wide{a[i]} * a[i];
      for (const std::size_t at : {2 * i, 2 * i + 1}) {
        const std::uint64_t twice = t[at] << 1 | bit;
        bit = t[at] >> 63;
        const Wide sum = Wide{twice} + static_cast<std::uint64_t>(at == 2 * i ? own : own >> 64) + carry;
        t[at] = static_cast<std::uint64_t>(sum);
        carry = static_cast<std::uint64_t>(sum >> 64);
      }
    });
    return reduce(t);
  }

 private:
  // place += a b + carry
  static void add_product(std::uint64_t& place, std::uint64_t a, std::uint64_t b, std::uint64_t& carry) {
    const Wide product = Wide{a} * b + carry;
    carry = static_cast<std::uint64_t>(product >> 64);
    carry += __builtin_add_overflow(place, static_cast<std::uint64_t>(product), &place) ? 1 : 0;
  }

  // t / R. Each round adds m p, so that the lowest word becomes 0.
  Number reduce(std::array<std::uint64_t, 2 * kWords>& t) const {
    std::uint64_t over = 0;
    for_each_word([&](std::size_t i) {
      const std::uint64_t m = t[i] + (t[i] << 32), high = m << 32, low = m >> 32;
      SignedWide sum = t[i] != 0 ? 1 : 0;
      const auto store = [&](std::size_t at) {
        t[at] = static_cast<std::uint64_t>(sum);
        sum >>= 64;
      };
      sum += SignedWide{t[i + 1]} + low - (high < m ? 1 : 0) - high;
      store(i + 1);
      sum += SignedWide{t[i + 2]} - low - m;
      store(i + 2);
      for (const std::size_t at : {i + 3, i + 4, i + 5}) {
        sum += t[at];
        store(at);
      }
      sum += SignedWide{t[i + 6]} + m + over;
      store(i + 6);
      over = static_cast<std::uint64_t>(sum);
    });
    Number number{};
    std::copy_n(t.begin() + kWords, kWords, number.begin());
    if (over != 0 || !is_less(number, value)) take_from(number, value);
    return number;
  }
};

// Jacobian coordinates (x / z^2, y / z^3), each as a number R; z = 0 is the point at infinity.
struct Point {
  Number x{}, y{}, z{};
};

constexpr std::size_t kOddMultiples = 8;  // 1, 3, ... 15 times a point: windows of five bits

struct Group {
  Field field;
  Modulus order;
  Number b;  // of y^2 = x^3 - 3 x + b, as a number R
  Point generator;

  Group(std::string_view p, std::string_view n, std::string_view b_, std::string_view x, std::string_view y)
      : field(hexadecimal(p)), order(hexadecimal(n)), b(field.enter(hexadecimal(b_))) {
    generator = {field.enter(hexadecimal(x)), field.enter(hexadecimal(y)), one()};
  }

  Number one() const {
    Number unit{};
    unit[0] = 1;
    return field.enter(unit);
  }

  // dbl-2001-b
  Point twice(const Point& a) const {
    const Field& f = field;
    const Number delta = f.square_of(a.z), gamma = f.square_of(a.y), beta = f.multiply(a.x, gamma);
    const Number product = f.multiply(f.subtract(a.x, delta), f.add(a.x, delta));
    const Number alpha = f.add(f.add(product, product), product);
    const Number beta2 = f.add(beta, beta), beta4 = f.add(beta2, beta2);
    const Number gamma2 = f.square_of(gamma), gamma4 = f.add(gamma2, gamma2), gamma8 = f.add(gamma4, gamma4);
    const Number sum = f.add(a.y, a.z);
    Point to;
    to.x = f.subtract(f.square_of(alpha), f.add(beta4, beta4));
    to.z = f.subtract(f.subtract(f.square_of(sum), gamma), delta);
    to.y = f.subtract(f.multiply(alpha, f.subtract(beta4, to.x)), f.add(gamma8, gamma8));
    return to;
  }

  // add-2007-bl, and what it leaves out.
  Point sum(const Point& a, const Point& c) const {
    if (is_zero(a.z)) return c;
    if (is_zero(c.z)) return a;
    const Field& f = field;
    const Number zz1 = f.square_of(a.z), zz2 = f.square_of(c.z);
    const Number u1 = f.multiply(a.x, zz2), u2 = f.multiply(c.x, zz1);
    const Number s1 = f.multiply(f.multiply(a.y, c.z), zz2), s2 = f.multiply(f.multiply(c.y, a.z), zz1);
    const Number h = f.subtract(u2, u1), difference = f.subtract(s2, s1);
    if (is_zero(h)) return is_zero(difference) ? twice(a) : Point{};
    const Number h2 = f.add(h, h), i = f.square_of(h2), j = f.multiply(h, i), v = f.multiply(u1, i);
    const Number r = f.add(difference, difference), s1j = f.multiply(s1, j), z = f.add(a.z, c.z);
    Point to;
    to.x = f.subtract(f.subtract(f.square_of(r), j), f.add(v, v));
    to.y = f.subtract(f.multiply(r, f.subtract(v, to.x)), f.add(s1j, s1j));
    to.z = f.multiply(f.subtract(f.subtract(f.square_of(z), zz1), zz2), h);
    return to;
  }

  std::array<Point, kOddMultiples> odd_multiples(const Point& a) const {
    std::array<Point, kOddMultiples> all;
    const Point two = twice(a);
    all[0] = a;
    for (std::size_t i = 1; i < kOddMultiples; ++i) all[i] = sum(all[i - 1], two);
    return all;
  }

  // Of k below 2^(64 kWords) - 16: 0, or odd from -15 to 15, and then four 0 at least; the lowest first.
  static std::vector<int> digits_of(Number k) {
    std::vector<int> digits;
    digits.reserve(64 * kWords + 1);
    while (!is_zero(k)) {
      int digit = 0;
      if ((k[0] & 1) != 0) {
        digit = static_cast<int>(k[0] & 31);
        Number by{};
        by[0] = static_cast<std::uint64_t>(digit < 16 ? digit : 32 - digit);
        if (digit < 16) take_from(k, by);
        else add_to(k, by);
        if (digit >= 16) digit -= 32;
      }
      for (std::size_t i = 0; i < kWords; ++i) k[i] = k[i] >> 1 | (i + 1 < kWords ? k[i + 1] << 63 : 0);
      digits.push_back(digit);
    }
    return digits;
  }

  // u times the generator and v times `a`, doubled together.
  Point combination(const Number& u, const Number& v, const Point& a) const {
    const std::array<Point, kOddMultiples> tables[] = {odd_multiples(generator), odd_multiples(a)};
    const std::vector<int> digits[] = {digits_of(u), digits_of(v)};
    Point total;
    for (std::size_t i = std::max(digits[0].size(), digits[1].size()); i-- > 0;) {
      total = twice(total);
      for (std::size_t k = 0; k < 2; ++k) {
        const int digit = i < digits[k].size() ? digits[k][i] : 0;
        if (digit == 0) continue;
        Point term = tables[k][static_cast<std::size_t>(digit < 0 ? -digit : digit) / 2];
        if (digit < 0) term.y = field.subtract({}, term.y);
        total = sum(total, term);
      }
    }
    return total;
  }

  // Of big-endian bytes, at most those that fit; the rest of a longer hash does not count (FIPS 186-5, section 6.4.2).
  static Number number_of(std::string_view bytes) {
    bytes = bytes.substr(0, 8 * kWords);
    Number number{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
      number[i / 8] |= std::uint64_t{static_cast<unsigned char>(bytes[bytes.size() - 1 - i])} << (i % 8 * 8);
    return number;
  }

  bool is_on_curve(std::string_view point) const {
    if (point.size() != 16 * kWords) return false;
    const Number x = number_of(point.substr(0, 8 * kWords)), y = number_of(point.substr(8 * kWords));
    if (!is_less(x, field.value) || !is_less(y, field.value)) return false;
    const Number xm = field.enter(x), ym = field.enter(y);
    const Number cube = field.multiply(field.square_of(xm), xm), xs = field.add(field.add(xm, xm), xm);
    return field.square_of(ym) == field.add(field.subtract(cube, xs), b);
  }

  // The bytes of r and s have no zero before them.
  bool verifies(std::string_view point, std::string_view hash, std::string_view r_bytes,
                std::string_view s_bytes) const {
    if (r_bytes.size() > 8 * kWords || s_bytes.size() > 8 * kWords) return false;
    const Number r = number_of(r_bytes), s = number_of(s_bytes);
    for (const Number& each : {r, s})
      if (is_zero(each) || !is_less(each, order.value)) return false;
    Number e = number_of(hash);
    if (!is_less(e, order.value)) take_from(e, order.value);
    const Number w = order.invert(order.enter(s));
    const Point a{field.enter(number_of(point.substr(0, 8 * kWords))), field.enter(number_of(point.substr(8 * kWords))),
                  one()};
    const Point found = combination(order.multiply(e, w), order.multiply(r, w), a);
    if (is_zero(found.z)) return false;
    // x modulo the order is r: so x is r, or r and the order where that is below the field's.
    const Number zz = field.square_of(found.z);
    if (field.multiply(field.enter(r), zz) == found.x) return true;
    Number larger = r;
    if (add_to(larger, order.value) != 0 || !is_less(larger, field.value)) return false;
    return field.multiply(field.enter(larger), zz) == found.x;
  }
};

const Group& p384() {
  static const Group group(
      "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
      "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
      "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
      "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f");
  return group;
}

}  // namespace

bool is_on_p384(std::string_view point) { return p384().is_on_curve(point); }

bool verifies_p384(std::string_view point, std::string_view hash, std::string_view r, std::string_view s) {
  return p384().verifies(point, hash, r, s);
}

}  // namespace supply::crypto::internal
