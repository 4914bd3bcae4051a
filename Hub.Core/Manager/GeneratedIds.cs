using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Manager;

/// <summary>
/// Ids for commands and uploads whose asker gave none: 16 random hex digits for this run of the hub and a number that counts up, so
/// that no id comes again after a restart. Thread: any.
/// </summary>
internal sealed class GeneratedIds
{
    private const int RandomBytes = 8;

    private readonly string _run;
    private int _last;

    public GeneratedIds(ISystem system)
    {
        byte[] random = new byte[RandomBytes];
        system.FillRandom(random);
        _run = HexText.Of(random);
    }

    /// <summary>The next id.</summary>
    public string Next() => _run + "-" + System.Threading.Interlocked.Increment(ref _last).ToString();
}
