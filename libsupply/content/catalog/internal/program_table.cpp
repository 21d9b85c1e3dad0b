#include "libsupply/content/catalog/internal/program_table.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

using Form = ProgramKind::Form;

// Each pattern but those of ArangoDB, AWS-LC, Fluent Bit, Julia, LibreSSL, MongoDB, OpenResty, Percona, SWI-Prolog,
// MySQL's clients and old Envoy, Node.js and Redis was tried on the programs of Debian's packages or, where a registry
// has them, on those of the project itself; vendors and products are those of the NVD.
constexpr std::array kKinds = {
    ProgramKind{"apache-httpd", "httpd apache2 httpd.exe", R"(\x00Apache/(\d+\.\d+\.\d+)[ \x00])",
                "apache:http_server"},
    ProgramKind{"arangodb", "arangod arangosh", R"([^0-9.](\d+\.\d+\.\d+(?:-\d+)?) (?:enterprise )?\[linux\])",
                "arangodb:arangodb"},
    ProgramKind{"aws-lc", "libcrypto* openssl openssl.exe _rust.abi3.so", R"(AWS-LC (\d+\.\d+\.\d+)\))",
                "amazon:aws_libcrypto"},
    ProgramKind{"bash", "bash", R"(@\(#\)Bash version (\d+\.\d+\.\d+)\()", "gnu:bash"},
    ProgramKind{"bind", "named", R"(\x00BIND (\d+\.\d+\.\d+)[-~+ \x00])", "isc:bind"},
    ProgramKind{"bubblewrap", "bwrap", R"(\x00bubblewrap (\d+\.\d+\.\d+)\x00)", "projectatomic:bubblewrap"},
    ProgramKind{"bun", "bun bun.exe", R"([^A-Za-z0-9]Bun/(\d+\.\d+\.\d+)[^0-9])", "oven:bun"},
    ProgramKind{"busybox", "busybox busybox.static", R"(BusyBox v(\d+\.\d+\.\d+)[^0-9])", "busybox:busybox"},
    ProgramKind{"cabal", "cabal", R"(/cabal-install-(\d+(?:\.\d+){2,3})[-\x00])", "haskell:cabal"},
    ProgramKind{"catatonit", "catatonit", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}tini version %s_)"},
    ProgramKind{"chromium", "chromium chrome headless_shell chrome-headless-shell",
                R"(\x00(\d{2,3}\.0\.\d{4}\.[1-9]\d{0,2})\x00)", "google:chrome"},
    ProgramKind{"chrony", "chronyd", R"(\x00--version\x00{1,8}(\d+\.\d+(?:\.\d+)?)\x00)", "tuxfamily:chrony"},
    ProgramKind{"conmon", "conmon", R"(\x00conmon version (\d+\.\d+\.\d+)[^0-9.])"},
    ProgramKind{"coturn", "turnserver", R"(\x00Coturn-(\d+\.\d+\.\d+(?:\.\d+)?)[ \x00])", "coturn_project:coturn"},
    ProgramKind{"crun", "crun", R"(\x00(\d+\.\d+(?:\.\d+)?)\x00{1,8}%s version %s\n\x00)"},
    ProgramKind{"curl", "curl curl.exe", R"([^b]curl[/ ](\d+\.\d+\.\d+)[^0-9.])", "haxx:curl"},
    ProgramKind{"dart", "dart", R"(\x00(\d+\.\d+\.\d+(?:-\d+\.\d+\.(?:beta|dev))?) \((?:stable|beta|dev|main)\) )",
                "dart:dart_software_development_kit"},
    ProgramKind{"deno", "deno deno.exe", R"(Deno/(\d+\.\d+\.\d+)\+[0-9a-f]{7})", "deno:deno"},
    ProgramKind{"dnsmasq", "dnsmasq", R"(\x00dnsmasq-(\d+\.\d+)[^0-9.])", "thekelleys:dnsmasq"},
    ProgramKind{"dotnet", "dotnet libhostfxr.so libhostfxr.dylib",
                R"(\x00(\d+\.\d+\.\d+(?:-[0-9a-z.-]{1,40})?)(?:\x00| @Commit: )[0-9a-f]{40})", "microsoft:.net"},
    ProgramKind{"dovecot", "dovecot", R"(Dovecot v(\d+\.\d+\.\d+(?:\.\d+)?)[^0-9.])", "dovecot:dovecot"},
    ProgramKind{"dumb-init", "dumb-init", R"(\x00(\d+\.\d+\.\d+)\n[^ -~])", {}, "[dumb-init] "},
    ProgramKind{"envoy", "envoy", R"((?s)\x00(1\.\d{2}\.\d{1,2}(?:-dev)?)\x00.{0,400}envoy[._]reloadable_features)",
                "envoyproxy:envoy", "envoy.reloadable_features"},
    ProgramKind{"envoy", "envoy", R"((?s)\x00(1\.[12]\d\.\d{1,2}(?:-dev)?)\x00.{0,400}(?:Unable to|ValidationError))",
                "envoyproxy:envoy", "envoy.reloadable_features"},
    ProgramKind{"erlang", "OTP_VERSION", R"(^(\d+(?:\.\d+){1,5})(?:\s|$))", "erlang:erlang/otp", {}, Form::text},
    ProgramKind{"exim", "exim exim4", R"(\x00(4\.\d{2}(?:\.\d+)?)\x00{1,8}<<eximversion>>)", "exim:exim"},
    ProgramKind{"expat", "libexpat*", R"(\x00expat_(\d+\.\d+\.\d+)\x00)", "libexpat_project:libexpat"},
    ProgramKind{"ffmpeg", "ffmpeg ffprobe ffplay ffmpeg.exe ffprobe.exe", R"(%s version n?(\d+\.\d+(?:\.\d+)?)[^0-9.])",
                "ffmpeg:ffmpeg", "FFmpeg developers"},
    ProgramKind{"ffmpeg", "libavcodec*", R"(FFmpeg version n?(\d+\.\d+(?:\.\d+)?)[^0-9.])", "ffmpeg:ffmpeg"},
    ProgramKind{"fluent-bit", "fluent-bit", R"(\x00v?(\d+\.\d+\.\d+)\x00{1,8}(?:\x1b\[1m\x00{1,8})?(?:%s)?Fluent Bit)",
                "treasuredata:fluent_bit"},
    ProgramKind{"freeradius", "freeradius radiusd", R"(FreeRADIUS Version (\d+\.\d+\.\d+)[^0-9.])",
                "freeradius:freeradius"},
    ProgramKind{"fuse-overlayfs", "fuse-overlayfs", R"(\x00(\d+\.\d+(?:\.\d+)?)\x00{1,8}fuse-overlayfs: version)"},
    ProgramKind{"gawk", "gawk", R"(GNU Awk (\d+\.\d+\.\d+)[^0-9.])", "gnu:gawk"},
    ProgramKind{"gcc", "gcc g++ gcc-* x86_64-linux-gnu-gcc* aarch64-linux-gnu-gcc*",
                R"(\x00(\d+\.\d+\.\d+)\x00{1,8}\([^\x00]{1,80}\) \x00{1,8}gcc version %s)", "gnu:gcc"},
    ProgramKind{"ghc", "ghc ghc-*", R"(\x00libHSghc-(\d+\.\d+\.\d+)-(?:[0-9A-Za-z]{1,40}-)?ghc\d)", "haskell:ghc"},
    ProgramKind{"ghostscript", "gs gsc libgs.so*", R"(/ghostscript/(\d+\.\d+(?:\.\d+)?)/)", "artifex:ghostscript"},
    ProgramKind{"git", "git git.exe git-remote-http git-remote-http.exe", R"([^A-Za-z0-9._-]git/(\d+\.\d+\.\d+)[^0-9])",
                "git-scm:git"},
    ProgramKind{"gnupg", "gpg gpg2", R"(OpenPGP server (\d+\.\d+\.\d+) ready)", "gnupg:gnupg"},
    ProgramKind{"gnutls", "libgnutls*", R"(Enabled GnuTLS (\d+\.\d+\.\d+) logging)", "gnu:gnutls"},
    ProgramKind{
        "go", "VERSION", R"(^go(1\.\d+(?:\.\d+|rc\d+|beta\d+)*)(?:\s|$))", "golang:go", {}, Form::text, "bin/go"},
    ProgramKind{"gzip", "gzip", R"(\x00(1\.\d{1,2})\x00)", "gnu:gzip", "Jean-loup Gailly"},
    ProgramKind{"haproxy", "haproxy", R"(\x00 version (\d+\.\d+(?:\.\d+|-dev\d+))[-, ][^\x00]{0,80}released )",
                "haproxy:haproxy"},
    ProgramKind{"jq", "jq", R"(\x00(?:jq-)?(1\.\d{1,2}(?:\.\d{1,2})?)\x00)", "jqlang:jq", "jq: error (at"},
    ProgramKind{"julia", "libjulia-internal*", R"(__init__\x00(\d+\.\d+\.\d+)\x00verify)", "julialang:julia"},
    ProgramKind{"keepalived", "keepalived", R"(Keepalived v(\d+\.\d+\.\d+) )", "keepalived:keepalived"},
    ProgramKind{"knot", "knotd", R"(\x00Knot DNS (\d+\.\d+\.\d+)\x00)", "nic:knot_dns"},
    ProgramKind{"libcurl", "libcurl*", R"(libcurl/(\d+\.\d+\.\d+)[^0-9])", "haxx:libcurl"},
    ProgramKind{"libressl", "libcrypto* openssl openssl.exe", R"(LibreSSL (\d+\.\d+\.\d+)[^0-9])", "openbsd:libressl"},
    ProgramKind{"lighttpd", "lighttpd", R"(lighttpd/(\d+\.\d+\.\d+)[^0-9])", "lighttpd:lighttpd"},
    ProgramKind{"lua", "lua5* lua lua.exe liblua*", R"(\$Lua(?:Version)?: Lua (\d+\.\d+\.\d+) )", "lua:lua"},
    ProgramKind{"luajit", "luajit luajit-* libluajit*", R"(\x00LuaJIT (\d+\.\d+\.\d+(?:-[a-z0-9]{1,16})?)[ \x00])",
                "luajit:luajit"},
    ProgramKind{"mariadb", "mariadbd mysqld mariadb mysql", R"(\x00(\d+\.\d+\.\d+)-MariaDB[-\x00])", "mariadb:mariadb"},
    ProgramKind{"memcached", "memcached", R"(\x00memcached (\d+\.\d+\.\d+)[^0-9])", "memcached:memcached"},
    ProgramKind{"mongodb", "mongod mongos",
                R"([^0-9.](\d+\.\d+\.\d+(?:-rc\d+)?)\x00{1,16}(?:tcmalloc|heap_size|cppdefines))", "mongodb:mongodb",
                "src/mongo/"},
    ProgramKind{"monit", "monit", R"(>monit (\d+\.\d+\.\d+)</a>)", "tildeslash:monit"},
    ProgramKind{"mosquitto", "mosquitto", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}mosquitto version %s)", "eclipse:mosquitto"},
    ProgramKind{"mysql", "mysqld mysql mysqldump mysqladmin libmysqlclient*",
                R"(/mysql-(\d+\.\d+\.\d+)(?:-[a-z0-9]{1,16})?/)", "oracle:mysql"},
    ProgramKind{"mysql", "mysql mysqldump mysqladmin libmysqlclient*", R"(\x00([589]\.\d\.\d{1,2})\x00{1,8}mysql_)",
                "oracle:mysql"},
    ProgramKind{"nginx", "nginx", R"([^a-z]nginx/(\d+\.\d+\.\d+)[^0-9])", "f5:nginx nginx:nginx"},
    ProgramKind{"nmap", "nmap", R"(\x00(\d+\.\d+)\x00{1,8}Nmap\x00)", "nmap:nmap"},
    ProgramKind{"node", "node node.exe nodejs libnode.so*", R"(node\.js/v(\d+\.\d+\.\d+)[^0-9.])", "nodejs:node.js"},
    ProgramKind{"node", "node nodejs", R"(\x00(?:node )?v([0456]\.\d+\.\d+)\x00)", "nodejs:node.js"},
    ProgramKind{"nsd", "nsd", R"(\x00NSD (\d+\.\d+\.\d+)\x00)"},
    ProgramKind{"openjdk",
                "release",
                R"re((?:^|\n)JAVA_VERSION="([0-9A-Za-z._+-]{1,64})")re",
                "oracle:openjdk",
                {},
                Form::text,
                "lib/modules jre/lib/rt.jar lib/rt.jar"},
    ProgramKind{"openldap", "slapd ldapsearch ldapmodify",
                R"(\$OpenLDAP: (?:slapd|ldapsearch|ldapmodify) (\d+\.\d+\.\d+)[^0-9])", "openldap:openldap"},
    ProgramKind{"openresty", "nginx openresty", R"([^a-z]openresty/(\d+\.\d+\.\d+\.\d+)[^0-9])", "openresty:openresty"},
    ProgramKind{"openssh", "ssh sshd sshd-session", R"(\x00OpenSSH_(\d+\.\d+p\d+)[ \x00])", "openbsd:openssh"},
    ProgramKind{"openssl", "libcrypto* openssl openssl.exe _rust.abi3.so",
                R"(OpenSSL (\d+\.\d+\.\d+[a-z]{0,2}(?:-[a-z0-9]{1,16})?) {1,2}\d{1,2} [A-Z][a-z]{2} \d{4})",
                "openssl:openssl"},
    ProgramKind{"openvpn", "openvpn", R"(\x00OpenVPN (\d+\.\d+(?:\.\d+|_rc\d+|_beta\d+)) )", "openvpn:openvpn"},
    ProgramKind{"percona-server", "mysqld mysql mysqldump mysqladmin", R"(/percona-server-(\d+\.\d+\.\d+)[^0-9.])",
                "oracle:mysql percona:percona_server"},
    ProgramKind{"perl", "perl perl5* libperl.so*",
                R"(/(?:lib|share)(?:/[a-z0-9_-]{1,40})?/perl5?/(5\.\d+\.\d+)[/\x00])", "perl:perl"},
    ProgramKind{"pgbouncer", "pgbouncer", R"(\x00PgBouncer (\d+\.\d+\.\d+)\x00)", "pgbouncer:pgbouncer"},
    ProgramKind{"php", "php php7* php8* php-* libphp* php.exe",
                R"(X-Powered-By: PHP/(\d+\.\d+\.\d+(?:(?:RC|alpha|beta)\d+)?)[^0-9])", "php:php"},
    ProgramKind{"postfix", "master postfix", R"(mail_version=(\d+\.\d+\.\d+)[^0-9])", "postfix:postfix"},
    ProgramKind{"postgresql", "postgres psql",
                R"((?:postgres|psql) \(PostgreSQL\) (\d+(?:\.\d+|rc\d+|beta\d+)+)[^0-9])", "postgresql:postgresql"},
    ProgramKind{"proftpd", "proftpd", R"(ProFTPD Version (\d+\.\d+\.\d+[a-z]?)[^0-9a-z])", "proftpd:proftpd"},
    ProgramKind{"pure-ftpd", "pure-ftpd", R"(\x00pure-ftpd v(\d+\.\d+\.\d+)[ \x00])", "pureftpd:pure-ftpd"},
    ProgramKind{"pypy", "pypy3* libpypy*", R"(\[PyPy (\d+\.\d+\.\d+)[^0-9])", "pypy:pypy"},
    // Linkers merge a string with the end of a longer one: with the prefix /opt/python/3.10.13.
    ProgramKind{"python", "python2.* python3.* libpython2.* libpython3.*",
                R"([\x00/](%\.\d+(?:(?:a|b|rc)\d+)?)\+?\x00)", "python:python"},
    ProgramKind{"qemu", "qemu-*", R"(\x00qemu-[a-z0-9_-]{1,20} version (\d+\.\d+\.\d+)[^0-9])", "qemu:qemu"},
    ProgramKind{"qt", "libQt5Core.so* libQt6Core.so*", R"(\x00Qt (\d+\.\d+\.\d+) \()", "qt:qt"},
    ProgramKind{
        "redis", "redis-server redis-check-rdb redis-cli",
        R"(\x00(\d{1,2}\.\d{1,2}\.\d{1,2})\x00(?:\d{1,2}\.\d{1,2}\.\d{1,2}\x00)?(?:c11|atomic|sync)-builtin\x00)",
        "redis:redis"},
    ProgramKind{"redis", "redis-server redis-check-rdb redis-cli",
                R"((\d{1,2}\.\d{1,2}\.\d{1,2})(?:[0-9a-f]{12}-)?1\d{9}\d[0-9a-f]{8}\x00)", "redis:redis"},
    ProgramKind{"redis", "redis-server redis-check-rdb redis-cli",
                R"((\d{1,2}\.\d{1,2}\.\d{1,2})[A-Za-z][A-Za-z0-9._-]{0,80}-1\d{9}\d[0-9a-f]{8}\x00)", "redis:redis"},
    ProgramKind{"redis", "redis-server", R"(Redis version (\d+\.\d+\.\d+)[^0-9.])", "redis:redis"},
    ProgramKind{"rsync", "rsync", R"(\x00(\d+\.\d+\.\d+(?:pre\d+)?)\x00{1,8}(?:copyright|%s  version))", "samba:rsync"},
    ProgramKind{"ruby", "ruby ruby2* ruby3* libruby*",
                R"(\x00ruby (\d+\.\d+\.\d+)(?:p\d+|dev|preview\d+|rc\d+)? ?\(\d{4}-\d\d-\d\d)", "ruby-lang:ruby"},
    // Debian's builds have the directory of the sources.
    ProgramKind{"rust", "librustc_driver* libstd-*", R"(/rustc-(\d+\.\d+\.\d+)/(?:library|compiler)/)",
                "rust-lang:rust"},
    ProgramKind{"rust", "librustc_driver* libstd-*",
                R"([^0-9.](\d+\.\d+\.\d+(?:-nightly|-beta\.\d+)?) \([0-9a-f]{9,10} \d{4}-\d\d-\d\d\))",
                "rust-lang:rust"},
    ProgramKind{"slirp4netns", "slirp4netns", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}slirp4netns version)"},
    ProgramKind{"socat", "socat socat1", R"(\x00(\d+\.\d+\.\d+\.\d+)\x00)", "dest-unreach:socat", "socat version %s"},
    ProgramKind{"sqlite", "libsqlite3.so* sqlite3.dll", R"(\x00(3\.\d+\.\d+(?:\.\d+)?)\x00)", "sqlite:sqlite",
                "SQLite format 3"},
    ProgramKind{"squid", "squid", R"(\x00squid/(\d+\.\d+(?:\.\d+)?)\x00)", "squid-cache:squid"},
    ProgramKind{"stack", "stack", R"(/stack-(\d+\.\d+\.\d+)\x00)", "haskell:stack"},
    ProgramKind{"stack", "stack", R"(Version (\d+\.\d+\.\d+), Git)", "haskell:stack"},
    ProgramKind{"stunnel", "stunnel stunnel4", R"(\x00stunnel (\d+\.\d+) on )", "stunnel:stunnel"},
    ProgramKind{"sudo", "sudo", R"(\x00Sudo version %s\n\x00{1,8}(\d+\.\d+\.\d+(?:p\d+)?)\x00)", "sudo_project:sudo"},
    ProgramKind{"swi-prolog", "swipl libswipl*", R"(/swipl-(\d+\.\d+\.\d+)/)", "swi-prolog:swi-prolog"},
    ProgramKind{"tcl", "libtcl*", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}tcl_patchLevel)", "tcl:tcl"},
    ProgramKind{"tcpdump", "tcpdump", R"(%s version (\d+\.\d+\.\d+)\n)", "tcpdump:tcpdump"},
    ProgramKind{"tini", "tini tini-static", R"(tini version (\d+\.\d+\.\d+)[^0-9])"},
    ProgramKind{"tor", "tor", R"(\x00tor (\d+\.\d+\.\d+\.\d+)\x00)", "torproject:tor"},
    ProgramKind{"unbound", "unbound", R"(\x00unbound (\d+\.\d+\.\d+)\x00)", "nlnetlabs:unbound"},
    ProgramKind{"util-linux", "getopt lsblk agetty", R"(\x00util-linux (\d+\.\d+(?:\.\d+)?)[^0-9.])",
                "kernel:util-linux"},
    ProgramKind{"valkey", "valkey-server valkey-check-rdb valkey-cli",
                R"((\d{1,2}\.\d{1,2}\.\d{1,2})(?:[0-9a-f]{12}-)?1\d{9}\d[0-9a-f]{8}\x00)", "lfprojects:valkey"},
    ProgramKind{"valkey", "valkey-server valkey-check-rdb valkey-cli",
                R"((\d{1,2}\.\d{1,2}\.\d{1,2})[A-Za-z][A-Za-z0-9._-]{0,80}-1\d{9}\d[0-9a-f]{8}\x00)",
                "lfprojects:valkey"},
    ProgramKind{"varnish", "varnishd", R"(varnish-(\d+\.\d+\.\d+) revision )", "varnish-software:varnish_cache"},
    ProgramKind{"vsftpd", "vsftpd", R"(\x00vsftpd: version (\d+\.\d+\.\d+)\n)"},
    ProgramKind{"wget", "wget", R"(\x00(1\.\d{2}(?:\.\d+)?)\x00)", "gnu:wget", "GNU Wget %s"},
    ProgramKind{"xz", "xz", R"(\x00xz \(XZ Utils\) (\d+\.\d+\.\d+(?:alpha|beta)?)\x00)", "tukaani:xz"},
    ProgramKind{"zlib", "libz.so* libz-* libz.dylib zlib1.dll", R"( deflate (\d+\.\d+\.\d+(?:\.\d+)?) Copyright)",
                "zlib:zlib"},
    ProgramKind{"zsh", "zsh zsh5", R"(/zsh/(\d+\.\d+(?:\.\d+)?)\x00)", "zsh:zsh"},
    ProgramKind{"zstd", "zstd", R"(\x00v(\d+\.\d+\.\d+)\x00)", "facebook:zstandard", "Zstandard CLI"},
};

bool names(const ProgramKind& kind, std::string_view base_name) {
  for (const std::string_view file : split(kind.files, ' ')) {
    if (file.ends_with('*') ? base_name.starts_with(file.substr(0, file.size() - 1)) : base_name == file) return true;
  }
  return false;
}

std::vector<rootfs::Select> make_selects() {
  std::vector<rootfs::Select> out;
  for (const ProgramKind& kind : kKinds) {
    for (const std::string_view file : split(kind.files, ' ')) {
      const bool begins = file.ends_with('*');
      const rootfs::Select one{begins ? rootfs::Select::By::prefix : rootfs::Select::By::name,
                               file.substr(0, file.size() - (begins ? 1 : 0))};
      const bool has = std::any_of(out.begin(), out.end(), [&](const rootfs::Select& other) {
        return other.by == one.by && other.text == one.text;
      });
      if (!has) out.push_back(one);
    }
  }
  return out;
}

// What is no letter, digit or one of "_-." is quoted. Source: NIST IR 7695, section 6.2.
std::string in_cpe(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = is_alnum(c) || c == '_' || c == '-' || c == '.';
    if (!plain) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::span<const ProgramKind> program_kinds() { return kKinds; }

std::vector<const ProgramKind*> program_kinds_of(std::string_view base_name) {
  std::vector<const ProgramKind*> out;
  for (const ProgramKind& kind : kKinds)
    if (names(kind, base_name)) out.push_back(&kind);
  return out;
}

std::span<const rootfs::Select> program_selects() {
  static const std::vector<rootfs::Select> selects = make_selects();
  return selects;
}

std::vector<std::string> cpes_of(std::string_view vendors_and_products, std::string_view version) {
  std::vector<std::string> out;
  if (version.empty() || vendors_and_products.empty()) return out;
  for (const std::string_view one : split(vendors_and_products, ' ')) {
    const std::size_t colon = one.find(':');
    out.push_back("cpe:2.3:a:" + in_cpe(one.substr(0, colon)) + ":" + in_cpe(one.substr(colon + 1)) + ":" +
                  in_cpe(version) + ":*:*:*:*:*:*:*");
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace supply::catalog
