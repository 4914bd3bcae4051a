using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>A client whose printers have a light that the hub can switch. Thread: the printer's worker.</summary>
public interface ILight
{
    /// <summary>Switches the light that shows the print. Returns when the printer accepted the command. Errors: <see cref="HubException"/>.</summary>
    void SetLight(bool isOn, CancellationToken cancel);
}
