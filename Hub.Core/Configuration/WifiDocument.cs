using System.Collections;
using System.Text;
using Hub.Core.Logging;

namespace Hub.Core.Configuration;

/// <summary>What wifi.json may hold. Its view is a <see cref="WifiConfig"/>, or null while nothing is set. Thread: the editor's.</summary>
internal sealed class WifiDocument : ConfigDocument
{
    private const int MaxDocumentBytes = 16 * 1024;

    /// <summary>Keys to which a password belongs: with another value of these a masked one is not kept.</summary>
    public static readonly string[] OfAddress = { Reader.Ssid };

    public override string Key => ConfigManager.WifiKey;

    public override int MaxBytes => MaxDocumentBytes;

    public override object? Read(Hashtable root, ArrayList warnings)
    {
        ConfigReader.AddTypos(root, Reader.Known, "wifi: ", warnings);
        return ConfigReader.IsUnset(root) ? null : new Reader(root).Read();
    }

    public override void Mask(object view, Log log) => log.Mask(((WifiConfig)view).Password);

    private sealed class Reader : ConfigReader
    {
        public const string Ssid = "ssid";
        public static readonly string[] Known = { PrinterKeys.Version, Ssid, Password, Hidden };

        private const string Password = "password";
        private const string Hidden = "hidden";

        // IEEE 802.11: an SSID has up to 32 octets; WPA: a passphrase has 8 to 63 characters, a key 64 hex digits.
        private const int MaxSsidBytes = 32;
        private const int MinPasswordLength = 8;
        private const int MaxPasswordLength = 64;

        public Reader(Hashtable root)
            : base(root, "wifi: ", Known)
        {
        }

        public WifiConfig Read()
        {
            WifiConfig wifi = new WifiConfig();
            wifi.Ssid = Text(Ssid) ?? throw Missing(Ssid, "the network's name");
            if (Encoding.UTF8.GetBytes(wifi.Ssid).Length > MaxSsidBytes)
            {
                throw Wrong("ssid is longer than 32 bytes");
            }

            wifi.Password = ReadSecret(Password);
            if (wifi.Password != null)
            {
                CheckPassword(wifi.Password.Reveal().ToCharArray());
            }

            wifi.Hidden = Flag(Entry, Hidden, false, "");
            return wifi;
        }

        private void CheckPassword(char[] password)
        {
            bool isHex = true;
            foreach (char c in password)
            {
                isHex = isHex && ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
            }

            if (password.Length < MinPasswordLength || password.Length > MaxPasswordLength || (password.Length == MaxPasswordLength && !isHex))
            {
                throw Wrong("password must have 8 to 63 characters, or be a key of 64 hex digits");
            }
        }
    }
}
