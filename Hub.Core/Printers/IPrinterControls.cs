using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>
/// Controls that only some systems have, beside <see cref="IPrinterClient"/>; what a printer has of them its
/// <see cref="IPrinterClient.Capabilities"/> say, and the rest is never called. Thread: the printer's worker, except for
/// <see cref="EmergencyStop"/>. Each returns when the printer took the command and throws <see cref="HubException"/>.
/// </summary>
public interface IPrinterControls
{
    /// <summary>Switches the light that shows the print.</summary>
    void SetLight(bool isOn, CancellationToken cancel);

    /// <summary>Sets the speed level.</summary>
    /// <param name="level">1 silent, 2 standard, 3 sport, 4 ludicrous.</param>
    /// <param name="cancel">Gives up waiting.</param>
    void SetSpeed(int level, CancellationToken cancel);

    /// <summary>Clears the error that the printer shows.</summary>
    void ClearError(CancellationToken cancel);

    /// <summary>
    /// Stops heaters and motors at once, whatever it costs the print. Thread: one of its own, while the worker may be in
    /// the middle of any other member, or not connected at all: like an upload it uses a connection of its own and
    /// touches nothing the other members use. A system that cannot do that does not claim
    /// <see cref="PrinterCapabilities.EmergencyStop"/>.
    /// </summary>
    void EmergencyStop(CancellationToken cancel);
}
