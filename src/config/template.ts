/** A `dialwarden.toml` in which every key stands with its default, as a comment. */
export const TEMPLATE = `# dialwarden.toml: every key is optional. Take away the # in front of what you change,
# then \`dialwarden doctor\`; a running guard takes it over with SIGHUP (systemctl reload dialwarden).

[site]
# country = "DE"                       # ISO 3166 code; default: from the machine's time zone
# outside_line = ""                    # digits dialled for an outside line, e.g. "9"
# area_code = ""                       # put before local numbers, without the trunk prefix: "40", "212"
# timezone = "Europe/Berlin"           # default: the country's, or the machine's
# business_hours = "Mon-Fri 08:00-18:00"
# emergency = []                       # emergency numbers beside the country's own
# internal = []                        # extensions: "1XX", "100-199" or "^regular expression"
# phones = []                          # endpoints in front of people, told by their address alone: "^teams-sbc" (see Asterisk guide)
# currency = "USD"
# per_usd = 1                          # units of the currency for one US dollar, for the built-in prices
# trunk_channels = 8                   # international and premium calls together leave two lines free
# loss_ceiling_per_extension_day = 25  # the most that one extension can cost in any 24 hours
# loss_ceiling_per_day = 100           # the same for the whole site
# networks = []                        # where the phones are: "10.0.0.0/8", "203.0.113.7"; costly calls from elsewhere are
                                       # blocked. One extension's: dialwarden networks allow EXT NETWORK

# [sites.branch]                       # further sites: the same keys (default: as in [site]) and match
# match = ["from-branch", "300-399"]   # PBX contexts, domains or extensions

[guard]
# mode = "enforce"                     # "observe": decide and record, but let every call go on
# deadline_ms = 250                    # 20 to 2000: when the PBX has its answer at the latest
# cdr_file = "/var/log/asterisk/cdr-csv/Master.csv"   # watched, where it exists, for calls past the guard
# keep_days = 400                      # 100 or more: calls are deleted after so long, but those of incidents; disputes take months

[warning]
# digit = "random"                     # or the one digit that a warned caller has to press
# answer = true                        # answer the call before the warning: many phones send no digits before
# language = "en"
# sounds = "/etc/dialwarden/sounds"    # own recordings, in place of those in dialplan/sounds: sounds/en/say/to-go-on.wav

[block]
# announce = true                      # tell a blocked caller that the guard stopped the call

[agi]
# listen = "127.0.0.1:4573"
# allow = []                           # addresses or networks of PBXs: "10.0.0.5", "10.0.0.0/24"; default: this machine
# key_file = "/etc/dialwarden/agi.key" # mode 0600; the dialplan sends it as key=; or key_env = "DIALWARDEN_AGI_KEY"

# [ami]                                # Asterisk's manager interface, to compare open calls with live channels
# connect = "127.0.0.1:5038"
# user = "dialwarden"
# secret_file = "/etc/dialwarden/ami.secret"   # or secret_env = "DIALWARDEN_AMI_SECRET"

[esl]
# listen = "127.0.0.1:8084"            # FreeSWITCH's socket application connects here
# allow = []
# connect = "127.0.0.1:8021"           # its event socket: tells the ends of calls
# password_file = "/etc/dialwarden/esl.password"   # or password_env = "DIALWARDEN_ESL_PASSWORD"

[http]
# listen = "127.0.0.1:8580"            # /healthz and /metrics
# hosts = []                           # further names under which it may be asked
# public_url = "https://guard.example.org"   # where a browser reaches it: mails carry a link that lifts a block, once

[geo]
# file = "/var/lib/GeoIP/GeoLite2-Country.mmdb"   # your own MaxMind-format file: in which country a phone is

[scan]
# ignore = []                          # addresses and networks that no firewall is told of, e.g. your offices': "203.0.113.0/24";
                                       # the PBX's own and its trunks' are known

# [unblock]                            # lifting a block from a telephone: agi://HOST/unblock
# extensions = ["101"]                 # who may dial it
# pin_file = "/etc/dialwarden/unblock.pin"   # or pin_env; closed after five wrong PINs in an hour

# [smtp]                               # mail about incidents; \`dialwarden notify test\` proves it
# host = "mail.example.org"            # default: localhost
# port = 587
# tls = "starttls"                     # "tls" from the first byte on, "none" for a server on this machine
# user = "dialwarden"
# password_file = "/etc/dialwarden/smtp.password"   # or password_env
# ca_file = "/etc/dialwarden/ca.pem"   # certificates that vouch for the server
# from = "dialwarden@example.org"
# to = ["admin@example.org"]           # or { "admin@example.org" = "info", "chief@example.org" = "critical" }
# from_severity = "warning"            # "info", "warning" or "critical", here and below

# [webhook]                            # JSON by POST, signed: X-Dialwarden-Signature, -Timestamp, -Delivery
# url = "https://hooks.example.org/dialwarden"
# secret_file = "/etc/dialwarden/webhook.secret"    # or secret_env

# [syslog]                             # RFC 5424 over UDP
# address = "127.0.0.1:514"
# facility = "local0"
`;
