using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Configuration;

/// <summary>What cloud.json may hold. Its view is a <see cref="CloudConfig"/>, or null while nothing is set. Thread: the editor's.</summary>
internal sealed class CloudDocument : ConfigDocument
{
    /// <summary>Whether files may come from private addresses.</summary>
    public const string PrivateDownloads = "private_downloads";

    private const int MaxDocumentBytes = 16 * 1024;

    /// <summary>Keys to which a secret belongs: with another value of these a masked one is not kept.</summary>
    public static readonly string[] OfAddress = { Reader.Url, PrinterKeys.Tls };

    public override string Key => ConfigManager.CloudKey;

    public override int MaxBytes => MaxDocumentBytes;

    public override object? Read(Hashtable root, ArrayList warnings)
    {
        ConfigReader.AddTypos(root, Reader.Known, "cloud: ", warnings);
        ConfigReader.AddTlsTypos(root, "cloud: ", warnings);
        return ConfigReader.IsUnset(root) ? null : new Reader(root).Read();
    }

    public override void Mask(object view, Log log) => log.Mask(((CloudConfig)view).Secret);

    private sealed class Reader : ConfigReader
    {
        public const string Url = "url";
        public static readonly string[] Known = { PrinterKeys.Version, Url, HubId, HubName, TenantId, Secret, PrivateDownloads, PrinterKeys.Tls };

        private const string HubId = "hub_id";
        private const string HubName = "hub_name";
        private const string TenantId = "tenant_id";
        private const string Secret = "secret";
        private const int MaxIdLength = 64;

        public Reader(Hashtable root)
            : base(root, "cloud: ", Known)
        {
        }

        public CloudConfig Read()
        {
            CloudConfig cloud = new CloudConfig();
            cloud.Url = ReadUrl();
            cloud.HubId = ReadId(HubId);
            cloud.HubName = Text(HubName);
            cloud.TenantId = ReadId(TenantId);
            cloud.Secret = ReadSecret(Secret);
            cloud.Tls = ReadTls();
            if (Entry[PrivateDownloads] != null)
            {
                cloud.PrivateDownloads = Flag(Entry, PrivateDownloads, false, "") ? TriState.Yes : TriState.No;
            }

            return cloud;
        }

        private string ReadUrl()
        {
            if (Entry[Url] == null && Entry[HubId] != null && Entry[TenantId] != null && Entry[Secret] == null)
            {
                // A page that knows only these two gave them over Bluetooth; the address follows.
                return "";
            }

            string url = Text(Url) ?? throw Missing(Url, "the cloud's address, such as wss://cloud.example");
            if (url.IndexOf('@') >= 0)
            {
                throw Wrong("url must not hold a user or password; the key secret is for that");
            }

            HttpOrigin? origin;
            try
            {
                origin = CloudConfig.OriginOf(url);
            }
            catch (HubException e)
            {
                throw Wrong(e.Message);
            }

            return origin != null ? url : throw Wrong("url must begin with wss:// or ws://");
        }

        /// <summary>Ids become part of a path.</summary>
        private string? ReadId(string key)
        {
            string? id = Text(key);
            if (id == null)
            {
                return null;
            }

            char[] characters = id.ToCharArray();
            bool isGood = characters.Length <= MaxIdLength;
            foreach (char c in characters)
            {
                isGood = isGood && (IsLetterOrDigit(c) || c == '-' || c == '_');
            }

            return isGood ? id : throw Wrong(key + " must be 1 to 64 of a-z, A-Z, 0-9, '-' and '_', not " + ConfigTree.Quote(id));
        }
    }
}
