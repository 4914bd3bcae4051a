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

    private readonly IHal _hal;
    private readonly object _lock = new object();
    private string _run = "";
    private int _last;

    public GeneratedIds(IHal hal)
    {
        _hal = hal;
    }

    /// <summary>The next id.</summary>
    public string Next()
    {
        lock (_lock)
        {
            if (_last == 0)
            {
                byte[] random = new byte[RandomBytes];
                _hal.System.FillRandom(random);
                _run = HexText.Of(random);
            }

            _last++;
            return _run + "-" + _last.ToString();
        }
    }
}
