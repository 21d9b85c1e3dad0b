// Names of X.509: who issued a certificate, and to whom. Any thread. Source: RFC 5280, section 4.1.2.4.
#pragma once

#include <string>
#include <string_view>

namespace supply::crypto {

inline constexpr std::string_view kCommonName = "2.5.4.3", kOrganization = "2.5.4.10";

/// The value of an attribute of a Name (DER), by its object identifier; "" when it has none.
std::string name_attribute(std::string_view name, std::string_view oid);

/// `"CN" of "O"`, quoted, as much of it as there is, for messages; "nobody" where there is neither.
std::string shown_name(std::string_view name);

}  // namespace supply::crypto
