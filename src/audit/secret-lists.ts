// Lower case throughout: a guesser tries both, and so does the audit.

/** Secrets that PBX packages, their samples and their guides come with, and what people write until later. */
export const DEFAULTS: ReadonlySet<string> = new Set(
  `1234 12345 123456 1234567 12345678 123456789 0000 1111 4321 password passwd passw0rd p@ssw0rd p@ssword pass secret mysecret
  supersecret supersecretpassword secret5 mysecretpassword secretpassword thesecret changeme changethis changeit change-me change_me
  change_this please_change yourpassword your_password yourpass password1 password123 admin admin123 administrator root
  toor test test123 testing guest user default asterisk asterisk123 freepbx freepbxuser amp111 amp109 elastix
  elastix.2oo7 palosanto issabel issabelpbx trixbox maint passw0rd! vicidial goautodial xivo wazo cluecon works
  freeswitch fusionpbx signalwire unsecurepassword unsecurepass insecure blah 6001 1000 abc123 qwerty letmein welcome
  sip sips voip phone telephone extension ext trunk pbx ami ari manager iax iax2 switchboard`
    .trim()
    .split(/\s+/),
);

/** Administrator and user passwords that phones, gateways and their provisioning leave the factory with. */
export const VENDOR: ReadonlySet<string> = new Set(
  `123 456 789 1001 22222 27238 adminpass adminadmin useruser plcmspip polycom yealink grandstream gxp snom cisco cisco123
  linksys sipura spa obihai obiadmin fanvil htek gigaset siemens aastra mitel avaya craftpw craft audiocodes patton
  sangoma digium panasonic zycoo openvox dinstar newrock akuvox 2n alcatel unify unify123 lucent nortel 266344 266344u
  innovaphone auerswald agfeo lancom fritzbox zyxel draytek mikrotik`
    .trim()
    .split(/\s+/),
);

/** Words of the trade: a secret made of one of these is guessed early. */
export const TRADE: readonly string[] = [...DEFAULTS, ...VENDOR].filter((word) => /[a-z]{3}/.test(word));

/** PINs found first in leaked lists, and those that voicemail comes with. */
export const PINS: ReadonlySet<string> = new Set(
  `1234 0000 1111 12345 123456 4242 4321 9999 1212 7777 1004 2000 2222 6969 3333 5555 6666 1313 8888 2580 1122 0852 147258
  159753 112233 121212 654321 1010 5683 1984`
    .trim()
    .split(/\s+/),
);
