using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Configuration;

/// <summary>
/// Forgets all that was set up or learned: printers, cloud, Wi-Fi, trusted certificates, kept copies; the device's id stays.
/// A running hub's listeners hear of it. Thread: one owner.
/// </summary>
public sealed class FactoryReset
{
    private readonly INvs _nvs;
    private readonly ConfigManager _config;
    private readonly ArrayList _deleted = new ArrayList();
    private readonly ArrayList _failed = new ArrayList();

    /// <summary>Makes a reset that has deleted nothing yet.</summary>
    /// <param name="nvs">The storage.</param>
    /// <param name="config">The configuration on it; need not be loaded, and may be one that cannot be.</param>
    public FactoryReset(INvs nvs, ConfigManager config)
    {
        _nvs = nvs;
        _config = config;
    }

    /// <summary>What was deleted, such as config/printers.json. The array is the caller's.</summary>
    public string[] Deleted => TextList.ToArray(_deleted);

    /// <summary>What could not be deleted, each with its reason; empty when the reset is complete. The array is the caller's.</summary>
    public string[] Failed => TextList.ToArray(_failed);

    /// <summary>Deletes all it can; one failure does not keep it from the rest. It may be run again.</summary>
    public void Run()
    {
        _deleted.Clear();
        _failed.Clear();
        foreach (string ns in NvsNamespaces.Forgotten())
        {
            foreach (string key in KeysOf(ns))
            {
                Delete(ns, key);
            }
        }

        try
        {
            _config.Refresh();
        }
        catch (HubException e)
        {
            // What could not be deleted cannot be read either: it is named already.
            if (_failed.Count == 0)
            {
                _failed.Add(e.Message);
            }
        }
    }

    private string[] KeysOf(string ns)
    {
        try
        {
            return _nvs.Keys(ns);
        }
        catch (HubException e)
        {
            _failed.Add(ns + ": " + e.Message);
            return new string[0];
        }
    }

    private void Delete(string ns, string key)
    {
        try
        {
            _nvs.Delete(ns, key);
            _deleted.Add(ns + "/" + key);
        }
        catch (HubException e)
        {
            _failed.Add(ns + "/" + key + ": " + e.Message);
        }
    }
}
