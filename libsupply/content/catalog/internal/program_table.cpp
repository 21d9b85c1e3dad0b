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
    ProgramKind{"7-zip", "7z 7za 7zr 7zz 7zzs 7z.exe 7za.exe 7zr.exe",
                R"(\n7-Zip (?:\([a-z]\) )?(?:\[\d\d\] )?(\d{1,2}\.\d{2}) [(:])", "7-zip:7-zip"},
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
    // `bun build --compile`. The program itself has the text once.
    ProgramKind{
        "bun", "", R"(Bun/(\d+\.\d+\.\d+)[^0-9.])", "oven:bun", "bun:jsc", Form::runtime, {}, "\n---- Bun! ----\n", 2},
    // With a hard link for each applet the file has the name of the first of them, "[".
    ProgramKind{"busybox", "busybox busybox.static [", R"(BusyBox v(\d+\.\d+\.\d+)[^0-9])", "busybox:busybox"},
    ProgramKind{"bzip2", "libbz2.so* libbz2-* bzip2 bunzip2", R"(\x00(1\.0\.\d), \d{1,2}-[A-Z][a-z]{2}-\d{4}\x00)",
                "bzip2:bzip2"},
    ProgramKind{"cabal", "cabal", R"(/cabal-install-(\d+(?:\.\d+){2,3})[-\x00])", "haskell:cabal"},
    ProgramKind{"catatonit", "catatonit", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}tini version %s_)"},
    ProgramKind{"chromium", "chromium chrome headless_shell chrome-headless-shell chromium-headless-shell",
                R"(\x00(\d{2,3}\.0\.\d{4}\.[1-9]\d{0,2})\x00)", "google:chrome"},
    ProgramKind{"chrony", "chronyd", R"(\x00--version\x00{1,8}(\d+\.\d+(?:\.\d+)?)\x00)", "tuxfamily:chrony"},
    ProgramKind{"clamav", "clamscan clamd clamdscan freshclam sigtool",
                R"([^0-9.](\d+\.\d+\.\d+)\x00{1,8}/[^\x00]{1,80}/freshclam\.conf\x00)", "clamav:clamav"},
    // By exact names: who was made with clang names it as well.
    ProgramKind{
        "clang",
        "clang clang-11 clang-12 clang-13 clang-14 clang-15 clang-16 clang-17 clang-18 clang-19 clang-20 clang-21 "
        "clang-22 clang-23 clangd clang-format clang-tidy libclang-cpp* libclang.so*",
        R"([ \x00][Cc]lang (?:version )?(\d+\.\d+\.\d+)[^0-9.])", "llvm:clang"},
    // What is before the version is of the order in which a compiler lays strings out.
    ProgramKind{"cmake", "cmake ctest cpack",
                R"((?:DASHBOARD_TEST_FROM_CTEST=|UNKNOWN_DEFINED_|CPack \x00|Signal .d\x00|CMake\.Log\x00))"
                R"((\d\.\d{1,2}\.\d{1,2}(?:-rc\d)?)[^0-9.])"},
    ProgramKind{"cmake", "cmake ctest", R"(\x00(\d\.\d{1,2}\.\d{1,2}(?:-rc\d)?)\x00rules\x00)"},
    ProgramKind{"conmon", "conmon", R"(\x00conmon version (\d+\.\d+\.\d+)[^0-9.])"},
    ProgramKind{"coturn", "turnserver", R"(\x00Coturn-(\d+\.\d+\.\d+(?:\.\d+)?)[ \x00])", "coturn_project:coturn"},
    ProgramKind{"crun", "crun", R"(\x00(\d+\.\d+(?:\.\d+)?)\x00{1,8}%s version %s\n\x00)"},
    ProgramKind{"crun", "crun", R"(\x00crun (\d+\.\d+(?:\.\d+)?)\x00)"},
    ProgramKind{"cups", "cupsd", R"(\x00CUPS/(\d+\.\d+(?:\.\d+)?(?:(?:op|rc|b)\d+)?)[^0-9.])", "openprinting:cups"},
    ProgramKind{"curl", "curl curl.exe", R"([^b]curl[/ ](\d+\.\d+\.\d+)[^0-9.])", "haxx:curl"},
    ProgramKind{"dart", "dart", R"(\x00(\d+\.\d+\.\d+(?:-\d+\.\d+\.(?:beta|dev))?) \((?:stable|beta|dev|main)\) )",
                "dart:dart_software_development_kit"},
    ProgramKind{"dbus", "dbus-daemon", R"(\x00--version\x00{1,8}(\d+\.\d+\.\d+)\x00{1,8}--introspect\x00)",
                "freedesktop:dbus"},
    ProgramKind{"deno", "deno deno.exe denort denort.exe", R"(Deno/(\d+\.\d+\.\d+)\+[0-9a-f]{7})", "deno:deno"},
    ProgramKind{"deno", "", R"(Deno/(\d+\.\d+\.\d+)\+[0-9a-f]{7})", "deno:deno", {}, Form::runtime},
    ProgramKind{"dnsmasq", "dnsmasq", R"(\x00dnsmasq-(\d+\.\d+)[^0-9.])", "thekelleys:dnsmasq"},
    ProgramKind{"dotnet", "dotnet libhostfxr.so libhostfxr.dylib",
                R"(\x00(\d+\.\d+\.\d+(?:-[0-9a-z.-]{1,40})?)(?:\x00| @Commit: )[0-9a-f]{40})", "microsoft:.net"},
    ProgramKind{"dovecot", "dovecot", R"(Dovecot v(\d+\.\d+\.\d+(?:\.\d+)?)[^0-9.])", "dovecot:dovecot"},
    ProgramKind{"dropbear", "dropbear dbclient dropbearmulti", R"(SSH-2\.0-dropbear_(\d{4}\.\d{2,3})[^0-9])",
                "dropbear_ssh_project:dropbear_ssh"},
    ProgramKind{"dumb-init", "dumb-init", R"(\x00(\d+\.\d+\.\d+)\n[^ -~])", {}, "[dumb-init] "},
    ProgramKind{"e2fsprogs", "mke2fs tune2fs dumpe2fs resize2fs debugfs",
                R"(\x00\d{1,2}-[A-Z][a-z]{2}-\d{4}\x00{1,8}(1\.\d{2}\.\d{1,2})\x00)", "e2fsprogs_project:e2fsprogs"},
    ProgramKind{"envoy", "envoy", R"((?s)\x00(1\.\d{2}\.\d{1,2}(?:-dev)?)\x00.{0,400}envoy[._]reloadable_features)",
                "envoyproxy:envoy", "envoy.reloadable_features"},
    ProgramKind{"envoy", "envoy", R"((?s)\x00(1\.[12]\d\.\d{1,2}(?:-dev)?)\x00.{0,400}(?:Unable to|ValidationError))",
                "envoyproxy:envoy", "envoy.reloadable_features"},
    ProgramKind{"erlang", "OTP_VERSION", R"(^(\d+(?:\.\d+){1,5})(?:\s|$))", "erlang:erlang/otp", {}, Form::text},
    // In a release of Elixir's or rebar3's no file says which version of Erlang/OTP the emulator was released with.
    ProgramKind{"erts", "beam.smp beam", R"(Erlang/OTP \d+[^\x00\[]{0,16}\[erts-(\d+(?:\.\d+){1,4})\])"},
    ProgramKind{"exim", "exim exim4", R"(\x00(4\.\d{2,3}(?:\.\d+)?)\x00{1,8}<<eximversion>>)", "exim:exim"},
    ProgramKind{"expat", "libexpat*", R"(\x00expat_(\d+\.\d+\.\d+)\x00)", "libexpat_project:libexpat"},
    ProgramKind{"ffmpeg", "ffmpeg ffprobe ffplay ffmpeg.exe ffprobe.exe ffmpeg-*",
                R"((?:%s|FFmpeg) version n?(\d+\.\d+(?:\.\d+)?|N-\d{4,7}-g[0-9a-f]{7,12})[^0-9.])", "ffmpeg:ffmpeg",
                "FFmpeg developers"},
    ProgramKind{"ffmpeg", "ffmpeg ffprobe ffplay ffmpeg-*",
                R"(\x00n?(\d+\.\d+(?:\.\d+)?)[^0-9.\x00]?[^\x00]{0,60}\x00{1,8}%s version %s\x00)", "ffmpeg:ffmpeg",
                "FFmpeg developers"},
    ProgramKind{"ffmpeg", "libavcodec*", R"(FFmpeg version n?(\d+\.\d+(?:\.\d+)?)[^0-9.])", "ffmpeg:ffmpeg"},
    ProgramKind{"file", "file", R"(\x00(5\.\d\d)\x00)", "file_project:file", "magic file from %s"},
    ProgramKind{"file", "libmagic.so*", R"(\x00(5\.\d\d)\x00{1,8}.\.\*s\.mime.s\x00)", "file_project:file"},
    ProgramKind{"findutils", "find xargs", R"(GNU findutils\x00{1,8}(\d+\.\d+\.\d+)\x00)", "gnu:findutils"},
    ProgramKind{"findutils", "find xargs", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}GNU findutils\x00)", "gnu:findutils"},
    ProgramKind{"fluent-bit", "fluent-bit", R"(\x00v?(\d+\.\d+\.\d+)\x00{1,8}(?:\x1b\[1m\x00{1,8})?(?:%s)?Fluent Bit)",
                "treasuredata:fluent_bit"},
    ProgramKind{"freeradius", "freeradius radiusd", R"(FreeRADIUS Version (\d+\.\d+\.\d+)[^0-9.])",
                "freeradius:freeradius"},
    ProgramKind{"fuse-overlayfs", "fuse-overlayfs",
                R"(\x00(\d+\.\d+(?:\.\d+)?(?:-dev)?)\x00{1,8}fuse-overlayfs: version)"},
    ProgramKind{"gawk", "gawk", R"(GNU Awk (\d+\.\d+\.\d+)[^0-9.])", "gnu:gawk"},
    ProgramKind{"gcc", "gcc g++ gcc-* x86_64-linux-gnu-gcc* aarch64-linux-gnu-gcc*",
                R"(\x00(\d+\.\d+\.\d+)\x00{1,8}\([^\x00]{1,80}\) \x00{1,8}gcc version %s)", "gnu:gcc"},
    ProgramKind{"ghc", "ghc ghc-*", R"(\x00libHSghc-(\d+\.\d+\.\d+)-(?:[0-9A-Za-z]{1,40}-)?ghc\d)", "haskell:ghc"},
    ProgramKind{"ghostscript", "gs gsc libgs.so*", R"(/ghostscript/(\d+\.\d+(?:\.\d+)?)/)", "artifex:ghostscript"},
    ProgramKind{"git", "git git.exe git-remote-http git-remote-http.exe", R"([^A-Za-z0-9._-]git/(\d+\.\d+\.\d+)[^0-9])",
                "git-scm:git"},
    ProgramKind{"glibc", "libc.so.6 libc-2.*",
                R"(GNU C Library \([^)]{1,80}\) (?:stable|development) release version (\d\.\d{1,2})[^0-9])",
                "gnu:glibc"},
    ProgramKind{"gnupg", "gpg gpg2", R"(OpenPGP server (\d+\.\d+\.\d+) ready)", "gnupg:gnupg"},
    ProgramKind{"gnutls", "libgnutls*", R"(Enabled GnuTLS (\d+\.\d+\.\d+) logging)", "gnu:gnutls"},
    ProgramKind{
        "go", "VERSION", R"(^go(1\.\d+(?:\.\d+|rc\d+|beta\d+)*)(?:\s|$))", "golang:go", {}, Form::text, "bin/go"},
    ProgramKind{"grep", "grep", R"(\x00([23]\.\d{1,2})\x00)", "gnu:grep", "GNU grep"},
    ProgramKind{"guile", "guile guile-* libguile-*", R"(\x00guileversion\x00{1,8}(\d+\.\d+\.\d+)\x00)", "gnu:guile"},
    ProgramKind{"gzip", "gzip", R"(\x00(1\.\d{1,2})\x00)", "gnu:gzip", "Jean-loup Gailly"},
    ProgramKind{"haproxy", "haproxy", R"(\x00 version (\d+\.\d+(?:\.\d+|-dev\d+))[-, ][^\x00]{0,80}released )",
                "haproxy:haproxy"},
    ProgramKind{"imagemagick", "libMagickCore* magick convert", R"(ImageMagick (\d+\.\d+\.\d+-\d+) )",
                "imagemagick:imagemagick"},
    ProgramKind{"inspircd", "inspircd", R"(\x00InspIRCd-(\d+\.\d+\.\d+)[^0-9.])", "inspircd:inspircd"},
    ProgramKind{"iptables", "iptables xtables-legacy-multi xtables-nft-multi",
                R"(\x00(1\.\d\.\d{1,2}) \((?:legacy|nf_tables)\)\x00)", "netfilter:iptables"},
    ProgramKind{"iptables", "iptables xtables-legacy-multi xtables-nft-multi",
                R"(\x00(1\.\d\.\d{1,2})\x00{1,8}Usage: %s \[-c\])", "netfilter:iptables"},
    ProgramKind{"jq", "jq", R"(\x00(?:jq-)?(1\.\d{1,2}(?:\.\d{1,2})?)\x00)", "jqlang:jq", "jq: error (at"},
    ProgramKind{"julia", "libjulia-internal*", R"(__init__\x00(\d+\.\d+\.\d+)\x00verify)", "julialang:julia"},
    ProgramKind{"kamailio", "kamailio", R"(\x00kamailio (\d+\.\d+\.\d+) \()", "kamailio:kamailio"},
    ProgramKind{"keepalived", "keepalived", R"(Keepalived v(\d+\.\d+\.\d+) )", "keepalived:keepalived"},
    ProgramKind{"knot", "knotd", R"([ \x00]Knot DNS (\d+\.\d+\.\d+)\x00)", "nic:knot_dns"},
    ProgramKind{"krb5", "libkrb5.so* libkrb5-*", R"(KRB5_BRAND: krb5-(\d+\.\d+(?:\.\d+)?)-)", "mit:kerberos_5"},
    ProgramKind{"libarchive", "libarchive.so* bsdtar", R"(\x00libarchive (\d+\.\d+\.\d+)\x00)",
                "libarchive:libarchive"},
    ProgramKind{"libcurl", "libcurl*", R"(libcurl[/ ](\d+\.\d+\.\d+)[^0-9])", "haxx:libcurl"},
    ProgramKind{"libgcrypt", "libgcrypt.so*", R"(This is Libgcrypt (\d+\.\d+\.\d+) )", "gnupg:libgcrypt"},
    ProgramKind{"libgit2", "libgit2.so* libgit2-*", R"(libgit2 (\d+\.\d+\.\d+)[^0-9.])", "libgit2:libgit2"},
    ProgramKind{"libjpeg-turbo", "libjpeg.so* libjpeg-* libturbojpeg*",
                R"(libjpeg-turbo version (\d+\.\d+(?:\.\d+){0,2}) )", "libjpeg-turbo:libjpeg-turbo"},
    ProgramKind{"libpng", "libpng*", R"(libpng version (\d+\.\d+\.\d+)[^0-9])", "libpng:libpng"},
    ProgramKind{"libressl", "libcrypto* openssl openssl.exe", R"(LibreSSL (\d+\.\d+\.\d+)[^0-9])", "openbsd:libressl"},
    ProgramKind{"libssh2", "libssh2.so* libssh2-*", R"(SSH-2\.0-libssh2_(\d+\.\d+\.\d+)[^0-9.])", "libssh2:libssh2"},
    ProgramKind{"libtiff", "libtiff.so* libtiff-*", R"(LIBTIFF, Version (\d+\.\d+\.\d+)[^0-9.])", "libtiff:libtiff"},
    ProgramKind{"lighttpd", "lighttpd", R"(lighttpd/(\d+\.\d+\.\d+)[^0-9])", "lighttpd:lighttpd"},
    ProgramKind{"llvm", "libLLVM*", R"(LLVM version (\d+\.\d+\.\d+)[^0-9])", "llvm:llvm"},
    ProgramKind{"lua", "lua5* lua lua.exe liblua*", R"(\$Lua(?:Version)?: Lua (\d+\.\d+\.\d+) )", "lua:lua"},
    ProgramKind{"luajit", "luajit* libluajit*", R"(\x00LuaJIT (\d+\.\d+\.\d+(?:-[a-z0-9]{1,16})?)[ \x00])",
                "luajit:luajit"},
    ProgramKind{"lvm2", "lvm", R"(\x00(2\.\d\d\.\d\d)\(\d\) \(\d{4}-\d\d-\d\d\))", "redhat:lvm2"},
    ProgramKind{"lz4", "lz4", R"(\x00(1\.\d{1,2}\.\d{1,2})\x00)", "lz4_project:lz4", "LZ4 Frame"},
    ProgramKind{"lz4", "lz4", R"(\x00(1\.\d{1,2}\.\d{1,2})\x00)", "lz4_project:lz4", "LZ4 command line interface"},
    ProgramKind{"lz4", "liblz4.so* liblz4-*", R"([^ -~](1\.\d{1,2}\.\d{1,2})\x00)", "lz4_project:lz4"},
    ProgramKind{"make", "make gmake", R"(\x00(4\.\d(?:\.\d{1,2})?)\x00)", "gnu:make", "GNU Make %s"},
    ProgramKind{"mariadb", "mariadbd mysqld mariadb mysql", R"(\x00(\d+\.\d+\.\d+)-MariaDB[-\x00])", "mariadb:mariadb"},
    ProgramKind{"memcached", "memcached", R"(\x00memcached (\d+\.\d+\.\d+)[^0-9])", "memcached:memcached"},
    ProgramKind{"mongodb", "mongod mongos",
                R"([^0-9.](\d+\.\d+\.\d+(?:-rc\d+)?)\x00{1,16}(?:tcmalloc|heap_size|cppdefines))", "mongodb:mongodb",
                "src/mongo/"},
    ProgramKind{"monit", "monit", R"(>monit (\d+\.\d+\.\d+)</a>)", "tildeslash:monit"},
    ProgramKind{"mono", "mono mono-sgen", R"(\x00--version=number\x00{1,8}(\d+\.\d+\.\d+\.\d+)\x00)",
                "mono-project:mono"},
    ProgramKind{"mosquitto", "mosquitto", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}mosquitto version %s)", "eclipse:mosquitto"},
    ProgramKind{"musl", "libc.so ld-musl-* libc.musl-*", R"(\x00(1\.\d\.\d{1,2})\x00)", "musl-libc:musl",
                "musl libc ("},
    ProgramKind{"mysql", "mysqld mysql mysqldump mysqladmin libmysqlclient*",
                R"(/mysql-(\d+\.\d+\.\d+)(?:-[a-z0-9]{1,16})?/)", "oracle:mysql"},
    ProgramKind{"mysql", "mysql mysqldump mysqladmin libmysqlclient*", R"(\x00([589]\.\d\.\d{1,2})\x00{1,8}mysql_)",
                "oracle:mysql"},
    ProgramKind{"nano", "nano", R"(GNU nano (\d+\.\d+(?:\.\d+)?)\x00)", "gnu:nano"},
    ProgramKind{"nftables", "nft libnftables*", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}nftables\x00)", "netfilter:nftables"},
    ProgramKind{"nginx", "nginx", R"([^a-z]nginx/(\d+\.\d+\.\d+)[^0-9])", "f5:nginx nginx:nginx"},
    ProgramKind{
        "ninja", "ninja", R"(\x00(1\.\d{1,2}\.\d{1,2})(?:\.git[^\x00]{0,40})?\x00)", {}, "ninja executable version"},
    ProgramKind{"nmap", "nmap", R"(\x00(\d+\.\d+)\x00{1,8}Nmap\x00)", "nmap:nmap"},
    ProgramKind{"node", "node node.exe nodejs libnode.so*", R"(node\.js/v(\d+\.\d+\.\d+)[^0-9.])", "nodejs:node.js"},
    // Without the inspector there is the address of its headers.
    ProgramKind{"node", "node node.exe nodejs libnode.so*", R"(/release/v(\d+\.\d+\.\d+)/node-v)", "nodejs:node.js"},
    ProgramKind{"node", "node nodejs", R"(\x00(?:node )?v([0456]\.\d+\.\d+)\x00)", "nodejs:node.js"},
    // Source: Node.js, lib/internal/process/pre_execution and src/node_sea.cc: single executable applications.
    ProgramKind{"node",
                "",
                R"(/release/v(\d+\.\d+\.\d+)/node-v)",
                "nodejs:node.js",
                "/src/node_",
                Form::runtime,
                {},
                "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1"},
    ProgramKind{"node",
                "",
                R"(node\.js/v(\d+\.\d+\.\d+)[^0-9.])",
                "nodejs:node.js",
                "/src/node_",
                Form::runtime,
                {},
                "pkg/prelude/bootstrap"},
    ProgramKind{"nsd", "nsd", R"(\x00NSD (\d+\.\d+\.\d+)\x00)"},
    ProgramKind{"ocaml", "ocamlrun ocamlrund ocamlruni libcamlrun*", R"(OCaml runtime, version (\d+\.\d+\.\d+))",
                "ocaml:ocaml"},
    ProgramKind{"octave", "liboctave.so* octave octave-cli",
                R"(GNU Octave(?:,| \([^)]{1,60}\)) version (\d+\.\d+\.\d+)[^0-9])", "gnu:octave"},
    ProgramKind{"openjdk",
                "release",
                R"re((?:^|\n)JAVA_VERSION="([0-9A-Za-z._+-]{1,64})")re",
                "oracle:openjdk",
                {},
                Form::text,
                "lib/modules jre/lib/rt.jar lib/rt.jar"},
    ProgramKind{"openldap", "slapd slapacl ldapsearch ldapmodify",
                R"(\$OpenLDAP: (?:slapd|ldapsearch|ldapmodify) (\d+\.\d+\.\d+)[^0-9])", "openldap:openldap"},
    ProgramKind{"openresty", "nginx openresty", R"([^a-z]openresty/(\d+\.\d+\.\d+\.\d+)[^0-9])", "openresty:openresty"},
    ProgramKind{"openssh", "ssh sshd sshd-session", R"(\x00OpenSSH_(\d+\.\d+p\d+)[ \x00])", "openbsd:openssh"},
    ProgramKind{"openssl", "libcrypto* openssl openssl.exe _rust.abi3.so",
                R"(OpenSSL (\d+\.\d+\.\d+[a-z]{0,2}(?:-[a-z0-9]{1,16})?) {1,2}(?:FIPS )?\d{1,2} [A-Z][a-z]{2} \d{4})",
                "openssl:openssl"},
    ProgramKind{"openvpn", "openvpn", R"(\x00OpenVPN (\d+\.\d+(?:\.\d+|_rc\d+|_beta\d+)) )", "openvpn:openvpn"},
    ProgramKind{"pcre2", "libpcre2-8*", R"([^ -~](10\.\d\d) \d{4}-\d\d-\d\d\x00)", "pcre:pcre2"},
    ProgramKind{"pdns", "pdnsutil", R"(\x00pdnsutil \x00{1,8}(\d+\.\d+\.\d+)[^0-9])", "powerdns:authoritative_server"},
    ProgramKind{"pdns", "pdns_server", R"(\x00 (\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\d+)?)\x00)",
                "powerdns:authoritative_server", "PowerDNS.COM BV"},
    ProgramKind{"pdns-recursor", "pdns_recursor",
                R"(\x00(?:pdns-recursor)? (\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\d+)?)\x00)", "powerdns:recursor",
                "PowerDNS Security Update"},
    ProgramKind{"pdns-recursor", "rec_control", R"(\x00rec_control version \x00{1,8}(\d+\.\d+\.\d+)[^0-9])",
                "powerdns:recursor"},
    ProgramKind{"percona-server", "mysqld mysql mysqldump mysqladmin", R"(/percona-server-(\d+\.\d+\.\d+)[^0-9.])",
                "oracle:mysql percona:percona_server"},
    ProgramKind{"perl", "perl perl5* libperl.so*",
                R"(/(?:lib|share)(?:/[a-z0-9_-]{1,40})?/perl5?/(5\.\d+\.\d+)[/\x00])", "perl:perl"},
    ProgramKind{"pgbouncer", "pgbouncer", R"(\x00PgBouncer (\d+\.\d+\.\d+)\x00)", "pgbouncer:pgbouncer"},
    ProgramKind{"pgpool", "pgpool", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}pgpool-II\x00)", "pgpool:pgpool-ii"},
    ProgramKind{"php", "php php7* php8* php-* libphp* php.exe",
                R"(X-Powered-By: PHP/(\d+\.\d+\.\d+(?:(?:RC|alpha|beta)\d+)?)[^0-9])", "php:php"},
    ProgramKind{"postfix", "master postfix", R"(mail_version=(\d+\.\d+\.\d+)[^0-9])", "postfix:postfix"},
    ProgramKind{"postfix", "master postfix", R"(\x00(3\.\d{1,2}\.\d{1,2})\x00{1,8}MAIL_CONFIG\x00)", "postfix:postfix"},
    ProgramKind{"postgresql", "postgres psql",
                R"((?:postgres|psql) \(PostgreSQL\) (\d+(?:\.\d+|rc\d+|beta\d+)+)[^0-9])", "postgresql:postgresql"},
    ProgramKind{"proftpd", "proftpd", R"(ProFTPD Version (\d+\.\d+\.\d+[a-z]?)[^0-9a-z])", "proftpd:proftpd"},
    ProgramKind{"pure-ftpd", "pure-ftpd", R"(\x00pure-ftpd v(\d+\.\d+\.\d+)[ \x00])", "pureftpd:pure-ftpd"},
    ProgramKind{"pypy", "pypy3* libpypy*", R"(\[PyPy (\d+\.\d+\.\d+)[^0-9])", "pypy:pypy"},
    // Linkers merge a string with the end of a longer one: with the prefix /opt/python/3.10.13.
    ProgramKind{"python", "python2.* python3.* libpython2.* libpython3.*",
                R"([\x00/](%\.\d+(?:(?:a|b|rc)\d+)?)\+?\x00)", "python:python"},
    ProgramKind{"qemu", "qemu-*", R"(\x00qemu-[a-z0-9_-]{1,20} version (\d+\.\d+\.\d+)[^0-9])", "qemu:qemu"},
    ProgramKind{"qemu", "qemu-system-*", R"(QEMU emulator version (\d+\.\d+\.\d+)[^0-9])", "qemu:qemu"},
    ProgramKind{"qt", "libQt5Core.so* libQt6Core.so*", R"(\x00Qt (\d+\.\d+\.\d+) \()", "qt:qt"},
    ProgramKind{
        "redis", "redis-server redis-server-* redis-check-* redis-cli",
        R"(\x00(\d{1,2}\.\d{1,2}\.\d{1,2})\x00(?:\d{1,2}\.\d{1,2}\.\d{1,2}\x00)?(?:c11|atomic|sync)-builtin\x00)",
        "redis:redis"},
    ProgramKind{"redis", "redis-server redis-server-* redis-check-* redis-cli",
                R"((\d{1,2}\.\d{1,2}\.\d{1,2})(?:[0-9a-f]{12}-)?1\d{9}\d[0-9a-f]{8}\x00)", "redis:redis"},
    ProgramKind{"redis", "redis-server redis-server-* redis-check-* redis-cli",
                R"((\d{1,2}(?:\.\d{1,2}){2,3})[A-Za-z][A-Za-z0-9._-]{0,80}-1\d{9}\d[0-9a-f]{8}\x00)", "redis:redis"},
    ProgramKind{"redis", "redis-server redis-server-*", R"(Redis version (\d+\.\d+\.\d+)[^0-9.])", "redis:redis"},
    ProgramKind{"rsync", "rsync", R"(\x00(\d+\.\d+\.\d+(?:pre\d+)?)\x00{1,8}(?:copyright|%s  version))", "samba:rsync"},
    ProgramKind{"rsync", "rsync", R"(\x00(3\.\d\.\d{1,2}(?:pre\d+)?)\x00{1,8}.d-bit files)", "samba:rsync"},
    ProgramKind{"rsyslog", "rsyslogd", R"(\x00rsyslogd  (\d+\.\d{4}\.\d+)[^0-9])", "rsyslog:rsyslog"},
    ProgramKind{"ruby", "ruby ruby2* ruby3* libruby*",
                R"(\x00ruby (\d+\.\d+\.\d+)(?:p\d+|dev|preview\d+|rc\d+)? ?\(\d{4}-\d\d-\d\d)", "ruby-lang:ruby"},
    // Debian's builds have the directory of the sources.
    ProgramKind{"rust", "librustc_driver* libstd-*", R"(/rustc-(\d+\.\d+\.\d+)/(?:library|compiler)/)",
                "rust-lang:rust"},
    ProgramKind{"rust", "librustc_driver* libstd-*",
                R"([^0-9.](\d+\.\d+\.\d+(?:-nightly|-beta\.\d+)?) \([0-9a-f]{9,10} \d{4}-\d\d-\d\d\))",
                "rust-lang:rust"},
    ProgramKind{"samba", "smbd nmbd winbindd samba smbclient", R"(\x00SAMBA_(4\.\d+\.\d+)[_\x00])", "samba:samba"},
    ProgramKind{"sbcl", "sbcl", R"(--version\x00{1,8}(\d+\.\d+\.\d+)[^\x00]{0,30}\x00{1,8}SBCL .s)"},
    ProgramKind{"sed", "sed", R"(\x004\.0\x00{1,8}(4\.\d{1,2})\x00)", "gnu:sed", "https://www.gnu.org/software/sed/"},
    ProgramKind{"slirp4netns", "slirp4netns", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}slirp4netns version)"},
    ProgramKind{"socat", "socat socat1", R"(\x00(\d+\.\d+\.\d+\.\d+)\x00)", "dest-unreach:socat", "socat version %s"},
    ProgramKind{"sqlite", "libsqlite3.so* libsqlite3-* sqlite3.dll", R"([^ -~](3\.\d+\.\d+(?:\.\d+)?)\x00)",
                "sqlite:sqlite", "SQLite format 3"},
    // With the library linked in.
    ProgramKind{"sqlite", "sqlite3 sqlite3.exe", R"([^ -~](3\.\d{1,2}\.\d+(?:\.\d+)?)\x00)", "sqlite:sqlite"},
    ProgramKind{"squid", "squid squid-gnutls squid-openssl", R"(\x00squid/(\d+\.\d+(?:\.\d+)?)\x00)",
                "squid-cache:squid"},
    ProgramKind{"stack", "stack", R"(/stack-(\d+\.\d+\.\d+)\x00)", "haskell:stack"},
    ProgramKind{"stack", "stack", R"(Version (\d+\.\d+\.\d+), Git)", "haskell:stack"},
    ProgramKind{"strace", "strace", R"(\x00(\d+\.\d+(?:\.\d+)?)\x00{1,8}strace\x00)", {}, "https://strace.io"},
    ProgramKind{"strongswan", "charon", R"(\(strongSwan (\d+\.\d+\.\d+)[^0-9.])", "strongswan:strongswan"},
    ProgramKind{"stunnel", "stunnel stunnel4", R"(\x00stunnel (\d+\.\d+) on )", "stunnel:stunnel"},
    ProgramKind{"subversion", "svn svnserve svnadmin", R"(\x00(1\.\d{1,2}\.\d{1,2})\x00{1,8}help\x00)",
                "apache:subversion"},
    ProgramKind{"sudo", "sudo", R"(\x00Sudo version %s\n\x00{1,8}(\d+\.\d+\.\d+(?:p\d+)?)\x00)", "sudo_project:sudo"},
    ProgramKind{"swi-prolog", "swipl libswipl*", R"(/swipl-(\d+\.\d+\.\d+)/)", "swi-prolog:swi-prolog"},
    ProgramKind{"syslog-ng", "syslog-ng", R"(syslog-ng \d \((\d+\.\d+\.\d+)\))", "oneidentity:syslog-ng"},
    ProgramKind{"tar", "tar", R"(\x00(1\.\d\d(?:\.\d)?)\x00)", "gnu:tar", "GNU tar"},
    ProgramKind{"tcl", "libtcl*", R"(\x00(\d+\.\d+\.\d+)\x00{1,8}tcl_patchLevel)", "tcl:tcl"},
    ProgramKind{"tcpdump", "tcpdump", R"(%s version (\d+\.\d+\.\d+)\n)", "tcpdump:tcpdump"},
    ProgramKind{"tini", "tini tini-static", R"(tini version (\d+\.\d+\.\d+)[^0-9])"},
    ProgramKind{"tmux", "tmux", R"(\x00([23]\.\d[a-z]?)\x00)", "tmux_project:tmux", "tmux %s"},
    ProgramKind{"tmux", "tmux", R"(\x00([23]\.\d[a-z]?)\x00)", "tmux_project:tmux", "TMUX_TMPDIR"},
    ProgramKind{"tor", "tor", R"(\x00tor (\d+\.\d+\.\d+\.\d+)\x00)", "torproject:tor"},
    ProgramKind{"trafficserver", "traffic_server", R"(ApacheTrafficServer/(\d+\.\d+\.\d+)[^0-9.])",
                "apache:traffic_server"},
    ProgramKind{"unbound", "unbound", R"(\x00unbound (\d+\.\d+\.\d+)\x00)", "nlnetlabs:unbound"},
    ProgramKind{"util-linux", "getopt lsblk agetty", R"(\x00util-linux (\d+\.\d+(?:\.\d+)?)[^0-9.])",
                "kernel:util-linux"},
    ProgramKind{"uwsgi", "uwsgi uwsgi-core pyuwsgi*",
                R"(\x00(2\.\d\.\d{1,2}(?:\.\d)?)(?:-[a-z]{1,10})?\x00{1,8}listen_queue_errors)", "unbit:uwsgi"},
    ProgramKind{"valkey", "valkey-server valkey-check-* valkey-cli",
                R"((\d{1,2}\.\d{1,2}\.\d{1,2})(?:[0-9a-f]{12}-)?1\d{9}\d[0-9a-f]{8}\x00)", "lfprojects:valkey"},
    ProgramKind{"valkey", "valkey-server valkey-check-* valkey-cli",
                R"((\d{1,2}\.\d{1,2}\.\d{1,2})[A-Za-z][A-Za-z0-9._-]{0,80}-1\d{9}\d[0-9a-f]{8}\x00)",
                "lfprojects:valkey"},
    ProgramKind{"varnish", "varnishd", R"(varnish-(\d+\.\d+\.\d+) revision )", "varnish-software:varnish_cache"},
    ProgramKind{"vim", "vim vim.basic vim.tiny vim.nox", R"(VIM - Vi IMproved (\d+\.\d+) \(\d{4} )", {}},
    ProgramKind{"vsftpd", "vsftpd", R"(\x00vsftpd: version (\d+\.\d+\.\d+)\n)"},
    ProgramKind{"wget", "wget", R"(\x00(1\.\d{2}(?:\.\d+)?)\x00)", "gnu:wget", "GNU Wget %s"},
    ProgramKind{"wpa_supplicant", "wpa_supplicant", R"(\x00wpa_supplicant v(\d+\.\d+(?:\.\d+)?)[^0-9.])",
                "w1.fi:wpa_supplicant"},
    ProgramKind{"xz", "xz", R"(\x00xz \(XZ Utils\) (\d+\.\d+\.\d+(?:alpha|beta)?)\x00)", "tukaani:xz"},
    ProgramKind{"xz", "liblzma.so* liblzma-*", R"([^ -~](5\.\d{1,2}\.\d{1,2}(?:alpha|beta)?)\x00)", "tukaani:xz"},
    ProgramKind{"zabbix", "zabbix_agentd zabbix_server zabbix_proxy", R"(\x00Zabbix (\d+\.\d+\.\d+)[^0-9])",
                "zabbix:zabbix"},
    ProgramKind{"zig", "zig zig.exe", R"(\x00zig (\d+\.\d+\.\d+)[^0-9.])", {}},
    ProgramKind{"zlib", "libz.so* libz-* libz.dylib zlib1.dll", R"( deflate (\d+\.\d+\.\d+(?:\.\d+)?) Copyright)",
                "zlib:zlib"},
    ProgramKind{"zsh", "zsh zsh5", R"(/zsh/(\d+\.\d+(?:\.\d+)?)\x00)", "zsh:zsh"},
    ProgramKind{"zstd", "zstd", R"(\x00v(\d+\.\d+\.\d+)\x00)", "facebook:zstandard", "Zstandard CLI"},
    ProgramKind{"zstd", "zstd", R"(\x00v(\d+\.\d+\.\d+)\x00)", "facebook:zstandard", "zstd command line interface"},
    ProgramKind{"zstd", "libzstd.so* libzstd-*", R"([^0-9.](1\.\d\.\d{1,2})\x00)", "facebook:zstandard"},
};

bool names(const ProgramKind& kind, std::string_view base_name) {
  if (kind.form == Form::runtime) return false;
  for (const std::string_view file : split(kind.files, ' ')) {
    if (file.ends_with('*') ? base_name.starts_with(file.substr(0, file.size() - 1)) : base_name == file) return true;
  }
  return false;
}

std::vector<rootfs::Select> make_selects() {
  std::vector<rootfs::Select> out;
  for (const ProgramKind& kind : kKinds) {
    if (kind.form == Form::runtime) continue;
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

std::vector<const ProgramKind*> program_runtimes() {
  std::vector<const ProgramKind*> out;
  for (const ProgramKind& kind : kKinds)
    if (kind.form == Form::runtime) out.push_back(&kind);
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
