using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>A client whose printers can be stopped at once over the network.</summary>
public interface IEmergencyStop
{
    /// <summary>
    /// Stops heaters and motors at once, at the cost of the print. Returns when the printer accepted the command. Thread:
    /// one of its own, while the worker may be in the middle of any other member, or not connected at all: like an upload
    /// it uses a connection of its own and touches nothing the other members use. Errors: <see cref="HubException"/>.
    /// </summary>
    void EmergencyStop(CancellationToken cancel);
}
