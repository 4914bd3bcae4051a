using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>A client whose printers print at one of four named speeds. Thread: the printer's worker.</summary>
public interface ISpeedLevels
{
    /// <summary>Sets the speed level. Returns when the printer accepted the command. Errors: <see cref="HubException"/>.</summary>
    /// <param name="level">1 silent, 2 standard, 3 sport, 4 ludicrous.</param>
    /// <param name="cancel">Gives up waiting.</param>
    void SetSpeed(int level, CancellationToken cancel);
}
