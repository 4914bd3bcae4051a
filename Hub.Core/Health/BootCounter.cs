using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Health;

/// <summary>Counts the starts of this hub, in its storage; a factory reset does not forget them. Thread: the owner's.</summary>
public static class BootCounter
{
    private const string Key = "boots";
    private const int NumberBytes = 4;

    /// <summary>Counts this start. A storage that fails is logged.</summary>
    /// <returns>How many starts there were, this one included; 0 when the storage does not say.</returns>
    public static int CountThis(INvs nvs, Log log)
    {
        try
        {
            // A damaged count begins anew: nothing else would ever mend it, a factory reset included.
            byte[]? stored = nvs.ReadDamaged(NvsNamespaces.System, Key) == null ? nvs.Read(NvsNamespaces.System, Key) : null;
            int boots = 1;
            if (stored != null && stored.Length == NumberBytes)
            {
                boots += stored[0] | (stored[1] << 8) | (stored[2] << 16) | (stored[3] << 24);
            }

            nvs.Write(NvsNamespaces.System, Key, new[] { (byte)boots, (byte)(boots >> 8), (byte)(boots >> 16), (byte)(boots >> 24) });
            return boots;
        }
        catch (HubException e)
        {
            log.Warning("health", "the starts of this hub cannot be counted: " + e.Message);
            return 0;
        }
    }
}
